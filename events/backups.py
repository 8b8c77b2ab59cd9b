"""Which backups of the database were taken. Whoever takes one says so here, after it is whole.

The record lies in the database that was backed up: one that was restored lacks it, and asks for a new backup.
"""

from __future__ import annotations

from datetime import datetime

import asyncpg

from events import sql
from events.database import reachable
from turnabout.errors import InvalidInput
from turnabout.model import Instant, Model

_SQL = sql.load(__file__, "backups.sql")


class Backup(Model):
    """A backup: it holds all that was committed before `taken_at`; `place` is where it lies, in the words of
    whoever took it."""

    taken_at: Instant
    place: str
    recorded_at: Instant


async def record(pool: asyncpg.Pool, taken_at: datetime, place: str) -> Backup:
    """Note a backup that is whole. Needs the role WRITER. Raises InvalidInput for a moment to come or no
    place, Unreachable."""
    async with reachable("record a backup"):
        try:
            row = await pool.fetchrow(_SQL["record"], taken_at, place.strip())
        except asyncpg.CheckViolationError as error:
            wrong = "The place is empty" if not place.strip() else f"{taken_at.isoformat()} is still to come"
            raise InvalidInput(
                f"{wrong}; no backup is recorded.", hint="Say when it began, and where it lies."
            ) from error
    assert row is not None  # noqa: S101 -- for the type checker: INSERT ... RETURNING answers a row
    return Backup.model_validate(dict(row))


async def newest(pool: asyncpg.Pool, limit: int) -> list[Backup]:
    """The newest backups, the newest first. Needs any of our roles. Raises Unreachable."""
    async with reachable("list backups"):
        return [Backup.model_validate(dict(row)) for row in await pool.fetch(_SQL["newest"], limit)]
