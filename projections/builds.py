"""The builds of a read model in the database: one that readers see, and perhaps one that is being filled.

A page of the log and its checkpoint are applied in one transaction, so every event counts exactly once.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic_core import from_json, to_json

from events.reader import Page
from projections.projection import Projection
from turnabout import sql

_SQL = sql.load(__file__, "builds.sql")
_MOVED_BY_OTHERS = "TA003"

Connection = asyncpg.Connection | PoolConnectionProxy
"""One connection, never the pool: claims and transactions hang on it."""


class Superseded(Exception):
    """Another build took this one's place, or another process moved its checkpoint: look again."""


@dataclass(frozen=True)
class Checkpoint:
    """A build and how far it has come: every event up to `position` is in it, `events` of them counted."""

    projection: str
    build: int
    version: int
    live: bool
    position: int
    events: int
    error: str | None

    @property
    def schema(self) -> str:
        """The schema that holds this build's tables."""
        return f"proj_{self.projection}_{self.build}"


async def live(db: Connection, name: str) -> Checkpoint | None:
    """The build that readers see."""
    return _checkpoint(name, await db.fetchrow(_SQL["live"], name))


async def unfinished(db: Connection, name: str) -> Checkpoint | None:
    """The build that is being filled beside the live one, perhaps by a process that has died."""
    return _checkpoint(name, await db.fetchrow(_SQL["unfinished"], name))


async def create(
    db: Connection, projection: Projection, *, live: bool, asked_at: datetime | None = None
) -> Checkpoint:
    """A new, empty build; a live one shows its views at once. Those asked for together have one `asked_at`
    (default: the database's clock)."""
    async with db.transaction():
        row = await db.fetchrow(_SQL["create"], projection.name, projection.version, live, asked_at)
        made = _checkpoint(projection.name, row)
        assert made is not None  # noqa: S101 -- INSERT ... RETURNING of one row
        await db.execute(_SQL["open"], made.projection, made.build)
        await db.execute(_SQL["look_into"], made.schema)
        await db.execute(projection.sql["tables"])
        if live:
            await db.execute(projection.sql["views"])
    return made


async def ask_for(db: Connection, projections: Collection[Projection]) -> None:
    """A build beside the live one for each, all in one transaction: those that are half done stay, with the
    others they are asked for together."""
    async with db.transaction():
        asked_at = await db.fetchval(_SQL["now"])
        for projection in projections:
            half_done = await unfinished(db, projection.name)
            if half_done is not None and half_done.version == projection.version:
                await db.execute(_SQL["ask_again"], half_done.projection, half_done.build, asked_at)
                continue
            if half_done is not None:
                await discard(db, half_done)
            await create(db, projection, live=False, asked_at=asked_at)


async def asked_together(db: Connection) -> dict[str, bool]:
    """The read models of an `ask_for` that is not done with, and which of them are live by now; empty where
    there is none."""
    return {row["projection"]: row["live"] for row in await db.fetch(_SQL["asked_together"])}


async def enter(db: Connection, checkpoint: Checkpoint) -> None:
    """Make a build's tables the ones that names on this connection mean, until it returns to its pool."""
    await db.execute(_SQL["enter"], checkpoint.schema)


async def apply(db: Connection, projection: Projection, checkpoint: Checkpoint, page: Page) -> Checkpoint:
    """The checkpoint after a page that was read from it, on a connection that entered its build.

    Raises Superseded, CannotApply, database errors; then nothing has changed.
    """
    types = projection.types
    events = [event for event in page.events if event.type in types]
    move = (
        *(checkpoint.projection, checkpoint.build, checkpoint.live),
        *(checkpoint.position, page.position, len(events)),
    )
    try:
        if events:
            stored = await db.fetchval(projection.sql["load"], *projection.scopes(events))
            changes = projection.fold(events, from_json(stored)).changes()
            # One statement, so the batch and its checkpoint are stored together or not at all.
            await db.execute(projection.sql["save"], to_json(changes).decode(), *move)
        else:
            await db.execute(_SQL["advance"], *move)
    except asyncpg.PostgresError as error:
        if error.sqlstate == _MOVED_BY_OTHERS:
            raise Superseded from error
        raise
    count = checkpoint.events + len(events)
    return replace(checkpoint, position=page.position, events=count, error=None)


