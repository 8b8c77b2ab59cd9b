"""Local times, working hours and business days as UTC instants. Pure: no clock; `zoneinfo` is used only here,
because it fails inside workflow modules and this module is passed through their sandbox.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from turnabout.errors import InvalidInput

Direction = Literal["earlier", "later"]
DAY = timedelta(days=1)


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; an unknown name is refused."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"There is no time zone {name!r}.", hint="Use an IANA name, such as Europe/Berlin."
        ) from error


def instant(day: date, at: time, timezone: str) -> datetime:
    """The UTC instant of a local time. A time that DST skips moves forward by the gap; of one that comes
    twice the first is taken."""
    return datetime.combine(day, at, tzinfo=zone(timezone)).astimezone(UTC)


def shown(text: str, timezone: str) -> datetime:
    """The UTC instant at which a clock in that zone shows a day and time, such as `2027-03-01T09:00`. Of one
    that comes twice the first is taken; one that DST skips is refused, and so is what is no day and time."""
    unclear = InvalidInput("This is no day and time.", hint="Write it like 2027-03-01T09:00.")
    try:
        told = datetime.fromisoformat(text)
        at = instant(told.date(), told.time(), timezone)
    except (ValueError, OverflowError):
        raise unclear from None
    if told.tzinfo is not None:
        raise unclear
    if local(at, timezone).replace(tzinfo=None) != told:
        raise InvalidInput(
            f"The clocks go forward on {told:%Y-%m-%d}: there is no {told:%H:%M} then in {timezone}.",
            hint="Choose another time.",
        )
    return at


def local(at: datetime, timezone: str) -> datetime:
    """An instant as seen on a clock in that zone."""
    return at.astimezone(zone(timezone))


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday and no holiday."""
    return day.weekday() < 5 and day not in holidays


def add_business_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """The business day `count` after `day` (before it, where negative); 0 keeps a business day and moves any
    other day to the next one."""
    step = DAY if count >= 0 else -DAY
    left = abs(count)
    while left or not is_business_day(day, holidays):
        day += step
        if is_business_day(day, holidays):
            left = max(0, left - 1)
    return day


def last_business_day(day: date, holidays: Collection[date] = ()) -> date:
    """The day itself where it is a business day; else the last one before it."""
    while not is_business_day(day, holidays):
        day -= DAY
    return day


def working_instant(
    at: datetime,
    timezone: str,
    direction: Direction,
    holidays: Collection[date] = (),
    day_starts: int = 8,
    day_ends: int = 18,
) -> datetime:
    """`at` itself where it falls into working hours there; else the nearest working instant on that side:
    `later` is the start of the next working day, `earlier` an hour before the end of the last (R108).
    """
    seen = local(at, timezone)
    if is_working(at, timezone, holidays, day_starts, day_ends):
        return at
    opens, last = time(day_starts), time(day_ends - 1)
    day = seen.date()
    if direction == "later":
        if seen.time() >= opens:
            day += DAY
        return instant(add_business_days(day, 0, holidays), opens, timezone)
    if seen.time() < opens:
        day -= DAY
    return instant(last_business_day(day, holidays), last, timezone)


def is_working(
    at: datetime, timezone: str, holidays: Collection[date] = (), day_starts: int = 8, day_ends: int = 18
) -> bool:
    """Whether an instant falls into working hours: a business day, from `day_starts` up to `day_ends`."""
    seen = local(at, timezone)
    return is_business_day(seen.date(), holidays) and day_starts <= seen.hour < day_ends


def common_instants(
    at: datetime,
    zones: Mapping[str, str],
    direction: Direction,
    holidays: Collection[date] = (),
    day_starts: int = 8,
    day_ends: int = 18,
) -> dict[datetime, tuple[str, ...]]:
    """When each of these people (id -> zone) gets a message meant for `at`, in their own working hours; one
    instant serves all whose hours allow it (R108)."""
    left = {
        person: working_instant(at, timezone, direction, holidays, day_starts, day_ends)
        for person, timezone in zones.items()
    }
    served: dict[datetime, tuple[str, ...]] = {}
    for candidate in sorted(set(left.values()), reverse=direction == "later"):
        some = tuple(
            person for person in left if is_working(candidate, zones[person], holidays, day_starts, day_ends)
        )
        if some:
            served[candidate] = some
        left = {person: fitted for person, fitted in left.items() if person not in some}
    return served


def series(
    first: date,
    weekday: int,
    at: time,
    timezone: str,
    interval_weeks: int,
    count: int,
    holidays: Collection[date] = (),
) -> Iterator[datetime]:
    """`count` instants from the first `weekday` (0 = Monday) on or after `first`, each `interval_weeks` after
    the last, at a constant local hour across DST; a holiday moves its own to the next business day."""
    day = first + DAY * ((weekday - first.weekday()) % 7)
    for index in range(count):
        planned = day + timedelta(weeks=index * interval_weeks)
        yield instant(add_business_days(planned, 0, holidays), at, timezone)


@lru_cache(maxsize=4096)
def overlap_hours(
    day: date, timezone_a: str, timezone_b: str, day_starts: int = 8, day_ends: int = 18
) -> float:
    """Working hours that two people share on that day, in hours; the neighbouring local days count too. In
    a week in which a clock changes, the two views of the day may differ: the smaller one counts."""
    hours = time(day_starts), time(day_ends)
    return min(
        _shared(day, timezone_a, timezone_b, hours), _shared(day, timezone_b, timezone_a, hours)
    ) / timedelta(hours=1)


def _shared(day: date, timezone_a: str, timezone_b: str, hours: tuple[time, time]) -> timedelta:
    start_a, end_a = (instant(day, at, timezone_a) for at in hours)
    shared = timedelta()
    for other in (day - DAY, day, day + DAY):
        start_b, end_b = (instant(other, at, timezone_b) for at in hours)
        shared += max(timedelta(), min(end_a, end_b) - max(start_a, start_b))
    return shared
