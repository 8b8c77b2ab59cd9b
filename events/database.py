"""How our processes connect to PostgreSQL: pools with bounded waits, and one error for "not reachable"."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from events import metrics
from turnabout.errors import Unreachable
from turnabout.outages import DOWN

WRITER = "turnabout_writer"
PROJECTOR = "turnabout_projector"
READER = "turnabout_reader"
AUDITOR = "turnabout_auditor"

SILENCE = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 7000}
"""A host that vanishes says no goodbye: after seven seconds of silence each end gives the line up, the server
with the locks that its session holds. Seconds; the last in milliseconds. A unix socket takes no notice."""
VANISHED = {
    "tcp_keepalives_idle": str(SILENCE["TCP_KEEPIDLE"]),
    "tcp_keepalives_interval": str(SILENCE["TCP_KEEPINTVL"]),
    "tcp_keepalives_count": str(SILENCE["TCP_KEEPCNT"]),
    "tcp_user_timeout": str(SILENCE["TCP_USER_TIMEOUT"]),
}
"""The server's side of it."""


@asynccontextmanager
async def reachable(doing: str) -> AsyncIterator[None]:
    """Turns a lost or refused connection into Unreachable; the same call may be tried again later."""
    try:
        yield
    except DOWN as error:
        raise Unreachable(
            f"PostgreSQL does not answer ({doing}): {str(error) or type(error).__name__}.",
            hint="Check that it runs and that the DSN is right.",
        ) from error
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Unreachable(f"PostgreSQL refused the connection ({doing}): {error}.") from error


@asynccontextmanager
async def connection(dsn: str, *, name: str) -> AsyncIterator[asyncpg.Connection]:
    """One connection of its own, for migrations and the like."""
    async with reachable(name):
        made = await asyncpg.connect(dsn, server_settings={"application_name": f"turnabout {name}"})
    try:
        async with reachable(name):
            yield made
    finally:
        await made.close()


@asynccontextmanager
async def pool(
    dsn: str,
    *,
    name: str,
    role: str | None = None,
    size: int = 10,
    stateless: bool = False,
    statement_timeout: str = "30s",
) -> AsyncIterator[asyncpg.Pool]:
    """A pool of at most `size` connections for one process, named in `pg_stat_activity`.

    `role` (WRITER, PROJECTOR, READER, AUDITOR) limits what the process may do; the login must be a member.
    A stuck lock or statement ends after seconds instead of holding the process. No codecs are needed.
    `stateless` promises that nothing outlives a transaction (no session locks, SET or LISTEN); a connection
    then goes back into the pool without a round trip to clear it, which makes an append twice as fast.
    """
    settings = {
        "application_name": f"turnabout {name}",
        "timezone": "UTC",
        "lock_timeout": "5s",
        "statement_timeout": statement_timeout,
        "idle_in_transaction_session_timeout": "30s",
        **VANISHED,
        **({"role": role} if role else {}),
    }
    async with reachable(name):
        made = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            server_settings=settings,
            init=_listen_for_silence,
            reset=_keep if stateless else None,
        )
    try:
        with metrics.POOLS.showing(name, made):
            yield made
    finally:
        await made.close()


async def _listen_for_silence(connection: asyncpg.Connection) -> None:
    """Our side: else a query to a database whose host is gone would wait for a quarter of an hour."""
    # asyncpg has no setting for it.
    line = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # noqa: SLF001
    if line is None or line.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in SILENCE.items():
        if (option := getattr(socket, name, None)) is not None:  # not every system has all of them
            line.setsockopt(socket.IPPROTO_TCP, option, value)


async def _keep(_: asyncpg.Connection) -> None:
    """Clear nothing; asyncpg itself has ended a transaction that was left open."""
