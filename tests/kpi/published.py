"""Reports of random cohorts as readers get them: each publication follows the one before."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from projections.kpi.folds import facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from turnabout.kpi import ReturnInputs
from turnabout.results import KpiReport

LATER = datetime(2027, 6, 1, tzinfo=UTC)
"""Long after the end of every cohort."""


@lru_cache
def report(seed: int, now: datetime = LATER, inputs: ReturnInputs | None = None) -> KpiReport:
    """What is read of the cohort of that seed after its first publication."""
    life = Life(seed)
    found = facts([one for one in life.log if one.occurred_at <= now])
    assert found is not None
    made = publication(found, now, "lea", inputs=inputs)
    return KpiReport(
        cohort=f"{life.name}-{seed}",
        program="acme",
        number=1,
        published_at=now,
        as_of=made.as_of,
        up_to=made.position,
        asked_by="lea",
        figures=made.figures,
        inputs=inputs,
    )
