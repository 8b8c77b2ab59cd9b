"""How the client reaches PostgreSQL: a small pool for reads, checked before it is handed out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from turnabout.errors import InvalidInput, Unreachable
from turnabout.reads import Reads
from turnabout.settings import Settings

TIMEOUT = 10.0
"""Seconds to wait for a connection."""


@asynccontextmanager
async def connect_reads(settings: Settings | None = None) -> AsyncIterator[Reads]:
    """The read models alone; Temporal is not needed for them.

    Raises Unreachable with the reason and the fix, InvalidInput for an address that cannot be read. Neither
    shows the password.
    """
    pool = await _pool((settings or Settings()).dsn())
    try:
        yield Reads(pool)
    finally:
        await pool.close()


async def _pool(dsn: str) -> asyncpg.Pool:
    name = {"application_name": "turnabout client", "timezone": "UTC"}
    try:
        # One connection at once: whoever gets the pool knows that the database answers.
        return await asyncpg.create_pool(
            dsn, min_size=1, max_size=4, timeout=TIMEOUT, command_timeout=30, server_settings=name
        )
    except (asyncpg.ClientConfigurationError, ValueError):
        # Its words may quote the address, which may hold a password.
        raise InvalidInput(
            "TURNABOUT_DATABASE_URL cannot be read.",
            hint="Write it as postgresql://user:password@host:5432/database.",
        ) from None
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Unreachable(
            f"PostgreSQL refused the connection: {error}.",
            hint="Check user, password and database in TURNABOUT_DATABASE_URL.",
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise Unreachable(
            f"PostgreSQL does not answer: {str(error) or type(error).__name__}.",
            hint="Check TURNABOUT_DATABASE_URL, or start a stack with `make up`.",
        ) from error
