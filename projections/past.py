"""What the read models said at a moment (R104): the log as recorded by then, folded into a copy of their
tables that lives in one transaction, is seen by nobody else and is rolled back.

The log is cut at a position, so no stream has a gap. A policy is part of the log, so what counts is the one
then in force. An answer that was erased since is missing in the past, too.
"""

from __future__ import annotations

import asyncio
import copy
import re
import secrets
import string
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events import sql
from events.database import reachable
from events.reader import LogReader, Page
from projections import builds
from projections.builds import Connection
from projections.catalog import named
from projections.projection import Projection
from turnabout.reads import STATEMENTS, Reads

_SQL = sql.load(__file__, "past.sql")
_VIEW = re.compile(r"\bread\.(\w+_v\d+)\b")
BATCH = 1000
"""Events that are folded at once."""
SETTLING = 0.05
"""Seconds between two looks while an append that began earlier is still under way."""


@dataclass(frozen=True)
class Past:
    """Reads of what was known at a moment; `position` is the last of the log that was recorded by then."""

    reads: Reads
    position: int


@asynccontextmanager
async def past(
    pool: asyncpg.Pool, reader: LogReader, at: datetime, names: Collection[str], cohort: str | None = None
) -> AsyncIterator[Past]:
    """The read models of these names as they were at a moment; with a `cohort`, of that cohort alone.

    `pool` has the role PROJECTOR. It costs one pass over the cohort's events, or over the whole log, for each
    read model. Raises NotFound for a name, ProjectionStopped's causes as the fold raises them, Unreachable.
    """
    async with reachable("look into the past"), pool.acquire() as db:
        position = await db.fetchval(_SQL["recorded_by"], at) or 0
        copying = db.transaction()
        await copying.start()
        try:
            places: dict[str, str] = {}
            for name in names:
                places |= await _copied(db, named(name), reader, position, cohort)
            yield Past(_PastReads(db, _statements(places), at), position)
        finally:
            await copying.rollback()


async def _copied(
    db: Connection, projection: Projection, reader: LogReader, position: int, cohort: str | None
) -> dict[str, str]:
    """Fold one read model; returns where each of its views is."""
    scratch = copy.copy(projection)
    scratch.name = "past_" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
    scratch.sql = {**projection.sql, "views": _VIEW.sub(r"\1", projection.sql["views"])}
    build = await builds.create(db, scratch, live=True)
    await builds.enter(db, build)
    async with aclosing(_pages(reader, position, scratch.types, cohort)) as pages:
        async for page in pages:
            build = await builds.apply(db, scratch, build, page)
    return {row["relname"]: build.schema for row in await db.fetch(_SQL["own_views"], build.schema)}


async def _pages(
    reader: LogReader, position: int, types: Collection[str], cohort: str | None
) -> AsyncGenerator[Page, None]:
    if cohort is not None:
        events = await reader.read_cohort(cohort, position, types)
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            yield Page(part, part[-1].position)
        return
    after = 0
    while after < position:
        page = await reader.read_all(after, BATCH, types)
        events = tuple(event for event in page.events if event.position <= position)
        if page.position == after:
            await asyncio.sleep(SETTLING)
        after = page.position
        if events:
            yield Page(events, events[-1].position)


def _statements(places: Mapping[str, str]) -> dict[str, str]:
    """The client's statements that need these views and no others, looking where the copies are."""
    return {
        block: _VIEW.sub(lambda found: f"{places[found[1]]}.{found[1]}", text)
        for block, text in STATEMENTS.items()
        if places.keys() >= set(_VIEW.findall(text))
    }


class _PastReads(Reads):
    """Reads on one connection that see the copies alone."""

    def __init__(self, db: Connection, statements: Mapping[str, str], at: datetime) -> None:
        super().__init__(db, statements)
        self._at = at

    def now(self) -> datetime:
        return self._at

    async def stream(self, name: str) -> None:
        """Whoever asks has not found it in the copies: it was not in the log by then."""
