"""Builds all read models anew, one after the other. A run that died is gone on with where it stopped.

Which read models were still to come stands in the database: their builds are made at the beginning, together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass

import asyncpg

from events.database import reachable
from events.reader import LogReader
from projections import builds
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from projections.rebuild import build_anew
from turnabout.errors import ProjectionStopped, RebuildBusy


@dataclass(frozen=True)
class Rebuilt:
    """The read models that this run built, and those that the run which it went on with had built before."""

    names: tuple[str, ...]
    before: tuple[str, ...]


async def rebuild_all(
    pool: asyncpg.Pool,
    reader: LogReader,
    *,
    fresh: bool = False,
    projections: Collection[Projection] = PROJECTIONS,
) -> Rebuilt:
    """Build every read model anew; those that a run before finished are left, unless `fresh`.

    `pool` has the role PROJECTOR. Raises what `build_anew` raises; one that stands still keeps none of the
    others from being built, and is raised afterwards.
    """
    async with reachable("rebuild all read models"), pool.acquire() as db:
        asked = await builds.asked_together(db)
        if fresh or not asked:
            await _ask(db, projections, fresh=fresh)
            asked = dict.fromkeys((one.name for one in projections), False)
    built: list[str] = []
    stopped: list[ProjectionStopped] = []
    for projection in projections:
        if asked.get(projection.name, True):
            continue
        try:
            await build_anew(projection, pool, reader)
            built.append(projection.name)
        except ProjectionStopped as error:
            stopped.append(error)
    if stopped:
        raise stopped[0]
    return Rebuilt(tuple(built), tuple(name for name, done in asked.items() if done))


async def _ask(db: builds.Connection, projections: Collection[Projection], *, fresh: bool) -> None:
    async with contextlib.AsyncExitStack() as claims:
        for projection in projections:
            if not await claims.enter_async_context(builds.claimed(db, projection.name, "rebuild")):
                raise RebuildBusy(
                    f"{projection.name} is being rebuilt already.", hint="Wait for that rebuild."
                )
            half_done = await builds.unfinished(db, projection.name)
            if fresh and half_done is not None:
                await builds.discard(db, half_done)
        await builds.ask_for(db, projections)
