"""The commands about a pair's calendar: another rhythm, and days on which somebody is away. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, PARTNERS, Command
from turnabout.model import Line, PersonId
from turnabout.spec import LocalTime


class MoveSessions(Command):
    """Move all sessions that are still ahead to another weekday and time (R45); the fields are those of
    agree_cadence. The pair keeps its interval and its end."""

    type: Literal["move_sessions"] = "move_sessions"
    roles: ClassVar = PARTNERS
    weekday: int = Field(ge=0, le=4)
    at: LocalTime
    timezone: str
    minutes: int = Field(ge=1)
    channel: Line


class NoteAbsence(Command):
    """Say on which days you are away, both included; why is nobody's business. Sessions of these days move,
    and nobody reminds you on them (R67)."""

    type: Literal["note_absence"] = "note_absence"
    roles: ClassVar = PARTNERS
    first_on: date
    last_on: date


class NoteDaysOff(Command):
    """Take over the holidays of where people of the pair work, by person (from the cohort, R108)."""

    type: Literal["note_days_off"] = "note_days_off"
    roles: ClassVar = ENGINE
    days_off: dict[PersonId, tuple[date, ...]]


PairCalendarCommand = MoveSessions | NoteAbsence | NoteDaysOff
