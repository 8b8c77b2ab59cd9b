"""Append-or-adopt: what is stored, what is returned, and what is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from events import database, metrics
from events.contracts import Load
from events.reader import LogReader, Stream
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.store.events import NOON, Counted, Rated, append_of, event_id, vocabulary
from tests.waiting import until
from turnabout.errors import CorruptLog, InternalError, InvalidInput, Rejected, Unreachable

CUT_OFF_A_WAITING_APPEND = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'turnabout victim' AND wait_event_type = 'Lock'
"""


async def test_events_come_back_with_the_whole_envelope(store: EventStore, reader: LogReader) -> None:
    asked = append_of("counter-a", 0, "one", Counted(by=2), Counted(by=3), causation_id="why")
    before = datetime.now(UTC)
    appended = await store.append(asked)
    assert appended.outcome == "stored"
    first, second = appended.events
    assert first.model_dump() == {
        "event_id": event_id("counter-a", "one", 0),
        "stream": "counter-a",
        "version": 1,
        "position": 1,
        "type": "counter.counted",
        "schema_version": 1,
        "occurred_at": NOON,
        "recorded_at": first.recorded_at,
        "actor": "p-1",
        "command_id": "one",
        "command_digest": "d",
        "correlation_id": "c-1",
        "causation_id": "why",
        "policy_version": "test@1",
        "data": {"by": 2, "note": None},
    }
    assert before - timedelta(seconds=1) < first.recorded_at <= datetime.now(UTC) + timedelta(seconds=1)
    assert (second.version, second.position, second.data["by"]) == (2, 2, 3)
    assert (await store.load(Load(stream="counter-a"))).events == appended.events
    assert (await reader.read_all(0)).events == appended.events


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_acknowledged_equals_what_is_loaded(store: EventStore, count: int) -> None:
    """PostgreSQL normalises numbers; a fold of the answer and a fold of the log must not differ."""
    awkward = {"b": [1e16, 1.0, -0.0, 0.1, 10**40], "a": "\\u0000 ä \U0001f600 \u2028", "A": {"": []}}
    events = [Counted(note=awkward) for _ in range(count)]
    appended = await store.append(append_of("counter-a", 0, "one", *events))
    loaded = (await store.load(Load(stream="counter-a"))).events
    assert json.dumps([event.data for event in loaded]) == json.dumps(
        [event.data for event in appended.events]
    )
    assert loaded[0].data["note"] == awkward


async def test_the_same_command_again_returns_what_was_stored_then(store: EventStore) -> None:
    first = await store.append(append_of("counter-a", 0, "one", Counted(by=2), Counted(by=3)))
    await store.append(append_of("counter-a", 2, "two"))
    again = await store.append(append_of("counter-a", 0, "one", Counted(by=2), Counted(by=3)))
    assert again == first
    # A rule may have changed since: what was stored counts.
    other_rule = await store.append(append_of("counter-a", 0, "one", Counted(by=9)))
    assert other_rule == first


async def test_a_conflict_returns_the_tail(store: EventStore) -> None:
    one = await store.append(append_of("counter-a", 0, "one"))
    two = await store.append(append_of("counter-a", 1, "two", Counted(), Counted()))
    for expected, tail in ((0, one.events + two.events), (1, two.events)):
        late = await store.append(append_of("counter-a", expected, "late"))
        assert (late.outcome, late.events) == ("conflict", tail)
    assert len((await store.load(Load(stream="counter-a"))).events) == 3


async def test_a_command_behind_others_is_found_in_the_tail(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "first"))
    await store.append(append_of("counter-a", 1, "mine"))
    lost_answer = await store.append(append_of("counter-a", 0, "mine"))
    assert lost_answer.outcome == "conflict"
    assert [event.command_id for event in lost_answer.events] == ["first", "mine"]


async def test_an_id_with_other_content_is_rejected(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "one"))
    await store.append(append_of("counter-a", 1, "two"))
    for expected in (0, 2):
        with pytest.raises(Rejected, match="one") as caught:
            await store.append(append_of("counter-a", expected, "one", digest="other"))
        assert caught.value.rule == "E1"


async def test_a_stored_command_before_the_expected_version_is_a_misuse(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "one"))
    with pytest.raises(InternalError, match="stands at version 1 of counter-a already"):
        await store.append(append_of("counter-a", 1, "one"))
    assert len((await store.load(Load(stream="counter-a"))).events) == 1


