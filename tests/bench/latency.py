"""How long after its commit a change is seen in the read models, at a steady rate of appends."""

from __future__ import annotations

import asyncio
import secrets
import statistics
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from events import database, registry
from events.pair_sessions import DeliverableRecorded
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.bench import sample
from tests.bench.figures import Figure
from turnabout.reads import Reads
from turnabout.sql import load

RATE = 200
"""Appends a second."""
LOOK = 0.001
"""Seconds between two looks at the read models; what is measured is longer by half of it."""

_SQL = load(__file__, "latency.sql")


async def measure(dsn: str, seconds: float, rounds: int) -> list[Figure]:
    """Milliseconds from the acknowledged commit until every read model has come past it, median and p99."""
    keys = MasterKeys({"bench": secrets.token_bytes(32)}, newest="bench")
    medians, p99s = [], []
    async with (
        database.pool(dsn, name="bench", role=database.WRITER, size=8, stateless=True) as pool,
        database.connection(dsn, name="bench") as looking,
        _projector(dsn),
    ):
        store = EventStore(pool, registry.standard(), Vault(pool, keys))
        await Reads(pool).wait_for(await store.head(), timeout=120)
        idle = deque((row["stream"], row["version"]) for row in await looking.fetch(_SQL["pairs"]))
        for _ in range(rounds + 1):
            waits = await _round(store, looking, idle, seconds)
            medians.append(statistics.median(waits))
            p99s.append(statistics.quantiles(waits, n=100)[98])
    what = f"commit until seen in all read models, {RATE} appends/s"
    return [
        Figure(f"{what}: median", tuple(medians[1:]), "ms"),
        Figure(f"{what}: p99", tuple(p99s[1:]), "ms", target=50.0, at_least=False),
    ]


async def _round(
    store: EventStore, looking: asyncpg.Connection, idle: deque[tuple[str, int]], seconds: float
) -> list[float]:
    """Every append starts at its time, whatever became of those before; returns each one's wait in ms.

    `idle` are the streams, with their versions, that nobody is writing to.
    """
    unseen: deque[tuple[int, float]] = deque()
    waits: list[float] = []
    total = int(RATE * seconds)

    async def append(at: float) -> None:
        await asyncio.sleep(at - time.perf_counter())
        stream, version = idle.popleft()
        event = DeliverableRecorded(by=sample.ACTOR, what="A brief that others can use")
        appended = await store.append(sample.append_of(stream, version, event))
        assert appended.outcome == "stored"
        idle.append((stream, version + 1))
        unseen.append((appended.events[-1].position, time.perf_counter()))

    async def look() -> None:
        while len(waits) < total:
            seen = await looking.fetchval(_SQL["seen"])
            now = time.perf_counter()
            for _ in range(len(unseen)):
                position, committed = unseen.popleft()
                if position <= seen:
                    waits.append((now - committed) * 1000)
                else:
                    unseen.append((position, committed))
            await asyncio.sleep(LOOK)

    begin = time.perf_counter() + 0.05
    async with asyncio.TaskGroup() as group:
        group.create_task(look())
        for number in range(total):
            group.create_task(append(begin + number / RATE))
    return waits


@asynccontextmanager
async def _projector(dsn: str) -> AsyncIterator[None]:
    """A projector in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.following", dsn),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        await process.communicate(b"")
