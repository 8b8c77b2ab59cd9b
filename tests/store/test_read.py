"""Readers of the whole log: order, paging, filters, late commits, and the cost of a page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import pytest
import pytest_asyncio
from asyncpg.pool import PoolConnectionProxy

from events import reader as reader_module
from events import store as store_module
from events.contracts import Append
from events.reader import LogReader, Page
from events.sealing import Vault
from events.store import EventStore
from tests.store.events import Counted, Rated, append_of, vocabulary
from workers.embedded.postgres import EmbeddedPostgres


@asynccontextmanager
async def open_append(
    pool: asyncpg.Pool, vault: Vault, append: Append
) -> AsyncIterator[PoolConnectionProxy[Any]]:
    """An append whose transaction is still open; committed at the end of the block."""
    async with pool.acquire() as db, db.transaction():
        await EventStore(cast("asyncpg.Pool", db), vocabulary(), vault).append(append)
        yield db


def positions(page: Page) -> list[int]:
    return [event.position for event in page.events]


async def test_pages_follow_each_other(store: EventStore, reader: LogReader) -> None:
    assert await reader.read_all(0) == Page((), 0)
    for number in range(7):
        await store.append(append_of(f"counter-{number}", 0, "one"))
    first = await reader.read_all(0, limit=3)
    second = await reader.read_all(first.position, limit=3)
    third = await reader.read_all(second.position, limit=3)
    assert [positions(page) for page in (first, second, third)] == [[1, 2, 3], [4, 5, 6], [7]]
    assert await reader.read_all(third.position) == Page((), 7)
    assert await reader.head() == 7


async def test_a_filter_moves_on_over_what_it_leaves_out(store: EventStore, reader: LogReader) -> None:
    for number in range(6):
        event = Rated(by="p-1") if number == 2 else Counted()
        await store.append(append_of(f"counter-{number}", 0, "one", event))
    rated = ["counter.rated"]
    page = await reader.read_all(0, types=rated)
    assert (positions(page), page.position) == ([3], 6)
    assert await reader.read_all(6, types=rated) == Page((), 6)
    full = await reader.read_all(0, limit=1, types=rated)
    assert (positions(full), full.position) == ([3], 3)
    assert await reader.read_all(3, limit=1, types=rated) == Page((), 6)


@pytest.mark.parametrize("types", [None, ["counter.counted"]])
async def test_a_late_commit_is_waited_for(
    store: EventStore, reader: LogReader, writer_pool: asyncpg.Pool, vault: Vault, types: list[str] | None
) -> None:
    await store.append(append_of("counter-a", 0, "one"))
    async with open_append(writer_pool, vault, append_of("counter-b", 0, "late")):
        await store.append(append_of("counter-c", 0, "one"))
        await store.append(append_of("counter-d", 0, "one"))
        page = await reader.read_all(0, types=types)
        assert (positions(page), page.position) == ([1], 1)
        assert await reader.read_all(1, types=types) == Page((), 1)
        assert await reader.watermark() == 1
        assert await reader.head() == 4
    page = await reader.read_all(1, types=types)
    assert (positions(page), page.position) == ([2, 3, 4], 4)


@pytest.mark.parametrize("types", [None, ["counter.counted"]])
async def test_a_rollback_leaves_a_gap_that_nobody_waits_for(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool, vault: Vault, types: list[str] | None
) -> None:
    async with pool.acquire() as db:
        undone = db.transaction()
        await undone.start()
        await EventStore(cast("asyncpg.Pool", db), vocabulary(), vault).append(
            append_of("counter-b", 0, "never")
        )
        await store.append(append_of("counter-c", 0, "one"))
        await undone.rollback()
    page = await reader.read_all(0, types=types)
    assert (positions(page), page.position) == ([2], 2)


async def test_a_savepoint_rolled_back_gives_up_its_floor_and_no_other(
    store: EventStore, reader: LogReader, writer_pool: asyncpg.Pool, vault: Vault
) -> None:
    async with writer_pool.acquire() as db, db.transaction():
        inner = EventStore(cast("asyncpg.Pool", db), vocabulary(), vault)
        savepoint = db.transaction()
        await savepoint.start()
        await inner.append(append_of("counter-a", 0, "undone"))
        await savepoint.rollback()
        await inner.append(append_of("counter-b", 0, "kept"))
        await store.append(append_of("counter-c", 0, "one"))
        assert (await reader.read_all(0)).events == ()
    assert positions(await reader.read_all(0)) == [2, 3]


async def test_a_setting_cannot_pretend_that_the_floor_is_held(
    store: EventStore, reader: LogReader, writer_pool: asyncpg.Pool, vault: Vault
) -> None:
    async with writer_pool.acquire() as db:
        await db.execute("SET turnabout.floor = '1'")
        async with db.transaction():
            await EventStore(cast("asyncpg.Pool", db), vocabulary(), vault).append(
                append_of("counter-a", 0, "late")
            )
            await store.append(append_of("counter-b", 0, "one"))
            assert (await reader.read_all(0)).events == ()


async def test_foreign_transactions_stop_no_reader(
    cluster: EmbeddedPostgres, store: EventStore, reader: LogReader, pool: asyncpg.Pool, vault: Vault
) -> None:
    await pool.execute("SELECT nextval('log.position')")  # a gap, so that the reader asks for the watermark
    elsewhere = await asyncpg.connect(cluster.dsn())
    await elsewhere.execute("CREATE TEMPORARY TABLE busy (x int)")
    async with elsewhere.transaction(), pool.acquire() as here, here.transaction():
        await elsewhere.execute("INSERT INTO busy VALUES (1)")
        await elsewhere.execute("SELECT pg_advisory_xact_lock_shared(1953854062, 0)")
        await here.execute("INSERT INTO log.people VALUES ('p-1', 'A', NULL, 'en', 'UTC')")
        await here.execute("SELECT pg_advisory_xact_lock(1, 0), pg_advisory_xact_lock(1953854062)")
        await store.append(append_of("counter-a", 0, "one"))
        page = await reader.read_all(0)
        assert (positions(page), page.position) == ([2], 2)
    await elsewhere.close()


async def test_floors_are_told_apart_beyond_two_billion(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool, vault: Vault
) -> None:
    """A lock's key holds 31 bits of the position."""
    for head in (2**31 - 2, 2**31 + 100, 5 * 2**31 - 2):
        await pool.execute("SELECT setval('log.position', $1)", head)
        async with open_append(pool, vault, append_of(f"counter-{head}", 0, "late")):
            for number in range(4):
                await store.append(append_of(f"counter-{head}-{number}", 0, "one"))
            assert await reader.watermark() == head
        assert await reader.watermark() == head + 5
        assert positions(await reader.read_all(head)) == [head + 1 + number for number in range(5)]


