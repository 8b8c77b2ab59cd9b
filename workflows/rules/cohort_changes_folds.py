"""What a cohort knows after a change about its people. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from events.cohort_changes import PersonExited, ReportingLineChanged
from workflows.rules.cohort_people_folds import gone
from workflows.rules.cohort_state import CohortState, line_item
from workflows.rules.decider import Folds


def relined(state: CohortState, event: ReportingLineChanged, _: datetime) -> CohortState:
    person = state.roster[event.person].model_copy(update={"reports_to": event.reports_to})
    roster = {**state.roster, event.person: person}
    over = {name for name, pair in state.pairs.items() if line_item(pair.number) in event.settles}
    kept = {name: why for name, why in state.conflicts.items() if name not in over}
    conflicts = {**kept, **{one.pair: one.told for one in event.conflicts}}
    return replace(state, roster=MappingProxyType(roster), conflicts=MappingProxyType(conflicts))


def exited(state: CohortState, event: PersonExited, _: datetime) -> CohortState:
    return replace(gone(state, event.person, "left the company"), exited=state.exited | {event.person})


FOLDS: Folds[CohortState] = {
    ReportingLineChanged: relined,
    PersonExited: exited,
}
