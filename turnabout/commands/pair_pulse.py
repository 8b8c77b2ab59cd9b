"""The commands of a pulse and of the mid-point. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import LEAD, PARTNERS, Command
from turnabout.commands.pair_terms import Answer, Decision, NextStep
from turnabout.model import Line, Rating


class AnswerPulse(Command):
    """Answer the open pulse (R56, R81): progress and safety 1-5; free text is optional."""

    type: Literal["answer_pulse"] = "answer_pulse"
    roles: ClassVar = PARTNERS
    progress: Rating
    safety: Rating
    recommend: bool | None = None
    worked: Answer | None = None
    improve: Answer | None = None


class CheckMilestone(Command):
    """Fill in the milestone check together (R79): shared by the pair, and no survey. Actions belong to
    the partners or the lead, and are due within the policy's horizon."""

    type: Literal["check_milestone"] = "check_milestone"
    roles: ClassVar = PARTNERS
    progress: Rating
    roadblocks: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)]
    wins: Annotated[tuple[Line, ...], Field(min_length=2, max_length=2)]
    actions: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class DecideMidpoint(Command):
    """Decide at mid-point how the pair goes on (R61)."""

    type: Literal["decide_midpoint"] = "decide_midpoint"
    roles: ClassVar = LEAD
    decision: Decision
    reason: Line


PairPulseCommand = AnswerPulse | CheckMilestone | DecideMidpoint