async def test_an_event_id_of_another_stream_is_refused(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "one"))
    stolen = append_of("counter-b", 0, "one")
    stolen = stolen.model_copy(update={"events": append_of("counter-a", 0, "one").events})
    with pytest.raises(InternalError, match="belongs to counter-a version 1"):
        await store.append(stolen)
    assert await store.stream("counter-b") is None


async def test_a_log_shorter_than_expected_is_said_so(store: EventStore) -> None:
    for stream, expected in (("counter-a", 7), ("counter-none", 1)):
        if stream == "counter-a":
            await store.append(append_of(stream, 0, "one"))
        with pytest.raises(CorruptLog, match="older backup"):
            await store.append(append_of(stream, expected, "two"))


async def test_malformed_events_are_refused(store: EventStore) -> None:
    good = append_of("counter-a", 0, "one")
    event = good.events[0]
    for change, error in (
        ({"event_id": "not-a-uuid"}, "no UUID"),
        ({"event_id": event.event_id.upper()}, "canonical"),
        ({"schema_version": 2}, "schema version 2; 1 is current"),
        ({"type": "counter.unheard"}, "unknown to this release"),
    ):
        bad = good.model_copy(update={"events": (event.model_copy(update=change),)})
        with pytest.raises(Exception, match=error):
            await store.append(bad)
    with pytest.raises(InternalError, match="no events"):
        await store.append(good.model_copy(update={"events": ()}))
    with pytest.raises(InternalError, match="uses an event id twice"):
        await store.append(good.model_copy(update={"events": (event, event)}))
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await store.append(good.model_copy(update={"stream": "Not A Stream"}))
    assert await store.head() == 0


async def test_closing_and_opening_a_stream(store: EventStore) -> None:
    await store.append(append_of("counter-b", 0, "one"))
    await store.append(append_of("counter-a", 0, "one"))
    assert await store.open_versions() == {"counter-a": 1, "counter-b": 1}
    await store.append(append_of("counter-a", 1, "two", closes=True))
    assert await store.open_versions() == {"counter-b": 1}
    assert await store.stream("counter-a") == Stream("counter-a", 2, closed=True)
    await store.append(append_of("counter-a", 2, "three"))
    assert await store.stream("counter-a") == Stream("counter-a", 3, closed=False)


async def test_a_retry_storm_stores_one_batch(store: EventStore) -> None:
    asked = append_of("counter-a", 0, "storm", Counted(by=1), Counted(by=2))
    answers = await asyncio.gather(*(store.append(asked) for _ in range(50)))
    assert {answer.outcome for answer in answers} == {"stored"}
    assert all(answer == answers[0] for answer in answers)
    assert [event.data["by"] for event in (await store.load(Load(stream="counter-a"))).events] == [1, 2]
    later = append_of("counter-a", 2, "storm-2")
    answers = await asyncio.gather(*(store.append(later) for _ in range(50)))
    assert all(answer.outcome == "stored" and answer == answers[0] for answer in answers)
    assert (await store.stream("counter-a")) == Stream("counter-a", 3, closed=False)


async def test_of_rivals_for_one_place_one_wins(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "zero"))
    answers = await asyncio.gather(*(store.append(append_of("counter-a", 1, f"c{n}")) for n in range(20)))
    assert sorted(answer.outcome for answer in answers) == ["conflict"] * 19 + ["stored"]
    assert all(answer.events == answers[0].events for answer in answers)


async def test_pages_stay_below_256_kib(store: EventStore) -> None:
    big = "x" * 50_000
    for number in range(12):
        await store.append(append_of("counter-a", number, f"c{number}", Counted(note=big)))
    await store.append(append_of("counter-a", 12, "huge", Counted(note="y" * 600_000), Counted()))
    seen, pages, more = 0, [], True
    while more:
        page = await store.load(Load(stream="counter-a", after=seen))
        pages.append(len(page.model_dump_json().encode()))
        assert [event.version for event in page.events] == list(range(seen + 1, seen + 1 + len(page.events)))
        seen, more = page.events[-1].version, page.more
    assert seen == 14
    # One event larger than a page comes alone.
    assert [size for size in pages if size > 256 * 1024] == [max(pages)]
    assert len(pages) == 5


