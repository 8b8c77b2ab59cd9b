"""What every read model answers with, and their names. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, ConfigDict

from turnabout.model import Model

ProjectionName = Literal[
    "cohort_board",
    "pair_card",
    "pair_work",
    "launch_checklist",
    "reminder_log",
    "adherence",
    "timeline",
    "matching",
    "survey_status",
    "kpis",
]


PROJECTIONS: tuple[ProjectionName, ...] = get_args(ProjectionName)
"""The read models of this release."""


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


At = Annotated[AwareDatetime, AfterValidator(_utc)]


class Result(Model):
    """The base of all results; a column that this client does not know is left out."""

    model_config = ConfigDict(extra="ignore")
