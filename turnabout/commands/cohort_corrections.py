"""The commands that put right what was entered wrongly about a cohort; nothing is ever edited. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from turnabout.commands.base import LEAD, Command
from turnabout.commands.cohort_governance import Duty
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


CohortCorrectionsCommand = CorrectAttendance | CorrectDuty
