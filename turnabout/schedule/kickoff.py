"""Kickoff, make-up and first meeting (T7, T8, R52). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from turnabout.policy import Policy
from turnabout.schedule.days import Frame, business_day, days_before_kickoff, on_day


def kickoff_invitation(frame: Frame, policy: Policy) -> datetime:
    """K-14: the invitation (T7). A cohort that is ready later invites at once."""
    return days_before_kickoff(frame, policy.kickoff.invite)


def kickoff_cheat_sheet(frame: Frame, policy: Policy) -> datetime:
    """K-2: the cheat sheet (T7)."""
    return days_before_kickoff(frame, policy.kickoff.cheat_sheet)


def kickoff_reminder(frame: Frame, policy: Policy) -> datetime:
    """K-1: the reminder (T7)."""
    return days_before_kickoff(frame, policy.kickoff.reminder)


def kickoff_ends(frame: Frame, policy: Policy) -> datetime:
    """The end of the kickoff, from when the lead is asked to record it (R51)."""
    return frame.kickoff + timedelta(minutes=policy.kickoff.minutes)


def make_up_due(frame: Frame, policy: Policy, held_on: date) -> datetime:
    """By when an absentee attends the make-up of a kickoff held on that day (R52)."""
    return business_day(frame, held_on, policy.kickoff.make_up)


def first_meeting_due(frame: Frame, policy: Policy, started_on: date) -> datetime:
    """By when a pair that started on that day (the kickoff's, or its own where it came later) meets (T8)."""
    return on_day(frame, started_on + timedelta(days=policy.kickoff.first_meeting_due))


def first_meeting_reminders(frame: Frame, policy: Policy, started_on: date) -> tuple[datetime, ...]:
    """When a pair that has not met, or not finished preparing, is nudged (T8)."""
    return tuple(
        on_day(frame, started_on + timedelta(days=days)) for days in policy.kickoff.first_meeting_reminders
    )


def first_meeting_escalation(frame: Frame, policy: Policy, started_on: date) -> datetime:
    """When the lead is told that a pair has not met (T8)."""
    return on_day(frame, started_on + timedelta(days=policy.kickoff.first_meeting_escalation))
