"""Wire names, seals and upcasters are checked at start; what cannot be read is said so."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import asyncpg
import pytest

from events import sql
from events import store as store_module
from events.base import Event, Sealed
from events.contracts import Load
from events.encoding import encode
from events.reader import LogReader
from events.registry import Registry, standard
from events.store import EventStore
from events.upcasts import UPCASTERS, upcast
from tests.store.events import Counted, Renamed, append_of, vocabulary
from turnabout.errors import CorruptLog, InternalError

OLD_EVENT = """
SELECT log.append_one('counter-a', $1, false, now(), 'p', $2, 'd', 'r', NULL, 'v', gen_random_uuid(), $3, $4,
  $5::text::jsonb, NULL)
"""


class AlsoCounted(Event):
    type: Literal["counter.counted"] = "counter.counted"


class SealedForNobody(Event):
    type: Literal["counter.nobody"] = "counter.nobody"
    score: Annotated[int | None, Sealed("missing")] = None


class SealedForASealed(Event):
    type: Literal["counter.circle"] = "counter.circle"
    who: Annotated[str | None, Sealed("who")] = None


class Young(Event):
    schema_version: ClassVar[int] = 2
    type: Literal["counter.young"] = "counter.young"


def test_the_release_knows_every_event_it_can_write() -> None:
    registry = standard()
    assert {"cohort", "pair"} == {name.split(".")[0] for name in registry.names()}
    assert registry.sealed_fields("pair.pulse_answered")["safety"] == "respondent"


def test_an_end_noted_in_an_old_log_does_not_say_that_it_was_for_safety() -> None:
    old = {"pair": "pair-q3-01", "state": "ended_for_safety", "waiting": [], "opens": [], "settles": []}
    version, data = standard().current("cohort.pair_end_noted", 1, old)
    assert (version, data["state"], data["left"]) == (2, "ended", [])


def test_names_and_seals_are_checked() -> None:
    registry = vocabulary()
    registry.register(Counted)
    for wrong, error in (
        (AlsoCounted, "Two event types are named 'counter.counted'"),
        (SealedForNobody, "no open field"),
        (SealedForASealed, "no open field"),
        ("text", "no event type"),
    ):
        with pytest.raises(InternalError, match=error):
            registry.register(wrong)


def test_upcasters_are_complete_or_refused() -> None:
    registry = Registry()
    registry.register(Young)
    with pytest.raises(CorruptLog, match="young version 1 is missing"):
        registry.validate()
    registry.upcast("counter.young", 1, dict)
    registry.validate()
    with pytest.raises(InternalError, match="Two upcasters"):
        registry.upcast("counter.young", 1, dict)
    for name, version in (("counter.young", 2), ("counter.unheard", 1)):
        other = Registry()
        other.register(Young)
        other.upcast("counter.young", 1, dict)
        other.upcast(name, version, dict)
        with pytest.raises(CorruptLog, match="leads from"):
            other.validate()


async def test_old_events_are_read_as_new_ones(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool
) -> None:
    await pool.execute(OLD_EVENT, 0, "one", "counter.renamed", 1, '{"title": "a"}')
    await pool.execute(OLD_EVENT, 1, "two", "counter.renamed", 2, '{"name": "b"}')
    await store.append(append_of("counter-a", 2, "three", Renamed(name="c", reason="taste")))
    loaded = (await store.load(Load(stream="counter-a"))).events
    for events in (loaded, (await reader.read_all(0)).events):
        assert [(event.schema_version, event.data) for event in events] == [
            (3, {"name": "a", "reason": "unknown"}),
            (3, {"name": "b", "reason": "unknown"}),
            (3, {"name": "c", "reason": "taste"}),
        ]


async def test_what_a_workflow_of_the_release_before_asked_for_is_stored_as_a_new_event(
    store: EventStore,
) -> None:
    asked = append_of("counter-a", 0, "one", Renamed(name="c", reason="taste"))
    (event,) = asked.events
    old = event.model_copy(update={"schema_version": 2, "data": {"name": "c"}})
    stored = (await store.append(asked.model_copy(update={"events": (old,)}))).events
    assert [(event.schema_version, event.data) for event in stored] == [
        (3, {"name": "c", "reason": "unknown"})
    ]


def test_a_workflow_reads_what_the_release_before_answered_it() -> None:
    """Its history holds the store's answers as they were then (design.md 3.14)."""
    old = {"pair": "pair-q3-01", "state": "ended_by_choice", "waiting": [], "opens": [], "settles": []}
    assert upcast("cohort.pair_end_noted", 1, old)["state"] == "ended"
    assert upcast("cohort.pair_end_noted", 2, old) == old
    for name, version in UPCASTERS:
        assert version < standard().schema_version(name)


@pytest.mark.parametrize(
    ("name", "version", "error"),
    [("counter.unheard", 1, "'counter.unheard' is unknown"), ("counter.renamed", 4, "knows 3 at most")],
)
async def test_what_a_newer_release_wrote_is_not_guessed(
    store: EventStore, reader: LogReader, pool: asyncpg.Pool, name: str, version: int, error: str
) -> None:
    await pool.execute(OLD_EVENT, 0, "one", name, version, "{}")
    with pytest.raises(CorruptLog, match=error):
        await store.load(Load(stream="counter-a"))
    with pytest.raises(CorruptLog, match=error):
        await reader.read_all(0)
    assert (await reader.read_all(0, types=["counter.counted"])).events == ()


def test_an_escaped_backslash_is_no_nul() -> None:
    assert encode({"\\u0000": ["\\u0000", "\\\\u0000"]}, "x") == '{"\\\\u0000":["\\\\u0000","\\\\\\\\u0000"]}'


def test_named_blocks_are_found() -> None:
    blocks = sql.load(store_module.__file__, "store.sql")
    assert blocks["performed"] == "SELECT version FROM log.performed WHERE stream = $1;"
