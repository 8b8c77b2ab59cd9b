"""End, memos, close, next cohort and archive (T16, T19, G9). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from turnabout import calendar
from turnabout.policy import Policy
from turnabout.schedule.days import Frame, business_day, day_of, on_day
from turnabout.schedule.waves import endpoint_closes


def pair_ends(frame: Frame, policy: Policy) -> datetime:
    """The end of the last day of work, at the hour at which reminders stop."""
    return on_day(frame, frame.ends_on, time(policy.nudges.day_ends))


def memo_due(frame: Frame, policy: Policy, ended_on: date, *, short: bool = False) -> datetime:
    """By when a pair that ended on that day files its memo (T16); `short`: the memo of a reshuffled pair
    (G7). For the cohort's own memo pass the day on which its last pair ended. Where the policy names a last
    day for memos, it is due then at the latest, unless the end came too late for it."""
    count = policy.stagnation.short_memo if short else policy.closing.memo
    due = business_day(frame, ended_on, count)
    if policy.closing.memo_by is None:
        return due
    last = day_of(frame, frame.kickoff) + timedelta(days=policy.closing.memo_by)
    last = calendar.last_business_day(last, frame.holidays)
    return min(due, on_day(frame, last)) if last > ended_on else due


def memo_reminders(
    frame: Frame, policy: Policy, ended_on: date, *, short: bool = False
) -> tuple[datetime, ...]:
    """When an overdue memo is asked for: business days after it was due (T16)."""
    due_on = day_of(frame, memo_due(frame, policy, ended_on, short=short))
    return tuple(business_day(frame, due_on, count) for count in policy.closing.memo_reminders)


def memo_escalation(frame: Frame, policy: Policy, ended_on: date) -> datetime:
    """When the lead is told of a missing memo: business days after the end (T16)."""
    return business_day(frame, ended_on, policy.closing.memo_escalation)


def close_expected(frame: Frame, policy: Policy) -> datetime:
    """When the cohort closes if all goes to plan: the later of the memos' due time and the wave's end."""
    return max(memo_due(frame, policy, frame.ends_on), endpoint_closes(frame, policy))


def close_reminders(frame: Frame, policy: Policy, filed_on: date) -> tuple[datetime, ...]:
    """When the lead is reminded to close the cohort: business days after the last memo (G9)."""
    return tuple(business_day(frame, filed_on, count) for count in policy.closing.close_reminders)


def close_escalation(frame: Frame, policy: Policy, filed_on: date) -> datetime:
    """When the sponsor is told that the cohort has not been closed (G9)."""
    return business_day(frame, filed_on, policy.closing.close_escalation)


def next_cohort_due(frame: Frame, policy: Policy) -> datetime:
    """When the lead is asked to plan the next cohort: days before the expected close (T19)."""
    expected_on = day_of(frame, close_expected(frame, policy))
    return on_day(frame, expected_on - timedelta(days=policy.closing.next_cohort))


def next_cohort_late(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """When a cohort closed on that day without a successor raises the one-off alert (T19)."""
    return on_day(frame, closed_on + timedelta(days=policy.closing.next_cohort_late))


def archived(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """When a cohort closed on that day is archived."""
    return on_day(frame, closed_on + timedelta(days=policy.closing.archive))
