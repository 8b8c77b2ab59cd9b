"""Hot queries find their rows by an index: what they cost depends on the answer, not on the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from events import own
from events.store import EventStore
from projections.catalog import PROJECTIONS
from projections.projection import Projection
from tests.projections.conftest import Projector
from tests.projections.story import story, write
from turnabout import reads as reads_module
from turnabout import sql
from turnabout.reads import Reads

SMALL = {"checkpoints"}
"""A row for each read model."""

READS: list[tuple[str, list[Any]]] = [
    ("board", ["c1-0"]),
    ("pair", ["c1-0-01"]),
    ("pairs", ["c1-0"]),
    ("work", ["c1-0-01"]),
    ("works", ["c1-0"]),
    ("checklist", ["c1-0"]),
    ("reminders", ["c1-0"]),
    ("surveys", ["c1-0"]),
    ("employment", ["c1-0"]),
    ("kpis", ["c1-0"]),
    ("publications", ["c1-0"]),
    ("program_kpis", ["prog"]),
    ("matching", ["c1-0"]),
    ("open_answers", ["c1-0"]),
    ("messages", ["c1-0"]),
    ("timeline", ["c1-0", 0, 10]),
    ("adherence", ["c1-0", datetime(2026, 6, 1, tzinfo=UTC)]),
    ("projections", []),
    ("positions", []),
    ("events", [0, 10]),
    ("stream_events", ["pair-c1-0-01", 0, 10]),
    ("latest_events", [10]),
    ("latest_stream_events", ["pair-c1-0-01", 10]),
    ("receipt", ["pair-c1-0-01", "form"]),
    ("stream", ["pair-c1-0-01"]),
    ("unknown_people", [["p-1"]]),
]


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each scan of a table: its kind and the table."""
    if "Relation Name" in plan:
        yield plan["Node Type"], plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


async def seq_scans(db: Any, statement: str, arguments: list[Any]) -> list[str]:
    """Tables that are read from end to end even where that is made to look dear: no index serves."""
    async with db.transaction():
        await db.execute("SET LOCAL enable_seqscan = off")
        text = await db.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
    plan = json.loads(text)[0]["Plan"]
    found = list(scans(plan))
    assert found, statement
    return [table for kind, table in found if kind == "Seq Scan" and table not in SMALL]


async def test_no_hot_query_reads_a_whole_table(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(1))
    async with projector():
        await reads.wait_for(end)
    statements = sql.load(reads_module.__file__, "reads.sql")
    assert {name for name, _ in READS} == statements.keys() - {"boards", "notifications"}
    async with pool.acquire() as db:
        for name, arguments in READS:
            assert await seq_scans(db, statements[name], arguments) == [], name
        for projection in PROJECTIONS:
            await db.execute("SELECT set_config('search_path', $1, false)", f"proj_{projection.name}_1")
            scopes = [["c1-0"] for _ in projection.scopes([])]
            if not scopes:
                continue  # rows are only added
            assert await seq_scans(db, projection.sql["load"], scopes) == [], projection.name


async def test_whose_streams_are_whose_is_found_by_an_index(pool: asyncpg.Pool) -> None:
    statement = sql.load(own.__file__, "own.sql")["streams"]
    async with pool.acquire() as db:
        assert await seq_scans(db, statement, ["somebody"]) == []


async def test_the_check_sees_a_missing_index(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as db:
        await db.execute("CREATE TEMP TABLE bare (name text)")
        assert await seq_scans(db, "SELECT * FROM bare WHERE name = $1", ["x"]) == ["bare"]


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: one.name)
def test_every_table_is_loaded_as_its_scope_says_and_saved(projection: Projection) -> None:
    for table in projection.tables:
        assert f"INSERT INTO {table.name} " in projection.sql["save"]
        assert (table.scope is None) == (f"'{table.name}', (SELECT" not in projection.sql["load"])
        if table.scope is not None:
            assert table.key[0] in {"cohort", "pair", "stream"}
