"""A worker process whose workflows live by the fast clock: `python -m tests.e2e.fast_worker`."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime, timedelta

import structlog

from activities.channels import LogChannel
from activities.match import SOLVERS
from activities.notify import Notifier
from events import database
from events.contracts import Notify
from events.people import People
from tests.e2e.fast_workflows import CLOCK, FastCohortWorkflow, FastPairWorkflow
from turnabout.client import connect_temporal
from turnabout.process import leave
from workers import assembly, logs
from workers.context import LogContext
from workers.settings import EngineSettings
from workers.worker import create_worker


class FastNotifier(Notifier):
    async def notify(self, stream: str, event_id: str, message: Notify, now: datetime) -> None:
        await super().notify(stream, event_id, message, CLOCK.at(now))


async def main() -> None:
    """Work until told to stop."""
    settings = EngineSettings()
    logs.configure(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await connect_temporal(settings, interceptors=[LogContext()])
    async with database.pool(settings.dsn(), name="worker", role=database.WRITER) as pool:
        worker = await create_worker(
            client,
            assembly.event_store(pool, settings.master()),
            workflows=[FastCohortWorkflow, FastPairWorkflow],
            notifier=FastNotifier(pool, People(pool), [LogChannel()]),
            solvers=SOLVERS,
            sticky=timedelta(seconds=1),
        )
        async with worker:
            await structlog.stdlib.get_logger().ainfo("worker_runs")
            await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
