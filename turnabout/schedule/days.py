"""Days and weeks of a cohort or pair: what all the other times count in. Pure: no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol

from turnabout import calendar

MORNING = time(9)


WEEK = timedelta(weeks=1)


class Frame(Protocol):
    """The dates that both a cohort's spec and a pair's terms have."""

    @property
    def timezone(self) -> str: ...
    @property
    def holidays(self) -> tuple[date, ...]: ...
    @property
    def kickoff(self) -> datetime: ...
    @property
    def first_week_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


def on_day(frame: Frame, day: date, at: time = MORNING) -> datetime:
    """The instant of a day in the cohort's zone, at 09:00 unless told."""
    return calendar.instant(day, at, frame.timezone)


def day_of(frame: Frame, at: datetime) -> date:
    """The day that an instant falls on in the cohort's zone."""
    return calendar.local(at, frame.timezone).date()


def business_day(frame: Frame, day: date, count: int = 0) -> datetime:
    """`count` business days after a day (before it, where negative)."""
    return on_day(frame, calendar.add_business_days(day, count, frame.holidays))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_starts(frame: Frame, week: int) -> date:
    """The Monday of a week; week 1 is the kickoff's."""
    return monday_of(frame.first_week_on) + WEEK * (week - 1)


def week_of(frame: Frame, at: datetime) -> int:
    """The week of the program that an instant falls in; below 1 before the kickoff's week."""
    return (monday_of(day_of(frame, at)) - week_starts(frame, 1)).days // 7 + 1


def days_before_kickoff(frame: Frame, days: int) -> datetime:
    return on_day(frame, day_of(frame, frame.kickoff) - timedelta(days=days))
