"""The safety steward's queue over all pairs of a cohort (T18), folded from the log. Confidential."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog

from events.base import Event
from events.contracts import StoredEvent
from events.pair import PAIR_EVENTS
from events.sealing import SEALED
from turnabout.errors import Rejected
from turnabout.model import Model, PersonId
from workers import streams
from workflows.rules.steward_queue import queue

_log = structlog.stdlib.get_logger(__name__)


class WaitingLine(Model):
    """Who waits for the steward, since when, and by when what is due; never why."""

    pair: str
    what: str
    since: datetime
    contact_by: datetime
    contacted: bool
    resolve_by: datetime | None
    to_agree: tuple[PersonId, ...]


async def waiting(cohort: str, reader: str | None) -> Sequence[WaitingLine]:
    """Who waits for the steward who asks, the most urgent first. Raises NotFound for an unknown cohort,
    Rejected (G21) for anybody who is steward of none of its pairs. That somebody read it is logged."""
    found = [queue(_history(events)) for events in await streams.of_cohorts_pairs(cohort)]
    if reader not in {steward for steward, _ in found}:
        raise Rejected("G21", "only the safety steward may read that.", hint="Say who you are with --actor.")
    _log.warning("queue_read", stream=SEALED, actor=reader)
    lines = [WaitingLine(**one._asdict()) for steward, some in found if steward == reader for one in some]
    return sorted(lines, key=lambda line: (line.contacted, line.contact_by))


def _history(events: Sequence[StoredEvent]) -> Iterator[tuple[datetime, Event]]:
    for one in events:
        yield one.occurred_at, PAIR_EVENTS.validate_python({"type": one.type, **one.data})
