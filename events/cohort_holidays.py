"""What a cohort learns of public holidays. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.base import Event
from events.chase import Chasing
from turnabout.model import Line
from turnabout.spec import HolidayPlace


class HolidaysRequested(Event):
    """The lead asked for the holidays again, for these places: the cohort's, and those of its sites."""

    type: Literal["cohort.holidays_requested"] = "cohort.holidays_requested"
    number: int
    holiday_place: HolidayPlace | None
    site_holidays: dict[Line, HolidayPlace]


class HolidaysRecorded(Chasing):
    """The public holidays of each place on weekdays from `first_on` to `last_on`, as the calendar `source`
    knows them; it does not know the places that are `unknown`. They replace those recorded before."""

    type: Literal["cohort.holidays_recorded"] = "cohort.holidays_recorded"
    number: int
    source: Line
    first_on: date
    last_on: date
    days: dict[HolidayPlace, tuple[date, ...]]
    unknown: tuple[HolidayPlace, ...] = ()


CohortHolidaysEvent = HolidaysRequested | HolidaysRecorded
