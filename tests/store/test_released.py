"""What earlier releases ask of the database works on this one's schema: no table, column, function or view of
theirs is gone or takes other arguments."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from events import database
from events.migrate import migrations
from projections import builds
from projections.catalog import PROJECTIONS
from tests.store.released import FOLDER
from turnabout import sql
from workers.embedded.postgres import EmbeddedPostgres

RECORD = "activities_notify_record"
RELEASES = sorted(FOLDER.glob("*.sql"))
ASKED = [
    (file.stem, name, text) for file in RELEASES for name, text in sql.load(str(file), file.name).items()
]


@pytest_asyncio.fixture(scope="module")
async def schema(cluster: EmbeddedPostgres, template: str) -> AsyncIterator[asyncpg.Connection]:
    """This release's schema, with the views of its read models."""
    admin = await asyncpg.connect(cluster.dsn())
    await admin.execute(f"CREATE DATABASE released TEMPLATE {template}")
    dsn = cluster.dsn("released")
    async with database.pool(dsn, name="test", role=database.PROJECTOR, size=2) as pool, pool.acquire() as db:
        for projection in PROJECTIONS:
            await builds.create(db, projection, live=True)
    made = await asyncpg.connect(dsn)
    yield made
    await made.close()
    await admin.execute("DROP DATABASE released WITH (FORCE)")
    await admin.close()


def test_there_are_statements() -> None:
    assert len(ASKED) > 60


@pytest.mark.parametrize(("release", "name", "text"), ASKED, ids=[f"{one[0]}-{one[1]}" for one in ASKED])
async def test_an_earlier_release_can_ask_it(
    schema: asyncpg.Connection, release: str, name: str, text: str
) -> None:
    await schema.prepare(text)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_no_migration_of_an_earlier_release_was_edited(file: Path) -> None:
    today = {f"{one.number:04d}_{one.name}": one.checksum for one in migrations()}
    assert json.loads(file.read_text(encoding="utf-8")).items() <= today.items()


async def test_a_change_that_an_earlier_release_would_not_survive_is_seen(
    schema: asyncpg.Connection, tmp_path: Path
) -> None:
    transaction = schema.transaction()
    await transaction.start()
    try:
        await schema.execute("ALTER TABLE log.outbox RENAME COLUMN attempts TO tries")
        with pytest.raises(asyncpg.UndefinedColumnError):
            await schema.prepare(next(text for _, name, text in ASKED if name == RECORD))
    finally:
        await transaction.rollback()
