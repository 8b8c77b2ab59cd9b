"""Pulse, milestone check, decision, pause and endpoint wave (T10, T11, T14, T15, T18). Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from turnabout.policy import Policy
from turnabout.schedule.days import WEEK, Frame, business_day, day_of, monday_of, on_day, week_starts
from turnabout.schedule.enrolment import _window_day


def pulse_opens(frame: Frame, week: int) -> datetime:
    """Monday of the week, or the next business day where it is a holiday (T10)."""
    return business_day(frame, week_starts(frame, week))


def pulse_closes(frame: Frame, policy: Policy, week: int) -> datetime:
    """Five business days later (T10); the midpoint decision is asked for then."""
    return business_day(frame, day_of(frame, pulse_opens(frame, week)), policy.pulse.window)


def pulse_reminders(frame: Frame, policy: Policy, week: int) -> tuple[datetime, ...]:
    """When the silent are reminded; the window's first day is day 1 (T10)."""
    opened_on = day_of(frame, pulse_opens(frame, week))
    return tuple(_window_day(frame, opened_on, number) for number in policy.pulse.reminders)


def milestone_due(frame: Frame, policy: Policy, week: int) -> datetime:
    """By when the milestone check, which opens with the pulse of that week, is filled in (T11)."""
    return business_day(frame, day_of(frame, pulse_opens(frame, week)), policy.pulse.milestone)


def milestone_horizon(frame: Frame, policy: Policy, today: date) -> date:
    """The last day for an action agreed today: some weeks ahead, and not after the end (R79)."""
    return min(today + WEEK * policy.pulse.milestone_horizon, frame.ends_on)


def decision_due(frame: Frame, policy: Policy, week: int) -> datetime:
    """When an undecided midpoint becomes `continue`: business days after that week's pulse closed (T14)."""
    return business_day(frame, day_of(frame, pulse_closes(frame, policy, week)), policy.pulse.decision)


def steward_contact_due(policy: Policy, paused_at: datetime) -> datetime:
    """By when the steward has spoken with a paused pair, or with who raised a concern (T18, R73)."""
    return paused_at + timedelta(hours=policy.safety.contact)


def steward_leaves(policy: Policy, filed_at: datetime) -> datetime:
    """Until when a concern still reaches the steward after a pair's memo was filed or waived (R73)."""
    return filed_at + timedelta(days=policy.safety.open_door)


def pause_resolution_due(frame: Frame, policy: Policy, paused_on: date) -> datetime:
    """By when a pause is resolved (T18)."""
    return business_day(frame, paused_on, policy.safety.resolution)


def endpoint_opens(frame: Frame) -> datetime:
    """Monday of the last full week before the end (T15)."""
    return business_day(frame, monday_of(frame.ends_on) - WEEK)


def endpoint_reminders(frame: Frame, policy: Policy) -> tuple[datetime, ...]:
    """When those silent at the endpoint are reminded (T15)."""
    opened_on = day_of(frame, endpoint_opens(frame))
    return tuple(
        on_day(frame, opened_on + timedelta(days=days)) for days in policy.closing.endpoint_reminders
    )


def endpoint_closes(frame: Frame, policy: Policy) -> datetime:
    """Days after the end (T15)."""
    return on_day(frame, frame.ends_on + timedelta(days=policy.closing.endpoint_grace))
