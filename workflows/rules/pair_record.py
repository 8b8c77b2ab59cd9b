"""Which events of a pair hold what may turn out wrong, so that a correction can name them (R103). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.base import Event
from events.pair_care import PairResumed
from events.pair_closing import OutcomeRecorded
from events.pair_corrections import DeliverableCorrected, OutcomeCorrected, SessionCorrected
from events.pair_preparation import KickoffAttended, PairActivated
from events.pair_pulse import StagnationAssessed
from events.pair_sessions import ActionCompleted, DeliverableRecorded, SessionHeld, SessionMissed


@dataclass(frozen=True)
class Made:
    """A deliverable: the version of the event that says so last, and when it was made; `gone`: it was not."""

    version: int
    at: datetime
    gone: bool = False


@dataclass(frozen=True)
class Record:
    """`version` is that of the last event folded; `facts` maps what may be corrected to the event that said
    so last; `made` are the deliverables in order; `fresh_at` is when the pair last did something else that
    keeps it from being quiet; `misses_since` the version after which misses in a row count; `reviewed_at`
    when the midpoint review looked."""

    version: int = 0
    facts: Mapping[str, int] = field(default_factory=dict)
    made: tuple[Made, ...] = ()
    fresh_at: datetime | None = None
    misses_since: int = 0
    reviewed_at: datetime | None = None


def session(number: int) -> str:
    """What is known of a session."""
    return f"session-{number}"


def attendance(person: str) -> str:
    """What is known of somebody's presence at the kickoff."""
    return f"attendance-{person}"


OUTCOME = "outcome"


def noted(record: Record, event: Event, at: datetime) -> Record:
    """The record after the next event of the stream."""
    record = replace(record, version=record.version + 1)
    match event:
        case SessionHeld(number=number, deliverables=deliverables):
            made = tuple(Made(record.version, at) for _ in deliverables)
            return replace(_fact(record, session(number)), made=(*record.made, *made))
        case SessionMissed(number=number) | SessionCorrected(number=number):
            return _fact(record, session(number))
        case DeliverableRecorded():
            return replace(record, made=(*record.made, Made(record.version, at)))
        case DeliverableCorrected(number=number, what=what):
            now = Made(record.version, record.made[number - 1].at, gone=what is None)
            return replace(record, made=(*record.made[: number - 1], now, *record.made[number:]))
        case OutcomeRecorded() | OutcomeCorrected():
            return _fact(record, OUTCOME)
        case KickoffAttended(people=people):
            return _fact(record, *map(attendance, people))
        case PairActivated() | ActionCompleted():
            return replace(record, fresh_at=at)
        case PairResumed():
            return replace(record, fresh_at=at, misses_since=record.version)
        case StagnationAssessed():
            return replace(record, reviewed_at=at)
    return record


def _fact(record: Record, *names: str) -> Record:
    return replace(record, facts={**record.facts, **dict.fromkeys(names, record.version)})
