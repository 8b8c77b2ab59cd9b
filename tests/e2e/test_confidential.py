"""What people confide is read by the engine, and by nobody and nothing else (R73, R110)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator

import asyncpg
from temporalio.client import WorkflowHandle

from events import registry
from events.sealing import SEALED
from tests.e2e.conftest import Story
from tests.e2e.people import CONCERN, IMPROVE, MARK, NOTE, WORKED
from tests.processes.web import ask
from workers.demo.script import DELIVERABLES

RATED = re.compile(r"""\b(safety|recommend)(["']\s*:|=)\s*["']?([1-5]|true|false)\b""", re.IGNORECASE)


def betrays(text: str) -> bool:
    """Whether a text holds a confidential text, as it is or in base64 at any offset, or a rating."""
    encoded = (base64.b64encode(b" " * shift + MARK.encode())[4:-4].decode() for shift in range(3))
    return MARK in text or any(part in text for part in encoded) or RATED.search(text) is not None


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (WORKED, base64.b64encode(WORKED.encode()).decode(), '{"safety": 2}', "recommend=False"):
        assert betrays(text)
    for shift in range(3):
        assert betrays(base64.b64encode(b"x" * shift + WORKED.encode()).decode())
    assert not betrays('{"safety": "sealed"} Psychological safety: 3 minutes')


def test_the_engine_reads_what_was_confided(story: Story) -> None:
    said = {
        str(event.data[field])
        for told in story.found.streams.values()
        for event in told.events
        for field in ("worked", "improve", "note", "text")
        if event.data.get(field) and MARK in str(event.data[field])
    }
    assert said == {WORKED, IMPROVE, NOTE, CONCERN}


async def relations(pool: asyncpg.Pool) -> dict[str, str]:
    """Every table and view of the database that is ours, whole, as text."""
    paths = await pool.fetch(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND n.nspname ~ '^(log|read|proj)'"
    )
    return {
        path: "\n".join(row[0] for row in await pool.fetch(f"SELECT t::text FROM {path} t"))  # noqa: S608
        for (path,) in paths
    }


async def test_no_table_and_no_view_holds_it(story: Story) -> None:
    async with asyncpg.create_pool(story.house.stack.dsn, min_size=1) as pool:
        found = await relations(pool)
    assert {"log.events", "log.outbox", "read.events_v1", "read.pair_card_v1"} <= found.keys()
    assert len(found) > 25
    assert DELIVERABLES[0] in found["log.events"]
    assert not [path for path, text in found.items() if betrays(text)]


async def test_the_open_log_shows_seals_in_their_place(story: Story) -> None:
    known, seals = registry.standard(), 0
    async with asyncpg.create_pool(story.house.stack.dsn, min_size=1) as pool:
        rows = await pool.fetch("SELECT type, data FROM read.events_v1 WHERE stream ~ '-small'")
    for row in rows:
        data = json.loads(row["data"])
        for field in known.sealed_fields(row["type"]):
            assert data.get(field) in {SEALED, None}, (row["type"], field)
            seals += data.get(field) == SEALED
    assert seals > 60


def test_no_line_that_was_logged_holds_it(story: Story) -> None:
    for service in (story.house.worker, story.house.projector):
        assert len(service.log.splitlines()) > 5
        assert not [line for line in service.log.splitlines() if betrays(line)]
    assert "session_log" in story.house.worker.log, "the log tells of messages"


async def test_no_metric_holds_it(story: Story) -> None:
    for service in (story.house.worker, story.house.projector):
        page = (await ask(f"http://127.0.0.1:{service.port}/metrics")).text
        assert "turnabout_" in page
        assert not betrays(page)


async def test_temporal_stores_none_of_it(story: Story) -> None:
    client = story.house.stack.client
    for name, told in story.found.streams.items():
        handle = client.get_workflow_handle(name)
        raw = [part async for part in _stored(handle)]
        assert sum(part.count(b"binary/encrypted") for part in raw) > len(told.events)
        assert not any(betrays(part.decode("latin-1")) for part in raw), name
        assert not any(word in part for part in raw for word in (b"safety", b"pulse_answered", b"concern"))


async def _stored(handle: WorkflowHandle[object, object]) -> AsyncIterator[bytes]:
    """What the server keeps of a workflow, as it keeps it."""
    description = await handle.describe()
    yield description.raw_description.SerializeToString()
    async for event in handle.fetch_history_events():
        yield event.SerializeToString()
