"""Confidential fields: sealed before they are written, readable for the engine alone, gone with their key."""

from __future__ import annotations

import asyncio
import json
import secrets

import asyncpg
import pytest

from events.contracts import Load
from events.reader import LogReader
from events.sealing import SEALED, MasterKeys, Place, Vault, seal, unseal
from events.store import EventStore
from tests.store.events import Rated, append_of, vocabulary
from turnabout.errors import CorruptLog, InternalError, InvalidInput

SECRET = "the manager shouts"
ANSWER = Rated(by="p-1", score=2, words={"text": SECRET, "tags": ["a", None, 1.5, True]})


async def _loaded(store: EventStore, stream: str = "counter-a") -> list[dict[str, object]]:
    return [event.data for event in (await store.load(Load(stream=stream))).events]


async def test_only_the_engine_reads_what_is_sealed(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool
) -> None:
    appended = await store.append(append_of("counter-a", 0, "one", ANSWER, digest="telling"))
    assert appended.events[0].data == ANSWER.payload()
    assert (await store.load(Load(stream="counter-a"))).events == appended.events
    (seen,) = (await reader.read_all(0)).events
    assert seen.data == {**ANSWER.payload(), "score": SEALED, "words": SEALED}
    assert seen.command_digest == SEALED
    everything = await pool.fetchval("SELECT e::text FROM log.events e")
    assert SECRET not in everything
    assert "telling" not in everything


async def test_nothing_said_needs_no_seal(store: EventStore, pool: asyncpg.Pool) -> None:
    await store.append(append_of("counter-a", 0, "one", Rated(by="p-1")))
    assert await pool.fetchval("SELECT sealed FROM log.events") is None
    assert await pool.fetchval("SELECT count(*) FROM log.person_keys") == 0


async def test_a_command_with_one_sealed_field_seals_its_digest_everywhere(
    store: EventStore, pool: asyncpg.Pool
) -> None:
    """A digest of {rating: 1..5} would tell the rating to whoever can compute five digests."""
    asked = append_of("counter-a", 0, "one", Rated(by="p-2"), ANSWER, digest="telling")
    first = await store.append(asked)
    assert [row["command_digest"] for row in await pool.fetch("SELECT * FROM log.events")] == [SEALED] * 2
    assert {event.command_digest for event in first.events} == {"telling"}
    assert await store.append(asked) == first


async def test_an_erasure_takes_what_one_person_said_and_nothing_else(
    store: EventStore, reader: LogReader, vault: Vault, pool: asyncpg.Pool
) -> None:
    other = Rated(by="p-2", score=5, about="p-1", whisper="p-1 did well")
    await store.append(append_of("counter-a", 0, "one", ANSWER, other))
    await vault.erase("p-1")
    gone, kept = {**ANSWER.payload(), "score": None, "words": None}, {**other.payload(), "whisper": None}
    assert await _loaded(store) == [gone, kept]
    seen = [event.data for event in (await reader.read_all(0)).events]
    assert seen == [gone, {**kept, "score": SEALED}]
    rows = await pool.fetch("SELECT version, type FROM log.events ORDER BY position")
    assert [tuple(row) for row in rows] == [(1, "counter.rated"), (2, "counter.rated")]
    destroyed = "SELECT wrapped IS NULL AND wrapped_by IS NULL FROM log.person_keys WHERE person = 'p-1'"
    assert await pool.fetchval(destroyed)


async def test_a_later_answer_of_an_erased_person_is_shredded_and_the_command_goes_on(
    store: EventStore, reader: LogReader, vault: Vault, pool: asyncpg.Pool
) -> None:
    await vault.keys(["p-1"], create=True)
    await vault.erase("p-1")
    asked = append_of("counter-a", 0, "one", ANSWER)
    appended = await store.append(asked)
    shredded = {**ANSWER.payload(), "score": None, "words": None}
    assert (appended.outcome, appended.events[0].data) == ("stored", shredded)
    assert await _loaded(store) == [shredded]
    assert [event.data for event in (await reader.read_all(0)).events] == [shredded]
    assert SECRET not in await pool.fetchval("SELECT e::text FROM log.events e")
    again = await store.append(asked)
    assert (again.outcome, again.events[0].data) == ("stored", shredded)


