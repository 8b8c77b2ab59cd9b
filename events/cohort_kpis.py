"""What was published of a cohort's KPIs. Pure. A later erasure changes nothing of it (scenario 11)."""

from __future__ import annotations

from typing import ClassVar, Literal

from events.base import Event
from turnabout.kpi import Publication


class KpisPublished(Event):
    """These figures were published, with what readers can know from them (`disclosed`), against which all
    that is published later is held. `number` counts the publications of the cohort."""

    type: Literal["cohort.kpis_published"] = "cohort.kpis_published"
    schema_version: ClassVar[int] = 2
    number: int
    publication: Publication


CohortKpisEvent = KpisPublished
