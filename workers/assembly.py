"""Puts the engine's parts together: which workflows, which solvers, which channels, on which connections."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import asyncpg
from temporalio.client import Client

from activities import invites
from activities.channels import Channel, LogChannel
from activities.documents.enclosed import ENCLOSURES
from activities.enclosures import together
from activities.links import Links
from activities.lot import drawing
from activities.mail import SmtpChannel
from activities.match import SOLVERS
from activities.notify import Notifier
from activities.pace import Pace
from events import database, registry
from events.lot import LOT
from events.own import OwnLog
from events.people import People
from events.reader import LogReader
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from events.tokens import Tokens
from projections.catalog import PROJECTIONS
from projections.feed import BUSY, IDLE, Feed
from turnabout.client import Turnabout
from turnabout.messages import TASK_QUEUE
from turnabout.reads import Reads
from workers.agenda import AgendaWatch
from workers.background import beside
from workers.gateway.desk import Desk
from workers.gateway.house import Clock, Gateway, wall_clock
from workers.projector import SPARE_CONNECTIONS, run_projector
from workers.reconciler import Reconciler
from workers.settings import EngineSettings
from workers.worker import create_worker, deployment_version
from workflows.cohort import CohortWorkflow
from workflows.pair import PairWorkflow

NOBODY = "turnabout@invalid"
"""Who calls to meetings where no mail goes out."""
GATEWAY_PATIENCE = timedelta(seconds=20)
"""How long a page waits for a command to be stored before it says that it is not."""
WORKFLOWS: tuple[type, ...] = (CohortWorkflow, PairWorkflow)


def worker_pool(dsn: str, settings: EngineSettings) -> AbstractAsyncContextManager[asyncpg.Pool]:
    """A worker's connections, on which nothing outlives a transaction. Raises Unreachable."""
    return database.pool(dsn, name="worker", role=database.WRITER, size=settings.pool_size, stateless=True)


def event_store(pool: asyncpg.Pool, master: MasterKeys) -> EventStore:
    """The log as a worker uses it; `pool` has the role WRITER."""
    return EventStore(pool, registry.standard(), Vault(pool, master))


def channels(settings: EngineSettings) -> list[Channel]:
    """The ways to reach people that the settings choose."""
    return [
        SmtpChannel(settings.mail_server()) if name == "smtp" else LogChannel()
        for name in settings.notify_channels
    ]


def a_notifier(
    pool: asyncpg.Pool,
    settings: EngineSettings,
    ways: Sequence[Channel] | None = None,
    links: Links | None = None,
) -> Notifier:
    """What sends letters; `ways` to reach people and `links` replace those of the settings."""
    return Notifier(
        pool,
        People(pool),
        channels(settings) if ways is None else ways,
        enclosures=together(ENCLOSURES, invites.enclosures(settings.smtp_from or NOBODY)),
        links=links or (settings.links() if settings.gateway_url else None),
        hold=timedelta(seconds=settings.outbox_hold),
        patience=timedelta(days=settings.outbox_patience),
        pace=Pace(settings.notify_rate),
    )


def a_gateway(
    client: Client,
    pool: asyncpg.Pool,
    reads: Reads,
    settings: EngineSettings,
    *,
    links: Links,
    master: MasterKeys | None = None,
    ways: Sequence[Channel] | None = None,
    clock: Clock = wall_clock,
    patience: timedelta = GATEWAY_PATIENCE,
) -> Gateway:
    """The parts of a gateway. `pool` has the role WRITER, `reads` what it takes to see receipts; with
    `master` people can read here what they answered themselves."""
    known = registry.standard()
    return Gateway(
        settings=settings,
        turnabout=Turnabout(client, reads, patience=patience),
        reads=reads,
        desk=Desk(LogReader(pool, known), known, settings.gateway_streams),
        people=People(pool),
        links=links,
        notifier=a_notifier(pool, settings, ways, links),
        tokens=Tokens(pool),
        own=OwnLog(pool, known, Vault(pool, master) if master else None),
        clock=clock,
    )


@asynccontextmanager
async def worker(
    client: Client,
    pool: asyncpg.Pool,
    master: MasterKeys,
    settings: EngineSettings,
    *,
    workflows: Sequence[type] = WORKFLOWS,
    task_queue: str = TASK_QUEUE,
    sandboxed: bool = True,
    ways: Sequence[Channel] | None = None,
    links: Links | None = None,
) -> AsyncIterator[EventStore]:
    """A worker runs inside the block; at the end it drains. `pool` has the role WRITER; `ways` to reach
    people and `links` replace those of the settings."""
    store = event_store(pool, master)
    notifier = a_notifier(pool, settings, ways, links)
    made = await create_worker(
        client,
        store,
        workflows=workflows,
        notifier=notifier,
        solvers={**SOLVERS, LOT: drawing(master.derived("lots"))},
        task_queue=task_queue,
        deployment=deployment_version(os.environ),
        grace=timedelta(seconds=settings.shutdown_timeout),
        sticky=timedelta(seconds=settings.sticky_timeout),
        sandboxed=sandboxed,
        max_cached_workflows=settings.workflow_cache,
    )
    async with made:
        yield store


@asynccontextmanager
async def reconciler(
    dsn: str, client: Client, master: MasterKeys, settings: EngineSettings
) -> AsyncIterator[None]:
    """The reconciler works inside the block, on a connection of its own: its lock lives in the session. So
    does the watch over what streams owe."""
    async with database.pool(dsn, name="reconciler", role=database.WRITER, size=3) as pool:
        every, store = timedelta(seconds=settings.reconcile_interval), event_store(pool, master)
        async with (
            beside(Reconciler(client, store, pool, every=every).run()),
            beside(AgendaWatch(store, every).run()),
        ):
            yield


@asynccontextmanager
async def projector(
    dsn: str, settings: EngineSettings, *, look_every: float = BUSY
) -> AsyncIterator[asyncpg.Pool]:
    """A projector runs inside the block, on connections of its own; it looks for new events every
    `look_every` seconds. Yields the connections with which it reads the log. Raises Unreachable."""
    size = max(settings.pool_size, len(PROJECTIONS) + SPARE_CONNECTIONS)
    async with (
        database.pool(dsn, name="projector", role=database.PROJECTOR, size=size) as pool,
        database.pool(dsn, name="log reader", role=database.PROJECTOR, size=2, stateless=True) as readers,
    ):
        stop, log = asyncio.Event(), LogReader(readers, registry.standard())
        feed = Feed(log, busy=look_every, idle=max(look_every, IDLE))
        async with beside(run_projector(pool, log, stop, feed=feed), stop):
            yield readers
