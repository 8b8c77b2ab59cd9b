"""What was published of each cohort's KPIs, publication by publication. Pure fold.

Nothing is computed here: a figure stands as it was published, whatever becomes of what it was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from events.cohort_governance import CohortPlanned
from events.cohort_kpis import KpisPublished
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class Cohort:
    """The program that a cohort belongs to."""

    cohort: str
    program: str


@dataclass
class Report:
    """One publication: `up_to` is the log position whose events it counts, `figures` what was told."""

    cohort: str
    number: int
    published_at: str
    as_of: str
    up_to: int
    asked_by: str
    figures: list[dict[str, Any]]
    inputs: dict[str, Any] | None


COHORTS = Table("cohorts", Cohort, key=("cohort",), scope="cohort")
REPORTS = Table("reports", Report, key=("cohort", "number"))

kpis = Projection("kpis", __file__, version=1, tables=(COHORTS, REPORTS))


@kpis.on(CohortPlanned)
def planned(batch: Batch, event: StoredEvent) -> None:
    batch[COHORTS].put(Cohort(place(event.stream).cohort, event.data["spec"]["program"]))


@kpis.on(KpisPublished)
def published(batch: Batch, event: StoredEvent) -> None:
    told = event.data["publication"]
    batch[REPORTS].put(
        Report(
            cohort=place(event.stream).cohort,
            number=event.data["number"],
            published_at=at(event),
            as_of=told["as_of"],
            up_to=told["position"],
            asked_by=told["asked_by"],
            figures=told["figures"],
            inputs=told["inputs"],
        )
    )
