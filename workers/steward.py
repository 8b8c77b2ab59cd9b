"""The safety steward's queue over a cohort and all its pairs (R73, T18), and what people told the steward,
folded from the log. Confidential.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog
from pydantic import TypeAdapter

from events.base import Event
from events.cohort import COHORT_EVENTS
from events.cohort_care import CohortConcernRaised
from events.contracts import StoredEvent
from events.pair import PAIR_EVENTS
from events.pair_care import ConcernRaised, PairStewardChanged
from events.sealing import SEALED
from projections.projection import wire
from turnabout import schedule
from turnabout.errors import Rejected
from turnabout.model import Model, PersonId
from workers import streams
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState
from workflows.rules.steward_queue import queue

_log = structlog.stdlib.get_logger(__name__)


class ConcernLine(Model):
    """What somebody said to the steward `told_to`; `text` is None where the person is `erased`.
    Confidential."""

    occurred_at: datetime
    person: PersonId
    about_safety: bool
    told_to: PersonId
    erased: bool
    text: str | None


class WaitingLine(Model):
    """Who waits for the steward, since when, and by when what is due; never why. Somebody who asked for a
    conversation beside their pair, or without one, is named, with the number of their concern."""

    pair: str | None = None
    person: PersonId | None = None
    number: int | None = None
    what: str
    since: datetime
    contact_by: datetime
    contacted: bool
    resolve_by: datetime | None
    to_agree: tuple[PersonId, ...]


async def waiting(cohort: str, reader: str | None) -> Sequence[WaitingLine]:
    """Who waits for the steward who asks, the most urgent first. Raises NotFound for an unknown cohort,
    Rejected (G21) for anybody who is steward neither of it nor of one of its pairs. That somebody read it is
    logged."""
    planned, pairs = await streams.of_cohort(cohort)
    found = [queue(_history(events, PAIR_EVENTS)) for events in pairs]
    state = _cohort(planned)
    if reader not in {state.steward.id, *(steward for steward, _ in found)}:
        raise Rejected("G21", "only the safety steward may read that.", hint="Say who you are with --actor.")
    _log.warning("queue_read", stream=SEALED, actor=reader)
    lines = [WaitingLine(**one._asdict()) for steward, some in found if steward == reader for one in some]
    lines += _beside_pairs(state) if reader == state.steward.id else []
    return sorted(lines, key=lambda line: (line.contacted, line.contact_by))


async def concerns_of_pair(pair: str, reader: str | None) -> list[ConcernLine]:
    """What people of a pair told its steward, as `_confided` shows it. Raises NotFound for an unknown one."""
    events = await streams.of_pair(pair)
    trusted, told = events[0].data["terms"]["steward"], []
    for event in events:
        if event.type == wire(PairStewardChanged):
            trusted = event.data["steward"]
        if event.type == wire(ConcernRaised):
            told.append((event, trusted))
    return _confided(told, reader, trusted)


async def concerns_of_cohort(cohort: str, reader: str | None) -> list[ConcernLine]:
    """What people told the steward beside their pairs, as `_confided` shows it. Raises NotFound for an
    unknown one."""
    events, _ = await streams.of_cohort(cohort)
    told = [(event, event.data["steward"]) for event in events if event.type == wire(CohortConcernRaised)]
    return _confided(told, reader, _cohort(events).steward.id)


def _confided(told: Sequence[tuple[StoredEvent, str]], reader: str | None, steward: str) -> list[ConcernLine]:
    """Concerns for whom they were told to: who wrote them chose whom to trust (R73), and whoever came into
    the office later reads none of them. Raises Rejected (G21) for anybody who was never steward here. That
    somebody read it is logged."""
    if reader != steward and reader not in {to for _, to in told}:
        raise Rejected("G21", "only the safety steward may read that.", hint="Say who you are with --actor.")
    _log.warning("concerns_read", stream=SEALED, actor=reader)
    return [
        ConcernLine(
            occurred_at=event.occurred_at,
            person=event.data["respondent"],
            about_safety=event.data.get("about_safety", False),
            told_to=to,
            erased=event.data["text"] is None,
            text=event.data["text"],
        )
        for event, to in told
        if reader == to
    ]


def _beside_pairs(state: CohortState) -> list[WaitingLine]:
    return [
        WaitingLine(
            person=one.person,
            number=number,
            what="conversation",
            since=one.since,
            contact_by=schedule.steward_contact_due(state.policy, one.since),
            contacted=False,
            resolve_by=None,
            to_agree=(),
        )
        for number, one in state.care.waiting.items()
    ]


def _cohort(events: Sequence[StoredEvent]) -> CohortState:
    state = COHORT.initial
    for at, event in _history(events, COHORT_EVENTS):
        state = COHORT.evolve(state, event, at)
    return state


def _history(events: Sequence[StoredEvent], kinds: TypeAdapter[Event]) -> Iterator[tuple[datetime, Event]]:
    for one in events:
        yield one.occurred_at, kinds.validate_python({"type": one.type, **one.data})
