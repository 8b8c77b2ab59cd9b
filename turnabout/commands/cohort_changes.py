"""The commands by which a cohort learns that something about its people has changed. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from turnabout.commands.base import LEAD, Command
from turnabout.model import PersonId


class ChangeReportingLine(Command):
    """Record somebody's managers anew, nearest first; their pairs are checked against it (G10, R42)."""

    type: Literal["change_reporting_line"] = "change_reporting_line"
    roles: ClassVar = LEAD
    person: PersonId
    reports_to: tuple[PersonId, ...]


class RecordExit(Command):
    """Record that somebody of the roster has left the company, on `last_day` (today where None): all their
    pairs end, and nothing more is asked of them."""

    type: Literal["record_exit"] = "record_exit"
    roles: ClassVar = LEAD
    person: PersonId
    last_day: date | None = None


CohortChangesCommand = ChangeReportingLine | RecordExit
