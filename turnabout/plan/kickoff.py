"""Kickoff, and what a pair prepares (T7, T8). Pure."""

from __future__ import annotations

from turnabout import schedule
from turnabout.plan.draft import Draft


def kickoff(draft: Draft) -> None:
    """T7, T8."""
    spec, rules, held_on = draft.spec, draft.rules, draft.spec.kickoff_on
    for at, what, template in (
        (schedule.kickoff_invitation(spec, rules), "Invitation to the kickoff", "kickoff_invitation"),
        (schedule.kickoff_cheat_sheet(spec, rules), "Cheat sheet for the kickoff", "kickoff_cheat_sheet"),
        (schedule.kickoff_reminder(spec, rules), "Kickoff tomorrow", "kickoff_reminder"),
    ):
        for to in draft.guests if template != "kickoff_cheat_sheet" else draft.guests[:1]:
            draft.before(max(at, draft.ready), "T7", what, to, template, spec.kickoff)
    draft.add(spec.kickoff, "R51", f"Kickoff, {rules.kickoff.minutes} minutes")
    ends = schedule.kickoff_ends(spec, rules)
    for at in (ends, *(schedule.business_day(spec, held_on, count) for count in (1, 3))):
        draft.tell(at, "R51", "Kickoff to record", "lead", "kickoff_to_record", unless="recorded")
    due = schedule.make_up_due(spec, rules, held_on)
    caught_up = "there, or at a make-up"
    for at in (ends, schedule.business_day(spec, schedule.day_of(spec, due), -1)):
        draft.tell(at, "R52", "Make-up of the kickoff", "pairs", "make_up_due", unless=caught_up)
    draft.escalate(due, "R52", "Make-up of the kickoff overdue", "make_up_overdue", caught_up)


def first_meeting(draft: Draft) -> None:
    """What pairs prepare, and T8."""
    spec, rules, held_on = draft.spec, draft.rules, draft.spec.kickoff_on
    prepared, met = "prepared", "the pair has met"
    draft.tell(draft.ready, "R43", "Goal, exchange, cadence and ground rules", "pairs", "prepare_pair")
    for at in schedule.first_meeting_reminders(spec, rules, held_on):
        draft.tell(at, "T8", "Pair still to prepare", "pairs", "preparation_reminder", unless=prepared)
        draft.tell(at, "T8", "First meeting to hold", "pairs", "first_meeting_reminder", unless=met)
    due = schedule.first_meeting_due(spec, rules, held_on)
    draft.add(due, "T8", "First meeting due", "deadline", unless=met)
    at = schedule.first_meeting_escalation(spec, rules, held_on)
    draft.escalate(at, "T8", "Pair not prepared", "preparation_overdue", prepared)
    draft.escalate(at, "T8", "First meeting not held", "first_meeting_overdue", met)
