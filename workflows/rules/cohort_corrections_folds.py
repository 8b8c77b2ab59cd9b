"""Which events of a cohort hold what may turn out wrong, and what a correction changes (R103). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from events.base import Event
from events.cohort_corrections import AttendanceCorrected, DutyCorrected
from events.cohort_governance import DutyFulfilled, DutyMissed
from events.cohort_running import KickoffHeld, MakeUpAttended
from workflows.rules.cohort_state import CohortState, Record
from workflows.rules.decider import Folds


def duty_fact(duty: str) -> str:
    """What is known of a duty."""
    return f"duty-{duty}"


def attendance_fact(person: str) -> str:
    """What is known of somebody's presence at the kickoff."""
    return f"attendance-{person}"


def noted(record: Record, event: Event) -> Record:
    """The record after the next event of the stream."""
    record = replace(record, version=record.version + 1)
    match event:
        case KickoffHeld(attended=attended, absent=absent):
            return _fact(record, *map(attendance_fact, (*attended, *absent)))
        case MakeUpAttended(person=person) | AttendanceCorrected(person=person):
            return _fact(record, attendance_fact(person))
        case DutyFulfilled(duty=duty) | DutyMissed(duty=duty) | DutyCorrected(duty=duty):
            return _fact(record, duty_fact(duty))
    return record


def _fact(record: Record, *names: str) -> Record:
    return replace(record, facts={**record.facts, **dict.fromkeys(names, record.version)})


def attendance_corrected(state: CohortState, event: AttendanceCorrected, _: datetime) -> CohortState:
    one = frozenset({event.person})
    return replace(state, attended=state.attended | one if event.attended else state.attended - one)


def duty_corrected(state: CohortState, event: DutyCorrected, _: datetime) -> CohortState:
    held = replace(
        state.duties[event.duty],
        fulfilled=event.state in {"fulfilled", "late"},
        missed=event.state == "missed",
    )
    return replace(state, duties=MappingProxyType({**state.duties, event.duty: held}))


FOLDS: Folds[CohortState] = {
    AttendanceCorrected: attendance_corrected,
    DutyCorrected: duty_corrected,
}
