"""A PostgreSQL server of the benchmark's own, set up as in production: what it acknowledges is flushed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from events.migrate import migrate
from workers.embedded.postgres import EmbeddedPostgres


@asynccontextmanager
async def arranged(settings: dict[str, str] | None = None) -> AsyncIterator[EmbeddedPostgres]:
    """The server, with our schema in its database `postgres`; removed afterwards."""
    server = EmbeddedPostgres(settings=settings)
    await asyncio.to_thread(server.start)
    try:
        await migrate(server.dsn())
        yield server
    finally:
        await asyncio.to_thread(server.close)
