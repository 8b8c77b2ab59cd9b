"""A read model that two libraries can have alike: what came last in a stream, and how often what happened.

Pure fold; `tracking.py` does the same with the `eventsourcing` library's tracking recorder.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.cohort import CohortEvent
from events.contracts import StoredEvent
from events.pair import PairEvent
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class Latest:
    """A stream: how many events, and the last of them."""

    stream: str
    events: int
    type: str
    occurred_at: str


@dataclass
class Tally:
    """How often something happened in a cohort and its pairs."""

    cohort: str
    type: str
    events: int


LATEST = Table("latest", Latest, key=("stream",), scope="stream")
TALLIES = Table("tallies", Tally, key=("cohort", "type"), scope="cohort")

deeds = Projection("deeds", __file__, version=1, tables=(LATEST, TALLIES))


@deeds.on(*CohortEvent.__args__, *PairEvent.__args__)
def happened(batch: Batch, event: StoredEvent) -> None:
    before = batch[LATEST].find(event.stream)
    count = before.events + 1 if before else 1
    batch[LATEST].put(Latest(event.stream, count, event.type, at(event)))
    cohort = place(event.stream).cohort
    tally = batch[TALLIES].find(cohort, event.type)
    batch[TALLIES].put(Tally(cohort, event.type, tally.events + 1 if tally else 1))
