"""Serves an HTTP application: on a socket of its own, in the caller's loop, leaving signals to the caller."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from turnabout.errors import InvalidInput

KEEP_ALIVE = 75
"""Seconds for which an idle connection stays open: longer than proxies and clients keep theirs, or they would
send into one that just ends."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def listening(host: str, port: int, whose: str) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises InvalidInput when the port is taken,
    naming whose it is (`codec server`) and the setting, which is called like it."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(512)
    except OSError as error:
        made.close()
        raise InvalidInput(
            f"The {whose}'s port {port} cannot be used: {error.strerror}.",
            hint=f"Set TURNABOUT_{whose.partition(' ')[0].upper()}_PORT to a free one.",
        ) from error
    return made


@asynccontextmanager
async def serving(
    app: ASGIApp, on: socket.socket, *, grace: float = 2.0, proxies: Sequence[str] = ()
) -> AsyncIterator[str]:
    """Serve `app` on a listening socket inside the block; yields its address. Requests under way at the end
    have `grace` seconds to finish; those that come from `proxies` count as from whom these name. The paths of
    pages are secrets, so nothing logs them."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=int(grace),
            timeout_keep_alive=KEEP_ALIVE,
            lifespan="off",
        )
    )
    task = asyncio.create_task(server.serve([on]))
    host, port = on.getsockname()[:2]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.should_exit = True
        await task
        on.close()
