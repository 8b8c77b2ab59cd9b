"""Baseline, and the budget of surveys: one for a person in some days (T6, A10, G17). Pure: no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from turnabout import calendar
from turnabout.policy import Policy
from turnabout.schedule.days import Frame, business_day, day_of, days_before_kickoff
from turnabout.schedule.kickoff import first_meeting_due
from turnabout.schedule.waves import endpoint_opens, pulse_opens


def baseline_opens(frame: Frame, policy: Policy) -> datetime:
    """K-7: the baseline opens (T6)."""
    return days_before_kickoff(frame, policy.measurement.opens)


def baseline_reminders(frame: Frame, policy: Policy) -> tuple[datetime, ...]:
    """K-3 and K-1: the silent are reminded (T6)."""
    return tuple(days_before_kickoff(frame, days) for days in policy.measurement.reminders)


def baseline_report(frame: Frame, policy: Policy) -> datetime:
    """When the lead hears how many baselines are missing (T6)."""
    return business_day(frame, day_of(frame, frame.kickoff), policy.measurement.lead)


def baseline_grace(frame: Frame, policy: Policy) -> datetime:
    """Until when a baseline is in time without a pair: as long as a pair may take to meet (A10)."""
    return first_meeting_due(frame, policy, day_of(frame, frame.kickoff))


def late_baseline_reminder(frame: Frame, policy: Policy, asked_on: date) -> datetime:
    """When somebody who was asked on that day, later than the others, is reminded (T6)."""
    return business_day(frame, asked_on, policy.measurement.late_reminder)


def survey_weeks(frame: Frame, policy: Policy, weeks: Iterable[int]) -> tuple[int, ...]:
    """Those weeks whose pulse leaves some days between any two surveys of a person; baseline and endpoint are
    asked in any case, and of two pulses the earlier (G17)."""
    gap = policy.measurement.survey_gap
    kept: list[int] = []
    last = day_of(frame, baseline_opens(frame, policy)) if policy.measurement.waves else None
    end = day_of(frame, endpoint_opens(frame))
    for week in weeks:
        opens = day_of(frame, pulse_opens(frame, week))
        if (last is None or (opens - last).days >= gap) and abs((end - opens).days) >= gap:
            kept.append(week)
            last = opens
    return tuple(kept)


def survey_free(frame: Frame, policy: Policy, weeks: Iterable[int], at: datetime) -> datetime | None:
    """The first time from `at` on that keeps the distance to every pulse of these weeks and to the endpoint;
    None where that would be after the endpoint has opened (G17)."""
    gap = policy.measurement.survey_gap
    end = endpoint_opens(frame)
    for other in sorted(pulse_opens(frame, week) for week in weeks):
        if abs((day_of(frame, other) - day_of(frame, at)).days) < gap:
            day = day_of(frame, other) + _days(gap)
            at = business_day(frame, calendar.add_business_days(day, 0, frame.holidays))
    return at if (day_of(frame, end) - day_of(frame, at)).days >= gap else None


def _days(count: int) -> timedelta:
    return timedelta(days=count)
