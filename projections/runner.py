"""Keeps one read model up to date: one runner of it works at a time, wherever it runs; the others stand by.

An event that cannot be applied stops this read model alone, and everybody is told; nothing is skipped.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

import asyncpg
import structlog

from events.reader import LogReader, Page
from projections import builds, metrics
from projections.builds import Checkpoint, Connection, Superseded
from projections.faults import named, passes, reason
from projections.feed import Feed, pause
from projections.projection import Projection
from projections.rebuild import build_anew
from turnabout.errors import ProjectionStopped, RebuildBusy, RebuildInterrupted

log = structlog.get_logger("turnabout.projections")


@dataclass(frozen=True)
class Pace:
    """Batch sizes in events, waits in seconds. A batch doubles while the log is ahead; a big one would keep
    the other read models of the process waiting."""

    smallest: int = 100
    largest: int = 1000
    standby: float = 0.25
    first_retry: float = 0.1
    last_retry: float = 5.0
    stopped: float = 1.0


class Runner:
    """Follows the log for one read model until it is told to stop."""

    def __init__(
        self,
        projection: Projection,
        pool: asyncpg.Pool,
        reader: LogReader,
        feed: Feed,
        pace: Pace | None = None,
    ) -> None:
        self._projection = projection
        self._pool = pool
        self._reader = reader
        self._feed = feed
        self._pace = pace or Pace()
        self._log = log.bind(projection=projection.name)

    async def run(self, stop: asyncio.Event) -> None:
        """Work, or stand by, until `stop`; errors of the database are waited out."""
        retry = self._pace.first_retry
        while not stop.is_set():
            try:
                worked = await self._turn(stop)
                retry = self._pace.first_retry
            except ProjectionStopped as error:
                self._tell_stopped(str(error))
                await pause(self._pace.last_retry, stop)
            except Exception as error:  # noqa: BLE001 -- a projector outlives whatever one turn meets
                self._log.warning("projection_retries", error=named(error), retry_in=retry)
                metrics.ERRORS.labels(self._projection.name, "retried").inc()
                await pause(retry, stop)
                retry = min(retry * 2, self._pace.last_retry)
            else:
                if not worked:
                    await pause(self._pace.standby, stop)

    async def _turn(self, stop: asyncio.Event) -> bool:
        """Do what there is to do; False when somebody else does it."""
        projection = self._projection
        async with self._pool.acquire() as db:
            found = await builds.live(db, projection.name)
            if found is not None and found.version > projection.version:
                return False  # a newer release runs it
            if found is None or found.version == projection.version:
                async with builds.claimed(db, projection.name, "follow") as mine:
                    if mine:
                        await self._follow(db, stop)
                    return mine
        self._log.info("projection_rebuild", from_version=found.version, to_version=projection.version)
        try:
            largest = self._pace.largest
            await build_anew(projection, self._pool, self._reader, stop=stop, batch=largest)
        except (RebuildBusy, RebuildInterrupted):
            return False
        return True

    async def _follow(self, db: Connection, stop: asyncio.Event) -> None:
        found = await builds.live(db, self._projection.name)
        checkpoint = found or await builds.create(db, self._projection, live=True)
        if checkpoint.version != self._projection.version:
            return
        await builds.clear(db, self._projection.name)
        await builds.enter(db, checkpoint)
        self._log.info("projection_follows", build=checkpoint.build, position=checkpoint.position)
        limit = self._pace.smallest
        while not stop.is_set():
            page = None
            try:
                page = await self._feed.page(checkpoint.position, limit, self._projection.types)
                if page.position > checkpoint.position:
                    checkpoint = await self._apply(db, checkpoint, page)
                    full = len(page.events) >= limit
                    limit = min(limit * 2, self._pace.largest) if full else self._pace.smallest
                    continue
            except Superseded:
                return
            except Exception as error:
                if passes(error):
                    raise
                if limit == 1:
                    await self._stand_still(db, checkpoint, reason(error, page), stop)
                    return
                limit //= 2  # closer to the event that does not fit
                continue
            if self._feed.head > checkpoint.position:
                await pause(self._feed.busy, stop)  # heard of, but not settled yet
            else:
                await self._feed.beyond(checkpoint.position, stop)

    async def _apply(self, db: Connection, checkpoint: Checkpoint, page: Page) -> Checkpoint:
        began = time.perf_counter()
        after = await builds.apply(db, self._projection, checkpoint, page)
        name = self._projection.name
        metrics.BATCH_SECONDS.labels(name).observe(time.perf_counter() - began)
        metrics.EVENTS.labels(name).inc(after.events - checkpoint.events)
        return after

    async def _stand_still(
        self, db: Connection, checkpoint: Checkpoint, why: str, stop: asyncio.Event
    ) -> None:
        """Tell everybody, keep the claim so that nobody runs into the same event, and wait for a `resume`."""
        self._tell_stopped(why)
        await builds.stop(db, checkpoint, why)
        stopped = replace(checkpoint, error=why)
        while not stop.is_set() and await builds.live(db, self._projection.name) == stopped:
            await pause(self._pace.stopped, stop)

    def _tell_stopped(self, why: str) -> None:
        metrics.ERRORS.labels(self._projection.name, "stopped").inc()
        metrics.STOPPED.labels(self._projection.name).set(1)
        self._log.error("projection_stopped", reason=why)
