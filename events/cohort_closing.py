"""What happens at the end of a cohort. Pure."""

from __future__ import annotations

from typing import Literal

from events.chase import Chasing
from turnabout.commands.pair_terms import NextStep
from turnabout.model import Line, PersonId, Text


class ClosingBegan(Chasing):
    """Every pair has ended; memos are due."""

    type: Literal["cohort.closing_began"] = "cohort.closing_began"


class CohortMemoFiled(Chasing):
    """The cohort's closure memo."""

    type: Literal["cohort.memo_filed"] = "cohort.memo_filed"
    by: PersonId
    summary: Text
    next_steps: tuple[NextStep, ...]


class CohortClosed(Chasing):
    """The cohort is closed."""

    type: Literal["cohort.closed"] = "cohort.closed"


class CohortArchived(Chasing):
    """A year after the close the stream ends."""

    type: Literal["cohort.archived"] = "cohort.archived"


class CohortCancelled(Chasing):
    """The cohort will not go on."""

    type: Literal["cohort.cancelled"] = "cohort.cancelled"
    by: PersonId
    reason: Line


CohortClosingEvent = ClosingBegan | CohortMemoFiled | CohortClosed | CohortArchived | CohortCancelled
