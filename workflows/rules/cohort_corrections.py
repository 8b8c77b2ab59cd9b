"""Putting right what was entered wrongly about a cohort (R103): a new event names the old one. Pure."""

from __future__ import annotations

from typing import Literal

from events.base import Event
from events.cohort_corrections import AttendanceCorrected, DutyCorrected
from turnabout.commands.cohort_corrections import CorrectAttendance, CorrectDuty
from turnabout.errors import Rejected
from workflows.rules import cohort_governance as governance
from workflows.rules.cohort_corrections_folds import attendance_fact, duty_fact
from workflows.rules.cohort_kickoff import make_up_item, make_ups
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

Stands = Literal["fulfilled", "late", "due", "missed"]


def correct_attendance(state: CohortState, command: CorrectAttendance, moment: Moment) -> list[Event]:
    """Who was there needs no make-up; who was not owes one, as long as no pair has started on it (G4)."""
    person = command.person
    fact = state.record.facts.get(attendance_fact(person))
    if fact is None:
        raise Rejected("R52", f"nothing is recorded of {person} at the kickoff.", hint="Check the id.")
    if command.attended == (person in state.attended):
        said = "present" if command.attended else "absent"
        raise Rejected("R52", f"{person} is recorded as {said}.", hint="Nothing to correct.")
    started = [pair.pair for pair in state.living if person in pair.people and pair.activated]
    if started and not command.attended:
        raise Rejected(
            "G4",
            f"the start of {', '.join(started)} rests on it.",
            hint="Let them catch up; the record stays as it is.",
        )
    owes = [person] if not command.attended and person in state.engaged - state.on_hold else []
    planner = Planner(state, moment.now)
    return [
        AttendanceCorrected(
            corrects=fact,
            person=person,
            attended=command.attended,
            by=moment.actor.id,
            reason=command.reason,
            opens=make_ups(planner, owes, planner.today),
            settles=state.ledger.still_open(make_up_item(person)) if command.attended else (),
        )
    ]


def correct_duty(state: CohortState, command: CorrectDuty, moment: Moment) -> list[Event]:
    """How a duty really stands. Nobody is told of one that turns out missed: it is the lead who says so."""
    duty = command.duty
    held, fact = state.duties.get(duty), state.record.facts.get(duty_fact(duty))
    if duty == "kickoff":
        raise Rejected("R54", "the kickoff rests on the sponsor's presence.", hint="The record stands.")
    if held is None or fact is None:
        raise Rejected("R28", f"nothing is recorded of the {duty}.", hint="Record it with fulfil_duty.")
    stands = _stands(state, command, overdue=moment.now >= held.due_at)
    again = governance.asked_again(Planner(state, moment.now), duty) if stands == "due" else ()
    opened = {chase.item for chase in again}
    items = state.ledger.still_open(f"duty-{duty}", f"duty-{duty}-overdue")
    return [
        DutyCorrected(
            corrects=fact,
            duty=duty,
            state=stands,
            by=moment.actor.id,
            reason=command.reason,
            opens=again,
            settles=tuple(item for item in items if item not in opened),
        )
    ]


def _stands(state: CohortState, command: CorrectDuty, *, overdue: bool) -> Stands:
    if command.was != "not_fulfilled":
        return "fulfilled" if command.was == "on_time" else "late"
    # Recognition falls due after the close only, whenever that was expected.
    waits = command.duty == "recognition" and state.phase != "closed"
    return "missed" if overdue and not waits else "due"


RULES: Rules[CohortState] = {
    CorrectAttendance: correct_attendance,
    CorrectDuty: correct_duty,
}
