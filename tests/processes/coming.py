"""The example cohort moved to the weeks ahead of the clock, so that these tests never grow too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from turnabout import CohortSpec


def coming_cohort() -> CohortSpec:
    """The example, starting on the second Monday from now; two weeks to the kickoff, as in the file."""
    spec = CohortSpec.load("examples/cohort.yaml")
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=14 - today.weekday())
    moved = {"starts_on": monday, "kickoff_on": monday + (spec.kickoff_on - spec.starts_on), "holidays": ()}
    return CohortSpec.model_validate({**spec.model_dump(), **moved})
