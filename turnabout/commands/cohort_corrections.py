"""The commands that put right what was entered wrongly about a cohort; nothing is ever edited. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from turnabout.commands.base import LEAD, Command
from turnabout.commands.cohort_governance import Duty
from turnabout.commands.cohort_measurement import EmploymentKind
from turnabout.model import Line, PersonId


class CorrectAttendance(Command):
    """Say that somebody was at the kickoff (or its make-up) after all, or was not (R52, R103). Refused where
    a pair has started on it (G4)."""

    type: Literal["correct_attendance"] = "correct_attendance"
    roles: ClassVar = LEAD
    person: PersonId
    attended: bool
    reason: Line


class CorrectDuty(Command):
    """Say that the sponsor fulfilled a duty in time, late or not at all, whatever is recorded (R28, R103)."""

    type: Literal["correct_duty"] = "correct_duty"
    roles: ClassVar = LEAD
    duty: Duty
    was: Literal["on_time", "late", "not_fulfilled"]
    reason: Line


class CorrectEmployment(Command):
    """Put right what HR told of somebody (K1, K4, R103), also after the close. `replaces` is the number
    of the observation: its version in the cohort's stream; a `person` must be whom it is about. What is so
    instead is `what`, with the `level` of a level change; None: nothing of it was so. `on` and `source` are
    those of the old one where None."""

    type: Literal["correct_employment"] = "correct_employment"
    roles: ClassVar = LEAD
    replaces: Annotated[int, Field(ge=1)]
    person: PersonId | None = None
    what: EmploymentKind | None = None
    level: Annotated[int, Field(ge=1, le=20)] | None = None
    on: date | None = None
    source: Line | None = None
    reason: Line

    @model_validator(mode="after")
    def _level_of_a_change(self) -> CorrectEmployment:
        if (self.what == "level_change") != (self.level is not None):
            raise ValueError("a level belongs to a level_change, and only to one")
        if self.what is None and self.on is not None:
            raise ValueError("a day without `what`: say what was so then, or leave both out")
        return self


CohortCorrectionsCommand = CorrectAttendance | CorrectDuty | CorrectEmployment
