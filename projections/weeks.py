"""The weeks of a program, counted as `turnabout.schedule` does: Mondays, week 1 is the kickoff's. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from turnabout import calendar
from turnabout.schedule import monday_of


def week_one(kickoff_on: date) -> str:
    """The Monday of the kickoff's week, as a row holds it."""
    return monday_of(kickoff_on).isoformat()


def week_of(instant: datetime | str, first_monday: str, timezone: str) -> int:
    """The week that an instant falls in, on the cohort's clock; below 1 before the kickoff's week."""
    when = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    monday = monday_of(calendar.local(when, timezone).date())
    return (monday - date.fromisoformat(first_monday)) // timedelta(weeks=1) + 1
