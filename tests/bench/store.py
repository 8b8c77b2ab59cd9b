"""Appends against a plain INSERT, against the `eventsourcing` library, and against locks on a slow disk."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from eventsourcing.persistence import ApplicationRecorder

from events import database, registry
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.bench import peer, reading, writers
from tests.bench.figures import Figure, Report, compare
from tests.bench.rounds import Achieved, Contender, interleaved, threaded, writing
from tests.bench.servers import arranged
from workers.embedded.postgres import EmbeddedPostgres

SLOW_DISK = {"commit_delay": "2000", "commit_siblings": "0"}
"""Every flush waits two milliseconds, as an ordinary network disk does."""


@dataclass(frozen=True)
class Effort:
    """Seconds that each contender works in a round, rounds that count, and events in the log that is read."""

    seconds: float
    rounds: int
    log: int


async def measure(effort: Effort) -> Report:
    """Everything about the store, on two servers of its own."""
    report = Report("store")
    async with arranged() as server:
        await _prepare(server)
        for count in (1, 32, 8):
            await _singles(report, server, count, effort)
        await _tens(report, server, effort)
        await reading.measure(report, server, effort.log, effort.rounds)
    async with arranged(SLOW_DISK) as server:
        await _prepare(server)
        await _locks(report, server, effort)
    return report


async def _prepare(server: EmbeddedPostgres) -> None:
    async with database.connection(server.dsn(), name="bench") as db:
        await writers.arrange(db)


async def _singles(report: Report, server: EmbeddedPostgres, count: int, effort: Effort) -> None:
    """One event an append."""
    async with _everyone(server, count) as (plain, ours, events):
        contenders = {
            "plain": writing([writers.plain(db, 1) for db in plain], effort.seconds),
            "function": writing([writers.function(db, 1) for db in ours], effort.seconds),
            "store": writing([writers.store(events, 1) for _ in range(count)], effort.seconds),
        }
        with peer.recorder(server.dsn(), count) as recorder:
            if count == 8:
                contenders["peer"] = _peer(recorder, 1, count, effort)
            found = await interleaved(contenders, effort.rounds, server.pid)
    who = "1 writer" if count == 1 else f"{count} writers"
    function, store = ("function", found["function"]), ("store", found["store"])
    report.figures += [
        compare(
            f"one event, {who}: our function / plain INSERT",
            function,
            ("plain", found["plain"]),
            {1: 0.70, 8: 0.70, 32: 0.55}[count],
        ),
        compare(
            f"one event, {who}: whole store / our function", store, function, 0.60 if count == 8 else None
        ),
    ]
    if count == 8:
        report.figures += _against_peer("one event", 4.0, found)


async def _tens(report: Report, server: EmbeddedPostgres, effort: Effort) -> None:
    """Ten events an append, 8 writers."""
    count = 8
    async with _everyone(server, count) as (plain, ours, events):
        with peer.recorder(server.dsn(), count) as recorder:
            contenders = {
                "plain": writing([writers.plain(db, 10) for db in plain], effort.seconds),
                "function": writing([writers.function(db, 10) for db in ours], effort.seconds),
                "store": writing([writers.store(events, 10) for _ in range(count)], effort.seconds),
                "peer": _peer(recorder, 10, count, effort),
            }
            found = await interleaved(contenders, effort.rounds, server.pid)
    report.figures.append(
        compare(
            "ten events, 8 writers: our function / plain unnest INSERT",
            ("function", found["function"]),
            ("plain", found["plain"]),
            0.70,
        )
    )
    report.figures += _against_peer("ten events", 3.5, found)


async def _locks(report: Report, server: EmbeddedPostgres, effort: Effort) -> None:
    """One event, 32 writers, every flush 2 ms."""
    count = 32
    async with _connections(server, count) as dbs:
        kinds = {"ours": None, "advisory": "append_advisory_lock", "table": "append_table_lock"}
        contenders = {
            name: writing([writers.function(db, 1, statement) for db in dbs], effort.seconds)
            for name, statement in kinds.items()
        }
        with peer.recorder(server.dsn(), count) as recorder:
            contenders["peer"] = _peer(recorder, 1, count, effort)
            found = await interleaved(contenders, effort.rounds, server.pid)
    named = {"advisory": "advisory lock an append", "table": "table lock an append", "peer": peer.NAME}
    report.figures += [
        compare(
            f"one event, 32 writers, 2 ms flush: ours / {text}",
            ("ours", found["ours"]),
            ("theirs", found[name]),
            10.0,
        )
        for name, text in named.items()
    ]


def _against_peer(what: str, target: float, found: dict[str, Achieved]) -> list[Figure]:
    theirs = ("theirs", found["peer"])
    return [
        compare(
            f"{what}, 8 writers: our function / {peer.NAME}", ("ours", found["function"]), theirs, target
        ),
        compare(
            f"{what}, 8 writers: whole store / {peer.NAME}'s recorder alone", ("ours", found["store"]), theirs
        ),
    ]


def _peer(recorder: ApplicationRecorder, events: int, count: int, effort: Effort) -> Contender:
    return threaded([peer.writer(recorder, events) for _ in range(count)], effort.seconds)


@asynccontextmanager
async def _everyone(
    server: EmbeddedPostgres, count: int
) -> AsyncIterator[tuple[list[asyncpg.Connection], list[asyncpg.Connection], EventStore]]:
    """Connections for the plain INSERT, others with a worker's rights, and the store as a worker has it."""
    keys = MasterKeys({"bench": secrets.token_bytes(32)}, newest="bench")
    async with (
        _connections(server, count) as plain,
        _connections(server, count, database.WRITER) as ours,
        database.pool(server.dsn(), name="bench", role=database.WRITER, size=count, stateless=True) as pool,
    ):
        yield plain, ours, EventStore(pool, registry.standard(), Vault(pool, keys))


@asynccontextmanager
async def _connections(
    server: EmbeddedPostgres, count: int, role: str | None = None
) -> AsyncIterator[list[asyncpg.Connection]]:
    """So many connections without a pool between, as bare as it gets."""
    settings = {"role": role} if role else {}
    made = [await asyncpg.connect(server.dsn(), server_settings=settings) for _ in range(count)]
    try:
        yield made
    finally:
        for db in made:
            await db.close()
