"""What was published of a cohort's KPIs. Pure. A later erasure changes nothing of it (scenario 11)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from events.base import Event, Sealed
from turnabout.kpi import Disclosed, Published


class KpisPublished(Event):
    """These figures were published. `disclosed` is what readers can know from them, against which all that is
    published later is held: who answered, and sums to more places than anybody reads. So it is sealed, with a
    key that is the engine's own. `number` counts the publications of the cohort."""

    type: Literal["cohort.kpis_published"] = "cohort.kpis_published"
    schema_version: ClassVar[int] = 3
    number: int
    publication: Published
    disclosed: Annotated[tuple[Disclosed, ...] | None, Sealed("keeper")]
    keeper: Literal["system"] = "system"


CohortKpisEvent = KpisPublished
