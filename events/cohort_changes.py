"""What a cohort learns of changes about its people. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.chase import Chasing
from turnabout.model import Line, Model, PersonId


class LineConflict(Model):
    """A pair that would not be made today: the rule that is against it, and why."""

    pair: str
    rule: str
    reason: Line

    @property
    def told(self) -> str:
        """The conflict in a line."""
        return f"[{self.rule}] {self.reason}"


class ReportingLineChanged(Chasing):
    """Somebody has other managers. `conflicts` are the living pairs that this touches; the lead is told of
    each."""

    type: Literal["cohort.reporting_line_changed"] = "cohort.reporting_line_changed"
    person: PersonId
    reports_to: tuple[PersonId, ...]
    conflicts: tuple[LineConflict, ...] = ()


class PersonExited(Chasing):
    """Somebody left the company; these pairs of theirs are told to end."""

    type: Literal["cohort.person_exited"] = "cohort.person_exited"
    person: PersonId
    last_day: date
    pairs: tuple[str, ...] = ()


CohortChangesEvent = ReportingLineChanged | PersonExited
