"""What HR has reported about the people of a cohort, fact by fact (K1, K4). Pure fold.

For the analyst alone, with an auditor's rights: it tells of people what not even the lead needs to know. A
fact that comes late or corrects another is a row of its own. HR's own words on it stay in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.cohort_measurement import EmploymentObserved
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, place


@dataclass
class Observation:
    """One fact: what was so on a day, and when the log learned of it."""

    position: int
    cohort: str
    person: str
    on_day: str
    what: str
    level: int | None
    recorded_at: str


OBSERVATIONS = Table("observations", Observation, key=("position",))

employment = Projection("employment", __file__, version=1, tables=(OBSERVATIONS,))


@employment.on(EmploymentObserved)
def observed(batch: Batch, event: StoredEvent) -> None:
    data = event.data
    batch[OBSERVATIONS].put(
        Observation(
            position=event.position,
            cohort=place(event.stream).cohort,
            person=data["person"],
            on_day=data["on"],
            what=data["what"],
            level=data["level"],
            recorded_at=event.recorded_at.isoformat(),
        )
    )