async def test_many_small_events_are_paged(store: EventStore) -> None:
    await store.append(append_of("counter-a", 0, "many", *(Counted(by=n) for n in range(650))))
    versions, after, more = [], 0, True
    while more:
        page = await store.load(Load(stream="counter-a", after=after))
        versions += [event.version for event in page.events]
        after, more = versions[-1], page.more
    assert versions == list(range(1, 651))


async def test_a_whole_command_is_adopted_even_if_it_fills_several_pages(store: EventStore) -> None:
    asked = append_of("counter-a", 0, "many", *(Counted(by=n) for n in range(650)))
    adoptions = metrics.ADOPTIONS.labels(metrics.OTHER)._value
    before = adoptions.get()
    stored = await store.append(asked)
    assert adoptions.get() == before
    assert await store.append(asked) == stored
    assert adoptions.get() == before + 1


async def test_performed_only_grows(store: EventStore) -> None:
    assert await store.load(Load(stream="counter-a")) == await store.load(Load(stream="counter-none"))
    await store.append(append_of("counter-a", 0, "one", Counted(), Counted()))
    for version, expected in ((1, 1), (2, 2), (1, 2)):
        await store.mark_performed("counter-a", version)
        assert (await store.load(Load(stream="counter-a", after=2))).performed == expected


@pytest.mark.parametrize(
    ("note", "error"),
    [
        (float("nan"), "cannot be stored as JSON"),
        ({"deep": [float("inf")]}, "cannot be stored as JSON"),
        ("zero \x00 byte", "U\\+0000"),
        ({"key \x00": 1}, "U\\+0000"),
        ("half \ud83d pair", "surrogate"),
        (10**5000, "cannot be stored as JSON"),
        ({1, 2}, "cannot be stored as JSON"),
    ],
    ids=["nan", "infinity", "nul", "nul in a key", "surrogate", "huge integer", "set"],
)
async def test_what_json_cannot_hold_is_refused(store: EventStore, note: object, error: str) -> None:
    append = append_of("counter-a", 0, "one")
    event = append.events[0].model_copy(update={"data": {"by": 1, "note": note}})
    with pytest.raises(InvalidInput, match=error):
        await store.append(append.model_copy(update={"events": (event,)}))
    sealed = append_of("counter-a", 0, "one", Rated(by="p-1")).events[0]
    sealed = sealed.model_copy(update={"data": {**sealed.data, "words": note}})
    with pytest.raises(InvalidInput, match=error):
        await store.append(append.model_copy(update={"events": (sealed,)}))
    assert await store.head() == 0


async def test_ids_that_postgres_cannot_hold_are_refused(store: EventStore) -> None:
    for update in ({"command_id": "a\x00"}, {"actor": "\ud800"}, {"causation_id": "\x00"}):
        with pytest.raises(InvalidInput):
            await store.append(append_of("counter-a", 0, "one").model_copy(update=update))


async def test_a_database_that_is_gone_is_unreachable(
    dsn: str, pool: asyncpg.Pool, master_keys: MasterKeys, tmp_path: Path
) -> None:
    async with database.pool(dsn, name="victim", size=1) as victim:
        store = EventStore(victim, vocabulary(), Vault(victim, master_keys))
        await store.append(append_of("counter-a", 0, "one"))
        async with pool.acquire() as other, other.transaction():
            await other.execute("SELECT FROM log.streams FOR UPDATE")
            cut_off = asyncio.create_task(store.append(append_of("counter-a", 1, "two")))
            await until(lambda: pool.fetchval(CUT_OFF_A_WAITING_APPEND))
            with pytest.raises(Unreachable):
                await cut_off
        await store.append(append_of("counter-a", 1, "two"))
    with pytest.raises(Unreachable):
        await store.head()
    with pytest.raises(Unreachable):
        async with database.pool(f"postgresql://postgres@/x?host={tmp_path}", name="nowhere"):
            pass


async def test_a_stateless_pool_still_ends_what_was_left_open(dsn: str) -> None:
    async with database.pool(dsn, name="stateless", size=1, stateless=True) as pool:
        db = await pool.acquire()
        await db.execute("BEGIN")
        await db.execute("SET LOCAL statement_timeout = '1ms'")
        await pool.release(db)
        assert await pool.fetchval("SHOW statement_timeout") == "30s"
