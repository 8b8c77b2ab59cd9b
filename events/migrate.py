"""Brings the database's schema to this release: plain SQL files, forward only, each in one transaction.

What was applied is never changed: an edited, vanished or skipped migration is refused as drift.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from events import sql
from events.database import connection
from turnabout.errors import MigrationDrift, Unreachable

DIRECTORY = Path(__file__).with_name("migrations")
_SQL = sql.load(__file__, "migrate.sql")


@dataclass(frozen=True)
class Migration:
    """One file of `migrations/`: `0001_log.sql` is number 1, name `log`."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 (hex) of the text; line endings do not count, so a checkout may change them."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True)
class State:
    """A migration and when it was applied; None means pending."""

    number: int
    name: str
    applied_at: datetime | None


def migrations(directory: Path = DIRECTORY) -> list[Migration]:
    """The migrations of this release, in order; numbers run from 1 without a gap."""
    found = []
    for path in sorted(directory.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        found.append(Migration(int(number), name, path.read_text(encoding="utf-8")))
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise MigrationDrift(f"The migrations in {directory.name}/ are not numbered 1, 2, 3 ...")
    return found


async def status(dsn: str, directory: Path = DIRECTORY) -> list[State]:
    """Every migration of this release with the time it was applied. Changes nothing.

    Raises MigrationDrift when the database does not fit, Unreachable when it does not answer.
    """
    async with connection(dsn, name="db status") as db:
        return await _status(db, migrations(directory))


async def pending(dsn: str, directory: Path = DIRECTORY) -> list[str]:
    """The names of this release's migrations that the database lacks. What a newer release added is no fault:
    while that one is rolled out, this one goes on. Raises as `status` does."""
    async with connection(dsn, name="schema") as db:
        states = await _status(db, migrations(directory), newer=True)
    return [one.name for one in states if one.applied_at is None]


async def migrate(
    dsn: str, directory: Path = DIRECTORY, *, lock_timeout: str = "10s", statement_timeout: str = "10min"
) -> list[State]:
    """Apply what is pending and return just that; an empty list means that nothing was to do.

    Several processes may call it at once: one works, the others wait for it. A migration that cannot get a
    lock within `lock_timeout` gives up and leaves the schema as it was after the one before.
    """
    known = migrations(directory)
    async with connection(dsn, name="db migrate") as db:
        try:
            return await _migrate(db, known, lock_timeout, statement_timeout)
        except asyncpg.LockNotAvailableError as error:
            raise Unreachable(
                f"The schema is in use and could not be locked within {lock_timeout}.",
                hint="Is another migration running, or a long transaction? Try again.",
            ) from error
        except asyncpg.QueryCanceledError as error:
            raise Unreachable(
                f"A migration took longer than {statement_timeout} and was undone; those before it stand.",
                hint="Try again while less runs.",
            ) from error


async def _migrate(
    db: asyncpg.Connection, known: list[Migration], lock_timeout: str, statement_timeout: str
) -> list[State]:
    await db.execute(_SQL["lock_timeout"], lock_timeout, False)
    await db.execute(_SQL["lock"])
    try:
        async with db.transaction():
            await db.execute(_SQL["bootstrap"])
        states = await _status(db, known)
        pending = {state.number for state in states if state.applied_at is None}
        for migration in known:
            if migration.number in pending:
                async with db.transaction():
                    await db.execute(_SQL["lock_timeout"], lock_timeout, True)
                    await db.execute(_SQL["statement_timeout"], statement_timeout)
                    await db.execute(migration.text)
                    await db.execute(_SQL["record"], migration.number, migration.name, migration.checksum)
        return [state for state in await _status(db, known) if state.number in pending]
    finally:
        await db.execute(_SQL["unlock"])


async def _status(db: asyncpg.Connection, known: list[Migration], *, newer: bool = False) -> list[State]:
    applied = {}
    if await db.fetchval(_SQL["ledger_exists"]):
        applied = {row["number"]: row for row in await db.fetch(_SQL["ledger"])}
    ours = {migration.number: migration for migration in known}
    for number, row in applied.items():
        if number not in ours:
            if newer and number > max(ours, default=0):
                continue
            raise MigrationDrift(
                f"The database has migration {number:04d}_{row['name']}, which this release does not know.",
                hint="It was migrated by a newer release: install that one.",
            )
        if row["checksum"] != ours[number].checksum:
            raise MigrationDrift(
                f"Migration {number:04d}_{row['name']} was changed after it was applied here.",
                hint="Restore the file, and put the change into a new migration.",
            )
    skipped = [number for number in ours if number not in applied and number < max(applied, default=0)]
    if skipped:
        raise MigrationDrift(
            f"Migration {skipped[0]:04d}_{ours[skipped[0]].name} is missing in the database, later ones are "
            f"there.",
            hint="Restore the database from a backup, or ask who removed the row from log.migrations.",
        )
    return [
        State(one.number, one.name, applied[one.number]["applied_at"] if one.number in applied else None)
        for one in known
    ]
