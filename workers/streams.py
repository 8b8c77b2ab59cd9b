"""Whole streams for the operators' one-off jobs, opened with the keys that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from events import database, registry
from events.contracts import Load, StoredEvent
from events.sealing import Vault
from events.store import EventStore
from turnabout.errors import NotFound
from workers.settings import EngineSettings


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Vault, asyncpg.Pool]]:
    """The persons' keys, and a connection to the log. Raises InvalidInput without master keys."""
    settings = EngineSettings()
    master = settings.master()
    async with database.pool(settings.dsn(), name="vault", role=database.WRITER, size=2) as pool:
        yield Vault(pool, master), pool


async def of_pair(pair: str) -> list[StoredEvent]:
    """All that happened to a pair, unsealed. Raises NotFound for an unknown one."""
    async with opened() as (vault, pool):
        events = await whole(EventStore(pool, registry.standard(), vault), f"pair-{pair}")
    if not events:
        raise NotFound(f"There is no pair {pair!r}.", hint="See `turnabout cohort show ID`.")
    return events


async def of_cohort(cohort: str) -> tuple[list[StoredEvent], list[list[StoredEvent]]]:
    """All that happened to a cohort and to each pair of it, unsealed. Raises NotFound for an unknown one."""
    async with opened() as (vault, pool):
        store = EventStore(pool, registry.standard(), vault)
        planned = await whole(store, f"cohort-{cohort}")
        pairs = [event.data["pair"] for event in planned if event.type == "cohort.pair_arranged"]
        histories = [await whole(store, pair) for pair in pairs]
    if not planned:
        raise NotFound(f"There is no cohort {cohort!r}.", hint="See `turnabout cohort list`.")
    return planned, [history for history in histories if history]


async def whole(store: EventStore, stream: str) -> list[StoredEvent]:
    """A stream from its begin, unsealed; nothing for one that the log does not have."""
    events: list[StoredEvent] = []
    while (page := await store.load(Load(stream=stream, after=len(events)))).events:
        events += page.events
    return events
