"""The commands that end a cohort. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import LEAD, SPONSOR, Command
from turnabout.commands.pair_terms import NextStep
from turnabout.model import Line, Text


class FileCohortMemo(Command):
    """File the cohort's closure memo with at least one next step (R75)."""

    type: Literal["file_cohort_memo"] = "file_cohort_memo"
    roles: ClassVar = LEAD
    summary: Text
    next_steps: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class CloseCohort(Command):
    """Close the cohort; every pair's memo must be filed or waived (G9)."""

    type: Literal["close_cohort"] = "close_cohort"
    roles: ClassVar = LEAD


class CancelCohort(Command):
    """Cancel the cohort at any time before it is closed; its pairs end by choice."""

    type: Literal["cancel_cohort"] = "cancel_cohort"
    roles: ClassVar = LEAD | SPONSOR
    reason: Line


CohortClosingCommand = FileCohortMemo | CloseCohort | CancelCohort
