"""Calendar files, parsed back: series, exceptions, moves and cancellations (R67, T9, acceptance 12)."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest_asyncio
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, Timezone

from activities import invites
from activities.mail import MailServer, SmtpChannel
from activities.notify import Notifier
from events.contracts import Notify
from events.invites import Meeting, Series, values
from events.people import People
from tests.notify.post import PostOffice, post_office
from turnabout import calendar
from turnabout.contact import Contact

ORGANIZER, ADA = "program@turnabout.example", "ada@example.org"
ADA_LOVELACE = Contact(id="p-ada", name="Ada Lovelace", email=ADA, timezone="UTC")
MADE = datetime(2026, 3, 2, 8, tzinfo=UTC)
BERLIN = "Europe/Berlin"
WEEKS = 6
FIRST = calendar.instant(datetime(2026, 3, 11).date(), datetime(2026, 3, 11, 14).time(), BERLIN)  # noqa: DTZ001
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as opened:
        yield opened


def slot(number: int) -> datetime:
    """The start of session `number`: Wednesdays at 14:00 in Berlin, across the change on 29 March."""
    local = FIRST + timedelta(weeks=number - 1)
    return local if number <= 3 else local - HOUR


def meeting(number: int, **changes: Any) -> Meeting:
    at = slot(number)
    fields = {"slot": at, "starts_at": at, "ends_at": at + HOUR, "sequence": 0}
    return Meeting.model_validate({**fields, **changes})


def series(*meetings: Meeting, whole: bool = True, **changes: Any) -> Series:
    fields: dict[str, Any] = {
        "uid": "pair-q1-07-series-1@turnabout",
        "about": "session",
        "timezone": BERLIN,
        "first_slot": FIRST,
        "count": WEEKS,
        "minutes": 60,
        "place": "video",
        "whole": whole,
        "meetings": meetings or tuple(meeting(number) for number in range(1, WEEKS + 1)),
    }
    return Series.model_validate({**fields, **changes})


def test_a_series_of_one_meeting_that_is_off_is_a_cancellation() -> None:
    one = series(meeting(1, sequence=1, off=True), count=1)
    assert one.method == "CANCEL"
    (event,) = events(parsed(one))
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)


def parsed(one: Series, attendee: str | None = ADA) -> Calendar:
    content = invites.invitation(one, organizer=ORGANIZER, attendee=attendee, at=MADE)
    return Calendar.from_ical(content)


def events(file: Calendar) -> list[Event]:
    return [part for part in file.walk("VEVENT") if isinstance(part, Event)]


def expanded(file: Calendar) -> list[datetime]:
    """The starts that a calendar program shows: the rule's without exceptions, and what replaces them."""
    master, *others = sorted(events(file), key=lambda event: "RECURRENCE-ID" in event)
    start = master.decoded("dtstart")
    (text,) = re.findall(r"RRULE:(\S+)", bytes(master.to_ical()).decode())
    rule = rrulestr(text, dtstart=start)
    exdates = master.get("exdate", [])
    gone = {one.dt for group in (exdates if isinstance(exdates, list) else [exdates]) for one in group.dts}
    gone |= {event.decoded("recurrence-id") for event in others}
    moved = [event.decoded("dtstart") for event in others]
    return sorted(moment.astimezone(UTC) for moment in [*(set(rule) - gone), *moved])


# --- the series -------------------------------------------------------------------------------------------


def test_a_series_is_one_entry_with_a_rule_and_a_time_zone() -> None:
    """R67: what a mail program needs to take it over."""
    file = parsed(series())
    (event,) = events(file)
    assert str(file["method"]) == "REQUEST"
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;COUNT=6;INTERVAL=1"
    assert event["dtstart"].params["TZID"] == BERLIN
    assert [str(zone["tzid"]) for zone in file.walk("VTIMEZONE")] == [BERLIN]
    assert str(event["uid"]) == "pair-q1-07-series-1@turnabout"
    assert event.decoded("sequence") == 0
    assert str(event["organizer"]) == f"mailto:{ORGANIZER}"
    assert str(event["attendee"]) == f"mailto:{ADA}"
    assert str(event["location"]) == "video"
    assert str(event["status"]) == "CONFIRMED"


