"""`/v1/reads/...`: the read models that the command line prints, by the role of the token's person.

Nothing here holds an answer of anybody, and the safety steward's queue is not here: it is for a person, not
for machines.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, create_model

from turnabout import calendar
from turnabout.kpi import Figure
from turnabout.model import Key, Model, Role
from turnabout.reads import Reads
from turnabout.results import (
    Adherence,
    ChecklistItem,
    CohortBoard,
    MatchingReport,
    MessageLine,
    OpenAnswer,
    PairWork,
    ReminderLine,
    SponsorDuty,
    SurveyLine,
    TimelineLine,
)
from turnabout.traps import Trap, radar
from workers.gateway.api import paging
from workers.gateway.api.caller import After, Reader
from workers.gateway.api.problems import nowhere, responses
from workers.gateway.house import Clock

_LEAD = frozenset({Role.LEAD})
_STAFF = _LEAD | {Role.SPONSOR, Role.STEWARD}
_PLACES = frozenset({"position", "last_position"})
"""Where something stands in the log is told to no machine: how far the log has come would tell of what is
confidential (G6)."""


class Duty(Model):
    """A duty of the sponsor and how it stands."""

    duty: str
    stands: SponsorDuty


@dataclass(frozen=True)
class Read:
    """A read: of whom it is a list, for whom, in which order (`key` is unique), and where it comes from."""

    name: str
    item: type[Any]
    roles: frozenset[Role]
    about: str
    key: Callable[[Any], paging.Key]
    rows: Callable[[Reads, str, Clock], Awaitable[Sequence[Any]]]


async def _board(reads: Reads, cohort: str, _: Clock) -> Sequence[CohortBoard]:
    return _some(await reads.board(cohort))


async def _duties(reads: Reads, cohort: str, _: Clock) -> Sequence[Duty]:
    return [
        Duty(duty=duty, stands=stands)
        for board in _some(await reads.board(cohort))
        for duty, stands in board.duties.items()
    ]


async def _adherence(reads: Reads, cohort: str, clock: Clock) -> Sequence[Adherence]:
    return _some(await reads.adherence(cohort, await clock()))


async def _traps(reads: Reads, cohort: str, clock: Clock) -> Sequence[Trap]:
    boards = _some(await reads.board(cohort))
    pairs, nudges = await reads.pairs(cohort), await reads.reminders(cohort)
    now = await clock()
    return [
        trap
        for board in boards
        for trap in radar(board, pairs, nudges, calendar.local(now, board.timezone).date())
    ]


def _some(one: Any) -> list[Any]:
    return [] if one is None else [one]


def _plain(name: str) -> Callable[[Reads, str, Clock], Awaitable[Sequence[Any]]]:
    async def rows(reads: Reads, cohort: str, _: Clock) -> Sequence[Any]:
        found: Sequence[Any] = await getattr(reads, name)(cohort)
        return found

    return rows


async def _matching(reads: Reads, cohort: str, _: Clock) -> Sequence[MatchingReport]:
    return _some(await reads.matching(cohort))


async def _kpis(reads: Reads, cohort: str, _: Clock) -> Sequence[Figure]:
    return [
        one
        for report in _some(await reads.kpis(cohort))
        for one in report.figures
        if one.audience == "everyone"
    ]


READS = (
    Read("board", CohortBoard, _LEAD, "The cohort's board.", lambda one: (one.cohort,), _board),
    Read("duties", Duty, _STAFF, "The sponsor's duties.", lambda one: (one.duty,), _duties),
    Read(
        "checklist",
        ChecklistItem,
        _STAFF,
        "The launch checklist (R77).",
        lambda one: (one.number,),
        _plain("checklist"),
    ),
    Read(
        "late",
        OpenAnswer,
        _LEAD,
        "Whose answer is open, and until when.",
        lambda one: (one.closes_at.isoformat() if one.closes_at else "", one.kind, one.person, one.item),
        _plain("open_answers"),
    ),
    Read("matching", MatchingReport, _LEAD, "How the matching went.", lambda one: (one.cohort,), _matching),
    Read("work", PairWork, _LEAD, "What each pair did.", lambda one: (one.pair,), _plain("works")),
    Read(
        "reminders",
        ReminderLine,
        _LEAD,
        "Every nudge, the oldest first.",
        lambda one: (one.position, one.item, one.step),
        _plain("reminders"),
    ),
    Read(
        "surveys",
        SurveyLine,
        _LEAD,
        "Who was asked in each wave, and whether they have answered.",
        lambda one: (one.wave, one.person),
        _plain("surveys"),
    ),
    Read(
        "messages",
        MessageLine,
        _LEAD,
        "Every message with what became of it; never its text.",
        lambda one: (one.reserved_at.isoformat(), one.event_id, one.recipient, one.channel),
        _plain("messages"),
    ),
    Read(
        "adherence",
        Adherence,
        _LEAD,
        "How far the pairs keep their sessions.",
        lambda one: (one.cohort,),
        _adherence,
    ),
    Read(
        "timeline",
        TimelineLine,
        _LEAD,
        "What happened, in plain sentences, the oldest first.",
        lambda one: (one.position,),
        _plain("timeline"),
    ),
    Read(
        "kpis",
        Figure,
        _STAFF,
        "The KPIs as they were last published, as far as they are for everybody.",
        lambda one: one.key,
        _kpis,
    ),
    Read("traps", Trap, _LEAD, "The six ways to fail (R76).", lambda one: (one.trap,), _traps),
)


def _routes() -> APIRouter:
    """One route for each read."""
    routes = APIRouter(prefix="/reads", tags=["reads"])
    for read in READS:
        shown = _shown(read.item)
        routes.add_api_route(
            f"/{read.name}",
            _route(read, shown),
            operation_id=f"read_{read.name}",
            summary=read.about,
            description=_described(read),
            response_model=paging.Page[shown],  # type: ignore[valid-type]
            responses=responses(401, 403, 404, 422, 429, 503),
        )
    return routes


def _shown(item: type[Model]) -> type[Model]:
    """The same, which tells no place in the log."""
    hidden: dict[str, Any] = {
        name: (field.annotation, Field(exclude=True))
        for name, field in item.model_fields.items()
        if name in _PLACES
    }
    return create_model(item.__name__, __doc__=item.__doc__, __base__=item, **hidden) if hidden else item


def _described(read: Read) -> str:
    people = " or ".join(sorted(read.roles))
    return f"{read.about} For the cohort's {people}."


def _route(read: Read, shown: type[Model]) -> Callable[..., Awaitable[paging.Page[Any]]]:
    async def look(
        cohort: Annotated[Key, Query(description="The cohort's id.")],
        who: Reader,
        after: After = None,
        cursor: paging.Cursor = None,
        limit: paging.Limit = 100,
    ) -> paging.Page[Any]:
        _, roles = await who.standing(f"cohort-{cohort}")
        if not roles & read.roles:
            raise nowhere()
        await who.wait(after)
        rows = await read.rows(who.gateway.reads, cohort, who.gateway.clock)
        page = paging.page_of(rows, read.key, cursor, limit, who.gateway.links)
        told = tuple(shown.model_construct(**dict(one)) for one in page.items)
        return paging.Page(items=told, next=page.next)

    return look


routes = _routes()
