"""The runner: every event once, one runner at a time, and an event that does not fit stops one read model."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import asyncpg
import pytest
from prometheus_client import REGISTRY

from events import database
from events.contracts import Append
from events.reader import LogReader, Page
from events.registry import standard
from events.store import EventStore
from projections import builds, metrics
from projections.catalog import PROJECTIONS
from projections.cohort_board import cohort_board
from projections.feed import Feed
from projections.launch_checklist import launch_checklist
from projections.pair_card import pair_card
from projections.runner import Runner
from projections.timeline import timeline
from tests.projections.conftest import QUICK, Projector, whole_log
from tests.projections.story import appends, story, write
from tests.projections.story_telling import SECRET
from tests.waiting import until
from turnabout.errors import InvalidInput, ProjectionStopped, ReadsLagging
from turnabout.reads import PROJECTIONS as NAMES
from turnabout.reads import Reads
from workers.projector import run_projector


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_every_event_is_counted_once(
    store: EventStore, reader: LogReader, reads: Reads, projector: Projector
) -> None:
    end = await write(store, story(1))
    async with projector():
        await reads.wait_for(end)
    log = await whole_log(reader)
    statuses = {status.projection: status for status in await reads.projections()}
    for projection in PROJECTIONS:
        status = statuses[projection.name]
        assert status.events == len([event for event in log if event.type in projection.types])
        assert (status.position, status.status, status.lag_events) == (end, "live", 0)


async def test_a_checkpoint_moved_by_somebody_else_undoes_the_batch(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool
) -> None:
    """The claim should make it impossible; if it fails, the checkpoint still tells."""
    await write(store, story(1))
    async with pool.acquire() as db:
        begin = await builds.create(db, timeline, live=True)
        await builds.enter(db, begin)
        page = await reader.read_all(0, 50)
        after = await builds.apply(db, timeline, begin, page)
        assert after.events == await db.fetchval(f"SELECT count(*) FROM {after.schema}.lines") > 0  # noqa: S608
        with pytest.raises(builds.Superseded):
            await builds.apply(db, timeline, begin, page)
        with pytest.raises(builds.Superseded):
            await builds.apply(db, timeline, begin, Page((), page.position))
        assert after.events == await db.fetchval(f"SELECT count(*) FROM {after.schema}.lines")  # noqa: S608


async def test_one_of_two_runners_works_and_the_other_takes_over_at_once(
    dsn: str, store: EventStore, reads: Reads, reader: LogReader
) -> None:
    told = list(appends(story(1)))
    stop = asyncio.Event()
    async with (
        database.pool(dsn, name="first", role=database.PROJECTOR) as first,
        database.pool(dsn, name="second", role=database.PROJECTOR) as second,
    ):
        feed = Feed(reader)
        tasks = [asyncio.create_task(feed.run(stop))]
        tasks += [
            asyncio.create_task(Runner(timeline, pool, reader, feed, QUICK).run(stop))
            for pool in (first, second)
        ]
        end = (await store.append(told[0])).events[-1].position
        await reads.wait_for(end, ["timeline"])
        async with database.connection(dsn, name="look") as db:
            holder = (
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1953854064 AND granted"
            )
            pid = await db.fetchval(holder)
            assert len(await db.fetch(holder)) == 1
            await db.execute("SELECT pg_terminate_backend($1)", pid)
            killed = time.monotonic()
            end = (await store.append(told[1])).events[-1].position
            await reads.wait_for(end, ["timeline"], timeout=5)
            took = time.monotonic() - killed
            holders = [row["pid"] for row in await db.fetch(holder)]
        stop.set()
        await asyncio.gather(*tasks)
    assert len(holders) == 1
    assert holders != [pid]
    assert took < 1


async def test_an_event_that_does_not_fit_stops_its_read_model_alone(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector, reader: LogReader
) -> None:
    told = list(appends(story(1, cohorts=1)))
    poison = next(append for append in told if append.events[-1].type == "pair.outcome_recorded")
    before = metric("turnabout_projection_errors_total", projection="pair_card", outcome="stopped")
    async with projector():
        for append in told[: told.index(poison)]:
            await store.append(append)
        bad = (await store.append(poisoned(poison))).events[-1]
        await reads.wait_for(bad.position, [name for name in NAMES if name != "pair_card"])
        with pytest.raises(ProjectionStopped) as caught:
            await reads.wait_for(bad.position, ["pair_card"])
        statuses = {status.projection: status for status in await reads.projections()}
        after = metric("turnabout_projection_errors_total", projection="pair_card", outcome="stopped")
        await metrics.observe(pool)
        assert metric("turnabout_projection_stopped", projection="pair_card") == 1
        assert metric("turnabout_projection_stopped", projection="timeline") == 0

        stopped = statuses["pair_card"]
        assert stopped.status == "stopped"
        assert stopped.position == bad.position - 1, "everything before it is applied"
        assert f"{bad.type} at position {bad.position} ({bad.stream} version {bad.version})" in str(
            stopped.error
        )
        assert "KeyError" in str(stopped.error)
        assert SECRET not in str(stopped.error)
        assert "a-private-word" not in str(stopped.error)
        assert str(stopped.error) in str(caught.value)
        assert after == before + 1
        assert {one.status for one in statuses.values() if one.projection != "pair_card"} == {"live"}
        assert await first_tries(pool) == 1, "nobody runs into it again and again"

        # Once the event fits (here: by a handler that knows it), the read model goes on by itself.
        async with pool.acquire() as db:
            handlers = pair_card._handlers
            kept = handlers[bad.type]
            handlers[bad.type] = lambda batch, event: (
                None if "number" not in event.data else kept(batch, event)
            )
            try:
                assert await builds.resume(db, "pair_card")
                await reads.wait_for(bad.position, ["pair_card"])
            finally:
                handlers[bad.type] = kept
    assert {status.status for status in await reads.projections()} == {"live"}


async def first_tries(pool: asyncpg.Pool) -> int:
    """How many runners hold the stopped read model back."""
    rows = await pool.fetch(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 1953854064 "
        "AND objid = (hashtext('pair_card')::bigint & 4294967295)::oid"
    )
    return len(rows)


def poisoned(append: Append) -> Append:
    """An outcome without its value; only the card looks at it."""
    *before, event = append.events
    data = {key: value for key, value in event.data.items() if key != "value"} | {"extra": "a-private-word"}
    return append.model_copy(update={"events": (*before, event.model_copy(update={"data": data}))})


async def test_a_value_that_the_tables_refuse_stops_it_too(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    told = list(appends(story(1, cohorts=1)))
    async with projector(projections=[cohort_board, pair_card]):
        formed = next(append for append in told if append.events[0].type == "pair.formed")
        for append in told[: told.index(formed)]:
            end = (await store.append(append)).events[-1].position
        await reads.wait_for(end, ["pair_card"])
        async with pool.acquire() as db:
            live = await builds.live(db, "pair_card")
            assert live is not None
            await db.execute(f"ALTER TABLE {live.schema}.cards ADD CHECK (mentor <> 'c1-0-mentor-1')")
        for append in told[told.index(formed) :][:20]:
            end = (await store.append(append)).events[-1].position
        with pytest.raises(ProjectionStopped) as caught:
            await reads.wait_for(end, ["pair_card"])
        await reads.wait_for(end, ["cohort_board"])
    assert "CheckViolationError 23514 cards" in str(caught.value)
    assert "c1-0-mentor-1" not in str(caught.value), "an error of the database quotes whole rows"


async def test_an_event_type_of_a_newer_release_stops_only_those_who_handle_it(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    told = list(appends(story(1, cohorts=1)))
    async with projector():
        end = (await store.append(told[0])).events[-1].position
        await reads.wait_for(end)
        for kind, schema_version in (("program.opened", 1), ("cohort.memo_filed", 99)):
            await pool.execute(
                "INSERT INTO log.events (position, stream, version, event_id, type, schema_version, "
                "occurred_at, actor, command_id, command_digest, correlation_id, policy_version, data) "
                "SELECT nextval('log.position'), stream, version + $2, gen_random_uuid(), $1, $2, now(), "
                "'p-1', 'c', 'd', 'c', 'p', '{}' FROM log.streams WHERE stream = 'cohort-c1-0'",
                kind,
                schema_version,
            )
        end = await pool.fetchval("SELECT max(position) FROM log.events")
        await reads.wait_for(end, ["pair_card", "adherence"])
        for name in ("cohort_board", "launch_checklist", "timeline"):
            with pytest.raises(ProjectionStopped, match="this release knows"):
                await reads.wait_for(end, [name])


async def test_errors_of_the_database_are_waited_out(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    told = list(appends(story(1, cohorts=1)))
    before = metric("turnabout_projection_errors_total", projection="timeline", outcome="retried")
    async with projector():
        for append in told[:50]:
            end = (await store.append(append)).events[-1].position
            await pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'turnabout test projector'"
            )
        await reads.wait_for(end, timeout=15)
    assert metric("turnabout_projection_errors_total", projection="timeline", outcome="retried") > before
    assert {status.status for status in await reads.projections()} == {"live"}


async def test_a_lock_is_waited_out_and_no_reason_to_stop(
    dsn: str, store: EventStore, reads: Reads, pool: asyncpg.Pool, reader: LogReader
) -> None:
    told = list(appends(story(1, cohorts=1)))
    end = (await store.append(told[0])).events[-1].position
    before = metric("turnabout_projection_errors_total", projection="timeline", outcome="retried")
    settings = {"role": database.PROJECTOR, "lock_timeout": "20ms"}
    async with (
        asyncpg.create_pool(dsn, min_size=1, server_settings=settings) as impatient,
        asyncio.TaskGroup() as group,
        pool.acquire() as db,
    ):
        stop = asyncio.Event()
        work = run_projector(impatient, reader, stop, projections=[timeline], pace=QUICK)
        group.create_task(work)
        await reads.wait_for(end, ["timeline"])
        async with db.transaction():
            await db.execute("LOCK TABLE proj_timeline_1.lines")
            for append in told[1:30]:
                end = (await store.append(append)).events[-1].position
            await until(lambda: retried("timeline", before + 2))
        await reads.wait_for(end, ["timeline"])
        stop.set()


async def retried(name: str, times: float) -> bool:
    return metric("turnabout_projection_errors_total", projection=name, outcome="retried") >= times


async def test_waiting_names_who_is_behind(store: EventStore, reads: Reads, projector: Projector) -> None:
    end = await write(store, story(1, cohorts=1)[:5])
    with pytest.raises(ReadsLagging) as nobody:
        await reads.wait_for(end, ["timeline"], timeout=0.05)
    assert nobody.value.projections == {"timeline": 0}
    async with projector(projections=[launch_checklist]):
        await reads.wait_for(end, ["launch_checklist"])
        with pytest.raises(ReadsLagging) as caught:
            await reads.wait_for(end + 1, ["launch_checklist", "adherence"], timeout=0.05)
    assert caught.value.projections == {"launch_checklist": end, "adherence": 0}
    assert "launch_checklist (at 5)" in str(caught.value)
    await reads.wait_for(end, ["launch_checklist"], timeout=0)


async def test_a_late_commit_is_not_passed_by(
    store: EventStore, reads: Reads, dsn: str, projector: Projector
) -> None:
    """An append that drew its position first and commits last holds the checkpoint back."""
    told = list(appends(story(1, cohorts=1)))
    async with projector():
        end = (await store.append(told[0])).events[-1].position
        await reads.wait_for(end)
        async with database.connection(dsn, name="slow writer") as slow:
            late = slow.transaction()
            await late.start()
            await slow.execute("SELECT log.publish_floor()")
            drawn = await slow.fetchval("SELECT nextval('log.position')")
            later = (await store.append(told[1])).events[-1].position
            assert later > drawn
            with pytest.raises(ReadsLagging):
                await reads.wait_for(later, timeout=0.3)
            await late.rollback()
        await reads.wait_for(later)


async def test_a_projector_with_too_few_connections_does_not_start(dsn: str) -> None:
    async with database.pool(dsn, name="small", role=database.PROJECTOR, size=4) as small:
        with pytest.raises(InvalidInput, match=r"needs \d+ connections"):
            await run_projector(small, LogReader(small, standard()), asyncio.Event())


async def test_an_older_release_stands_by(
    store: EventStore, reads: Reads, projector_pool: asyncpg.Pool, reader: LogReader, projector: Projector
) -> None:
    """In a rolling deployment the newer build stays as it is."""
    end = await write(store, story(1, cohorts=1)[:5])
    async with projector():
        await reads.wait_for(end)
    await projector_pool.execute("UPDATE projections.checkpoints SET version = version + 1")
    later = await write_more(store, end)
    async with projector():
        with pytest.raises(ReadsLagging):
            await reads.wait_for(later, timeout=0.4)
    assert {status.position for status in await reads.projections()} == {end}


async def write_more(store: EventStore, end: int) -> int:
    told = [replace(one, stream=one.stream.replace("c1-", "other-")) for one in story(1, cohorts=1)[:3]]
    assert await write(store, told) > end
    return end + 3
