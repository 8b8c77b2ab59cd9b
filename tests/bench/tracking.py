"""The `eventsourcing` library's way to a read model: its tracking recorder stores a position and the rows of
one event in one transaction, event by event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder

from events.contracts import StoredEvent
from projections.projection import place
from tests.bench.peer import factory
from turnabout import sql

if TYPE_CHECKING:
    from tests.bench.rounds import Contender

_SQL = sql.load(__file__, "tracking.sql")


class Deeds(PostgresTrackingRecorder):
    """The rows of `deeds`, as the library's documentation has a materialised view: with upserts."""

    def happened(self, event: StoredEvent) -> None:
        """Store what follows from one event, and that it did."""
        with self.datastore.transaction(commit=True) as curs:
            about = {"stream": event.stream, "cohort": place(event.stream).cohort, "type": event.type}
            curs.execute(_SQL["latest"], {**about, "occurred_at": event.occurred_at}, prepare=True)
            curs.execute(_SQL["tally"], about, prepare=True)
            self._insert_tracking(curs, Tracking("log", event.position))


@contextmanager
def recorder(dsn: str) -> Iterator[Deeds]:
    """The recorder with its tables, made by the library's own factory."""
    with factory(dsn, 1, name="deeds") as made:
        found = Deeds(made.datastore, tracking_table_name="deeds_tracking")
        found.create_table()
        with found.datastore.transaction(commit=True) as curs:
            curs.execute(_SQL["tables"])
        yield found


def contender(recorder: Deeds, events: Sequence[StoredEvent], count: int) -> Contender:
    """Deals with the next `count` events in each round."""
    left = iter(events)

    async def contend() -> int:
        for event, _ in zip(left, range(count), strict=False):
            recorder.happened(event)
        return count

    return contend
