"""The operators' jobs about backups, on connections of their own made by the settings."""

from __future__ import annotations

from datetime import datetime

from events import backups, database
from events.backups import Backup
from workers.settings import EngineSettings


async def record_backup(taken_at: datetime, place: str) -> Backup:
    """Note a backup that is whole. Raises InvalidInput for a moment to come or no place."""
    async with database.pool(EngineSettings().dsn(), name="backups", role=database.WRITER, size=1) as pool:
        return await backups.record(pool, taken_at, place)


async def list_backups(limit: int) -> list[Backup]:
    """The newest backups, the newest first. Any login may ask that is a member of one of our roles."""
    async with database.pool(EngineSettings().dsn(), name="backups", size=1) as pool:
        return await backups.newest(pool, limit)
