"""Reads as a client has them: with a reader's rights, in UTC, in plain words where a thing is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import asyncpg
import pytest
import pytest_asyncio

from events import database
from events.contracts import Load
from events.store import EventStore
from tests.projections.conftest import Projector
from tests.projections.story import story, write
from tests.projections.story_telling import START
from turnabout.errors import Rejected, Unreachable
from turnabout.messages import Receipt
from turnabout.reads import PROJECTIONS, Reads


@pytest_asyncio.fixture
async def client(dsn: str) -> AsyncIterator[Reads]:
    """Reads with a reader's rights, on a connection whose clock is in another zone."""
    settings = {"role": database.READER, "timezone": "America/New_York"}
    async with asyncpg.create_pool(dsn, min_size=1, max_size=4, server_settings=settings) as pool:
        yield Reads(pool)


async def test_a_reader_may_read_everything_and_touch_nothing(
    store: EventStore, client: Reads, dsn: str, projector: Projector
) -> None:
    end = await write(store, story(1))
    async with projector():
        await client.wait_for(end)
    boards = await client.boards()
    assert [board.cohort for board in boards] == ["c1-0", "c1-1"]
    assert await client.board("c1-1") == boards[1]
    cards = await client.pairs("c1-0")
    assert [card.number for card in cards] == [1, 2, 3, 4, 5]
    assert await client.pair("c1-0-03", START) == (await client.pairs("c1-0", START))[2]
    assert [item.number for item in await client.checklist("c1-0")] == list(range(1, 14))
    reminders = await client.reminders("c1-0")
    assert {line.outcome for line in reminders} == {"reminded", "suppressed", "escalated"}
    assert all(line.recipient_count == len(line.recipients) > 0 for line in reminders)
    lines = await client.timeline("c1-0")
    assert await client.timeline("c1-0", after=lines[3].position, limit=2) == lines[4:6]
    stamps = [boards[0].last_event_at, cards[0].formed_at, lines[0].occurred_at, reminders[0].issued_at]
    assert {stamp.tzinfo for stamp in stamps} == {UTC}
    assert len(await client.projections()) == len(PROJECTIONS)
    async with database.pool(dsn, name="reader", role=database.READER) as pool:
        for statement in (
            "SELECT * FROM proj_pair_card_1.cards",
            "SELECT * FROM projections.checkpoints",
            "DELETE FROM read.timeline_v1",
            "SELECT * FROM read.employment_v1",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)


async def test_the_next_session_is_the_first_planned_one_after_now(
    store: EventStore, client: Reads, projector: Projector
) -> None:
    told = [one for one in story(1, cohorts=1) if one.at < START + timedelta(weeks=10)]
    end = await write(store, told)
    async with projector():
        await client.wait_for(end, ["pair_card"])
    card = next(card for card in await client.pairs("c1-0") if card.sessions)
    planned = [session for session in card.sessions if session.state == "planned"]
    assert len(planned) > 2
    for session, following in zip(planned, [*planned[1:], None], strict=True):
        seen = await client.pair(card.pair, session.starts_at)
        assert seen is not None
        assert seen.next_session == following


async def test_a_reader_learns_what_became_of_a_command_and_nothing_else_of_the_log(
    store: EventStore, client: Reads
) -> None:
    await write(store, story(1, cohorts=1))
    (stored,) = (await store.load(Load(stream="pair-c1-0-01"))).events[:1]
    receipt = await client.receipt(stored.stream, stored.command_id)
    assert receipt == Receipt(stream=stored.stream, version=1, position=stored.position, digest="")
    assert await client.receipt(stored.stream, "never-given") is None
    for looking in (client.events(), client.latest_events()):
        with pytest.raises(Rejected, match="turnabout_auditor"):
            await looking


async def test_the_log_shows_its_beginning_its_end_and_one_stream(store: EventStore, dsn: str) -> None:
    end = await write(store, story(1, cohorts=1))
    async with database.pool(dsn, name="auditor", role=database.AUDITOR) as pool:
        await _shows_the_log(Reads(pool), end)


async def _shows_the_log(client: Reads, end: int) -> None:
    first = await client.events(limit=5)
    assert [event.position for event in first] == [1, 2, 3, 4, 5]
    assert first[0].type == "cohort.planned"
    assert [event.position for event in await client.latest_events(limit=3)] == [end - 2, end - 1, end]
    stream = await client.stream("pair-c1-0-01")
    assert stream is not None
    assert not stream.closed
    events = await client.events("pair-c1-0-01", limit=1000)
    assert [event.version for event in events] == list(range(1, stream.version + 1))
    assert await client.events("pair-c1-0-01", after=events[4].position, limit=2) == events[5:7]
    assert await client.latest_events("pair-c1-0-01", limit=2) == events[-2:]
    everything = await client.events(limit=10_000)
    sealed = next(event for event in everything if event.type == "pair.session_held")
    assert sealed.data["note"] == "sealed"


async def test_what_is_not_there_is_none_or_said_plainly(
    client: Reads, dsn: str, reads: Reads, projector: Projector
) -> None:
    with pytest.raises(Unreachable, match="not there yet") as caught:
        await client.board("c1")
    assert "turnabout projector" in str(caught.value)
    async with projector():
        await reads.wait_for(0)
        assert await client.board("c1") is None
        assert await client.pair("c1-01") is None
        assert await client.adherence("c1") is None
        assert await client.stream("cohort-c1") is None
        for nothing in (await client.boards(), await client.pairs("c1"), await client.timeline("c1")):
            assert nothing == ()
    gone = await asyncpg.create_pool(dsn, min_size=0)
    await gone.close()
    with pytest.raises(Unreachable, match="PostgreSQL does not answer"):
        await Reads(gone).boards()