def test_acceptance_12_the_local_hour_is_constant_in_a_dst_week() -> None:
    """Domain 8.12, R67: by the zone's rules that the file itself carries, too."""
    file = parsed(series())
    starts = expanded(file)
    assert starts == [slot(number) for number in range(1, WEEKS + 1)]
    assert {calendar.local(start, BERLIN).hour for start in starts} == {14}
    assert {start.hour for start in starts} == {12, 13}, "the clock changed in between"
    (zone,) = file.walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    own = zone.to_tz(lookup_tzid=False)
    for start in starts:
        assert start.astimezone(own).hour == 14


def test_the_alarm_is_an_hour_before() -> None:
    """T9: the -1 h alarm lives in the calendar, nowhere else."""
    (event,) = events(parsed(series()))
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == -HOUR
    assert str(alarm["action"]) == "DISPLAY"


def test_a_session_that_a_holiday_moved_is_an_exception_of_the_series() -> None:
    """R67: the rest of the series stays on its day."""
    thursday = slot(2) + timedelta(days=1)
    moved = meeting(2, starts_at=thursday, ends_at=thursday + HOUR)
    file = parsed(series(meeting(1), moved, *(meeting(number) for number in range(3, WEEKS + 1))))
    assert thursday in expanded(file)
    assert slot(2) not in expanded(file)
    assert len(expanded(file)) == WEEKS
    exception = events(file)[1]
    assert exception.decoded("recurrence-id").astimezone(UTC) == slot(2)
    assert str(exception["uid"]) == str(events(file)[0]["uid"])


def test_a_shorter_first_session_is_an_exception() -> None:
    short = meeting(1, ends_at=slot(1) + timedelta(minutes=40))
    file = parsed(series(short, *(meeting(number) for number in range(2, WEEKS + 1))))
    first = events(file)[1]
    assert first.decoded("dtend") - first.decoded("dtstart") == timedelta(minutes=40)


def test_slots_without_a_session_and_those_that_are_off_are_left_out() -> None:
    """R67: a session that is off is an exception, whether it was ever there or not."""
    file = parsed(series(meeting(1), meeting(2, off=True, sequence=1), meeting(4), meeting(6)))
    assert expanded(file) == [slot(1), slot(4), slot(6)]


def test_every_second_week() -> None:
    some = tuple(meeting(number) for number in (1, 3, 5))
    file = parsed(series(*some, interval_weeks=2, count=3))
    assert expanded(file) == [slot(1), slot(3), slot(5)]


# --- changes ----------------------------------------------------------------------------------------------


def test_a_move_updates_one_session_alone() -> None:
    """R67, T9: the same entry, a higher sequence, one slot."""
    later = slot(3) + timedelta(hours=2)
    file = parsed(series(meeting(3, starts_at=later, ends_at=later + HOUR, sequence=2), whole=False))
    (event,) = events(file)
    assert str(file["method"]) == "REQUEST"
    assert "rrule" not in event
    assert event.decoded("recurrence-id").astimezone(UTC) == slot(3)
    assert event.decoded("dtstart").astimezone(UTC) == later
    assert event.decoded("sequence") == 2


def test_a_cancellation_gives_no_reason_and_rings_no_bell() -> None:
    """G6: the words are the same for whatever it comes from."""
    off = tuple(meeting(number, off=True, sequence=1) for number in (4, 5))
    file = parsed(series(*off, whole=False))
    assert str(file["method"]) == "CANCEL"
    assert [event.decoded("recurrence-id").astimezone(UTC) for event in events(file)] == [slot(4), slot(5)]
    for event in events(file):
        assert str(event["status"]) == "CANCELLED"
        assert str(event["description"]) == invites.OFF
        assert event.decoded("sequence") == 1
        assert not event.walk("VALARM")


