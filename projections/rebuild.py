"""Builds a read model anew beside the live one, and lets readers see it once it has caught up.

The live build goes on meanwhile. A rebuild that died is gone on with where it stopped.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import structlog

from events.database import reachable
from events.reader import LogReader
from events.registry import Registry
from projections import builds
from projections.builds import Checkpoint, Connection
from projections.catalog import named
from projections.faults import passes, reason
from projections.feed import pause
from projections.projection import Projection
from turnabout.errors import ProjectionStopped, RebuildBusy, RebuildInterrupted

log = structlog.get_logger("turnabout.projections")

BATCH = 1000
RETRY = 0.5
"""Seconds between two tries to swap while readers hold a view."""


async def rebuild(pool: asyncpg.Pool, registry: Registry, name: str, *, fresh: bool = False) -> Checkpoint:
    """Build the read model of that name anew, and return what readers see from now on.

    `pool` has the role PROJECTOR. Raises NotFound, and what `build_anew` raises.
    """
    return await build_anew(named(name), pool, LogReader(pool, registry), fresh=fresh)


async def build_anew(
    projection: Projection,
    pool: asyncpg.Pool,
    reader: LogReader,
    *,
    fresh: bool = False,
    stop: asyncio.Event | None = None,
    batch: int = BATCH,
) -> Checkpoint:
    """Fill a new build from the beginning of the log, swap it in, and return it.

    A half-done build of the same version is continued, unless `fresh`. Raises RebuildBusy, RebuildInterrupted
    (by `stop`), ProjectionStopped at an event that does not fit (the live build stays as it is), Unreachable.
    """
    stop = stop or asyncio.Event()
    async with (
        reachable(f"rebuild {projection.name}"),
        pool.acquire() as db,
        builds.claimed(db, projection.name, "rebuild") as mine,
    ):
        if not mine:
            raise RebuildBusy(f"{projection.name} is being rebuilt already.", hint="Wait for that rebuild.")
        await builds.clear(db, projection.name)
        build = await _begin(db, projection, fresh=fresh)
        await builds.enter(db, build)
        swapped = False
        while not swapped:
            build = await _catch_up(db, projection, reader, build, stop, batch)
            swapped = await _swap(db, projection, build, stop)
        await builds.clear(db, projection.name)
    log.info("projection_rebuilt", projection=projection.name, build=build.build, position=build.position)
    return replace(build, live=True)


async def _begin(db: Connection, projection: Projection, *, fresh: bool) -> Checkpoint:
    half_done = await builds.unfinished(db, projection.name)
    if half_done is not None:
        if half_done.version == projection.version and not fresh:
            return half_done
        await builds.discard(db, half_done)
    return await builds.create(db, projection, live=False)


async def _catch_up(
    db: Connection,
    projection: Projection,
    reader: LogReader,
    build: Checkpoint,
    stop: asyncio.Event,
    batch: int,
) -> Checkpoint:
    while True:
        if stop.is_set():
            raise RebuildInterrupted(
                f"The rebuild of {projection.name} stopped at position {build.position}."
            )
        page = None
        try:
            page = await reader.read_all(build.position, batch, projection.types)
            if page.position == build.position:
                return build
            build = await builds.apply(db, projection, build, page)
        except Exception as error:
            if passes(error):
                raise
            why = reason(error, page)
            await builds.stop(db, build, why)
            raise ProjectionStopped(
                f"The rebuild of {projection.name} stands still: {why}",
                hint="The live read model is untouched. Mend the cause and rebuild again.",
            ) from error


async def _swap(db: Connection, projection: Projection, build: Checkpoint, stop: asyncio.Event) -> bool:
    try:
        return await builds.swap(db, projection, build)
    except asyncpg.LockNotAvailableError:
        await pause(RETRY, stop)
        return False
