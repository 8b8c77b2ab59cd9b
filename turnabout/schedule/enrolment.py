"""Opening and close of enrolment, the windows of choice and consent (T4, T5, R37). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime

from turnabout import calendar
from turnabout.policy import Policy
from turnabout.schedule.days import Frame, business_day, day_of


def opening_reminders(frame: Frame, policy: Policy, chartered_on: date) -> tuple[datetime, ...]:
    """When the lead is reminded to open enrolment: business days after charter and commitment (T4)."""
    return tuple(business_day(frame, chartered_on, count) for count in policy.charter.opening_reminders)


def opening_escalation(frame: Frame, policy: Policy, chartered_on: date) -> datetime:
    """When the sponsor is told that enrolment has not been opened (T4)."""
    return business_day(frame, chartered_on, policy.charter.opening_escalation)


def enrolment_closes(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When enrolment closes by itself (T4)."""
    return business_day(frame, opened_on, policy.charter.enrolment)


def enrolment_reminders(frame: Frame, policy: Policy, opened_on: date) -> tuple[datetime, ...]:
    """When those who have not answered are reminded: business days before the close (T4)."""
    closes_on = day_of(frame, enrolment_closes(frame, policy, opened_on))
    return tuple(business_day(frame, closes_on, -count) for count in policy.charter.enrolment_reminders)


def choice_closes(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When a mentee's time to rank a shortlist is over (T5)."""
    return business_day(frame, opened_on, policy.matching.choice_window)


def choice_reminder(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When a mentee who has not ranked is reminded; the window's first day is day 1 (T5)."""
    return _window_day(frame, opened_on, policy.matching.choice_reminder)


def consent_closes(frame: Frame, policy: Policy, asked_on: date) -> datetime:
    """When a mentor's time to answer a proposed match is over (R37)."""
    return business_day(frame, asked_on, policy.matching.consent_window)


def consent_reminder(frame: Frame, policy: Policy, asked_on: date) -> datetime:
    """When a mentor who has not answered is reminded: one business day before the close (R37)."""
    return business_day(frame, day_of(frame, consent_closes(frame, policy, asked_on)), -1)


def _window_day(frame: Frame, opened_on: date, number: int) -> datetime:
    """The `number`-th business day of a window whose first day is day 1."""
    first = calendar.add_business_days(opened_on, 0, frame.holidays)
    return business_day(frame, first, max(0, number - 1))
