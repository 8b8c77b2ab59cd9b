"""Builds a read model anew beside the live one, and lets readers see it once it has caught up.

The live build goes on meanwhile. A rebuild that died is gone on with where it stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator, Collection
from dataclasses import replace

import asyncpg
import structlog

from events.database import reachable
from events.reader import LogReader, Page
from events.registry import Registry
from projections import builds, faults
from projections.builds import Checkpoint, Connection
from projections.catalog import named
from projections.faults import passes, reason
from projections.feed import pause
from projections.projection import Projection
from turnabout.errors import ProjectionStopped, RebuildBusy, RebuildInterrupted

log = structlog.get_logger("turnabout.projections")

BATCH = 5000
"""Events that are folded and stored at once."""
RANGE = 50_000
"""Positions of the log that the database applies by one statement."""
RETRY = 0.5
"""Seconds between two tries to swap while readers hold a view."""


def collect_seldom() -> None:
    """For a process that does nothing but rebuild: pages come and go by the thousand events and hold no
    cycles, and looking for some takes a fifth of the time."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


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
    if "range" in projection.sql:
        build = await _in_ranges(db, projection, reader, build, stop)
    page = None
    async with contextlib.aclosing(_pages(reader, build.position, batch, projection.types)) as pages:
        try:
            _go_on(projection, build, stop)
            async for page in pages:
                build = await builds.apply(db, projection, build, page)
                _go_on(projection, build, stop)
        except RebuildInterrupted:
            raise
        except Exception as error:
            if passes(error):
                raise
            why = reason(error, page)
            await builds.stop(db, build, why)
            raise ProjectionStopped(
                f"The rebuild of {projection.name} stands still: {why}",
                hint="The live read model is untouched. Mend the cause and rebuild again.",
            ) from error
    return build


def _go_on(projection: Projection, build: Checkpoint, stop: asyncio.Event) -> None:
    if stop.is_set():
        raise RebuildInterrupted(f"The rebuild of {projection.name} stopped at position {build.position}.")


async def _pages(
    reader: LogReader, after: int, batch: int, types: Collection[str]
) -> AsyncGenerator[Page, None]:
    """The log from after a position to its end; each page is read while the one before is stored."""

    async def read() -> Page:
        return await reader.read_all(after, batch, types)

    ahead = asyncio.ensure_future(read())
    try:
        while True:
            page = await ahead
            if page.position == after:
                page = await read()  # the log may have grown while the last page was stored
                if page.position == after:
                    return
            after = page.position
            ahead = asyncio.ensure_future(read())
            yield page
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


async def _in_ranges(
    db: Connection, projection: Projection, reader: LogReader, build: Checkpoint, stop: asyncio.Event
) -> Checkpoint:
    """The build after what is settled of the log, which the database applied itself. An event that does not
    fit ends it early: the fold then meets that event and names it."""
    while build.position < (settled := await reader.watermark()):
        while build.position < settled:
            _go_on(projection, build, stop)
            try:
                build = await builds.apply_range(db, projection, build, min(build.position + RANGE, settled))
            except asyncpg.PostgresError as error:
                if passes(error):
                    raise
                log.warning("projection_retries", projection=projection.name, error=faults.named(error))
                return build
    return build


async def _swap(db: Connection, projection: Projection, build: Checkpoint, stop: asyncio.Event) -> bool:
    try:
        return await builds.swap(db, projection, build)
    except asyncpg.LockNotAvailableError:
        await pause(RETRY, stop)
        return False
