"""What HR has reported about the people of a cohort, fact by fact (K1, K4). Pure fold.

For the analyst alone, with an auditor's rights: it tells of people what not even the lead needs to know. What
was corrected makes way for what is so instead; as of an earlier day (R104) it stands as it was known then.
HR's own words on it stay in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.cohort_corrections import EmploymentCorrected
from events.cohort_measurement import EmploymentObserved
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, place


@dataclass
class Observation:
    """One fact: what was so on a day, and when the log learned of it. Its `number` is the version of its
    event in the cohort's stream, by which it is corrected; `corrects` is the number that it took the place
    of."""

    cohort: str
    number: int
    position: int
    person: str
    on_day: str
    what: str
    level: int | None
    recorded_at: str
    corrects: int | None


OBSERVATIONS = Table("observations", Observation, key=("cohort", "number"), scope="cohort")

employment = Projection("employment", __file__, version=2, tables=(OBSERVATIONS,))


@employment.on(EmploymentObserved, EmploymentCorrected)
def told(batch: Batch, event: StoredEvent) -> None:
    data, cohort = event.data, place(event.stream).cohort
    corrects: int | None = data.get("corrects")
    if corrects is not None:
        batch[OBSERVATIONS].drop(cohort, corrects)
    if data["what"] is None:
        return
    batch[OBSERVATIONS].put(
        Observation(
            cohort=cohort,
            number=event.version,
            position=event.position,
            person=data["person"],
            on_day=data["on"],
            what=data["what"],
            level=data["level"],
            recorded_at=event.recorded_at.isoformat(),
            corrects=corrects,
        )
    )
