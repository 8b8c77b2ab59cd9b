"""What was acknowledged survives: the server killed under load, and the log moved to another server."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from events import database
from events.contracts import Load
from events.migrate import migrate
from events.reader import LogReader
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.store.events import Counted, Rated, append_of, vocabulary
from tests.waiting import until
from turnabout.errors import Unreachable
from workers.embedded.postgres import EmbeddedPostgres

WRITERS = 8
KILLS = 3


@pytest.fixture
def durable() -> Iterator[EmbeddedPostgres]:
    """A server of this test alone that keeps every promise of durability."""
    with EmbeddedPostgres() as server:
        yield server


@pytest_asyncio.fixture
async def database_of(durable: EmbeddedPostgres) -> AsyncIterator[str]:
    await migrate(durable.dsn())
    yield durable.dsn()


async def _write(store: EventStore, number: int, acknowledged: list[int], stop: asyncio.Event) -> None:
    """One command after the other, each repeated until it is acknowledged."""
    stream = f"counter-{number}"
    for command in itertools.count():
        if stop.is_set():
            return
        expected = command * 2
        append = append_of(stream, expected, f"c-{command}", Counted(by=command), Rated(by="p-1", score=3))
        while True:
            try:
                appended = await store.append(append)
            except Unreachable:
                await asyncio.sleep(0.02)
            else:
                break
        assert appended.outcome == "stored"
        assert [event.version for event in appended.events] == [expected + 1, expected + 2]
        acknowledged[number] = appended.events[-1].version


async def _tail(reader: LogReader, seen: list[int], stop: asyncio.Event) -> None:
    after = 0
    while True:
        quiet = stop.is_set()
        try:
            page = await reader.read_all(after, 200)
        except Unreachable:
            await asyncio.sleep(0.02)
            continue
        seen += [event.position for event in page.events]
        if quiet and page.position == after:
            return
        after = page.position
        await asyncio.sleep(0.005)


async def test_a_killed_server_keeps_what_it_acknowledged(
    durable: EmbeddedPostgres, database_of: str, master_keys: MasterKeys
) -> None:
    acknowledged, seen = [0] * WRITERS, list[int]()
    stop, stop_reading = asyncio.Event(), asyncio.Event()
    async with (
        database.pool(database_of, name="writers", role=database.WRITER, size=WRITERS) as pool,
        database.pool(database_of, name="reader", role=database.PROJECTOR, size=2) as reading,
    ):
        store = EventStore(pool, vocabulary(), Vault(pool, master_keys))
        async with asyncio.TaskGroup() as group:
            group.create_task(_tail(LogReader(reading, vocabulary()), seen, stop_reading))
            async with asyncio.TaskGroup() as writers:
                for number in range(WRITERS):
                    writers.create_task(_write(store, number, acknowledged, stop))
                for _ in range(KILLS):
                    goal = sum(acknowledged) + 400

                    async def busy(goal: int = goal) -> bool:
                        return sum(acknowledged) > goal

                    await until(busy)
                    durable.kill()
                    promised = list(acknowledged)
                    await asyncio.to_thread(durable.start)
                    versions = await _versions(database_of)
                    # Before anybody could repeat: what was promised is there.
                    assert all(versions[n] >= promised[n] for n in range(WRITERS)), (versions, promised)
                stop.set()
            stop_reading.set()
        db = await asyncpg.connect(database_of)
        rows = await db.fetch(
            "SELECT position, stream, version, command_id FROM log.events ORDER BY position"
        )
        await db.close()
    assert seen == [row["position"] for row in rows]
    for number in range(WRITERS):
        mine = [(row["version"], row["command_id"]) for row in rows if row["stream"] == f"counter-{number}"]
        assert mine == [(n + 1, f"c-{n // 2}") for n in range(acknowledged[number])]


async def _versions(dsn: str) -> list[int]:
    db = await asyncpg.connect(dsn)
    try:
        rows = await db.fetch("SELECT stream, version FROM log.streams")
    finally:
        await db.close()
    found = {row["stream"]: row["version"] for row in rows}
    return [found.get(f"counter-{number}", 0) for number in range(WRITERS)]


async def test_a_dump_goes_on_in_a_fresh_server(
    cluster: EmbeddedPostgres,
    durable: EmbeddedPostgres,
    dsn: str,
    store: EventStore,
    reader: LogReader,
    vault: Vault,
    master_keys: MasterKeys,
    tmp_path: Path,
) -> None:
    await store.append(append_of("counter-a", 0, "one", Rated(by="p-1", score=1), Rated(by="p-2", score=2)))
    await store.append(append_of("counter-b", 0, "one", Counted(by=7)))
    await vault.erase("p-2")
    checkpoint = (await reader.read_all(0)).position
    await asyncio.to_thread(_dump_and_restore, cluster, dsn, durable, tmp_path / "dump.sql")
    assert await migrate(durable.dsn()) == []
    async with (
        database.pool(durable.dsn(), name="writer", role=database.WRITER) as pool,
        database.pool(durable.dsn(), name="reader", role=database.PROJECTOR) as reading,
    ):
        moved = EventStore(pool, vocabulary(), Vault(pool, master_keys))
        there = LogReader(reading, vocabulary())
        assert (await there.read_all(0)).events == (await reader.read_all(0)).events
        scores = [event.data["score"] for event in (await moved.load(Load(stream="counter-a"))).events]
        assert scores == [1, None]
        again = await moved.append(append_of("counter-b", 0, "one", Counted(by=7)))
        assert again.outcome == "stored"
        await moved.append(append_of("counter-a", 2, "two", Counted(), Counted()))
        page = await there.read_all(checkpoint)
        assert [(event.stream, event.version) for event in page.events] == [
            ("counter-a", 3),
            ("counter-a", 4),
        ]
        assert await there.watermark() == page.position == checkpoint + 2
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("DELETE FROM log.events")


def _dump_and_restore(source: EmbeddedPostgres, dsn: str, target: EmbeddedPostgres, path: Path) -> None:
    def run(tool: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 -- the wheel's programs
            [str(source.tool(tool)), *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    roles = run("pg_dumpall", "--roles-only", "--no-role-passwords", "--dbname", dsn)
    ours = [line for line in roles.splitlines() if "turnabout_" in line]
    path.write_text("\n".join([*ours, run("pg_dump", "--dbname", dsn)]))
    run("psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", target.dsn(), "--file", str(path))
