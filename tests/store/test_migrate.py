"""Migrations: once, in order, under a lock, and never on a schema that does not fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from events.migrate import DIRECTORY, migrate, migrations, pending, status
from turnabout.errors import MigrationDrift, Unreachable
from workers.embedded.postgres import EmbeddedPostgres


@pytest_asyncio.fixture
async def empty(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database without any schema."""
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute("CREATE DATABASE empty")
        yield cluster.dsn("empty")
        await admin.execute("DROP DATABASE empty WITH (FORCE)")
    finally:
        await admin.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the release's migrations, free to be changed."""
    for source in DIRECTORY.glob("*.sql"):
        (tmp_path / source.name).write_text(source.read_text())
    return tmp_path


def _to_windows_line_endings(files: Path) -> None:
    for path in files.glob("*.sql"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


async def test_status_changes_nothing_and_migrate_applies_each_once(empty: str) -> None:
    assert {state.applied_at for state in await status(empty)} == {None}
    assert {state.applied_at for state in await status(empty)} == {None}
    applied = await migrate(empty)
    assert [state.number for state in applied] == [one.number for one in migrations()]
    assert await migrate(empty) == []
    assert await status(empty) == applied


async def test_processes_that_start_together_migrate_once(empty: str) -> None:
    results = await asyncio.gather(*(migrate(empty) for _ in range(6)))
    assert sorted(len(applied) for applied in results) == [0] * 5 + [len(migrations())]


async def test_databases_of_one_server_migrate_together(cluster: EmbeddedPostgres, template: str) -> None:
    """Roles belong to the whole server, so the databases meet there."""
    names = [f"sister_{number}" for number in range(4)]
    admin = await asyncpg.connect(cluster.dsn())
    try:
        for role in ("writer", "projector", "reader"):
            await admin.execute(f"ALTER ROLE turnabout_{role} RENAME TO away_{role}")
        for name in names:
            await admin.execute(f"CREATE DATABASE {name}")
        results = await asyncio.gather(*(migrate(cluster.dsn(name)) for name in names))
        assert [len(applied) for applied in results] == [len(migrations())] * 4
    finally:
        for name in names:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        for role in ("writer", "projector", "reader"):
            await admin.execute(f"DROP ROLE turnabout_{role}")
            await admin.execute(f"ALTER ROLE away_{role} RENAME TO turnabout_{role}")
        await admin.close()


async def test_a_changed_migration_is_drift(empty: str, files: Path) -> None:
    await migrate(empty, files)
    (files / "0001_log.sql").write_text("SELECT 1;")
    for look in (status, migrate):
        with pytest.raises(MigrationDrift, match="0001_log was changed"):
            await look(empty, files)


async def test_line_endings_are_not_drift(empty: str, files: Path) -> None:
    await migrate(empty, files)
    _to_windows_line_endings(files)
    assert await migrate(empty, files) == []


async def test_a_newer_database_is_drift(empty: str, files: Path) -> None:
    newest = files / f"{len(migrations()) + 1:04d}_later.sql"
    newest.write_text("CREATE TABLE log.later ();")
    await migrate(empty, files)
    newest.unlink()
    with pytest.raises(MigrationDrift, match="does not know"):
        await status(empty, files)


async def test_a_release_goes_on_while_the_next_is_rolled_out(empty: str, files: Path) -> None:
    newest = files / f"{len(migrations()) + 1:04d}_later.sql"
    newest.write_text("CREATE TABLE log.later ();")
    assert len(await pending(empty, files)) == len(migrations()) + 1
    await migrate(empty, files)
    newest.unlink()
    assert await pending(empty, files) == []


async def test_a_skipped_migration_is_drift(dsn: str, pool: asyncpg.Pool) -> None:
    await pool.execute("DELETE FROM log.migrations WHERE number = 2")
    with pytest.raises(MigrationDrift, match="0002_append is missing"):
        await migrate(dsn)


async def test_a_gap_in_the_numbers_is_refused(files: Path) -> None:
    (files / "0002_append.sql").unlink()
    with pytest.raises(MigrationDrift, match="not numbered"):
        migrations(files)


async def test_a_failing_migration_leaves_no_trace(empty: str, files: Path) -> None:
    number = len(migrations()) + 1
    (files / f"{number:04d}_broken.sql").write_text("CREATE TABLE log.half (); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty, files)
    states = await status(empty, files)
    assert [state.number for state in states if state.applied_at is None] == [number]
    db = await asyncpg.connect(empty)
    assert await db.fetchval("SELECT to_regclass('log.half')") is None
    await db.close()


async def test_a_locked_schema_ends_in_a_clear_error(dsn: str, pool: asyncpg.Pool, files: Path) -> None:
    (files / f"{len(migrations()) + 1:04d}_wide.sql").write_text("ALTER TABLE log.events ADD COLUMN x int;")
    async with pool.acquire() as busy, busy.transaction():
        await busy.execute("SELECT FROM log.events")
        with pytest.raises(Unreachable, match="could not be locked within 100ms"):
            await migrate(dsn, files, lock_timeout="100ms")
    assert len(await migrate(dsn, files)) == 1


async def test_a_server_that_is_down_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        await migrate(f"postgresql://postgres@/turnabout?host={tmp_path}")
