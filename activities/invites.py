"""Makes calendar files (iCalendar, RFC 5545 and 5546) of the meetings that a message tells of. Pure.

One file holds one series, so that every mail program takes it: its rule with all exceptions, or the changes
of single meetings. Nobody but the recipient is named in it, and a cancellation gives no reason: it is the
same whatever it comes from (G6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event, vCalAddress, vRecur

from activities.enclosures import Enclose, Enclosures, Occasion
from activities.letters import Attachment
from events.invites import INVITES, Meeting, Series
from events.templates import Template
from turnabout import calendar
from turnabout.contact import Contact

PRODUCT = "-//Turnabout//Reverse mentoring//EN"
TITLES: Mapping[str, str] = {
    "session": "Reverse-mentoring session",
    "kickoff": "Kickoff of the reverse-mentoring program",
}
NOTES: Mapping[str, str] = {
    "session": "If the time does not suit, move the session in Turnabout rather than here: your partner's "
    "calendar follows then.",
    "kickoff": "Everybody of the cohort begins here. Who cannot come is offered a make-up.",
}
OFF = "This meeting does not take place. There is nothing for you to do."
NAMES: Mapping[str, str] = {"session": "sessions", "kickoff": "kickoff"}
CARRIERS: tuple[Template, ...] = (
    "kickoff_invitation",
    "cohort_cancelled",
    "pair_activated",
    "session_moved",
    "sessions_moved",
    "routine_check_in",
    "check_in_over",
    "pair_ended",
    "pair_extended",
)
"""The messages that may tell of meetings."""
_SPAN = 2
"""Years beyond the last meeting for which a zone's changes of the clock are written."""


def enclosures(organizer: str) -> Enclosures:
    """Makers of calendar files for the messages that tell of meetings; `organizer` is the address they come
    from."""

    async def enclose(occasion: Occasion) -> tuple[Attachment, ...]:
        message, to = occasion.message, occasion.to
        return attachments(message.values, organizer=organizer, to=to, at=message.due_at)

    maker: Enclose = enclose
    return dict.fromkeys(CARRIERS, maker)


def attachments(
    values: Mapping[str, Any], *, organizer: str, to: Contact, at: datetime
) -> tuple[Attachment, ...]:
    """The files of a message with these values, one for each series; `at` is when they were made."""
    files: list[Attachment] = []
    for value in values.get(INVITES, ()):
        series = Series.model_validate(value)
        if series.to and to.id not in series.to:
            continue
        content = invitation(series, organizer=organizer, attendee=to.email, at=at)
        name = NAMES[series.about] + (f"-{len(files) + 1}" if files else "")
        media_type = f"text/calendar; method={series.method}; charset=utf-8"
        files.append(Attachment(f"{name}.ics", media_type, content))
    return tuple(files)


def invitation(series: Series, *, organizer: str, attendee: str | None, at: datetime) -> bytes:
    """One series as a file that asks its recipient's calendar to take over what it says."""
    made = _calendar(series.method)
    for event in _events(series, at):
        event["organizer"] = vCalAddress(f"mailto:{organizer}")
        if attendee is not None:
            person = vCalAddress(f"mailto:{attendee}")
            person.params["RSVP"] = "FALSE"
            event["attendee"] = person
        made.add_component(event)
    return _written(made, [series])


def published(every: Iterable[Series], *, at: datetime) -> bytes:
    """Several series as one file to keep or to subscribe to; it asks nobody for anything."""
    some = list(every)
    made = _calendar("PUBLISH")
    for series in some:
        for event in _events(series, at):
            made.add_component(event)
    return _written(made, some)


# --- one series -------------------------------------------------------------------------------------------


def _events(series: Series, at: datetime) -> list[Event]:
    """The rule where all is told, and what differs from it; else what has changed."""
    if not series.whole:
        return [_changed(series, meeting, at) for meeting in series.meetings]
    by_slot = {meeting.slot: meeting for meeting in series.meetings}
    rule = _event(series, at)
    length = timedelta(minutes=series.minutes)
    _times(rule, series.timezone, series.first_slot, series.first_slot + length)
    rule.add("sequence", 0)
    gone = [slot for slot in _slots(series) if slot not in by_slot or by_slot[slot].off]
    others = [
        meeting
        for meeting in series.meetings
        if not meeting.off
        and (meeting.sequence, meeting.starts_at, meeting.ends_at) != (0, meeting.slot, meeting.slot + length)
    ]
    if series.count > 1:
        rule.add("rrule", vRecur(freq="WEEKLY", interval=series.interval_weeks, count=series.count))
        for slot in gone:
            rule.add("exdate", calendar.local(slot, series.timezone))
        return [rule, *(_changed(series, meeting, at) for meeting in others)]
    # A meeting alone has no exceptions: where it is off, that is all there is to say.
    changed = (meeting for meeting in series.meetings if meeting.off or meeting in others)
    return [_changed(series, meeting, at) for meeting in changed] or [rule]


def _changed(series: Series, meeting: Meeting, at: datetime) -> Event:
    event = _event(series, at, off=meeting.off)
    _times(event, series.timezone, meeting.starts_at, meeting.ends_at)
    event.add("sequence", meeting.sequence)
    if series.count > 1:
        event.add("recurrence-id", calendar.local(meeting.slot, series.timezone))
    return event


def _event(series: Series, at: datetime, *, off: bool = False) -> Event:
    event = Event()
    event.add("uid", series.uid)
    event.add("dtstamp", at)
    event.add("summary", TITLES[series.about])
    event.add("description", OFF if off else NOTES[series.about])
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("class", "PRIVATE")
    if series.place:
        event.add("location", series.place)
    if not off and series.alarm:
        bell = Alarm()
        bell.add("action", "DISPLAY")
        bell.add("description", TITLES[series.about])
        bell.add("trigger", timedelta(minutes=-series.alarm))
        event.add_component(bell)
    return event


def _times(event: Event, timezone: str, starts_at: datetime, ends_at: datetime) -> None:
    event.add("dtstart", calendar.local(starts_at, timezone))
    event.add("dtend", calendar.local(ends_at, timezone))


def _slots(series: Series) -> list[datetime]:
    """The instants of the rule: the hour on the wall stays the same."""
    first = calendar.local(series.first_slot, series.timezone)
    days = (first.date() + timedelta(weeks=series.interval_weeks * number) for number in range(series.count))
    return [calendar.instant(day, first.time(), series.timezone) for day in days]


# --- the file ---------------------------------------------------------------------------------------------


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    return made


def _written(made: Calendar, every: Iterable[Series]) -> bytes:
    years = [moment.year for series in every for moment in _moments(series)]
    if years:
        made.add_missing_timezones(
            first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + _SPAN, 1, 1)
        )
    return bytes(made.to_ical())


def _moments(series: Series) -> Iterable[datetime]:
    yield series.first_slot
    yield from (meeting.starts_at for meeting in series.meetings)
