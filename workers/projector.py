"""The projector process: all read models side by side, each on its own, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import asyncpg

from events.reader import LogReader
from projections import metrics
from projections.catalog import PROJECTIONS
from projections.feed import Feed
from projections.projection import Projection
from projections.runner import Pace, Runner
from turnabout.errors import InvalidInput

SPARE_CONNECTIONS = 3
"""Beside one connection for each read model: reading the log, watching its end, the gauges."""


async def run_projector(
    pool: asyncpg.Pool,
    log: LogReader,
    stop: asyncio.Event,
    *,
    projections: Collection[Projection] = PROJECTIONS,
    feed: Feed | None = None,
    pace: Pace | None = None,
) -> None:
    """Keep all read models up to date until `stop`; what is under way is finished first.

    `pool` has the role PROJECTOR and direct connections (claims live in sessions), one for each read model
    and three more. A `feed` of the caller's can be woken after an append in the same process. Several
    projectors may run: each read model is kept by one of them, and taken over when that one dies.
    """
    needed = len(projections) + SPARE_CONNECTIONS
    if pool.get_max_size() < needed:
        raise InvalidInput(
            f"The projector needs {needed} connections; its pool has {pool.get_max_size()}.",
            hint="Raise the pool's size.",
        )
    shared = feed or Feed(log)
    async with asyncio.TaskGroup() as group:
        group.create_task(shared.run(stop), name="feed")
        group.create_task(metrics.keep_observing(pool, stop), name="metrics")
        for projection in projections:
            runner = Runner(projection, pool, log, shared, pace)
            group.create_task(runner.run(stop), name=projection.name)
