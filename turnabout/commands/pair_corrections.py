"""The commands that put right what was entered wrongly about a pair; nothing is ever edited. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, LEAD, PARTNERS, Command
from turnabout.commands.pair_terms import Amount
from turnabout.model import Line, PersonId


class CorrectSession(Command):
    """Say that a session took place after all, or did not (R103). Refused where the midpoint review or the
    end of the pair rests on what was logged. The reason stays with its author."""

    type: Literal["correct_session"] = "correct_session"
    roles: ClassVar = PARTNERS | LEAD
    number: int = Field(ge=1)
    held: bool
    reason: Line


class CorrectOutcome(Command):
    """Put the recorded outcome right (R57, R103). The reason stays with its author."""

    type: Literal["correct_outcome"] = "correct_outcome"
    roles: ClassVar = PARTNERS | LEAD
    value: Amount
    attainment: int = Field(ge=-2, le=2)
    reason: Line


class CorrectDeliverable(Command):
    """Say what a deliverable really was, or (`what` left out) that there was none (R6, R103). `number` counts
    the pair's deliverables from 1, in the order in which they were recorded."""

    type: Literal["correct_deliverable"] = "correct_deliverable"
    roles: ClassVar = PARTNERS | LEAD
    number: int = Field(ge=1)
    what: Line | None = None
    reason: Line


class WithdrawAttendance(Command):
    """Learn from the cohort that somebody was not at the kickoff after all (G4)."""

    type: Literal["withdraw_attendance"] = "withdraw_attendance"
    roles: ClassVar = ENGINE
    person: PersonId


PairCorrectionsCommand = CorrectSession | CorrectOutcome | CorrectDeliverable | WithdrawAttendance
