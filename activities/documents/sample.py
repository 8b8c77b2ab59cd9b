"""A made-up cohort, with which documents are shown where no cohort's file is given. Data only."""

from __future__ import annotations

from datetime import date
from typing import Final

from turnabout.spec import CohortSpec, Kpi, Metric, Sponsor, Staff

COHORT: Final = CohortSpec(
    id="q1-2027",
    program="future-skills",
    name="Future Skills",
    preset="sprint_90",
    timezone="Europe/Berlin",
    starts_on=date(2027, 1, 4),
    kickoff_on=date(2027, 2, 15),
    lead=Staff(id="p-lead", timezone="Europe/Berlin"),
    sponsor=Sponsor(id="p-sponsor", timezone="Europe/London", title="chro"),
    steward=Staff(id="p-steward", timezone="Europe/Berlin"),
    objectives=("close digital blind spots",),
    kpis=(
        Kpi(id="K6", name="Goals attained", outcome="digital upskilling"),
        Kpi(id="K8", name="Pairs in which both feel safe", outcome="cross-generational trust"),
        Kpi(id="K10", name="Sessions held as planned", outcome="engagement"),
    ),
    priority_metric=Metric(name="Relevant followers", unit="people", source="channel analytics"),
    people=(),
)
