"""What a message says of meetings, for the calendar file that comes with it. Pure.

A series is one entry in people's calendars with one id; a meeting is known in it by its slot, the start that
the rule of the series gives it, whenever it really is. So a meeting that moves stays the same entry.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from turnabout.model import Instant, Line, Model, PersonId

INVITES = "invites"
"""The value of a message that holds its series."""


class Meeting(Model):
    """One meeting. `sequence` rises with each change that people are told of; one that is `off` takes place
    no more."""

    slot: Instant
    starts_at: Instant
    ends_at: Instant
    sequence: int = Field(ge=0)
    off: bool = False


class Series(Model):
    """Meetings of one series, at a constant hour of `timezone`: all of them where `whole`, else those that
    changed. Its rule has `count` slots, `interval_weeks` apart, from `first_slot` on. `place` is where or by
    what means people meet; `alarm` the minutes before a meeting at which their calendars ring. Where `to`
    names people, other recipients of the message have nothing to do with it."""

    uid: str
    about: Literal["session", "kickoff"]
    timezone: str
    first_slot: Instant
    count: int = Field(default=1, ge=1)
    interval_weeks: int = Field(default=1, ge=1)
    minutes: int = Field(ge=1)
    place: Line | None = None
    alarm: int = Field(default=60, ge=0)
    whole: bool = False
    meetings: tuple[Meeting, ...] = Field(min_length=1)
    to: tuple[PersonId, ...] = ()

    @property
    def method(self) -> Literal["REQUEST", "CANCEL"]:
        """What the file asks for (RFC 5546): a word of cancellation, where nothing else is said."""
        off = (not self.whole or self.count == 1) and all(meeting.off for meeting in self.meetings)
        return "CANCEL" if off else "REQUEST"


def values(*series: Series) -> dict[str, Any]:
    """The series as a value of a message, in JSON; nothing where there are none."""
    return {INVITES: [one.model_dump(mode="json") for one in series]} if series else {}
