"""Memos, close, next cohort, archive (T16, T19, G9). Pure."""

from __future__ import annotations

from turnabout import schedule
from turnabout.plan.draft import Draft


def memos_and_close(draft: Draft) -> None:
    """T16, T19, archive."""
    spec, rules, ended_on, filed = draft.spec, draft.rules, draft.spec.ends_on, "filed"
    due = schedule.memo_due(spec, rules, ended_on)
    reminders = schedule.memo_reminders(spec, rules, ended_on)
    overdue = schedule.memo_escalation(spec, rules, ended_on)
    draft.add(due, "T16", "Closure memos due", "deadline", unless=filed)
    draft.tell(due, "T16", "Closure memo due", "pairs", "memo_due", unless=filed)
    ends = schedule.pair_ends(spec, rules)
    draft.tell(ends, "T16", "The cohort's closure memo", "lead", "cohort_memo_due")
    for at in reminders:
        draft.tell(at, "T16", "Closure memo overdue", "pairs", "memo_reminder", unless=filed)
        draft.tell(at, "T16", "The cohort's memo overdue", "lead", "cohort_memo_due", unless=filed)
    draft.escalate(overdue, "T16", "Pair without a closure memo", "memo_overdue", filed)
    draft.escalate(overdue, "T16", "Cohort without a memo", "cohort_memo_overdue", filed, "sponsor")
    at = schedule.next_cohort_due(spec, rules)
    draft.tell(at, "T19", "Next cohort to plan", "lead", "next_cohort_due")
    close = schedule.close_expected(spec, rules)
    draft.add(close, "G9", "The cohort can close", unless="a memo is missing")
    closed_on = schedule.day_of(spec, close)
    for at in schedule.close_reminders(spec, rules, closed_on):
        draft.tell(at, "G9", "The cohort to close", "lead", "cohort_to_close", unless="closed")
    at = schedule.close_escalation(spec, rules, closed_on)
    draft.escalate(at, "G9", "The cohort not closed", "cohort_not_closed", "closed", "sponsor")
    at = schedule.next_cohort_late(spec, rules, closed_on)
    draft.tell(at, "T19", "Is the next cohort planned?", "lead", "next_cohort_late")
    draft.add(schedule.archived(spec, rules, closed_on), "R98", "The cohort is archived")
