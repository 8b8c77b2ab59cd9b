"""Sessions, their reminders and what follows from silence (T9). Pure: no clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from turnabout import calendar
from turnabout.policy import Policy
from turnabout.schedule.days import WEEK, Frame, monday_of


def session_series(
    frame: Frame,
    first: date,
    weekday: int,
    at: time,
    timezone: str,
    interval_weeks: int,
    count: int,
    blocked: Collection[date] = (),
) -> tuple[datetime, ...]:
    """The starts of up to `count` sessions, from the first `weekday` (0 = Monday) on or after `first`, at
    a constant local hour of `timezone`, none after the last day. A holiday, or a day that is `blocked`
    for this pair, moves a session to the next business day that has none (R67: never beyond
    the end; there to one before, within an interval and no third into it). Pass the day after the kickoff as
    `first`, so that one session falls into each interval."""
    planned: list[date] = []
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while len(planned) < count and day <= frame.ends_on:
        held = free_day(day, frame.ends_on, (*frame.holidays, *blocked), planned, first, interval_weeks)
        if held is not None:
            planned.append(held)
        day += WEEK * interval_weeks
    return tuple(calendar.instant(held, at, timezone) for held in sorted(planned))


def free_day(
    day: date,
    last: date,
    blocked: Collection[date],
    taken: Collection[date],
    first: date,
    interval_weeks: int = 1,
) -> date | None:
    """The business day from `day` to `last` that is neither blocked nor taken (R67); else one before it, from
    `first` on and within an interval, so that no absence up to the end crams sessions into the last days
    before it: none goes where two are in an interval. None where there is none."""

    def interval(one: date) -> int:
        return (monday_of(one) - monday_of(day)).days // (7 * interval_weeks)

    full = [interval(one) for one in taken]
    later = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    before = min(day - timedelta(days=1), last)
    reach = min((before - first).days + 1, 7 * interval_weeks)
    earlier = [before - timedelta(days=n) for n in range(reach)]
    for one in (*later, *(one for one in earlier if full.count(interval(one)) < 2)):
        if calendar.is_business_day(one, blocked) and one not in taken:
            return one
    return None


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
