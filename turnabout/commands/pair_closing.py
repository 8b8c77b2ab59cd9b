"""The commands that end a pair. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import ENGINE, LEAD, PARTNERS, Command
from turnabout.commands.pair_terms import Amount, NextStep
from turnabout.model import Line, PersonId, Rating, Role, Text


class EndPair(Command):
    """End the pair before its time. Ending for safety is the steward's, the rest the lead's. The record gives
    neutral words in place of a reason for safety (G6). `left` are the partners who leave the program with it:
    at least one where somebody withdrew or left the company (R102)."""

    type: Literal["end_pair"] = "end_pair"
    roles: ClassVar = frozenset({Role.LEAD, Role.STEWARD, Role.SYSTEM})
    state: Literal["ended_by_choice", "ended_for_safety", "ended_by_exit", "withdrawn"]
    reason: Line
    left: tuple[PersonId, ...] = ()


class AnswerEndpoint(Command):
    """Answer the endpoint wave."""

    type: Literal["answer_endpoint"] = "answer_endpoint"
    roles: ClassVar = PARTNERS
    progress: Rating
    safety: Rating
    recommend: bool | None = None


class RecordOutcome(Command):
    """Record the endpoint against the goal (R57): the metric's end value and the attainment level,
    -2 (much less than expected) to +2 (much more)."""

    type: Literal["record_outcome"] = "record_outcome"
    roles: ClassVar = PARTNERS
    value: Amount
    attainment: int = Field(ge=-2, le=2)


class FileMemo(Command):
    """File the pair's closure memo: what was achieved and at least one next step (R75)."""

    type: Literal["file_memo"] = "file_memo"
    roles: ClassVar = PARTNERS | LEAD
    summary: Text
    lesson: Line
    next_steps: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class WaiveMemo(Command):
    """Do without the pair's memo, with a reason (G9)."""

    type: Literal["waive_memo"] = "waive_memo"
    roles: ClassVar = LEAD | ENGINE
    reason: Line


PairClosingCommand = EndPair | AnswerEndpoint | RecordOutcome | FileMemo | WaiveMemo
