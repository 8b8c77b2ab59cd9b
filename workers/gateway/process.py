"""The process `turnabout gateway`. A module of its own, so that no other process loads what serves pages."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from turnabout.reads import Reads
from workers import assembly
from workers.gateway.app import application
from workers.http_server import listening, serving
from workers.processes import connected, pages, run
from workers.readiness import Status
from workers.settings import EngineSettings

_log = structlog.stdlib.get_logger(__name__)


def gateway() -> int:
    """`turnabout gateway`: returns the exit code. Raises TurnaboutError."""
    return run(run_gateway_process)


async def run_gateway_process(settings: EngineSettings, stop: asyncio.Event) -> None:
    """Serve the pages until `stop`. Raises as `run_worker_process` does, and InvalidInput for a port that is
    taken."""
    links = settings.links()
    async with AsyncExitStack() as exits:
        status = Status()
        await exits.enter_async_context(pages(settings, status))
        socket = listening(settings.gateway_host, settings.gateway_port, "gateway")
        exits.callback(socket.close)
        pool, client = await connected(exits, settings, stop, status)
        parts = assembly.a_gateway(
            client, pool, Reads(pool), settings, links=links, master=settings.own_master()
        )
        address = await exits.enter_async_context(
            serving(
                application(parts),
                socket,
                grace=settings.shutdown_timeout,
                proxies=settings.gateway_proxies,
            )
        )
        status.phase = "runs"
        _log.info("gateway_runs", address=address)
        await stop.wait()
        status.phase = "drains"
    _log.info("gateway_stopped")
