"""What changes a pair's calendar: another rhythm, absences, holidays, and the sessions that move. Pure."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from events.base import Event
from events.chase import Chasing
from turnabout.model import Instant, Line, Model, PersonId


class CadenceChanged(Event):
    """The pair meets at another time from now on; `at` is local to `timezone`."""

    type: Literal["pair.cadence_changed"] = "pair.cadence_changed"
    by: PersonId
    weekday: int
    at: time
    timezone: str
    minutes: int
    channel: Line


class AbsenceNoted(Event):
    """A partner is away on these days, both included. Nobody is asked why."""

    type: Literal["pair.absence_noted"] = "pair.absence_noted"
    by: PersonId
    first_on: date
    last_on: date


class DaysOffNoted(Event):
    """The holidays of where people of the pair work, by person; they replace those known before."""

    type: Literal["pair.days_off_noted"] = "pair.days_off_noted"
    days_off: dict[PersonId, tuple[date, ...]]


class MovedSession(Model):
    """A session with its new time; `revision` counts its times."""

    number: int
    revision: int
    starts_at: Instant
    ends_at: Instant


class SessionsMoved(Chasing):
    """Several sessions have new times at once; those for which no day was left are `dropped`."""

    type: Literal["pair.sessions_moved"] = "pair.sessions_moved"
    sessions: tuple[MovedSession, ...]
    dropped: tuple[int, ...] = ()
    why: Literal["cadence", "absence", "holiday"]


PairCalendarEvent = CadenceChanged | AbsenceNoted | DaysOffNoted | SessionsMoved
