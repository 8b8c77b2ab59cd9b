"""Sessions, their reminders and what follows from silence (T9). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from turnabout import calendar
from turnabout.policy import Policy
from turnabout.schedule.days import WEEK, Frame


def session_series(
    frame: Frame,
    first: date,
    weekday: int,
    at: time,
    timezone: str,
    interval_weeks: int,
    count: int,
) -> tuple[datetime, ...]:
    """The starts of up to `count` sessions, from the first `weekday` (0 = Monday) on or after `first`, at a
    constant local hour of `timezone`, none after the last day. A holiday moves a session to the next business
    day, on the last day of all to the one before (R67: never the end). Pass the day after the kickoff as
    `first`, so that one session falls into each interval."""
    starts: list[datetime] = []
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while len(starts) < count and day <= frame.ends_on:
        held = calendar.add_business_days(day, 0, frame.holidays)
        if held > frame.ends_on:
            held = calendar.last_business_day(frame.ends_on, frame.holidays)
        starts.append(calendar.instant(held, at, timezone))
        day += WEEK * interval_weeks
    return tuple(starts)


def session_reminder(policy: Policy, starts_at: datetime) -> datetime:
    """A day before a session (T9); fit it earlier."""
    return starts_at - timedelta(hours=policy.sessions.reminder)


def session_log_prompts(policy: Policy, ends_at: datetime) -> tuple[datetime, ...]:
    """When the partners are asked to log a session that has ended (T9)."""
    return tuple(ends_at + timedelta(hours=hours) for hours in policy.sessions.log_prompts)


def session_lapses(policy: Policy, ends_at: datetime) -> datetime:
    """When an unlogged session counts as missed (K10)."""
    return ends_at + timedelta(days=policy.sessions.unlogged)


def reschedule_prompt(policy: Policy, missed_at: datetime) -> datetime:
    """When a pair that missed a session is asked to find a new time (T9)."""
    return missed_at + timedelta(hours=policy.sessions.missed)


def inactive_at(policy: Policy, since: datetime, interval_weeks: int) -> datetime:
    """When a pair that completed nothing `since` then is flagged (T9: two intervals and three days)."""
    rules = policy.sessions
    return since + WEEK * interval_weeks * rules.inactive_intervals + timedelta(days=rules.inactive_grace)
