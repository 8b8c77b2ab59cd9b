"""Pulse, milestone check, decision and endpoint wave (T10, T11, T14, T15). Pure."""

from __future__ import annotations

from turnabout import schedule
from turnabout.plan.draft import Draft


def pulse(draft: Draft, week: int) -> None:
    """T10, T11."""
    spec, rules = draft.spec, draft.rules
    opens, closes = schedule.pulse_opens(spec, week), schedule.pulse_closes(spec, rules, week)
    reminders = schedule.pulse_reminders(spec, rules, week)
    draft.tell(opens, "T10", f"Pulse of week {week}", "pairs", "pulse_invitation")
    for at in reminders:
        draft.tell(at, "T10", "Pulse still to answer", "pairs", "pulse_reminder", unless="answered")
    draft.add(closes, "T10", f"Pulse of week {week} closes", "deadline")
    filled = "filled in"
    draft.tell(opens, "T11", "Milestone check, together", "pairs", "milestone_invitation")
    for at in reminders[-1:]:
        draft.tell(at, "T11", "Milestone check to fill in", "pairs", "milestone_reminder", unless=filled)
    draft.add(
        schedule.milestone_due(spec, rules, week), "T11", "Milestone check due", "deadline", unless=filled
    )


def midpoint(draft: Draft) -> None:
    """T14."""
    spec, rules, week = draft.spec, draft.rules, draft.shape.decision_week
    asks = schedule.pulse_closes(spec, rules, week)
    draft.tell(asks, "T14", "Midpoint of each pair to decide", "lead", "midpoint_decision")
    at = schedule.decision_due(spec, rules, week)
    draft.add(at, "T14", "Undecided pairs continue", "deadline", unless="decided")
    draft.escalate(at, "T14", "Midpoint decided by default", "midpoint_defaulted", "decided")


def endpoint(draft: Draft) -> None:
    """T15."""
    spec, rules = draft.spec, draft.rules
    draft.tell(schedule.endpoint_opens(spec), "T15", "Endpoint wave", "pairs", "endpoint_invitation")
    for at in schedule.endpoint_reminders(spec, rules):
        draft.tell(at, "T15", "Endpoint still to answer", "pairs", "endpoint_reminder", unless="answered")
    draft.add(schedule.endpoint_closes(spec, rules), "T15", "Endpoint wave closes", "deadline")
    ends = schedule.pair_ends(spec, rules)
    draft.add(ends, "R57", "The pairs' work ends")
    draft.tell(ends, "R57", "Thanks, and what is left to do", "pairs", "pair_ended")
