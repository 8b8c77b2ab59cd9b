"""A database with the real streams of a cohort, as the recorded histories hold them, and its read models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby

import asyncpg
import pytest_asyncio

from events import database, registry
from events.contracts import Append, NewEvent, StoredEvent
from events.reader import LogReader
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.projections.conftest import QUICK
from tests.replay.test_old_streams import DECIDERS, OLD, scene_of, stored
from turnabout.reads import Reads
from workers.embedded.postgres import EmbeddedPostgres
from workers.projector import run_projector
from workers.verify.job import examine
from workers.verify.report import Report


@dataclass(frozen=True)
class Place:
    """A database of its own, by the rights that one has in it."""

    dsn: str
    owner: asyncpg.Pool
    writer: asyncpg.Pool
    projector: asyncpg.Pool
    master: MasterKeys

    @property
    def vault(self) -> Vault:
        return Vault(self.writer, self.master)

    async def verified(
        self,
        *,
        read_models: bool = False,
        master: bool = True,
        remember: bool = False,
        wanted: tuple[int, bytes] | None = None,
    ) -> Report:
        """What `turnabout verify` finds here."""
        return await examine(
            self.writer,
            self.projector if read_models else None,
            registry.standard(),
            self.master if master else None,
            remember=remember,
            wanted=wanted,
        )

    @asynccontextmanager
    async def following(self) -> AsyncIterator[LogReader]:
        """A projector runs for as long as the block lasts, and catches up at its end."""
        reader, stop = LogReader(self.projector, registry.standard()), asyncio.Event()
        work = asyncio.create_task(run_projector(self.projector, reader, stop, pace=QUICK))
        try:
            yield reader
            await Reads(self.owner).wait_for(await reader.head(), timeout=60)
        finally:
            stop.set()
            await work


async def write_old_streams(store: EventStore, allowed: asyncio.Semaphore | None = None) -> None:
    """Append what the recorded streams hold, command by command, in the order of that time; with `allowed`,
    each once it may."""
    events: list[StoredEvent] = []
    ends: set[str] = set()
    for file in OLD:
        told = stored(file)
        decider = DECIDERS[told[0].stream.partition("-")[0]]
        if decider.is_terminal(scene_of(decider, told).state):
            ends.add(told[-1].event_id)
        events += told
    events.sort(key=lambda one: one.position)
    for (stream, command_id), batch in groupby(events, key=lambda one: (one.stream, one.command_id)):
        group = list(batch)
        if allowed:
            await allowed.acquire()
        first = group[0]
        await store.append(
            Append(
                stream=stream,
                expected_version=first.version - 1,
                command_id=command_id,
                command_digest=first.command_digest,
                actor=first.actor,
                correlation_id=first.correlation_id,
                causation_id=first.causation_id,
                policy_version=first.policy_version,
                occurred_at=first.occurred_at,
                closes=group[-1].event_id in ends,
                events=tuple(
                    NewEvent(
                        event_id=one.event_id, type=one.type, schema_version=one.schema_version, data=one.data
                    )
                    for one in group
                ),
            )
        )


@asynccontextmanager
async def a_place(
    cluster: EmbeddedPostgres, template: str, master: MasterKeys, name: str
) -> AsyncIterator[Place]:
    """A fresh database of that name, for as long as the block lasts."""
    admin = await asyncpg.connect(cluster.dsn())
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    dsn = cluster.dsn(name)
    async with (
        database.pool(dsn, name="test", size=4) as owner,
        database.pool(dsn, name="test", role=database.WRITER, size=6) as writer,
        database.pool(dsn, name="test", role=database.PROJECTOR, size=20) as projector,
    ):
        yield Place(dsn, owner, writer, projector, master)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest_asyncio.fixture(scope="module")
async def place(cluster: EmbeddedPostgres, template: str, master_keys: MasterKeys) -> AsyncIterator[Place]:
    async with a_place(cluster, template, master_keys, "verified") as made:
        await write_old_streams(EventStore(made.writer, registry.standard(), made.vault))
        async with made.following():
            pass
        yield made
