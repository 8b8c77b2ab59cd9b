"""Watches that what is due is done: by streams, which are stuck where it is not, and by safety stewards. It
reads the log with the workers' keys and changes nothing.

The counts are of all cohorts together, and a check-in by lot counts like any other: they tell of nobody (G6).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Gauge

from events import registry
from events.contracts import StoredEvent
from events.metrics import STREAM_KINDS, kind_of, showing
from events.pair import PAIR_EVENTS
from events.store import EventStore
from turnabout import schedule
from turnabout.errors import CorruptLog, TurnaboutError
from turnabout.model import Model
from workers.streams import opened, whole
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Decider
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState
from workflows.rules.steward_queue import queue, waits
from workflows.stream import Stream

GRACE = timedelta(minutes=15)
"""So late may what is due be: as long as an outage that Temporal's own retries bridge."""
SELDOM = timedelta(minutes=10)
"""So long may pass between two looks, however seldom streams are reconciled: an alert counts on it."""
DECIDERS: dict[str, Decider[Any]] = {"cohort": COHORT, "pair": PAIR}

OVERDUE = Gauge(
    "turnabout_streams_overdue",
    "Unfinished streams whose next due item is overdue by more than 15 minutes, by kind.",
    ["stream_kind"],
    registry=None,
)
OVERDUE_SECONDS = Gauge(
    "turnabout_agenda_overdue_seconds",
    "Time by which the most overdue item of any stream is late; 0 where none is.",
    registry=None,
)
STEWARD_OVERDUE = Gauge(
    "turnabout_steward_overdue",
    "Talks and check-ins of all cohorts for which a safety steward is late (T18); those by lot count, too.",
    registry=None,
)
LOOKED = Gauge(
    "turnabout_agenda_looked_timestamp_seconds",
    "When this worker last saw what all streams owe.",
    registry=None,
)
SHOWN = (OVERDUE, OVERDUE_SECONDS, STEWARD_OVERDUE, LOOKED)

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Owed:
    """What a stream owes at a version: when its next item is due, and by when its steward must have acted."""

    version: int
    due: datetime | None
    steward: tuple[datetime, ...] = ()


class Stuck(Model):
    """A stream whose next item was due at `due_at` and is more than 15 minutes late."""

    stream: str
    due_at: datetime
    late_seconds: float


class AgendaWatch:
    """Remembers of each unfinished stream what it owes; a stream is read again when it has changed."""

    def __init__(self, store: EventStore, every: timedelta) -> None:
        self._store = store
        self._every = min(every, SELDOM)
        self._owed: dict[str, Owed] = {}

    async def run(self) -> None:
        """Look, then again after `every` or ten minutes, until cancelled. What fails is logged and looked at
        next time."""
        with showing(*SHOWN):
            while True:
                try:
                    await self.look(datetime.now(UTC))
                except Exception as error:  # noqa: BLE001 -- a worker must not end because a look failed
                    known = isinstance(error, TurnaboutError)
                    await _log.aerror("agenda_not_seen", error=str(error) if known else type(error).__name__)
                await asyncio.sleep(self._every.total_seconds())

    async def look(self, now: datetime) -> list[Stuck]:
        """Set the gauges for this moment, and return what is stuck, the latest first. Raises Unreachable."""
        versions = await self._store.open_versions()
        self._owed = {name: owed for name, owed in self._owed.items() if name in versions}
        for name, version in versions.items():
            known = self._owed.get(name)
            if (known is None or known.version != version) and kind_of(name) in DECIDERS:
                self._owed[name] = owed(name, await whole(self._store, name))
        late = [
            Stuck(stream=name, due_at=one.due, late_seconds=(now - one.due).total_seconds())
            for name, one in self._owed.items()
            if one.due and now - one.due > GRACE
        ]
        late.sort(key=lambda one: one.due_at)
        kinds = Counter(kind_of(one.stream) for one in late)
        for kind in STREAM_KINDS & DECIDERS.keys():
            OVERDUE.labels(kind).set(kinds[kind])
        OVERDUE_SECONDS.set(late[0].late_seconds if late else 0)
        STEWARD_OVERDUE.set(sum(by < now for one in self._owed.values() for by in one.steward))
        LOOKED.set(now.timestamp())
        return late


async def stuck() -> list[Stuck]:
    """The streams that are stuck now, for an operator. Raises InvalidInput without master keys."""
    async with opened() as (vault, pool):
        store = EventStore(pool, registry.standard(), vault)
        return await AgendaWatch(store, GRACE).look(datetime.now(UTC))


def owed(name: str, events: list[StoredEvent]) -> Owed:
    """What a stream owes after these events. One that cannot be read has owed everything since its last."""
    stream = Stream(DECIDERS[kind_of(name)], name)
    stream.performed = len(events)
    try:
        stream.fold(tuple(events))
    except CorruptLog:
        return Owed(len(events), events[-1].occurred_at)
    due = stream.due(())
    return Owed(stream.version, due.at if due else None, tuple(_steward(stream.state, events)))


def _steward(state: PairState | CohortState, events: list[StoredEvent]) -> list[datetime]:
    if isinstance(state, CohortState):
        asked = state.care.waiting.values()
        return [schedule.steward_contact_due(state.policy, one.since) for one in asked]
    if not waits(state):
        return []
    history = [
        (one.occurred_at, PAIR_EVENTS.validate_python({"type": one.type, **one.data})) for one in events
    ]
    _, waiting = queue(history)
    return [one.resolve_by if one.contacted and one.resolve_by else one.contact_by for one in waiting]
