"""Concerns of people with a pair or without one (R73): they go to the steward, and to nobody else. Pure."""

from __future__ import annotations

from events.base import Event
from events.cohort_care import CohortConcernRaised, CohortContactRecorded
from turnabout import schedule
from turnabout.commands.cohort_care import RaiseCohortConcern, RecordCohortContact
from turnabout.errors import Rejected
from workflows.rules.cohort_care_folds import follow_up_item
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

TO_THE_STEWARD = frozenset({"concern_received"})
"""The messages that follow the steward's office, not the person."""


def raise_concern(state: CohortState, command: RaiseCohortConcern, moment: Moment) -> list[Event]:
    """Anybody on the roster, at any time; who stays out or has left may have a reason to."""
    number, steward = state.care.raised + 1, state.steward.id
    planner, due = Planner(state, moment.now), schedule.steward_contact_due(state.policy, moment.now)
    # Somebody who waits for the steward does so after an outage, too.
    until = schedule.steward_leaves(state.policy, due)
    reminder = planner.prompt(due, [steward], "concern_received", until=until)
    return [
        CohortConcernRaised(
            number=number,
            respondent=moment.actor.id,
            steward=steward,
            text=command.text,
            opens=planner.chase(follow_up_item(number), "steward", reminder),
        )
    ]


def record_contact(state: CohortState, command: RecordCohortContact, _: Moment) -> list[Event]:
    """The steward has spoken with them."""
    if command.number not in state.care.waiting:
        raise Rejected("R73", f"nobody waits under {command.number}.", hint="Nothing to do.")
    settles = state.ledger.still_open(follow_up_item(command.number))
    return [CohortContactRecorded(number=command.number, settles=settles)]


RULES: Rules[CohortState] = {RaiseCohortConcern: raise_concern, RecordCohortContact: record_contact}
