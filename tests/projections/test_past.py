"""R104: what the read models said at a moment is what they said then, to the word, under the policy then."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest

from events.reader import LogReader
from events.store import EventStore
from projections.catalog import PROJECTIONS
from projections.past import past
from tests.projections.conftest import Projector
from tests.projections.story import appends, story, write
from tests.projections.story_telling import START
from turnabout.errors import InvalidInput
from turnabout.reads import PROJECTIONS as NAMES
from turnabout.reads import Reads
from workers.past import moment

PARTS = 4


async def told(reads: Reads, cohort: str) -> list[object]:
    """Everything that a client can ask about a cohort."""
    return [
        await reads.board(cohort),
        await reads.pairs(cohort, START),
        await reads.works(cohort),
        await reads.checklist(cohort),
        await reads.reminders(cohort),
        await reads.surveys(cohort),
        await reads.employment(cohort),
        await reads.timeline(cohort),
        await reads.matching(cohort),
        await reads.open_answers(cohort),
        await reads.adherence(cohort, START),
    ]


async def test_the_past_is_what_was_told_then(
    store: EventStore,
    reads: Reads,
    pool: asyncpg.Pool,
    projector_pool: asyncpg.Pool,
    reader: LogReader,
    projector: Projector,
) -> None:
    """R104: of one cohort out of its own events, of all cohorts out of the log; the live models stay."""
    whole, then = list(appends(story(3, cohorts=2, pairs=4))), []
    cohort = "c3-1"
    async with projector():
        for part in range(PARTS):
            for append in whole[len(whole) * part // PARTS : len(whole) * (part + 1) // PARTS]:
                position = (await store.append(append)).events[-1].position
            await reads.wait_for(position)
            at = await pool.fetchval("SELECT clock_timestamp()")
            then.append((at, position, await told(reads, cohort), await reads.boards()))
    tables = await pool.fetch("SELECT nspname FROM pg_namespace ORDER BY 1")
    for at, position, said, boards in then:
        async with past(projector_pool, reader, at, NAMES, cohort) as found:
            assert found.position == position
            assert await told(found.reads, cohort) == said
            assert await found.reads.stream("cohort-c3-9") is None
        async with past(projector_pool, reader, at, ["cohort_board"]) as found:
            assert await found.reads.boards() == boards
    assert len({len(str(said)) for _, _, said, _ in then}) == PARTS
    assert await pool.fetch("SELECT nspname FROM pg_namespace ORDER BY 1") == tables
    checkpoints = await pool.fetchval("SELECT count(*) FROM projections.checkpoints")
    assert checkpoints == len(PROJECTIONS)


async def test_before_the_log_began_nothing_was_known(
    store: EventStore, projector_pool: asyncpg.Pool, reader: LogReader
) -> None:
    """R104: and two who look into the past do not wait for each other."""
    await write(store, story(1, cohorts=1, pairs=1)[:20])
    async with (
        past(projector_pool, reader, START, ["cohort_board"]) as never,
        past(projector_pool, reader, datetime.now(UTC), ["cohort_board"], "c1-0") as now,
    ):
        assert (never.position, await never.reads.boards()) == (0, ())
        assert await now.reads.board("c1-0") is not None
        assert await now.reads.board("c1") is None
        assert now.reads.now() > START


def test_a_day_is_meant_to_its_end_in_utc() -> None:
    """R104."""
    assert moment("2026-05-01") == datetime(2026, 5, 1, 23, 59, 59, 999999, UTC)
    assert moment("2026-05-01T12:00:00+02:00") == datetime(2026, 5, 1, 10, tzinfo=UTC)
    for text in ("2026-5-1", "yesterday", "2026-05-01T12:00:00", "2026-13-01", "2999-01-01"):
        with pytest.raises(InvalidInput):
            moment(text)
