"""How fast a read model is built anew from a long log, by its fold and by the database's own statement, how
much memory that takes, and how long the swap keeps readers waiting."""

from __future__ import annotations

import asyncio
import resource
import secrets
import time
from collections.abc import Collection
from pathlib import Path

import asyncpg

from events import database, registry
from events.reader import LogReader, Page
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from projections import builds
from projections import reciprocity as module
from projections.projection import Projection
from projections.rebuild import build_anew, collect_seldom
from projections.reciprocity import reciprocity
from tests.bench.figures import Figure
from tests.projections.multiplied import multiply
from tests.projections.story import story, write

FOLD, RANGE = 20.0, 12.0
"""Seconds for a million events (findings/postgres.md 4.6)."""
MILLION = 1_000_000
FLIP = 20.0
"""Milliseconds."""
FLAT = 1.1
"""Memory at the end over that after a tenth of the log."""
SWAPS = 9
PAGE = resource.getpagesize()


class Watched(LogReader):
    """Notes this process's memory, in bytes, whenever it is asked for a page, by position."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        super().__init__(pool, registry.standard())
        self.memory: dict[int, int] = {}

    async def read_all(self, after: int, limit: int = 500, types: Collection[str] | None = None) -> Page:
        self.memory[after] = _memory()
        return await super().read_all(after, limit, types)

    def growth(self, head: int) -> float:
        """The most memory of all over the most during the first tenth of the log."""
        early = max(size for position, size in self.memory.items() if position <= head // 10)
        return max(self.memory.values()) / early


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


async def measure(dsn: str, events: int, rounds: int) -> list[Figure]:
    """In a database of its own with an empty log, which then holds events of the one read model alone.

    Targets are scaled to the log's length."""
    await _fill(dsn)
    async with database.connection(dsn, name="bench") as owner:
        head = await multiply(owner, events)
        await owner.execute("VACUUM ANALYZE log.events")
    by_fold = Projection("reciprocity", str(module.__file__), version=1, tables=reciprocity.tables)
    by_fold._handlers.update(reciprocity._handlers)
    del by_fold.sql["range"]
    seconds: dict[str, list[float]] = {"fold": [], "range": []}
    growths = []
    collect_seldom()
    async with database.pool(dsn, name="bench", role=database.PROJECTOR, size=4) as pool:
        for _ in range(rounds):
            for name, projection in (("fold", by_fold), ("range", reciprocity)):
                reader = Watched(pool)
                began = time.perf_counter()
                build = await build_anew(projection, pool, reader)
                seconds[name].append(time.perf_counter() - began)
                if name == "fold":
                    growths.append(reader.growth(head))
        flips = await _flips(pool)
    share, note = head / MILLION, f"log of {head:,} events, {build.events:,} of them applied"
    what = "reciprocity: built anew, start and swap included"
    return [
        Figure(f"{what}, by the fold", tuple(seconds["fold"]), "s", FOLD * share, at_least=False, note=note),
        Figure(f"{what}, by one statement", tuple(seconds["range"]), "s", RANGE * share, at_least=False),
        Figure("memory of the fold, end over first tenth", tuple(growths), "x", FLAT, at_least=False),
        Figure("the swap, views and checkpoint", tuple(flips), "ms", FLIP, at_least=False, worst=True),
    ]


async def _fill(dsn: str) -> None:
    """What the read model handles of a cohort's story, so that all copies of it are work."""
    keys = MasterKeys({"bench": secrets.token_bytes(32)}, newest="bench")
    async with database.pool(dsn, name="bench", role=database.WRITER, size=2, stateless=True) as pool:
        store = EventStore(pool, registry.standard(), Vault(pool, keys))
        told = story(1, cohorts=1, pairs=10)
        await write(store, [one for one in told if one.event.type in reciprocity.types])


async def _flips(pool: asyncpg.Pool) -> list[float]:
    """Milliseconds from the first lock on a view to the commit, each with a reader who looks all the time."""
    took, stop = [], asyncio.Event()

    async def look() -> None:
        async with pool.acquire() as db:
            while not stop.is_set():
                await db.fetchval("SELECT count(*) FROM read.reciprocity_v1 WHERE cohort = 'none'")

    looking = asyncio.create_task(look())
    async with pool.acquire() as db:
        for _ in range(SWAPS):
            live = await builds.live(db, reciprocity.name)
            assert live is not None
            build = await builds.create(db, reciprocity, live=False)
            await builds.enter(db, build)
            build = await builds.apply_range(db, reciprocity, build, live.position)
            began = time.perf_counter()
            assert await builds.swap(db, reciprocity, build)
            took.append((time.perf_counter() - began) * 1000)
            await builds.clear(db, reciprocity.name)
    stop.set()
    await looking
    return took
