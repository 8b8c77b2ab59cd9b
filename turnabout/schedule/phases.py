"""Phases of a program and the mentors' circles (R62-R66, T13). Pure: no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from turnabout.policy import Policy
from turnabout.presets import Phase
from turnabout.schedule.closing import memo_due
from turnabout.schedule.days import Frame, business_day, on_day, week_starts


def phase_begins(frame: Frame, phase: Phase) -> datetime:
    """Monday of its first week."""
    return on_day(frame, week_starts(frame, phase.first_week))


def phase_ends(frame: Frame, policy: Policy, phases: Sequence[Phase], number: int) -> datetime:
    """By when the evidence of a phase is there, counted from 1: Monday after its last week, whatever holiday
    that is (R67); that of the last phase with the memo (R66)."""
    if number == len(phases):
        return memo_due(frame, policy, frame.ends_on)
    return on_day(frame, week_starts(frame, phases[number - 1].last_week + 1))


def circle_opens(frame: Frame, week: int) -> datetime:
    """When the mentors are invited to their circle of a week: its Monday, or the next business day (T13)."""
    return business_day(frame, week_starts(frame, week))
