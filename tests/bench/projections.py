"""How fast read models follow the log: in batches, event by event, all at once, and until it is seen."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from events import database, registry
from events.contracts import StoredEvent
from events.reader import LogReader, Page
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from projections import builds
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from projections.runner import Pace
from tests.bench import latency, rebuilding, tracking
from tests.bench.deeds import deeds
from tests.bench.figures import Figure, Report, compare
from tests.bench.following import follow
from tests.bench.peer import NAME
from tests.bench.rounds import Contender, interleaved
from tests.bench.servers import arranged
from tests.projections.story import story, write
from turnabout.reads import Reads
from workers.embedded.postgres import EmbeddedPostgres

BATCH = Pace().largest
SINGLES = 150
"""Events that are applied one by one in a round."""
WRITERS = 8
REBUILDS = 3
"""Rounds of the rebuilds at most: each takes a while."""
MODEL = "pair_card"
"""The read model with the most to do for an event; it stands for the targets."""


@dataclass(frozen=True)
class Effort:
    """Cohorts of ten pairs in the log, rounds that count, seconds of appends at a steady rate, and events of
    the long log for rebuilds."""

    cohorts: int
    rounds: int
    seconds: float
    events: int


async def measure(effort: Effort) -> Report:
    """Everything about the read models, on a log of plausible cohorts and on real disks."""
    report = Report("projections")
    async with arranged() as server:
        await _fill(server, effort.cohorts)
        for projection in PROJECTIONS:
            await _alone(report, server, projection, effort.rounds)
        await _against_peer(report, server, effort.rounds)
        await _together(report, server, effort.rounds)
        async with _copy(server) as dsn:
            report.figures += await latency.measure(dsn, effort.seconds, effort.rounds)
    async with arranged() as server:
        report.figures += await rebuilding.measure(server.dsn(), effort.events, min(effort.rounds, REBUILDS))
    return report


async def _fill(server: EmbeddedPostgres, cohorts: int) -> None:
    """Write the stories through the store, several at a time, so that they lie side by side in the log."""
    keys = MasterKeys({"bench": secrets.token_bytes(32)}, newest="bench")
    seeds = iter(range(cohorts))
    async with database.pool(
        server.dsn(), name="bench", role=database.WRITER, size=WRITERS, stateless=True
    ) as pool:
        store = EventStore(pool, registry.standard(), Vault(pool, keys))

        async def writer() -> None:
            for seed in seeds:
                await write(store, story(seed, cohorts=1, pairs=10))

        await asyncio.gather(*(writer() for _ in range(WRITERS)))


async def _alone(report: Report, server: EmbeddedPostgres, projection: Projection, rounds: int) -> None:
    """The whole log in batches into an empty build; and from its middle on, one transaction an event."""
    async with (
        _copy(server) as dsn,
        database.pool(dsn, name="bench", role=database.PROJECTOR, size=4) as pool,
        pool.acquire() as batching,
        pool.acquire() as stepping,
    ):
        reader = LogReader(pool, registry.standard())
        contenders = {
            "batch": _in_batches(batching, projection, reader),
            "single": await _one_by_one(stepping, projection, reader),
        }
        found = await interleaved(contenders, rounds, server.pid)
    chosen = projection.name == MODEL
    batch, single = ("batches", found["batch"]), ("single", found["single"])
    what = f"{projection.name}: batches of {BATCH} / one transaction an event"
    report.figures.append(compare(what, batch, single, 25.0 if chosen else None))
    report.figures.append(
        Figure(
            f"{projection.name}: events a second in batches",
            tuple(found["batch"].rates),
            "/s",
            target=20_000 if chosen else None,
        )
    )


def _in_batches(db: builds.Connection, projection: Projection, reader: LogReader) -> Contender:
    """Reads the log and applies it as the runner does while it is behind."""

    async def contend() -> int:
        build = await builds.create(db, projection, live=False)
        await builds.enter(db, build)
        events = 0
        while (page := await reader.read_all(build.position, BATCH)).position > build.position:
            build = await builds.apply(db, projection, build, page)
            events += len(page.events)
        await builds.discard(db, build)
        return events

    return contend


async def _one_by_one(db: builds.Connection, projection: Projection, reader: LogReader) -> Contender:
    """The same code given one event at a time, each in a transaction of its own."""
    middle = await reader.head() // 2
    build = await builds.create(db, projection, live=True)
    await builds.enter(db, build)
    while build.position < middle:
        build = await builds.apply(db, projection, build, await reader.read_all(build.position, BATCH))

    async def contend() -> int:
        nonlocal build
        page = await reader.read_all(build.position, SINGLES)
        for event in page.events:
            build = await builds.apply(db, projection, build, Page((event,), event.position))
        return len(page.events)

    return contend


async def _against_peer(report: Report, server: EmbeddedPostgres, rounds: int) -> None:
    """One read model, `deeds`, by our runner and by the `eventsourcing` library's tracking recorder, on the
    same events and the same server."""
    async with (
        _copy(server) as dsn,
        database.pool(dsn, name="bench", role=database.PROJECTOR, size=2) as pool,
        pool.acquire() as db,
    ):
        reader = LogReader(pool, registry.standard())
        events, position = list[StoredEvent](), 0
        while (page := await reader.read_all(position, BATCH)).position > position:
            events, position = [*events, *page.events], page.position
        with tracking.recorder(dsn) as recorder:
            contenders = {
                "batch": _in_batches(db, deeds, reader),
                "peer": tracking.contender(recorder, events, SINGLES),
            }
            found = await interleaved(contenders, rounds, server.pid)
    ours, theirs = ("batches", found["batch"]), (NAME, found["peer"])
    report.figures.append(
        compare(f"deeds: batches of {BATCH} / the tracking recorder of {NAME}", ours, theirs, 20.0)
    )


async def _together(report: Report, server: EmbeddedPostgres, rounds: int) -> None:
    """A projector with all read models catches up from nothing."""
    rates = []
    for _ in range(rounds):
        async with (
            _copy(server) as dsn,
            database.pool(dsn, name="bench", role=database.PROJECTOR, size=2) as pool,
        ):
            head = await LogReader(pool, registry.standard()).head()
            stop, began = asyncio.Event(), time.perf_counter()
            work = asyncio.create_task(follow(dsn, stop))
            await Reads(pool).wait_for(head, timeout=300)
            rates.append(head / (time.perf_counter() - began))
            stop.set()
            await work
    what = f"one projector, all {len(PROJECTIONS)} read models from nothing, start included"
    report.figures.append(Figure(what, tuple(rates), "/s", note=f"log of {head:,} events"))


_copies = itertools.count(1)


@asynccontextmanager
async def _copy(server: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database with the same log and no read models."""
    name = f"copy_{next(_copies)}"
    async with database.connection(server.dsn("template1"), name="bench") as db:
        await db.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        yield server.dsn(name)
        await db.execute(f"DROP DATABASE {name} WITH (FORCE)")