async def apply_range(
    db: Connection, projection: Projection, checkpoint: Checkpoint, until: int
) -> Checkpoint:
    """The checkpoint after all events up to a settled position, applied by its `range` statement.

    Raises Superseded, database errors; then nothing has changed.
    """
    try:
        events = await db.fetchval(
            projection.sql["range"],
            *(checkpoint.projection, checkpoint.build, checkpoint.live),
            *(checkpoint.position, until),
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate == _MOVED_BY_OTHERS:
            raise Superseded from error
        raise
    return replace(checkpoint, position=until, events=checkpoint.events + events, error=None)


async def swap(db: Connection, projection: Projection, ready: Checkpoint) -> bool:
    """Show `ready` to readers instead of the live build; False, and nothing changed, when that one is ahead.

    Raises LockNotAvailableError when readers hold a view for longer than a quarter of a second: whoever
    comes next waits behind us, so better to give way and try again.
    """
    try:
        async with db.transaction():
            await db.execute(_SQL["patience"])
            await db.execute(_SQL["look_into"], ready.schema)
            await db.execute(projection.sql["views"])
            current = await live(db, projection.name)
            if current is not None:
                # Holding its row keeps it from advancing until we have committed.
                held = await db.fetchval(_SQL["hold"], current.projection, current.build)
                if held is None or held > ready.position:
                    raise Superseded
                await db.execute(_SQL["forget"], current.projection, current.build)
            await db.execute(_SQL["promote"], ready.projection, ready.build)
    except Superseded:
        return False
    return True


async def stop(db: Connection, checkpoint: Checkpoint, error: str) -> None:
    """Mark a build as stopped. The text must hold nothing confidential: operators read it."""
    await db.execute(_SQL["stop"], checkpoint.projection, checkpoint.build, error)


async def resume(db: Connection, name: str) -> bool:
    """Let a stopped read model try again; False when it was not stopped."""
    return bool(await db.fetch(_SQL["resume"], name))


async def discard(db: Connection, checkpoint: Checkpoint) -> None:
    """Remove a build that is not live, with its tables."""
    async with db.transaction():
        await db.execute(_SQL["forget"], checkpoint.projection, checkpoint.build)
        await db.execute(_SQL["drop"], checkpoint.projection, checkpoint.build)


async def clear(db: Connection, name: str) -> None:
    """Drop the tables of builds that are no more; where a reader still holds one, the next call does it."""
    with contextlib.suppress(asyncpg.LockNotAvailableError):
        for row in await db.fetch(_SQL["abandoned"], name):
            async with db.transaction():
                await db.execute(_SQL["patience"])
                await db.execute(_SQL["drop"], name, row[0])


async def digest(db: Connection, checkpoint: Checkpoint) -> str:
    """SHA-256 (hex) of all rows of a build: equal digests mean equal tables, to the byte."""
    return str(await db.fetchval(_SQL["digest"], checkpoint.projection, checkpoint.build))


@contextlib.asynccontextmanager
async def claimed(db: Connection, name: str, work: Literal["follow", "rebuild"]) -> AsyncIterator[bool]:
    """Whether this connection is the one that does this work on a read model; the claim dies with it."""
    granted = bool(await db.fetchval(_SQL[f"try_{work}"], name))
    try:
        yield granted
    finally:
        if granted and not db.is_closed():
            await db.execute(_SQL[f"leave_{work}"], name)


def _checkpoint(name: str, row: asyncpg.Record | None) -> Checkpoint | None:
    return None if row is None else Checkpoint(name, *row)