async def test_an_erasure_may_meet_an_append(store: EventStore, vault: Vault) -> None:
    await vault.keys(["p-1"], create=True)
    answers = [store.append(append_of(f"counter-{n}", 0, "one", ANSWER)) for n in range(20)]
    await asyncio.gather(*answers[:10], vault.erase("p-1"), *answers[10:])
    for number in range(20):
        (data,) = await _loaded(store, f"counter-{number}")
        assert (data["score"], data["words"]) == (None, None)


async def test_two_who_need_a_new_key_at_once_agree(store: EventStore, pool: asyncpg.Pool) -> None:
    await asyncio.gather(*(store.append(append_of(f"counter-{n}", 0, "one", ANSWER)) for n in range(20)))
    for number in range(20):
        assert await _loaded(store, f"counter-{number}") == [ANSWER.payload()]
    assert await pool.fetchval("SELECT count(*) FROM log.person_keys") == 1


async def test_a_sealed_field_needs_an_owner(store: EventStore) -> None:
    with pytest.raises(InternalError, match="'whisper' has no owner"):
        await store.append(append_of("counter-a", 0, "one", Rated(by="p-1", whisper="who is meant?")))


async def test_master_keys_rotate(writer_pool: asyncpg.Pool, pool: asyncpg.Pool) -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)

    def store_with(keys: dict[str, bytes], newest: str) -> tuple[EventStore, Vault]:
        vault = Vault(writer_pool, MasterKeys(keys, newest))
        return EventStore(writer_pool, vocabulary(), vault), vault

    before, vault = store_with({"1": old}, "1")
    for number in range(5):
        await before.append(append_of(f"counter-{number}", 0, "one", Rated(by=f"p-{number}", score=number)))
    await vault.erase("p-4")
    both, vault = store_with({"1": old, "2": new}, "2")
    await both.append(append_of("counter-5", 0, "one", Rated(by="p-5", score=5)))
    wrappers = "SELECT wrapped_by FROM log.person_keys ORDER BY person"
    assert [row[0] for row in await pool.fetch(wrappers)] == ["1", "1", "1", "1", None, "2"]
    assert await vault.rewrap(batch=3) == 4
    assert await vault.rewrap() == 0
    after, _ = store_with({"2": new}, "2")
    scores = [(await _loaded(after, f"counter-{number}"))[0]["score"] for number in range(6)]
    assert scores == [0, 1, 2, 3, None, 5]
    with pytest.raises(CorruptLog, match="master key '2', which is missing"):
        await _loaded(before, "counter-1")
    impostor, _ = store_with({"2": secrets.token_bytes(32)}, "2")
    with pytest.raises(CorruptLog, match="does not open the key of p-1"):
        await _loaded(impostor, "counter-1")


async def test_a_lost_key_is_corruption_not_erasure(store: EventStore, pool: asyncpg.Pool) -> None:
    await store.append(append_of("counter-a", 0, "one", ANSWER))
    await pool.execute("DELETE FROM log.person_keys")
    with pytest.raises(CorruptLog, match="No key of p-1"):
        await _loaded(store)


PLACE = Place("pair-a-1", "an id", "score")


@pytest.mark.parametrize("value", [1, "text", True, 0.5, [1, {"a": []}], {"b": None}, "", 0, False, "sealed"])
def test_any_json_value_can_be_sealed(value: object) -> None:
    keys = {"p-1": secrets.token_bytes(32)}
    stored = seal(value, "p-1", PLACE, keys)
    assert set(stored) == {"person", "nonce", "text"}
    assert unseal(json.loads(json.dumps(stored)), PLACE, keys) == value
    assert seal(value, "p-1", PLACE, keys)["text"] != stored["text"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("pair-a-2", "an id", "score"),
        Place("pair-a-1", "other", "score"),
        Place("pair-a-1", "an id", "x"),
    ],
)
def test_a_seal_opens_only_in_its_place(elsewhere: Place) -> None:
    keys = {"p-1": secrets.token_bytes(32), "p-2": secrets.token_bytes(32)}
    stored = seal(4, "p-1", PLACE, keys)
    for sealed, place in ((stored, elsewhere), ({**stored, "person": "p-2"}, PLACE)):
        with pytest.raises(CorruptLog, match="broken"):
            unseal(sealed, place, keys)


def test_master_keys_must_be_whole() -> None:
    with pytest.raises(InvalidInput, match="16 bytes"):
        MasterKeys({"1": b"x" * 16}, newest="1")
    with pytest.raises(InvalidInput, match="'2' is not among"):
        MasterKeys({"1": b"x" * 32}, newest="2")
