"""A projector as a process of its own, until its stdin ends: `python -m tests.bench.following DSN`."""

from __future__ import annotations

import asyncio
import sys

import structlog

from events import database, registry
from events.reader import LogReader
from projections.catalog import PROJECTIONS
from workers.projector import SPARE_CONNECTIONS, run_projector


async def follow(dsn: str, stop: asyncio.Event) -> None:
    """All read models of this release, kept up to date until `stop`."""
    size = len(PROJECTIONS) + SPARE_CONNECTIONS
    async with database.pool(dsn, name="projector", role=database.PROJECTOR, size=size) as pool:
        await run_projector(pool, LogReader(pool, registry.standard()), stop)


async def _until_stdin_ends(dsn: str) -> None:
    stop = asyncio.Event()
    work = asyncio.create_task(follow(dsn, stop))
    await asyncio.to_thread(sys.stdin.read)
    stop.set()
    await work


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_until_stdin_ends(sys.argv[1]))
