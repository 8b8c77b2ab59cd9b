"""Whose turn it is in a cohort, for its lead: who, what, since or until when; never what anybody answered.

It follows from what the partners of a pair know themselves, so a check-in shows nowhere before it is
announced (G6), and who would like a new partner shows nowhere at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from turnabout import schedule
from workers.gateway.duties import asked
from workers.gateway.house import Gateway
from workers.gateway.pages import home
from workers.gateway.pages.sessions import on_plan
from workers.gateway.standing import in_pairs
from workers.gateway.visit import Visit
from workflows.rules.pair_state import PairState

_ANSWERS = {"invitation": "say yes or no", "choice": "rank the shortlist", "consent": "answer a proposal"}
_OF_PAIR = {
    "prepare": "prepare the pair",
    "session": "say whether they have met",
    "pulse": "answer the pulse",
    "milestone": "fill in the milestone check",
    "endpoint": "answer the last questions",
    "memo": "write the closure memo",
}
"""What a lead may see of what waits for partners; a check-in and a new partner are not among it."""


@dataclass(frozen=True)
class Turn:
    """Somebody who is waited for: `at` is when it was or is due, or since when it is open."""

    person: str
    what: str
    at: datetime | None
    late: bool


@dataclass(frozen=True)
class Turns:
    """Those for whom the same is due at the same time."""

    what: str
    at: datetime | None
    late: bool
    people: tuple[str, ...]


def together(found: Sequence[Turn]) -> list[Turns]:
    """The same, in the same order, by what is due."""
    groups: dict[tuple[str, datetime | None, bool], dict[str, None]] = {}
    for one in found:
        groups.setdefault((one.what, one.at, one.late), {})[one.person] = None
    return [Turns(what, at, late, tuple(people)) for (what, at, late), people in groups.items()]


async def turns(gateway: Gateway, visit: Visit) -> list[Turn]:
    """Everybody who is waited for, the late first."""
    found = [*_of_sponsor(visit)]
    cohort = visit.cohort.spec.id
    found += [
        Turn(one.person, _ANSWERS[one.kind], one.closes_at or one.since, late=False)
        for one in await gateway.reads.open_answers(cohort)
    ]
    for wave, survey in visit.cohort.measurement.surveys.items():
        if not survey.closed:
            silent = sorted(set(survey.people) - set(survey.answered))
            found += [Turn(who, f"answer the {wave} survey", None, late=False) for who in silent]
    found += [one async for one in _of_pairs(gateway, visit)]
    far = datetime.max.replace(tzinfo=visit.now.tzinfo)
    return sorted(found, key=lambda one: (not one.late, one.at or far, one.what, one.person))


def _of_sponsor(visit: Visit) -> Iterator[Turn]:
    state, now = visit.cohort, visit.now
    if state.charter is None:
        yield Turn(state.sponsor.id, "sign the charter", None, late=False)
    elif not state.governed or state.offices.must_commit:
        yield Turn(state.sponsor.id, "commit to the duties", None, late=False)
    for duty, one in state.duties.items():
        if not one.fulfilled and one.due_at <= now:
            yield Turn(state.sponsor.id, asked(duty), one.due_at, late=True)


async def _of_pairs(gateway: Gateway, visit: Visit) -> AsyncIterator[Turn]:
    lead = visit.person
    async for one in in_pairs(gateway.desk, visit.cohort, visit.cohort.pairs.values(), lead):
        if not isinstance(one.state, PairState):
            continue
        for person in one.state.partners:
            theirs = replace(visit, person=person, stream=one.stream, state=one.state)
            for page, _ in home.waiting(theirs):
                if page in _OF_PAIR:
                    at, late = due(one.state, page, visit.now)
                    yield Turn(person, _OF_PAIR[page], at, late)


def due(pair: PairState, page: str, now: datetime) -> tuple[datetime | None, bool]:
    """When that was or is due, and whether it is late."""
    match page:
        case "session":
            at = min((one.ends_at for one in on_plan(pair)), default=None)
        case "pulse":
            at = pair.pulse.closes_at if pair.pulse else None
        case "milestone":
            at = pair.milestone_due
        case "endpoint":
            at = pair.endpoint.closes_at if pair.endpoint else None
        case "memo":
            at = _memo_due(pair)
        case _:
            at = schedule.first_meeting_due(pair.agreed, pair.policy, pair.starts_on)
    return at, at is not None and at < now


def _memo_due(pair: PairState) -> datetime | None:
    if pair.ended_at is None:
        return None
    ended_on, short = schedule.day_of(pair.agreed, pair.ended_at), pair.end_state == "reshuffled"
    return schedule.memo_due(pair.agreed, pair.policy, ended_on, short=short)