async def test_twenty_thousand_appends_fit_into_one_transaction(
    pool: asyncpg.Pool, reader: LogReader
) -> None:
    async with pool.acquire() as db, db.transaction():
        await db.execute(
            """DO $$ BEGIN FOR n IN 0..19999 LOOP
              PERFORM log.append_one('counter-' || n % 500, n / 500, false, now(), 'p', n::text, 'd', 'r',
                NULL, 'v', gen_random_uuid(), 'counter.counted', 1::int2, '{}', NULL);
            END LOOP; END $$"""
        )
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        assert await db.fetchval(locks) <= 2
    assert await reader.head() == 20_000
    page = await reader.read_all(19_990)
    assert [event.position for event in page.events] == list(range(19_991, 20_001))
    assert {event.version for event in page.events} == {40}


PLANS = [
    (reader_module._SQL["page"], (2000, 100), "events_pkey"),
    (reader_module._SQL["page_below"], (2000, 100, 4000), "events_pkey"),
    (reader_module._SQL["page_of_types"], (2000, 50, 4000, ["counter.counted"]), "events_pkey"),
    (reader_module._SQL["head"], (), "events_pkey"),
    (store_module._SQL["tail"], ("counter-7", 10, 100), "events_stream_version_key"),
    (store_module._SQL["batch"], ("counter-7", 10, "c"), "events_stream_version_key"),
]


@pytest.mark.parametrize(
    ("statement", "arguments", "index"), PLANS, ids=["page", "below", "types", "head", "tail", "batch"]
)
async def test_a_page_costs_what_it_returns(
    full_log: asyncpg.Pool, statement: str, arguments: tuple[Any, ...], index: str
) -> None:
    answer = await full_log.fetchval(f"EXPLAIN (ANALYZE, BUFFERS OFF, FORMAT JSON) {statement}", *arguments)
    nodes = [node for node in _nodes(json.loads(answer)[0]["Plan"]) if node["Actual Loops"]]
    scans = [node for node in nodes if "Scan" in node["Node Type"]]
    assert index in {node.get("Index Name") for node in scans}
    assert not [node for node in scans if node["Node Type"] == "Seq Scan"]
    read = sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in scans)
    assert 1 <= read <= 200
    # A stream is short enough to be sorted; the log is not.
    assert index != "events_pkey" or not [node for node in nodes if "Sort" in node["Node Type"]]


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", []) for node in _nodes(part))]


@pytest_asyncio.fixture(scope="module")
async def full_log(cluster: EmbeddedPostgres, template: str) -> AsyncIterator[asyncpg.Pool]:
    """A log of 5,000 events in 50 streams, of two types."""
    admin = await asyncpg.connect(cluster.dsn())
    await admin.execute(f"CREATE DATABASE full_log TEMPLATE {template}")
    made = await asyncpg.create_pool(cluster.dsn("full_log"), min_size=1, max_size=1)
    await made.execute(
        """DO $$ BEGIN FOR n IN 0..4999 LOOP
          PERFORM log.append_one('counter-' || n % 50, n / 50, false, now(), 'p', 'c' || n, 'd', 'r', NULL,
            'v', gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'counter.counted' ELSE 'counter.rated' END,
            1::int2, '{}', NULL);
        END LOOP; END $$"""
    )
    await made.execute("ANALYZE log.events")
    yield made
    await made.close()
    await admin.execute("DROP DATABASE full_log WITH (FORCE)")
    await admin.close()
