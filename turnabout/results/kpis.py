"""What was published of a cohort's KPIs. Pure."""

from __future__ import annotations

from datetime import date

from turnabout.kpi import Figure, ReturnInputs
from turnabout.results.base import At, Result


class KpiReport(Result):
    """A publication, for the lead and the analyst; a sponsor reads the figures for everyone alone. It counts
    the events up to log position `up_to`; `inputs` are those of K16."""

    cohort: str
    program: str
    number: int
    published_at: At
    as_of: date
    up_to: int
    asked_by: str
    figures: tuple[Figure, ...]
    inputs: ReturnInputs | None = None
