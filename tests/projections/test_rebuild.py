"""A rebuild goes on beside the live read model, equals it to the byte, and takes its place in a moment."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Collection

import asyncpg
import pytest

from events.reader import LogReader, Page
from events.registry import standard
from events.sealing import Vault
from events.store import EventStore
from projections import builds
from projections.builds import Checkpoint, Connection
from projections.catalog import PROJECTIONS, named
from projections.projection import Projection
from projections.rebuild import build_anew, rebuild
from projections.timeline import timeline
from tests.projections.conftest import Projector, whole_log
from tests.projections.story import appends, story, write
from tests.waiting import until
from turnabout.errors import NotFound, ProjectionStopped, RebuildBusy, RebuildInterrupted
from turnabout.reads import Reads


class Halting(LogReader):
    """A reader that lets somebody act before each page."""

    async def read_all(self, after: int, limit: int = 500, types: Collection[str] | None = None) -> Page:
        await self.before(after)
        return await super().read_all(after, limit, types)

    async def before(self, after: int) -> None:
        raise NotImplementedError


class StopAt(Halting):
    """Sets an event once the reader has come so far."""

    def __init__(self, pool: asyncpg.Pool, position: int) -> None:
        super().__init__(pool, standard())
        self.stop = asyncio.Event()
        self.position = position
        self.read_from: list[int] = []

    async def before(self, after: int) -> None:
        self.read_from.append(after)
        if after >= self.position:
            self.stop.set()


class SwapProbe(Halting):
    """Notes the digests of both builds whenever they stand at the same place."""

    def __init__(self, pool: asyncpg.Pool, name: str) -> None:
        super().__init__(pool, standard())
        self.pool, self.name = pool, name
        self.compared: list[tuple[int, str, str]] = []

    async def before(self, _: int) -> None:
        async with self.pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            live, new = await builds.live(db, self.name), await builds.unfinished(db, self.name)
            if live is not None and new is not None and live.position == new.position > 0:
                both = (await builds.digest(db, live), await builds.digest(db, new))
                self.compared.append((live.position, *both))


async def apply(db: Connection, build: Checkpoint, page: Page) -> Checkpoint:
    await builds.enter(db, build)
    return await builds.apply(db, timeline, build, page)


async def schemas(pool: asyncpg.Pool, name: str) -> list[str]:
    rows = await pool.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ ('^proj_' || $1) ORDER BY 1", name
    )
    return [row[0] for row in rows]


async def test_every_rebuild_equals_the_live_read_model_while_writers_go_on(
    store: EventStore,
    reads: Reads,
    projector_pool: asyncpg.Pool,
    projector: Projector,
) -> None:
    first = list(appends(story(1, cohorts=1, pairs=3)))
    second = list(appends(story(2, cohorts=1, pairs=3)))
    for append in first:
        end = (await store.append(append)).events[-1].position
    async with projector():
        await reads.wait_for(end)

        async def keep_writing() -> int:
            for append in second:
                end = (await store.append(append)).events[-1].position
            return end

        writing = asyncio.create_task(keep_writing())
        probes = {projection.name: SwapProbe(projector_pool, projection.name) for projection in PROJECTIONS}
        for projection in PROJECTIONS:
            built = await build_anew(projection, projector_pool, probes[projection.name], batch=60)
            assert built.build == 2
        end = await writing
        await reads.wait_for(end)
        for projection in PROJECTIONS:
            await build_anew(projection, projector_pool, probes[projection.name], batch=60)
        await reads.wait_for(end)
    for name, probe in probes.items():
        assert probe.compared, name
        for position, live, new in probe.compared:
            assert live == new, (name, position)
    statuses = await reads.projections()
    seen = [(status.build, status.status, status.position) for status in statuses]
    assert seen == [(3, "live", end)] * len(PROJECTIONS)


async def test_after_an_erasure_a_rebuild_still_equals_the_live_read_model(
    store: EventStore, vault: Vault, reads: Reads, projector_pool: asyncpg.Pool, projector: Projector
) -> None:
    """Half of the story is told before, half after, and the log still verifies."""
    told = list(appends(story(3, cohorts=1, pairs=6)))
    people = sorted({append.actor for append in told} | {f"c3-0-mentor-{n}" for n in range(1, 7)})
    async with projector():
        for append in told[: len(told) // 2]:
            end = (await store.append(append)).events[-1].position
        await reads.wait_for(end)
        await vault.keys(people, create=True)
        erased = [person for person in people if await vault.erase(person)]
        for append in told[len(told) // 2 :]:
            end = (await store.append(append)).events[-1].position
        await reads.wait_for(end)
    assert erased
    probe = LogReader(projector_pool, standard())
    async with projector_pool.acquire() as db:
        for projection in PROJECTIONS:
            live = await builds.live(db, projection.name)
            assert live is not None
            kept = await builds.digest(db, live)
            rebuilt = await build_anew(projection, projector_pool, probe)
            assert await builds.digest(db, rebuilt) == kept, projection.name
    missing = [
        event
        for event in await whole_log(probe)
        for field, owner in standard().sealed_fields(event.type).items()
        if event.data.get(owner) in erased and event.data[field] is None
    ]
    assert missing


async def test_the_digest_tells_any_difference(
    store: EventStore, pool: asyncpg.Pool, reader: LogReader
) -> None:
    await write(store, story(1, cohorts=1))
    async with pool.acquire() as db:
        one = await builds.create(db, timeline, live=True)
        two = await builds.create(db, timeline, live=False)
        page = await reader.read_all(0, 5000)
        one, two = [await apply(db, build, page) for build in (one, two)]
        assert await builds.digest(db, one) == await builds.digest(db, two)
        await db.execute("SELECT set_config('search_path', $1, false)", two.schema)
        await db.execute("UPDATE lines SET week = week + 1 WHERE position = 1")
        assert await builds.digest(db, one) != await builds.digest(db, two)
        await db.execute("UPDATE lines SET week = week - 1 WHERE position = 1")
        assert await builds.digest(db, one) == await builds.digest(db, two)
        await db.execute("DELETE FROM frames")
        assert await builds.digest(db, one) != await builds.digest(db, two)


async def test_a_half_done_rebuild_is_gone_on_with_or_begun_afresh(
    store: EventStore, reads: Reads, projector_pool: asyncpg.Pool, pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(1, cohorts=1))
    async with projector(projections=[timeline]):
        await reads.wait_for(end, ["timeline"])
        for build, fresh in ((2, False), (3, True)):
            halting = StopAt(projector_pool, 100)
            with pytest.raises(RebuildInterrupted):
                await build_anew(timeline, projector_pool, halting, stop=halting.stop, batch=50)
            async with pool.acquire() as db:
                half = await builds.unfinished(db, "timeline")
            assert half is not None
            assert half.build == build
            assert 100 <= half.position < end
            await reads.wait_for(end, ["timeline"], timeout=0)
            again = StopAt(projector_pool, 2**60)
            done = await build_anew(timeline, projector_pool, again, fresh=fresh)
            assert again.read_from[0] == (0 if fresh else half.position)
            assert (done.build, done.position, done.live) == (build, end, True)
            assert await schemas(pool, "timeline") == [done.schema]
        statuses = await reads.projections()
        assert [(status.build, status.status) for status in statuses] == [(done.build, "live")]
        lines = await reads.timeline("c1-0")
        assert len({line.position for line in lines}) == len(lines) == statuses[0].events


async def test_a_new_version_builds_itself_and_then_replaces_the_old(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(1, cohorts=1))
    async with projector(projections=[timeline]):
        await reads.wait_for(end, ["timeline"])
    newer = Projection("timeline", timeline_file(), version=2, tables=timeline.tables)
    newer._handlers.update(timeline._handlers)
    async with projector(projections=[newer]):
        statuses = await until(lambda: live_version(reads, 2))
    assert statuses == (2, end)
    assert await schemas(pool, "timeline") == ["proj_timeline_2"]
    assert len(await reads.timeline("c1-0")) > 0


def timeline_file() -> str:
    from projections import timeline as module

    return str(module.__file__)


async def live_version(reads: Reads, version: int) -> tuple[int, int] | None:
    for status in await reads.projections():
        if status.live and status.version == version:
            return status.build, status.position
    return None


async def test_two_rebuilds_at_once_are_refused(projector_pool: asyncpg.Pool) -> None:
    async with projector_pool.acquire() as db, builds.claimed(db, "timeline", "rebuild") as mine:
        assert mine
        with pytest.raises(RebuildBusy):
            await rebuild(projector_pool, standard(), "timeline")
    await rebuild(projector_pool, standard(), "timeline")
    with pytest.raises(NotFound, match="no read model 'times'"):
        await rebuild(projector_pool, standard(), "times")


async def test_a_rebuild_that_meets_poison_leaves_the_live_one_alone(
    store: EventStore, reads: Reads, projector_pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(1, cohorts=1))
    async with projector(projections=[timeline]):
        await reads.wait_for(end, ["timeline"])
        broken = Projection("timeline", timeline_file(), version=1, tables=timeline.tables)
        broken._handlers.update(timeline._handlers)
        del broken._handlers["cohort.planned"]
        with pytest.raises(ProjectionStopped, match=r"LookupError in timeline\.py"):
            await build_anew(broken, projector_pool, LogReader(projector_pool, standard()))
        statuses = {status.status: status for status in await reads.projections()}
        assert statuses["live"].position == end
        assert "LookupError" in str(statuses["stopped"].error)
        done = await rebuild(projector_pool, standard(), "timeline", fresh=True)
    assert [(one.status, one.build) for one in await reads.projections()] == [("live", done.build)]


async def test_the_swap_waits_for_readers_and_is_short(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector_pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(1, cohorts=1))
    async with projector(projections=[timeline]):
        await reads.wait_for(end, ["timeline"])
        before = await reads.timeline("c1-0")
        async with pool.acquire() as db:
            reading = db.transaction()
            await reading.start()
            await db.fetch("SELECT * FROM read.timeline_v1")
            rebuilding = asyncio.create_task(rebuild(projector_pool, standard(), "timeline"))
            await until(lambda: pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
            assert not rebuilding.done()
            await reading.rollback()
            released = time.monotonic()
            await rebuilding
        assert time.monotonic() - released < 5
        assert await reads.timeline("c1-0") == before
        assert await schemas(pool, "timeline") == ["proj_timeline_2"]


async def test_readers_never_go_back(store: EventStore, pool: asyncpg.Pool, reader: LogReader) -> None:
    """A build that is behind the live one is not shown; whoever has waited for a position still has it."""
    await write(store, story(1, cohorts=1)[:60])
    async with pool.acquire() as db:
        live = await builds.create(db, timeline, live=True)
        late = await builds.create(db, timeline, live=False)
        late = await apply(db, late, await reader.read_all(0, 30))
        live = await apply(db, live, await reader.read_all(0, 50))
        assert not await builds.swap(db, timeline, late)
        assert await builds.live(db, "timeline") == live
        assert await db.fetchval("SELECT max(position) FROM read.timeline_v1") > late.position
        late = await apply(db, late, await reader.read_all(late.position, 20))
        assert await builds.swap(db, timeline, late)
        assert await builds.live(db, "timeline") == dataclasses.replace(late, live=True)


async def test_what_a_kill_left_behind_is_cleared(
    pool: asyncpg.Pool, projector_pool: asyncpg.Pool, projector: Projector, reads: Reads
) -> None:
    async with pool.acquire() as db:
        old = await builds.create(db, timeline, live=False)
        await db.execute("DELETE FROM projections.checkpoints")
    assert await schemas(pool, "timeline") == [old.schema]
    async with projector(projections=[named("timeline")]):
        await reads.wait_for(0, ["timeline"])
        await until(lambda: is_gone(pool, old.schema))
    assert await schemas(pool, "timeline") == ["proj_timeline_2"]


async def is_gone(pool: asyncpg.Pool, schema: str) -> bool:
    return schema not in await schemas(pool, "timeline")
