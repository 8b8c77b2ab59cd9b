"""The commands about public holidays. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from turnabout.commands.base import ENGINE, LEAD, Command
from turnabout.model import Line
from turnabout.spec import HolidayPlace


class RefreshHolidays(Command):
    """Fetch the public holidays again, and tell the pairs (R108). What is given replaces what the spec says:
    `holiday_place` is the cohort's, `site_holidays` those of locations of the roster."""

    type: Literal["refresh_holidays"] = "refresh_holidays"
    roles: ClassVar = LEAD
    holiday_place: HolidayPlace | None = None
    site_holidays: dict[Line, HolidayPlace] | None = None


class RecordHolidays(Command):
    """Record the public holidays that were found (from the calendar)."""

    type: Literal["record_holidays"] = "record_holidays"
    roles: ClassVar = ENGINE
    source: Line
    first_on: date
    last_on: date
    days: dict[HolidayPlace, tuple[date, ...]]
    unknown: tuple[HolidayPlace, ...] = ()


CohortHolidaysCommand = RefreshHolidays | RecordHolidays
