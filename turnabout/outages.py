"""What an unreachable PostgreSQL looks like to asyncpg: it ends as Unreachable, trying again may help."""

from __future__ import annotations

import asyncpg

DOWN: tuple[type[BaseException], ...] = (
    OSError,  # refused, no such socket, time-out
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asyncpg met the end of the connection in the middle of a message
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,  # somebody holds what we need for longer than the lock_timeout
    asyncpg.QueryCanceledError,
)
