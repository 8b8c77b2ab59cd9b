"""Charter, launch clock and the sponsor's duties (T2, T3, T12, T21). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from turnabout.policy import Policy
from turnabout.schedule.closing import close_expected
from turnabout.schedule.days import Frame, business_day, day_of, on_day, week_starts


def charter_reminders(frame: Frame, policy: Policy, sent_on: date) -> tuple[datetime, ...]:
    """When the sponsor is reminded of an unsigned charter (T2)."""
    return tuple(business_day(frame, sent_on, count) for count in policy.charter.reminders)


def charter_escalation(frame: Frame, policy: Policy, sent_on: date) -> datetime:
    """When the lead is told of an unsigned charter (T2)."""
    return business_day(frame, sent_on, policy.charter.escalation)


class LaunchClock(NamedTuple):
    """The launch clock (T3): information, warning, and the last day for the kickoff (R31)."""

    info: datetime
    warning: datetime
    limit: datetime


def launch_clock(frame: Frame, policy: Policy, signed_on: date) -> LaunchClock:
    """The launch clock of a charter signed on that day."""
    charter = policy.charter
    return LaunchClock(
        *(
            on_day(frame, signed_on + timedelta(days=days))
            for days in (charter.launch_info, charter.launch_warning, charter.launch_limit)
        )
    )


def launch_overdue(frame: Frame, policy: Policy, signed_on: date) -> datetime:
    """Midnight after the launch clock's last day: a kickoff on that day was still in time (T3, R31)."""
    last = signed_on + timedelta(days=policy.charter.launch_limit)
    return on_day(frame, last + timedelta(days=1), time(0))


def kickoff_missed(frame: Frame, policy: Policy) -> datetime:
    """When the sponsor counts as absent from the kickoff: the lead has the next business day to record it."""
    next_day = day_of(frame, business_day(frame, day_of(frame, frame.kickoff), 1))
    return on_day(frame, next_day, time(policy.nudges.day_ends))


def duty_reminder(frame: Frame, policy: Policy, due: datetime) -> datetime:
    """When the sponsor is reminded of a duty that falls due: business days before (R28); fit it earlier."""
    return business_day(frame, day_of(frame, due), -policy.sponsor.reminder)


def checkpoint_opens(frame: Frame, policy: Policy, decision_week: int) -> datetime:
    """The first day on which the sponsor checkpoint counts: Monday of week mid-1 (T12)."""
    return business_day(frame, week_starts(frame, decision_week - policy.sponsor.checkpoint_window))


def checkpoint_due(frame: Frame, policy: Policy, decision_week: int) -> datetime:
    """The morning after the checkpoint's window, Monday of week mid+2: all of week mid+1 is in time (T12)."""
    return business_day(frame, week_starts(frame, decision_week + policy.sponsor.checkpoint_window + 1))


def recognition_prompt(frame: Frame, policy: Policy, held_on: date) -> datetime:
    """When the sponsor is first asked to recognise the leaders, after a kickoff held on that day (T21)."""
    return business_day(frame, held_on, policy.sponsor.recognition_after_kickoff)


def recognition_due(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """By when the sponsor recognises the leaders of a cohort closed on that day (T21)."""
    return business_day(frame, closed_on, policy.sponsor.recognition_after_close)


def closing_checkpoint_opens(frame: Frame) -> datetime:
    """The first day on which the closing checkpoint counts: the business day after the pairs' last (T12)."""
    return business_day(frame, frame.ends_on, 1)


class DutyDates(NamedTuple):
    """When the sponsor's duties are due (R28, T12); the names are those of the duties."""

    kickoff: datetime
    checkpoint: datetime
    recognition: datetime
    closing: datetime | None


def duties_due(frame: Frame, policy: Policy, decision_week: int) -> DutyDates:
    """The sponsor's duties as they stand when they commit; recognition counts from the expected close."""
    days = policy.sponsor.closing_checkpoint
    return DutyDates(
        kickoff=frame.kickoff,
        checkpoint=checkpoint_due(frame, policy, decision_week),
        recognition=recognition_due(frame, policy, day_of(frame, close_expected(frame, policy))),
        closing=None if days is None else business_day(frame, frame.ends_on, days),
    )
