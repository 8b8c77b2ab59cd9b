"""What the record of backups holds, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from events import backups, database
from turnabout.errors import InvalidInput

NIGHT = datetime(2026, 11, 27, 2, tzinfo=UTC)


async def test_the_newest_backup_is_the_one_taken_last_not_the_one_recorded_last(
    writer_pool: asyncpg.Pool, pool: asyncpg.Pool
) -> None:
    assert await backups.newest(writer_pool, 5) == []
    made = await backups.record(writer_pool, NIGHT, " s3://vault/27 ")
    await backups.record(writer_pool, NIGHT - timedelta(days=1), "s3://vault/26")
    assert (made.taken_at, made.place) == (NIGHT, "s3://vault/27")
    assert (await backups.newest(writer_pool, 1)) == [made]
    async with pool.acquire() as db, db.transaction():
        await db.execute(f"SET LOCAL ROLE {database.PROJECTOR}")
        assert await db.fetchval("SELECT max(taken_at) FROM read.backups_v1") == NIGHT


async def test_no_backup_of_tomorrow_and_none_that_lies_nowhere(writer_pool: asyncpg.Pool) -> None:
    with pytest.raises(InvalidInput, match="still to come"):
        await backups.record(writer_pool, datetime.now(UTC) + timedelta(minutes=1), "tape")
    with pytest.raises(InvalidInput, match="place is empty"):
        await backups.record(writer_pool, NIGHT, " ")
    assert await backups.newest(writer_pool, 5) == []
