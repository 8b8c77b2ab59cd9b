"""What holds for every zone, day and holiday: working hours, business days, series, overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from hypothesis import example, given
from hypothesis import strategies as st

from turnabout import calendar

ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "America/Santiago",
        "America/St_Johns",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Africa/Johannesburg",
        "Asia/Kolkata",
        "Asia/Tokyo",
        "Australia/Lord_Howe",
        "Australia/Sydney",
        "Pacific/Auckland",
        "Pacific/Chatham",
        "Pacific/Honolulu",
        "Pacific/Kiritimati",
        "UTC",
    ]
)
DAYS = st.dates(date(2025, 1, 1), date(2035, 12, 31))
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
HOLIDAYS = st.frozensets(DAYS, max_size=40)
DIRECTIONS = st.sampled_from(["earlier", "later"])
HOURS = st.times(time(6), time(21, 59)).map(lambda at: at.replace(second=0, microsecond=0))
MINUTE = timedelta(minutes=1)


@st.composite
def crowded(draw: st.DrawFn) -> tuple[datetime, frozenset[date]]:
    """An instant with holidays close to it, so that they matter."""
    at = draw(INSTANTS)
    near = st.integers(-6, 6).map(lambda days: at.date() + timedelta(days=days))
    return at, draw(st.frozensets(near, max_size=6))


@given(crowded(), ZONES, DIRECTIONS)
def test_a_working_instant_lies_in_working_hours_on_the_asked_side(
    when: tuple[datetime, frozenset[date]], zone: str, direction: Literal["earlier", "later"]
) -> None:
    at, holidays = when
    fitted = calendar.working_instant(at, zone, direction, holidays)
    assert calendar.is_working(fitted, zone, holidays)
    if calendar.is_working(at, zone, holidays):
        assert fitted == at
    elif direction == "later":
        assert fitted > at
        assert calendar.local(fitted, zone).time() == time(8)
    else:
        assert fitted < at
        assert calendar.local(fitted, zone).time() == time(17)


@given(crowded(), ZONES)
def test_no_working_hour_is_skipped_on_the_way(when: tuple[datetime, frozenset[date]], zone: str) -> None:
    at, holidays = when
    later = calendar.working_instant(at, zone, "later", holidays)
    earlier = calendar.working_instant(at, zone, "earlier", holidays)
    if later != at:
        probe = at
        while (probe := probe + timedelta(minutes=30)) < later:
            assert not calendar.is_working(probe, zone, holidays)
        probe = earlier + timedelta(hours=1)
        while probe < at:
            assert not calendar.is_working(probe, zone, holidays)
            probe += timedelta(minutes=30)


@given(DAYS, st.integers(0, 60), HOLIDAYS)
def test_adding_business_days_can_be_undone(day: date, count: int, holidays: frozenset[date]) -> None:
    start = calendar.add_business_days(day, 0, holidays)
    there = calendar.add_business_days(start, count, holidays)
    assert calendar.is_business_day(there, holidays)
    assert calendar.add_business_days(there, -count, holidays) == start
    passed = (start + timedelta(days=n) for n in range(1, (there - start).days + 1))
    assert sum(calendar.is_business_day(each, holidays) for each in passed) == count


@given(DAYS, st.integers(0, 6), HOURS, ZONES, st.integers(1, 4), st.integers(1, 30), HOLIDAYS)
def test_a_series_keeps_its_local_hour_and_lands_on_business_days(
    first: date,
    weekday: int,
    at: time,
    zone: str,
    interval: int,
    count: int,
    holidays: frozenset[date],
) -> None:
    starts = [
        calendar.local(x, zone) for x in calendar.series(first, weekday, at, zone, interval, count, holidays)
    ]
    assert len(starts) == count
    for index, start in enumerate(starts):
        planned = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=index * interval)
        assert start.time() == at
        assert start.date() == calendar.add_business_days(planned, 0, holidays)


@given(DAYS, ZONES, ZONES)
@example(date(2027, 3, 14), "Pacific/Auckland", "America/Los_Angeles")
def test_overlap_is_symmetric_and_bounded(day: date, one: str, other: str) -> None:
    shared = calendar.overlap_hours(day, one, other)
    assert shared == calendar.overlap_hours(day, other, one)
    assert 0 <= shared <= 10
    assert calendar.overlap_hours(day, one, one) == 10


@given(
    crowded(),
    st.dictionaries(st.sampled_from("abcdefgh"), ZONES, min_size=1),
    DIRECTIONS,
)
def test_common_instants_serve_everyone_once_in_working_hours(
    when: tuple[datetime, frozenset[date]], zones: dict[str, str], direction: Literal["earlier", "later"]
) -> None:
    at, holidays = when
    served = calendar.common_instants(at, zones, direction, holidays)
    assert sorted(person for people in served.values() for person in people) == sorted(zones)
    for instant, people in served.items():
        assert all(calendar.is_working(instant, zones[person], holidays) for person in people)
        assert instant >= at if direction == "later" else instant <= at
