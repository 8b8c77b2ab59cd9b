"""Builds a read model anew beside the live one, compares the two to the byte, and drops the copy.

Readers never see the copy, and the live one goes on meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from events.database import reachable
from events.reader import LogReader, Page
from projections import builds
from projections.builds import Checkpoint, Connection
from projections.faults import passes, reason
from projections.projection import Projection
from turnabout import sql
from turnabout.errors import RebuildBusy

_SQL = sql.load(__file__, "compare.sql")

BATCH = 2000
"""Events that are folded and stored at once."""


@dataclass(frozen=True)
class Compared:
    """A live read model, and how a fresh build up to the same `position` differs from it (`faults`). With
    `skipped` nothing was compared; it says why."""

    projection: str
    position: int = 0
    events: int = 0
    faults: tuple[str, ...] = ()
    skipped: str = ""


class _Unfit(Exception):
    """A fresh build cannot be made."""


async def compare(projection: Projection, pool: asyncpg.Pool, reader: LogReader) -> Compared:
    """What a fresh build says about the live one. `pool` has the role PROJECTOR, and four connections free.

    Raises RebuildBusy while somebody else rebuilds it, Unreachable.
    """
    name = projection.name
    async with (
        reachable(f"compare {name}"),
        pool.acquire() as db,
        builds.claimed(db, name, "rebuild") as mine,
    ):
        if not mine:
            raise RebuildBusy(f"{name} is being rebuilt.", hint="Verify once that is done.")
        live = await builds.live(db, name)
        if live is None or live.version != projection.version:
            return Compared(name, skipped="another release built it" if live else "there is none yet")
        await builds.clear(db, name)
        fresh = await builds.create(db, projection, live=False)
        try:
            await builds.enter(db, fresh)
            faults, fresh = await _differences(projection, pool, db, reader, live, fresh)
        except _Unfit as error:
            faults = (str(error),)
        except asyncpg.LockNotAvailableError:
            return Compared(name, skipped="its projector holds it; verify again")
        finally:
            if not db.is_closed():
                await builds.discard(db, fresh)
    stopped = (f"it stands still: {live.error}",) if live.error else ()
    return Compared(name, fresh.position, fresh.events, (*stopped, *faults))


async def _differences(
    projection: Projection,
    pool: asyncpg.Pool,
    db: Connection,
    reader: LogReader,
    live: Checkpoint,
    fresh: Checkpoint,
) -> tuple[tuple[str, ...], Checkpoint]:
    fresh = await _filled(projection, db, reader, fresh, live.position)
    async with pool.acquire() as snapshot, snapshot.transaction(isolation="repeatable_read", readonly=True):
        async with pool.acquire() as holder, holder.transaction():
            # The live one waits no longer than it takes to see both at one position.
            position = await holder.fetchval(_SQL["hold"], live.projection, live.build)
            fresh = await _filled(projection, db, reader, fresh, position)
            await snapshot.execute(_SQL["patience"])
            events = await snapshot.fetchval(_SQL["events"], live.projection, live.build)
        rows = await snapshot.fetch(_SQL["differences"], live.projection, live.build, fresh.build)
    faults = [
        f"{row['table_name']}: rows only in the live one: {row['only_build']}, only in a fresh one: "
        f"{row['only_other']}"
        for row in rows
    ]
    if events != fresh.events:
        faults.append(f"it counts {events} events, a fresh one {fresh.events}")
    return tuple(faults), fresh


async def _filled(
    projection: Projection, db: Connection, reader: LogReader, build: Checkpoint, until: int
) -> Checkpoint:
    """The build with every event up to a settled position, and no later one."""
    while build.position < until:
        page = None
        try:
            page = await reader.read_all(build.position, BATCH, projection.types)
            page = Page(
                tuple(event for event in page.events if event.position <= until), min(page.position, until)
            )
            build = await builds.apply(db, projection, build, page)
        except Exception as error:
            if passes(error):
                raise
            raise _Unfit(f"no fresh one can be made: {reason(error, page)}") from error
    return build
