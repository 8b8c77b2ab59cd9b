"""The processes: worker and projector, and what all processes share (`up` has its own file).

A process waits for its servers at start, says so, and gives up with one clear error; SIGTERM or Ctrl-C lets
running work finish, a second one ends the process at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg
import structlog
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from events import migrate
from projections.feed import pause
from turnabout.client import connect_temporal
from turnabout.errors import MigrationDrift, Unreachable
from turnabout.process import leave
from workers import assembly, logs, metrics, readiness
from workers.background import beside
from workers.context import LogContext
from workers.readiness import Status
from workers.settings import EngineSettings

T = TypeVar("T")
RETRY_SECONDS = 1.0
INTERRUPTED = 130

_log = structlog.stdlib.get_logger(__name__)


class _Stopped(BaseException):
    """Told to stop before the process was up; no error, so nothing may catch it by accident."""


def worker() -> int:
    """`turnabout worker`: returns the exit code. Raises TurnaboutError."""
    return run(run_worker_process)


def projector() -> int:
    """`turnabout projector`: returns the exit code. Raises TurnaboutError."""
    return run(run_projector_process)


async def run_worker_process(settings: EngineSettings, stop: asyncio.Event) -> None:
    """Run a worker and the reconciler until `stop`, then drain.

    Raises Unreachable when PostgreSQL or Temporal does not come up in time, MigrationDrift when the schema is
    not this release's, InvalidInput for settings that do not fit.
    """
    master, dsn = settings.master(), settings.dsn()
    settings.keys()
    async with AsyncExitStack() as exits:
        status = Status()
        address = await exits.enter_async_context(pages(settings, status))
        pool, client = await connected(exits, settings, stop, status)
        await exits.enter_async_context(assembly.worker(client, pool, master, settings))
        await exits.enter_async_context(assembly.reconciler(dsn, client, master, settings))
        status.phase = "runs"
        _log.info("worker_runs", address=address, namespace=client.namespace)
        await stop.wait()
        status.phase = "drains"
        _log.info("worker_drains", seconds=settings.shutdown_timeout)
    _log.info("worker_stopped")


async def connected(
    exits: AsyncExitStack, settings: EngineSettings, stop: asyncio.Event, status: Status
) -> tuple[asyncpg.Pool, Client]:
    """The connections of a process that writes, once its servers answer and the schema is this release's;
    `status` then keeps up with whether they do. Raises as `run_worker_process` does."""
    reached = _Reaching(settings, stop, status)
    runtime = await exits.enter_async_context(metrics.temporal_metrics())
    pool = await reached(
        "postgresql", lambda: exits.enter_async_context(assembly.worker_pool(settings.dsn(), settings))
    )
    await _check_schema(settings.dsn())
    client = await reached("temporal", lambda: _temporal(settings, runtime))
    needs = {"postgresql": readiness.postgresql(pool), "temporal": readiness.temporal(client)}
    await exits.enter_async_context(beside(readiness.keep_asking(status, needs)))
    return pool, client


async def run_projector_process(settings: EngineSettings, stop: asyncio.Event) -> None:
    """Keep the read models up to date until `stop`. Raises as `run_worker_process` does; needs no keys."""
    dsn = settings.dsn()
    async with AsyncExitStack() as exits:
        status = Status()
        address = await exits.enter_async_context(pages(settings, status))
        reached = _Reaching(settings, stop, status)
        await reached("postgresql", lambda: _check_schema(dsn))
        readers = await reached(
            "postgresql", lambda: exits.enter_async_context(assembly.projector(dsn, settings))
        )
        needs = {"postgresql": readiness.postgresql(readers)}
        await exits.enter_async_context(beside(readiness.keep_asking(status, needs)))
        status.phase = "runs"
        _log.info("projector_runs", address=address)
        await stop.wait()
        status.phase = "drains"
    _log.info("projector_stopped")


def run(process: Callable[[EngineSettings, asyncio.Event], Awaitable[None]], **overrides: Any) -> int:
    settings = EngineSettings(**overrides)
    logs.configure(settings.log_format, settings.log_level)

    async def main() -> int:
        logs.log_unhandled(asyncio.get_running_loop())
        async with _until_told() as stop:
            with contextlib.suppress(_Stopped):
                await process(settings, stop)
        return 0

    return asyncio.run(main())


@asynccontextmanager
async def _until_told() -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM and Ctrl-C set; the second of them ends the process at once, and what guards our
    servers stops them."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: signal.Signals) -> None:
        if stop.is_set():
            leave(INTERRUPTED)
        _log.info("told_to_stop", signal=number.name)
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, told, number)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@dataclass(frozen=True)
class _Reaching:
    """Waits for the servers that a process needs, and says in its status for which."""

    settings: EngineSettings
    stop: asyncio.Event
    status: Status

    async def __call__(self, need: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` returns once its server answers. Raises Unreachable after `start_timeout`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.settings.start_timeout
        while not self.stop.is_set():
            try:
                answer = await ask()
            except Unreachable as error:
                if loop.time() + RETRY_SECONDS > deadline:
                    raise
                self.status.seen(need, error.message)
                _log.warning("waiting_for_server", error=error, retry_in=RETRY_SECONDS)
                await pause(RETRY_SECONDS, self.stop)
            else:
                self.status.seen(need)
                return answer
        raise _Stopped


async def _temporal(settings: EngineSettings, runtime: Runtime) -> Client:
    try:
        async with asyncio.timeout(settings.start_timeout):
            client = await connect_temporal(
                settings, lenient=True, runtime=runtime, interceptors=[LogContext()]
            )
    except TimeoutError:
        raise Unreachable("Temporal does not answer.", hint="Check TEMPORAL_ADDRESS.") from None
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        hint = None
        if error.status is RPCStatusCode.NOT_FOUND:
            hint = f"Create it: temporal operator namespace create {client.namespace}"
        raise Unreachable(
            f"Temporal's namespace {client.namespace!r} cannot be used: {error.message}.", hint=hint
        ) from error
    return client


async def _check_schema(dsn: str) -> None:
    try:
        pending = await migrate.pending(dsn)
    except asyncpg.InsufficientPrivilegeError as error:
        # This release's migrations let every login look.
        raise MigrationDrift(
            "The schema is not this release's.", hint="Run `turnabout db migrate`."
        ) from error
    if pending:
        raise MigrationDrift(
            f"The database lacks {len(pending)} migrations of this release.",
            hint="Run `turnabout db migrate`.",
        )


def pages(settings: EngineSettings, status: Status) -> contextlib.AbstractAsyncContextManager[str]:
    return metrics.endpoint(settings.metrics_host, settings.metrics_port, status)
