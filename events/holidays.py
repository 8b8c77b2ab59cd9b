"""What the calendar of public holidays is asked. Pure. The answer is the command `record_holidays`."""

from __future__ import annotations

from datetime import date

from turnabout.model import Model
from turnabout.spec import HolidayPlace

HOLIDAYS = "holidays"


class HolidaysTask(Model):
    """Find the public holidays of these places on weekdays, from one day to another, both included (R108)."""

    places: tuple[HolidayPlace, ...]
    first_on: date
    last_on: date
