"""docs/views.md names every view that there is, and its questions have answers."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg

from events import database
from events.store import EventStore
from projections.catalog import PROJECTIONS
from tests.projections.conftest import Projector
from tests.projections.story import story, write
from turnabout.reads import Reads

PAGE = (Path(__file__).parents[2] / "docs" / "views.md").read_text(encoding="utf-8")


def test_the_page_lists_every_view() -> None:
    made = {
        view
        for projection in PROJECTIONS
        for view in re.findall(r"CREATE OR REPLACE VIEW read\.(\w+)", projection.sql["views"])
    }
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert {view for row in rows for view in re.findall(r"`(\w+)`", row)} == made


async def test_its_questions_have_answers(
    store: EventStore, reads: Reads, dsn: str, projector: Projector
) -> None:
    """As a reader asks them."""
    questions = re.findall(r"^```sql\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    end = await write(store, story(1, cohorts=2, pairs=4))
    async with projector():
        await reads.wait_for(end)
    async with database.pool(dsn, name="reader", role=database.READER) as pool:
        answers: list[list[asyncpg.Record]] = [await pool.fetch(question) for question in questions]
    assert len(answers) == 3
    assert all(answers)
