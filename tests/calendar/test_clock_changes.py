"""Days on which clocks change, in both hemispheres, and zones that do not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from turnabout import calendar
from turnabout.errors import InvalidInput


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected", "why"),
    [
        (
            "Europe/Berlin",
            date(2027, 3, 28),
            time(2, 30),
            "2027-03-28T01:30Z",
            "skipped: moved on by the gap",
        ),
        ("Europe/Berlin", date(2027, 10, 31), time(2, 30), "2027-10-31T00:30Z", "twice: the first"),
        ("America/New_York", date(2027, 3, 14), time(2, 30), "2027-03-14T07:30Z", "skipped"),
        ("America/New_York", date(2027, 11, 7), time(1, 30), "2027-11-07T05:30Z", "twice"),
        ("Australia/Sydney", date(2027, 10, 3), time(2, 30), "2027-10-02T16:30Z", "skipped"),
        ("Australia/Sydney", date(2027, 4, 4), time(2, 30), "2027-04-03T15:30Z", "twice"),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 15), "2027-10-02T15:45Z", "a gap of half an hour"),
        ("Asia/Kolkata", date(2027, 3, 28), time(9), "2027-03-28T03:30Z", "no change at all"),
    ],
)
def test_a_local_time_becomes_one_instant(zone: str, day: date, at: time, expected: str, why: str) -> None:
    assert calendar.instant(day, at, zone) == datetime.fromisoformat(expected), why


@pytest.mark.parametrize(
    ("zone", "first", "utc_hours"),
    [
        ("Europe/Berlin", date(2027, 3, 22), [9, 8]),
        ("Europe/Berlin", date(2027, 10, 25), [8, 9]),
        ("America/New_York", date(2027, 3, 8), [15, 14]),
        ("Australia/Sydney", date(2027, 3, 29), [23, 0]),
        ("America/Santiago", date(2027, 3, 29), [13, 14]),
    ],
)
def test_a_session_keeps_its_local_hour_across_a_change(zone: str, first: date, utc_hours: list[int]) -> None:
    starts = list(calendar.series(first, 0, time(10), zone, 1, 2))
    assert [start.hour for start in starts] == utc_hours
    assert [calendar.local(start, zone).hour for start in starts] == [10, 10]


def test_what_precedes_an_event_moves_to_friday_and_a_prompt_to_monday() -> None:
    sunday = datetime(2027, 1, 24, 8, 30, tzinfo=UTC)
    earlier = calendar.working_instant(sunday, "Europe/Berlin", "earlier")
    later = calendar.working_instant(sunday, "Europe/Berlin", "later")
    assert earlier == datetime(2027, 1, 22, 16, tzinfo=UTC)
    assert later == datetime(2027, 1, 25, 7, tzinfo=UTC)


def test_one_instant_serves_two_zones_where_hours_allow() -> None:
    nine_in_berlin = datetime(2027, 1, 25, 8, tzinfo=UTC)
    near = {"a": "Europe/Berlin", "b": "America/New_York"}
    assert calendar.common_instants(nine_in_berlin, near, "later") == {
        datetime(2027, 1, 25, 13, tzinfo=UTC): ("a", "b")
    }
    far = {"a": "Europe/Berlin", "b": "Pacific/Honolulu"}
    assert list(calendar.common_instants(nine_in_berlin, far, "later").values()) == [("b",), ("a",)]


def test_hours_shared_across_the_date_line_count() -> None:
    # 08:00-18:00 in Auckland (UTC+13) is 19:00-05:00 UTC; in Los Angeles (UTC-8) it is 16:00-02:00 UTC.
    assert calendar.overlap_hours(date(2027, 1, 20), "Pacific/Auckland", "America/Los_Angeles") == 7
    assert calendar.overlap_hours(date(2027, 1, 20), "Europe/Berlin", "America/Los_Angeles") == 1
    assert calendar.overlap_hours(date(2027, 1, 20), "Asia/Kolkata", "America/New_York") == 0


def test_business_days_skip_weekends_and_holidays() -> None:
    easter = {date(2027, 3, 26), date(2027, 3, 29)}
    assert calendar.add_business_days(date(2027, 3, 25), 1, easter) == date(2027, 3, 30)
    assert calendar.add_business_days(date(2027, 3, 30), -1, easter) == date(2027, 3, 25)
    assert calendar.add_business_days(date(2027, 3, 27), 0, easter) == date(2027, 3, 30)
    assert calendar.last_business_day(date(2027, 3, 29), easter) == date(2027, 3, 25)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "Europe", "../etc/passwd", "Europe/Berlin\0"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidInput, match="IANA") as refused:
        calendar.zone(name)
    assert repr(name) in str(refused.value)


def test_the_gap_is_an_hour_of_work_time_nobody_loses() -> None:
    before, after = (calendar.instant(date(2027, 3, day), time(17), "Europe/Berlin") for day in (27, 28))
    assert after - before == timedelta(hours=23)
