"""kill -9 of the projector between any two statements, and of the server: every event still counts once."""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import sys
from collections.abc import Iterator

import asyncpg
import pytest

from events import database
from events.contracts import Append
from events.migrate import migrate
from events.reader import LogReader
from events.registry import standard
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from projections import builds
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from projections.rebuild import build_anew
from tests.projections.conftest import QUICK, whole_log
from tests.projections.story import appends, story, write
from turnabout.errors import Unreachable
from turnabout.reads import Reads
from workers.embedded.postgres import EmbeddedPostgres
from workers.projector import run_projector

EVERY_STATEMENT = 25
"""So many runs die at their 1st, 2nd, 3rd ... statement; a first start alone has some forty."""
RANDOM = 15
LAST = 10_000


@pytest.fixture
def victim(dsn: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 -- our own module
        [sys.executable, "-m", "tests.projections.victim", dsn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def one_life(victim: subprocess.Popen[str], work: str, statements: int) -> str:
    assert victim.stdin is not None
    assert victim.stdout is not None
    victim.stdin.write(f"{work} {statements}\n")
    victim.stdin.flush()
    return victim.stdout.readline().strip()


async def test_killed_between_any_two_statements_every_event_counts_once(
    victim: subprocess.Popen[str],
    store: EventStore,
    projector_pool: asyncpg.Pool,
    reader: LogReader,
    reads: Reads,
) -> None:
    chance = random.Random(1)  # noqa: S311 -- a test's dice
    end = await write(store, story(1, cohorts=1))
    lives = [*range(1, EVERY_STATEMENT + 1), *(chance.randrange(20, 120) for _ in range(RANDOM))]
    ends = [one_life(victim, "follow", statements) for statements in lives]
    assert ends.count("killed") > EVERY_STATEMENT
    assert one_life(victim, "follow", LAST) == "ended 0"

    log = await whole_log(reader)
    statuses = {status.projection: status for status in await reads.projections()}
    for projection in PROJECTIONS:
        status = statuses[projection.name]
        assert (status.position, status.status) == (end, "live")
        assert status.events == len([event for event in log if event.type in projection.types])
        await equals_its_rebuild(projector_pool, projection)


async def test_a_rebuild_killed_between_any_two_statements_is_gone_on_with(
    victim: subprocess.Popen[str], store: EventStore, projector_pool: asyncpg.Pool, reads: Reads
) -> None:
    end = await write(store, story(1, cohorts=1))
    assert one_life(victim, "follow", LAST) == "ended 0"
    before = await reads.pairs("c1-0")
    async with projector_pool.acquire() as db:
        first = await builds.live(db, "pair_card")
        assert first is not None
        digest = await builds.digest(db, first)
        for statements in itertools.count(1):
            outcome = one_life(victim, "rebuild", statements)
            assert await reads.pairs("c1-0") == before, "readers never see a gap"
            shown = await builds.live(db, "pair_card")
            assert shown is not None
            assert (await builds.digest(db, shown), shown.position) == (digest, end)
            if outcome != "killed":
                break
        assert outcome == "ended 0"
        assert statements > 20
        assert (
            await db.fetchval("SELECT count(*) FROM projections.checkpoints WHERE projection = 'pair_card'")
            == 1
        )
        assert await db.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^proj_pair_card'") == 1


async def test_a_killed_server_leaves_read_models_that_fit_their_checkpoints(master_keys: MasterKeys) -> None:
    """Batches are not flushed one by one: a crash may take the last away, but never a part of one."""
    told = list(appends(story(1, cohorts=1)))
    with EmbeddedPostgres() as server:
        await migrate(server.dsn())
        async with (
            database.pool(server.dsn(), name="writer", role=database.WRITER) as writer,
            database.pool(server.dsn(), name="projector", role=database.PROJECTOR, size=20) as pool,
        ):
            store = EventStore(writer, standard(), Vault(writer, master_keys))
            reader, reads, stop = LogReader(pool, standard()), Reads(pool), asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(run_projector(pool, reader, stop, pace=QUICK))
                for number, append in enumerate(told):
                    if number % 80 == 79:
                        await asyncio.to_thread(server.kill)
                        await asyncio.to_thread(server.start)
                    end = await stored(store, append)
                await reads.wait_for(end, timeout=20)
                stop.set()
            log = await whole_log(reader)
            for projection in PROJECTIONS:
                status = next(one for one in await reads.projections() if one.projection == projection.name)
                assert status.events == len([event for event in log if event.type in projection.types])
                await equals_its_rebuild(pool, projection)


async def stored(store: EventStore, append: Append) -> int:
    """Append until it is acknowledged; returns the position."""
    while True:
        try:
            return (await store.append(append)).events[-1].position
        except Unreachable:
            await asyncio.sleep(0.01)


async def equals_its_rebuild(pool: asyncpg.Pool, projection: Projection) -> None:
    async with pool.acquire() as db:
        survivor = await builds.live(db, projection.name)
        assert survivor is not None
        kept = await builds.digest(db, survivor)
        rebuilt = await build_anew(projection, pool, LogReader(pool, standard()))
        assert await builds.digest(db, rebuilt) == kept, projection.name
