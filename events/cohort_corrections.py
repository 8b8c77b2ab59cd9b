"""What was entered wrongly about a cohort and is put right: the old event stays, the new one names it. Pure.

`corrects` is the version of the old event in this stream.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.base import Event
from events.chase import Chasing
from turnabout.commands.cohort_governance import Duty
from turnabout.commands.cohort_measurement import EmploymentKind
from turnabout.model import Line, PersonId


class AttendanceCorrected(Chasing):
    """Somebody was at the kickoff after all, or was not and owes a make-up."""

    type: Literal["cohort.attendance_corrected"] = "cohort.attendance_corrected"
    corrects: int
    person: PersonId
    attended: bool
    by: PersonId
    reason: Line


class DutyCorrected(Chasing):
    """How a duty of the sponsor really stands. One that was not fulfilled is asked for again, or is missed
    where its time has passed."""

    type: Literal["cohort.duty_corrected"] = "cohort.duty_corrected"
    corrects: int
    duty: Duty
    state: Literal["fulfilled", "late", "due", "missed"]
    by: PersonId
    reason: Line


class EmploymentCorrected(Event):
    """What HR told of somebody was wrong: this is so instead; nothing of it where `what` is None. It may
    itself be corrected."""

    type: Literal["cohort.employment_corrected"] = "cohort.employment_corrected"
    corrects: int
    person: PersonId
    on: date | None
    what: EmploymentKind | None
    level: int | None = None
    source: Line
    by: PersonId
    reason: Line


CohortCorrectionsEvent = AttendanceCorrected | DutyCorrected | EmploymentCorrected
