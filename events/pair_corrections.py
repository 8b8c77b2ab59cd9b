"""What was entered wrongly about a pair and is put right: the old event stays, the new one names it. Pure.

`corrects` is the version of the old event in this stream.
"""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.model import Line, PersonId


class SessionCorrected(Chasing):
    """A session took place after all, or did not; `in_a_row` is how many in a row were missed with that."""

    type: Literal["pair.session_corrected"] = "pair.session_corrected"
    corrects: int
    number: int
    held: bool
    in_a_row: int
    by: PersonId
    reason: Annotated[Line | None, Sealed("by")] = None


class OutcomeCorrected(Event):
    """The outcome as it really was."""

    type: Literal["pair.outcome_corrected"] = "pair.outcome_corrected"
    corrects: int
    value: float
    attainment: int
    by: PersonId
    reason: Annotated[Line | None, Sealed("by")] = None


class DeliverableCorrected(Event):
    """What a deliverable really was; None: there was none."""

    type: Literal["pair.deliverable_corrected"] = "pair.deliverable_corrected"
    corrects: int
    number: int
    what: Line | None
    by: PersonId
    reason: Annotated[Line | None, Sealed("by")] = None


class AttendanceWithdrawn(Event):
    """Somebody was not at the kickoff after all."""

    type: Literal["pair.attendance_withdrawn"] = "pair.attendance_withdrawn"
    corrects: int
    person: PersonId


PairCorrectionsEvent = SessionCorrected | OutcomeCorrected | DeliverableCorrected | AttendanceWithdrawn
