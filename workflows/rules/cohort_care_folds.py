"""What a cohort knows of who waits for its steward. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.cohort_care import CohortConcernRaised, CohortContactRecorded
from workflows.rules.cohort_people_folds import with_, without
from workflows.rules.cohort_state import Asked, CohortState
from workflows.rules.decider import Folds


def follow_up_item(number: int) -> str:
    """The item under which the steward is reminded of who waits."""
    return f"follow-up-{number}"


def concerned(state: CohortState, event: CohortConcernRaised, at: datetime) -> CohortState:
    waiting = with_(state.care.waiting, event.number, Asked(event.respondent, at, event.steward))
    return replace(state, care=replace(state.care, raised=event.number, waiting=waiting))


def contacted(state: CohortState, event: CohortContactRecorded, _: datetime) -> CohortState:
    return replace(state, care=replace(state.care, waiting=without(state.care.waiting, event.number)))


FOLDS: Folds[CohortState] = {CohortConcernRaised: concerned, CohortContactRecorded: contacted}
