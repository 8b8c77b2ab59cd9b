"""A projector over a test's database, and the whole log to count again from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
import pytest

from events import registry
from events.contracts import StoredEvent
from events.reader import LogReader
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from projections.runner import Pace
from turnabout.reads import Reads
from workers.projector import run_projector

QUICK = Pace(standby=0.05, first_retry=0.02, last_retry=0.2, stopped=0.05)
"""So that tests wait for little."""

Projector = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
def reader(projector_pool: asyncpg.Pool) -> LogReader:
    """The log as a projector sees it."""
    return LogReader(projector_pool, registry.standard())


@pytest.fixture
def reads(pool: asyncpg.Pool) -> Reads:
    """The read models as a client sees them."""
    return Reads(pool)


@pytest.fixture
def projector(projector_pool: asyncpg.Pool, reader: LogReader) -> Projector:
    """Runs a projector for as long as the block lasts."""

    @asynccontextmanager
    async def running(
        projections: Collection[Projection] = PROJECTIONS, pace: Pace = QUICK
    ) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = asyncio.create_task(
            run_projector(projector_pool, reader, stop, projections=projections, pace=pace)
        )
        try:
            yield
        finally:
            stop.set()
            await work

    return running


async def whole_log(reader: LogReader) -> list[StoredEvent]:
    """Every event, in order."""
    log: list[StoredEvent] = []
    after = 0
    while True:
        page = await reader.read_all(after, 1000)
        log += page.events
        if page.position == after:
            return log
        after = page.position
