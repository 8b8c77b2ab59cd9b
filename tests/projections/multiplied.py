"""A long log out of a short one: the database itself stores copies of every cohort under other names."""

from __future__ import annotations

from projections.builds import Connection
from turnabout.sql import load

_SQL = load(__file__, "multiplied.sql")


async def multiply(db: Connection, events: int) -> int:
    """Fill the log up to at least so many events, with the owner's rights; returns the last position."""
    held = await db.fetchval("SELECT count(*) FROM log.events")
    await db.execute(_SQL["events"], -(-events // held) - 1)
    for block in ("streams", "sequence", "analyze"):
        await db.execute(_SQL[block])
    return int(await db.fetchval("SELECT max(position) FROM log.events"))
