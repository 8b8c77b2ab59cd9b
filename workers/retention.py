"""Whose retention period is over (R109): a report only. A person erases them, one by one, and means it."""

from __future__ import annotations

from datetime import date

import asyncpg

from events import sql
from turnabout.errors import Unreachable
from turnabout.model import Model, PersonId
from workers import streams

_SQL = sql.load(__file__, "retention.sql")


class Retained(Model):
    """Somebody whose key is still there though it was due to be destroyed on `due_on`: the policy's days
    after the last of these cohorts was closed or cancelled."""

    person: PersonId
    cohorts: tuple[str, ...]
    due_on: date


async def due(on: date) -> list[Retained]:
    """Everybody who is due by that day, the longest first. Raises Unreachable before a projector has run."""
    async with streams.opened() as (_, pool):
        try:
            rows = await pool.fetch(_SQL["due"], on)
        except asyncpg.UndefinedTableError as error:
            raise Unreachable(
                "The read models are not there yet.", hint="Start a projector: `turnabout projector`."
            ) from error
    return [Retained.model_validate(dict(row)) for row in rows]
