"""Looks public holidays up, offline, in the calendars of the library `holidays`."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Any

import holidays

from events.holidays import HolidaysTask
from turnabout.commands.cohort_holidays import RecordHolidays


def look_up(payload: dict[str, Any]) -> dict[str, Any]:
    """From a HolidaysTask to a RecordHolidays; a place that the library does not know is named as such."""
    task = HolidaysTask.model_validate(payload)
    found = {place: _days(place, task.first_on, task.last_on) for place in sorted(set(task.places))}
    return RecordHolidays(
        source=f"holidays {version('holidays')}",
        first_on=task.first_on,
        last_on=task.last_on,
        days={place: days for place, days in found.items() if days is not None},
        unknown=tuple(place for place, days in found.items() if days is None),
    ).wire()


def _days(place: str, first_on: date, last_on: date) -> tuple[date, ...] | None:
    country, _, subdivision = place.partition("-")
    years = range(first_on.year, last_on.year + 1)
    try:
        known = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        return None
    return tuple(sorted(day for day in known if first_on <= day <= last_on and day.weekday() < 5))
