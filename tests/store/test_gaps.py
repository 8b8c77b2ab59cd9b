"""No reader ever passes by an event: random transactions, several readers, and proof that the test can fail.

Each transaction appends several times, sometimes after a write of its own, sometimes inside savepoints that
are rolled back, and every tenth is rolled back as a whole; so positions become visible out of order all the
time. The negative control takes the guard out and must lose events.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import asyncpg

from events import database
from events.contracts import StoredEvent
from events.reader import LogReader
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.store.events import Counted, Rated, append_of, vocabulary

WRITERS = 8
SECONDS = 4.0
WITHOUT_GUARD = """
CREATE OR REPLACE FUNCTION log.publish_floor() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'
"""


class Undone(Exception):
    """The transaction or savepoint is given up on purpose."""


@asynccontextmanager
async def _transaction(db: asyncpg.Connection) -> AsyncIterator[None]:
    """A transaction or savepoint, rolled back without a word when the block raises Undone."""
    try:
        async with db.transaction():
            yield
    except Undone:
        pass


class Writer:
    """Writes to streams of its own until told to stop; a rollback makes it forget what it wrote there."""

    def __init__(self, number: int, db: asyncpg.Connection, keys: MasterKeys) -> None:
        pool = cast("asyncpg.Pool", db)
        self._db = db
        self._store = EventStore(pool, vocabulary(), Vault(pool, keys))
        self._random = random.Random(number)  # noqa: S311 -- a seeded test
        self._streams = [f"counter-{number}-{stream}" for stream in range(3)]
        self._versions = dict.fromkeys(self._streams, 0)
        self._commands = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            before = dict(self._versions)
            try:
                await self._one_transaction()
            except Undone:
                self._versions = before

    async def _one_transaction(self) -> None:
        async with self._db.transaction():
            if self._random.random() < 0.5:
                await self._db.execute("INSERT INTO log.performed VALUES (gen_random_uuid()::text, 1)")
            for _ in range(self._random.randint(2, 4)):
                await self._one_append()
                if self._random.random() < 0.3:
                    await asyncio.sleep(self._random.random() * 0.004)
            if self._random.random() < 0.1:
                raise Undone

    async def _one_append(self) -> None:
        before = dict(self._versions)
        undo = self._random.random() < 0.2
        savepoint = undo or self._random.random() < 0.2
        async with _transaction(self._db):
            for _ in range(1 + savepoint):
                stream = self._random.choice(self._streams)
                events = [
                    self._random.choice([Counted(), Rated(by="p-1")])
                    for _ in range(self._random.choice([1, 1, 3]))
                ]
                self._commands += 1
                append = append_of(stream, self._versions[stream], f"c-{self._commands}", *events)
                appended = await self._store.append(append)
                assert appended.outcome == "stored"
                self._versions[stream] += len(events)
            if undo:
                self._versions = before
                raise Undone


async def _read(
    reader: LogReader, seed: int, types: list[str] | None, stop: asyncio.Event
) -> list[StoredEvent]:
    """What this reader met, in its order; it goes on until the log is quiet and read to its end."""
    chance = random.Random(seed)  # noqa: S311 -- a seeded test
    seen: list[StoredEvent] = []
    after = 0
    while True:
        quiet = stop.is_set()
        page = await reader.read_all(after, limit=chance.choice([1, 7, 50, 500]), types=types)
        seen += page.events
        if quiet and page.position == after:
            return seen
        after = page.position
        await asyncio.sleep(chance.random() * 0.003)


async def _stress(
    dsn: str, reader: LogReader, keys: MasterKeys, enough: Callable[[], Awaitable[None]]
) -> list[list[StoredEvent]]:
    stop, stop_reading = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        readers = [
            group.create_task(_read(reader, 1, None, stop_reading)),
            group.create_task(_read(reader, 2, None, stop_reading)),
            group.create_task(_read(reader, 3, ["counter.rated"], stop_reading)),
        ]
        async with database.pool(dsn, name="writers", role=database.WRITER, size=WRITERS) as pool:
            connections = [await pool.acquire() for _ in range(WRITERS)]
            async with asyncio.TaskGroup() as writers:
                for number, db in enumerate(connections):
                    connection = cast("asyncpg.Connection", db)
                    writers.create_task(Writer(number, connection, keys).run(stop))
                await enough()
                stop.set()
            for db in connections:
                await pool.release(db)
        stop_reading.set()
    return [task.result() for task in readers]


async def test_no_reader_loses_or_misorders_an_event(
    dsn: str, pool: asyncpg.Pool, reader: LogReader, master_keys: MasterKeys
) -> None:
    everything, again, rated = await _stress(dsn, reader, master_keys, lambda: asyncio.sleep(SECONDS))
    rows = await pool.fetch("SELECT position, stream, version, type FROM log.events ORDER BY position")
    written = [(row["position"], row["stream"], row["version"]) for row in rows]
    assert len(written) > 300
    # The test only means something when there were gaps: rollbacks leave some for good.
    assert len(written) < written[-1][0]
    for seen in (everything, again):
        assert [(event.position, event.stream, event.version) for event in seen] == written
    assert [event.position for event in rated] == [
        row["position"] for row in rows if row["type"] == "counter.rated"
    ]
    versions: dict[str, int] = {}
    for _, stream, version in written:
        assert version == versions.get(stream, 0) + 1
        versions[stream] = version
    assert versions == {
        row["stream"]: row["version"] for row in await pool.fetch("SELECT * FROM log.streams")
    }


async def test_without_the_guard_readers_lose_events(
    dsn: str, pool: asyncpg.Pool, reader: LogReader, master_keys: MasterKeys
) -> None:
    await pool.execute(WITHOUT_GUARD)
    everything, again, rated = await _stress(dsn, reader, master_keys, lambda: asyncio.sleep(SECONDS / 2))
    rows = await pool.fetch("SELECT position, type FROM log.events")
    assert len(everything) < len(rows)
    assert len(again) < len(rows)
    assert len(rated) < sum(row["type"] == "counter.rated" for row in rows)