def test_a_series_of_one_has_neither_rule_nor_exceptions() -> None:
    """The kickoff, or the only session that is left: a mail program takes no part of what is no series."""
    moved = meeting(1, starts_at=slot(1) + HOUR, ends_at=slot(1) + 2 * HOUR, sequence=2)
    for one in (series(moved, count=1), series(moved, count=1, whole=False)):
        (event,) = events(parsed(one))
        assert "rrule" not in event
        assert "recurrence-id" not in event
        assert event.decoded("dtstart").astimezone(UTC) == slot(1) + HOUR


# --- files ------------------------------------------------------------------------------------------------


def test_a_message_has_one_file_for_each_series() -> None:
    """RFC 5546: one file asks for one entry."""
    off = series(meeting(6, off=True, sequence=1), whole=False)
    told = values(off, series(uid="pair-q1-07-series-2@turnabout"))
    files = invites.attachments(told, organizer=ORGANIZER, to=ADA_LOVELACE, at=MADE)
    assert [(file.name, file.media_type) for file in files] == [
        ("sessions.ics", "text/calendar; method=CANCEL; charset=utf-8"),
        ("sessions-2.ics", "text/calendar; method=REQUEST; charset=utf-8"),
    ]
    assert invites.attachments({}, organizer=ORGANIZER, to=ADA_LOVELACE, at=MADE) == ()


def test_who_was_not_invited_is_not_called_off() -> None:
    """A cancellation of what somebody never had would puzzle them."""
    told = values(series(meeting(1, off=True, sequence=1), whole=False, count=1, to=["p-bob"]))
    assert invites.attachments(told, organizer=ORGANIZER, to=ADA_LOVELACE, at=MADE) == ()


def test_a_published_file_names_nobody() -> None:
    """What somebody keeps or subscribes to holds all series, and no address."""
    content = invites.published([series(), series(uid="pair-q1-07-series-2@turnabout")], at=MADE)
    file = Calendar.from_ical(content)
    assert isinstance(file, Calendar)
    assert str(file["method"]) == "PUBLISH"
    assert len({str(event["uid"]) for event in events(file)}) == 2
    assert b"mailto:" not in content


def test_a_file_holds_no_name() -> None:
    """R67: the directory's names stay in the mail's own header."""
    (file,) = invites.attachments(values(series()), organizer=ORGANIZER, to=ADA_LOVELACE, at=MADE)
    assert b"Lovelace" not in file.content


def test_the_same_message_makes_the_same_file() -> None:
    one, other = (
        invites.attachments(values(series()), organizer=ORGANIZER, to=ADA_LOVELACE, at=MADE) for _ in range(2)
    )
    assert one == other


async def test_a_letter_of_sessions_carries_them_over_the_wire(
    writer_pool: asyncpg.Pool, office: PostOffice
) -> None:
    """R67: as a mail program takes it, an invitation whose method is that of the file."""
    await People(writer_pool).import_people([ADA_LOVELACE])
    server = MailServer("127.0.0.1", ORGANIZER, port=office.port, security="none", timeout=5)
    notifier = Notifier(
        writer_pool,
        People(writer_pool),
        [SmtpChannel(server)],
        enclosures=invites.enclosures(ORGANIZER),
    )
    message = Notify(template="pair_activated", to=("p-ada",), due_at=MADE, values=values(series()))
    await notifier.notify("pair-q1-07", str(uuid.UUID(int=7)), message, MADE)
    (mail,) = office.mails
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part["Content-Type"].params["method"]) == ("sessions.ics", "REQUEST")
    file = Calendar.from_ical(part.get_content())
    assert isinstance(file, Calendar)
    assert expanded(file) == [slot(number) for number in range(1, WEEKS + 1)]
