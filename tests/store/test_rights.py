"""Append-only and least privilege, enforced by the database and not by good manners."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from events import database
from events.store import EventStore
from tests.store.events import append_of
from workers.embedded.postgres import EmbeddedPostgres

APPEND = """
SELECT position FROM log.append_one('counter-a', $1, false, now(), 'p', 'c', 'd', 'r', NULL, 'v',
  gen_random_uuid(), 'counter.counted', 1::int2, '{"by": 1}', NULL)
"""
CHANGES = [
    "UPDATE log.events SET actor = 'p-2'",
    "UPDATE log.events SET actor = 'p-2' WHERE false",
    "DELETE FROM log.events",
    "TRUNCATE log.events",
    "TRUNCATE log.events, log.streams",
    "INSERT INTO log.events SELECT * FROM log.events ON CONFLICT (position) DO UPDATE SET actor = 'p-2'",
    "MERGE INTO log.events e USING (VALUES (1)) v ON e.position = v.column1 WHEN MATCHED THEN DELETE",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mode", ["origin", "replica"])
async def test_even_the_owner_cannot_change_events(
    store: EventStore, pool: asyncpg.Pool, change: str, mode: str
) -> None:
    await store.append(append_of("counter-a", 0, "one"))
    async with pool.acquire() as db:
        await db.execute(f"SET session_replication_role = {mode}")
        with pytest.raises(asyncpg.PostgresError, match="append-only") as caught:
            await db.execute(change)
    assert caught.value.sqlstate == "TA002"
    assert await pool.fetchval("SELECT actor FROM log.events") == "p-1"


WRITER_MAY_NOT = [
    *CHANGES,
    "INSERT INTO log.events SELECT * FROM log.events",
    "INSERT INTO log.streams VALUES ('counter-b', 1)",
    "UPDATE log.streams SET version = 9",
    "DELETE FROM log.streams",
    "DELETE FROM log.person_keys",
    "DELETE FROM log.outbox",
    "DELETE FROM log.performed",
    "DELETE FROM log.tokens",
    "DELETE FROM log.backups",
    "UPDATE log.backups SET taken_at = now()",
    "UPDATE log.tokens SET scopes = '{reads}'",
    "UPDATE log.migrations SET checksum = ''",
    "SELECT nextval('log.position')",
    "SELECT setval('log.position', 1)",
    "SELECT log.advance('counter-a', 1, 1, true)",
    "SELECT log.publish_floor()",
    "ALTER TABLE log.events DISABLE TRIGGER append_only",
    "CREATE TABLE log.mine ()",
    "CREATE TABLE public.mine ()",
]
PROJECTOR_MAY_NOT = [
    "SELECT * FROM log.events",
    "SELECT * FROM log.person_keys",
    "SELECT * FROM log.people",
    "SELECT * FROM log.tokens",
    "SELECT body FROM log.outbox",
    APPEND.replace("$1", "1"),
    "CREATE TABLE log.mine ()",
]
READER_MAY_NOT = [
    "SELECT 1 FROM read.events_v1",
    "SELECT 1 FROM read.outbox_v1",
    *PROJECTOR_MAY_NOT,
    "SELECT log.watermark()",
    "CREATE VIEW read.mine AS SELECT 1",
    "CREATE TABLE projections.mine ()",
    "DELETE FROM read.events_v1",
    "UPDATE read.streams_v1 SET closed = true",
]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        *((database.WRITER, statement) for statement in WRITER_MAY_NOT),
        *((database.PROJECTOR, statement) for statement in PROJECTOR_MAY_NOT),
        *((database.READER, statement) for statement in READER_MAY_NOT),
    ],
)
async def test_a_role_may_do_no_more_than_its_part(granted: asyncpg.Pool, role: str, statement: str) -> None:
    async with granted.acquire() as db:
        transaction = db.transaction()
        await transaction.start()
        try:
            await db.execute(f"SET LOCAL ROLE {role}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(statement)
        finally:
            await transaction.rollback()


MAY = [
    (database.WRITER, "SELECT version FROM log.streams", 1),
    (database.WRITER, "SELECT version FROM read.streams_v1", 1),
    (database.WRITER, "SELECT log.watermark()", 1),
    (database.PROJECTOR, "SELECT log.watermark()", 1),
    (database.PROJECTOR, "SELECT position FROM read.events_v1", 1),
    (database.PROJECTOR, "WITH t AS (SELECT 1) SELECT count(*) FROM read.outbox_v1", 0),
    (database.READER, "SELECT kind FROM read.streams_v1", "counter"),
    (database.READER, "SELECT version FROM read.receipts_v1", 1),
    (database.READER, "SELECT count(*) FROM read.directory_v1", 0),
    (database.AUDITOR, "SELECT kind FROM read.streams_v1", "counter"),
    (database.AUDITOR, "SELECT data ->> 'by' FROM read.events_v1", "1"),
]


@pytest.mark.parametrize(("role", "statement", "answer"), MAY)
async def test_a_role_may_do_its_part(
    granted: asyncpg.Pool, role: str, statement: str, answer: object
) -> None:
    async with granted.acquire() as db, db.transaction():
        await db.execute(f"SET LOCAL ROLE {role}")
        assert await db.fetchval(statement) == answer


async def test_a_projector_keeps_tables_and_publishes_views(
    projector_pool: asyncpg.Pool, pool: asyncpg.Pool
) -> None:
    await projector_pool.execute("CREATE TABLE projections.board (cohort text)")
    await projector_pool.execute("CREATE VIEW read.board_v1 AS SELECT cohort FROM projections.board")
    await projector_pool.execute(f"GRANT SELECT ON read.board_v1 TO {database.READER}")
    async with pool.acquire() as db, db.transaction():
        await db.execute(f"SET LOCAL ROLE {database.READER}")
        assert await db.fetch("SELECT * FROM read.board_v1") == []


async def test_a_planted_function_does_not_run_as_the_owner(granted: asyncpg.Pool) -> None:
    """SECURITY DEFINER with a search_path of the caller's choice would run the caller's code as owner."""
    async with granted.acquire() as db, db.transaction():
        await db.execute("CREATE SCHEMA planted")
        await db.execute(
            "CREATE FUNCTION planted.nextval(text) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint'"
        )
        await db.execute(f"GRANT ALL ON SCHEMA planted TO {database.WRITER}")
        await db.execute(f"SET LOCAL ROLE {database.WRITER}")
        await db.execute("SET LOCAL search_path = planted, pg_catalog")
        position = await db.fetchval(APPEND, 1)
        assert position == 2


@pytest_asyncio.fixture(scope="module")
async def granted(cluster: EmbeddedPostgres, template: str) -> AsyncIterator[asyncpg.Pool]:
    """A database with one event for statements that must leave no trace; as owner."""
    admin = await asyncpg.connect(cluster.dsn())
    await admin.execute(f"CREATE DATABASE granted TEMPLATE {template}")
    async with database.pool(cluster.dsn("granted"), name="test", size=2) as made:
        await made.fetchval(APPEND, 0)
        yield made
    await admin.execute("DROP DATABASE granted WITH (FORCE)")
    await admin.close()
