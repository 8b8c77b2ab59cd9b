"""A long log with late facts is rebuilt to the byte while readers read on, and a rebuild of all goes on after
a kill (R103)."""

from __future__ import annotations

import asyncio
import subprocess
import time
from itertools import pairwise

import asyncpg
import pytest

from events.pair_sessions import DeliverableRecorded
from events.reader import LogReader
from events.registry import standard
from events.store import EventStore
from projections import builds
from projections.builds import Connection
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from projections.rebuild import build_anew
from projections.rebuild_all import Rebuilt, rebuild_all
from projections.reciprocity import reciprocity
from projections.sponsor_scorecard import sponsor_scorecard
from projections.timeline import timeline
from tests.bench import sample
from tests.projections.conftest import Projector
from tests.projections.multiplied import multiply
from tests.projections.story import story, write
from tests.projections.test_kill import LAST, one_life
from tests.projections.test_kill import victim as victim  # noqa: PLC0414 -- a fixture
from turnabout.errors import ProjectionStopped, RebuildInterrupted
from turnabout.reads import Reads

EVENTS = 100_000
ASKING, EACH = 150, 50
"""Statements in which all builds are begun, and in which some are filled and swapped in."""
PATIENCE = 2.0
"""Seconds that no reader may wait, on a busy machine; the benchmark measures the swap itself."""


class Readers:
    """Reads the ledger again and again; notes the longest wait, and the fewest rows after the first look."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.longest, self.fewest, self.looks = 0.0, 10**9, 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            began = time.monotonic()
            rows = await self.pool.fetchval("SELECT count(*) FROM read.reciprocity_v1")
            self.longest = max(self.longest, time.monotonic() - began)
            self.fewest, self.looks = min(self.fewest, rows), self.looks + 1


def without_range(projection: Projection) -> Projection:
    """The same read model, of which a rebuild knows the fold alone."""
    folded = Projection(projection.name, reciprocity_file(), version=1, tables=projection.tables)
    folded._handlers.update(projection._handlers)
    del folded.sql["range"]
    return folded


def reciprocity_file() -> str:
    from projections import reciprocity as module

    return str(module.__file__)


async def late_facts(store: EventStore, pool: asyncpg.Pool) -> int:
    """Work of fifty pairs that happened before all the rest is recorded now; returns the last position."""
    streams = await pool.fetch(
        "SELECT stream, version FROM log.streams WHERE stream LIKE 'pair-%' ORDER BY stream LIMIT 50"
    )
    for row in streams:
        event = DeliverableRecorded(by="c1-0-mentor-1", what="A brief that nobody had told of")
        append = sample.append_of(row["stream"], row["version"], event)
        early = append.model_copy(update={"occurred_at": sample.NOON.replace(year=2020)})
        end = (await store.append(early)).events[-1].position
    return end


async def test_a_long_log_with_late_facts_is_rebuilt_to_the_byte_and_readers_read_on(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector_pool: asyncpg.Pool, projector: Projector
) -> None:
    """R103. Live by the fold; rebuilt by the database's own statement, and by the fold."""
    await write(store, story(1, cohorts=1, pairs=6))
    async with pool.acquire() as db:
        end = await multiply(db, EVENTS)
    reader, stop, readers = LogReader(projector_pool, standard()), asyncio.Event(), Readers(pool)
    async with projector(projections=[reciprocity]):
        await reads.wait_for(end, ["reciprocity"], timeout=60)
        pairs = await pool.fetchval("SELECT count(*) FROM read.reciprocity_v1")
        reading = asyncio.create_task(readers.run(stop))
        recording = asyncio.create_task(late_facts(store, pool))
        built = await build_anew(reciprocity, projector_pool, reader)
        end = await recording
        await reads.wait_for(end, ["reciprocity"])
        stop.set()
        await reading
    assert (built.build, pairs) == (2, readers.fewest)
    assert readers.looks > 10
    assert readers.longest < PATIENCE
    async with projector_pool.acquire() as db:
        live = await builds.live(db, "reciprocity")
        assert live is not None
        assert live.events > EVENTS / 10
        kept = await builds.digest(db, live)
        for projection in (reciprocity, without_range(reciprocity)):
            again = await build_anew(projection, projector_pool, reader)
            assert (again.position, again.events) == (end, live.events)
            assert await builds.digest(db, again) == kept


async def test_a_rebuild_of_all_that_is_killed_goes_on_with_what_is_left(
    victim: subprocess.Popen[str], store: EventStore, pool: asyncpg.Pool
) -> None:
    """R103: nothing is built twice, and all equal what was live before."""
    await write(store, story(1, cohorts=1))
    assert one_life(victim, "follow", LAST) == "ended 0"
    async with pool.acquire() as db:
        before = await digests(db)
        assert one_life(victim, "all", 30) == "killed"
        assert await builds.asked_together(db) == {}, "all are asked for, or none"
        done: list[set[str]] = []
        allowed = ASKING
        while one_life(victim, "all", allowed) == "killed":
            asked = await builds.asked_together(db)
            assert asked.keys() == before.keys()
            done.append({name for name, live in asked.items() if live})
            allowed = EACH
        assert all(earlier < later for earlier, later in pairwise(done))
        assert len(done) > 2
        assert await builds.asked_together(db) == {}
        assert await digests(db) == before
        checkpoints = await db.fetch("SELECT projection, build FROM projections.checkpoints")
        assert sorted(map(tuple, checkpoints)) == sorted((name, 2) for name in before)
        schemas = await db.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^proj_'")
        assert schemas == len(PROJECTIONS)


async def digests(db: Connection) -> dict[str, str]:
    found = {}
    for projection in PROJECTIONS:
        live = await builds.live(db, projection.name)
        assert live is not None
        found[projection.name] = await builds.digest(db, live)
    return found


async def test_a_half_done_rebuild_of_one_is_no_rebuild_of_all(
    store: EventStore, projector_pool: asyncpg.Pool, pool: asyncpg.Pool
) -> None:
    """R103: all are built, that one from where it stood; and one that stands still keeps none from it."""
    await write(store, story(1, cohorts=1))
    reader, stop = LogReader(projector_pool, standard()), asyncio.Event()
    stop.set()
    few = (timeline, reciprocity, sponsor_scorecard)
    names = tuple(projection.name for projection in few)
    with pytest.raises(RebuildInterrupted):
        await build_anew(reciprocity, projector_pool, reader, stop=stop)
    assert await rebuild_all(projector_pool, reader, projections=few) == Rebuilt(names, ())
    broken = Projection("timeline", str(timeline_file()), version=1, tables=timeline.tables)
    broken._handlers.update(timeline._handlers)
    del broken._handlers["cohort.planned"]
    with pytest.raises(ProjectionStopped, match=r"timeline\.py"):
        await rebuild_all(projector_pool, reader, projections=(broken, *few[1:]))
    live = await pool.fetch("SELECT projection, build FROM projections.checkpoints WHERE live")
    assert {tuple(row) for row in live} == {("timeline", 1), ("reciprocity", 2), ("sponsor_scorecard", 2)}
    assert await rebuild_all(projector_pool, reader, projections=few, fresh=True) == Rebuilt(names, ())
    seen = await pool.fetch("SELECT projection, live FROM projections.checkpoints ORDER BY 1")
    assert [tuple(row) for row in seen] == [(name, True) for name in sorted(names)]


def timeline_file() -> str:
    from projections import timeline as module

    return str(module.__file__)
