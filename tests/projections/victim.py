"""A process that lends out projectors which kill themselves: for each `follow N` on stdin it runs one, for
each `rebuild N` a rebuild, in a child that dies by SIGKILL before its N-th statement, or ends well; it prints
which.

    python -m tests.projections.victim DSN
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

import asyncpg
import structlog

from events import database, registry
from events.reader import LogReader
from projections.pair_card import pair_card
from projections.rebuild import build_anew
from projections.runner import Pace
from turnabout.reads import Reads
from workers.projector import run_projector

PACE = Pace(smallest=20, largest=40, standby=0.05)


class Mortal(asyncpg.Connection):
    """Counts the statements of a projector's connections, and dies before the last it is allowed."""

    left = 0

    def _count(self) -> None:
        type(self).left -= 1
        if type(self).left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def execute(self, *arguments: Any, **more: Any) -> Any:
        self._count()
        return await super().execute(*arguments, **more)

    async def fetch(self, *arguments: Any, **more: Any) -> Any:
        self._count()
        return await super().fetch(*arguments, **more)

    async def fetchrow(self, *arguments: Any, **more: Any) -> Any:
        self._count()
        return await super().fetchrow(*arguments, **more)

    async def fetchval(self, *arguments: Any, **more: Any) -> Any:
        self._count()
        return await super().fetchval(*arguments, **more)


async def run(dsn: str, work: str, statements: int) -> None:
    """A projector or a rebuild that is allowed so many statements; reading the log is free."""
    Mortal.left = statements
    settings = {"application_name": "turnabout victim", "timezone": "UTC", "role": database.PROJECTOR}
    async with (
        asyncpg.create_pool(
            dsn, min_size=1, max_size=20, server_settings=settings, connection_class=Mortal
        ) as pool,
        database.pool(dsn, name="victim reader", role=database.PROJECTOR) as free,
    ):
        reader = LogReader(free, registry.standard())
        if work == "rebuild":
            await build_anew(pair_card, pool, reader, batch=60)
            return
        stop = asyncio.Event()
        following = asyncio.create_task(run_projector(pool, reader, stop, pace=PACE))
        await Reads(free).wait_for(await reader.head(), timeout=60)
        stop.set()
        await following


def main() -> None:
    dsn = sys.argv[1]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for line in sys.stdin:
        work, statements = line.split()
        child = os.fork()
        if child == 0:
            asyncio.run(run(dsn, work, int(statements)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
