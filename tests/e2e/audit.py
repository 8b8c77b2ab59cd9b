"""The one audit of a cohort that went through something: nothing twice, nothing lost, read models true.

What ought to be in the outbox and in other streams is computed anew from the log by the rules alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from events import database, registry
from events.contracts import Compute, Load, Notify, PendingEffect, StoredEvent, Tell
from events.reader import LogReader
from events.store import EventStore
from projections import builds
from projections.catalog import PROJECTIONS
from projections.rebuild import build_anew
from tests.waiting import until
from turnabout.messages import Receipt
from workers.embedded.stack import Stack
from workflows.rules.cohort import COHORT
from workflows.rules.decider import Decider
from workflows.rules.pair import PAIR
from workflows.stream import Stream, event_id

DECIDERS: Mapping[str, Decider[Any]] = {"cohort": COHORT, "pair": PAIR}
STEPS = ("reminded", "reminder_suppressed", "escalated", "item_expired")
PATIENCE = 120.0


@dataclass(frozen=True)
class Told:
    """A stream as the log has it, and what its events asked of the outside world."""

    events: tuple[StoredEvent, ...]
    effects: tuple[PendingEffect, ...]
    closed: bool
    performed: int

    @property
    def settled(self) -> bool:
        """Whether the engine says that it has done all of it."""
        return self.performed >= max((one.version for one in self.effects), default=0)


@dataclass(frozen=True)
class Audit:
    """What was looked at, so that a test can see that it was not nothing. `messages` counts by outcome."""

    streams: Mapping[str, Told]
    events: int
    messages: Counter[str]
    tells: int
    computations: int


async def audit(
    stack: Stack, receipts: Mapping[tuple[str, str], Receipt] | None = None, *, channel: str = "log"
) -> Audit:
    """Wait until every effect is performed and the read models hold the whole log; then hold all of it
    against the log. `receipts` are what callers were promised, by stream and command id."""
    streams = await until(lambda: _settled(stack), PATIENCE)
    _check_log(streams)
    _check_receipts(streams, receipts or {})
    _check_steps(streams)
    tells = _check_tells(streams)
    computations = _check_computations(streams)
    messages = await _check_outbox(stack.pool, streams, channel)
    await _check_read_models(stack)
    return Audit(
        streams=streams,
        events=sum(len(told.events) for told in streams.values()),
        messages=messages,
        tells=tells,
        computations=computations,
    )


async def read_stream(store: EventStore, name: str) -> Told:
    """A stream, unsealed, with the effects that the rules ask for after each of its events."""
    stream = Stream(DECIDERS[name.partition("-")[0]], name)
    events: list[StoredEvent] = []
    while True:
        page = await store.load(Load(stream=name, after=len(events)))
        events += page.events
        stream.fold(page.events)
        if not page.more:
            break
    effects: list[PendingEffect] = []
    while (portion := stream.take_effects()) is not None and portion.effects:
        effects += portion.effects
    return Told(tuple(events), tuple(effects), stream.terminal, page.performed)


async def _settled(stack: Stack) -> dict[str, Told]:
    """All streams, once the engine says of each that its effects are done; none before."""
    names = [row["stream"] for row in await stack.pool.fetch("SELECT stream FROM log.streams ORDER BY 1")]
    streams = {name: await read_stream(stack.store, name) for name in names}
    return streams if all(told.settled for told in streams.values()) else {}


def _check_log(streams: Mapping[str, Told]) -> None:
    """Versions without gaps, no event id twice, each command's events once, whole and in one place."""
    seen: set[str] = set()
    positions: set[int] = set()
    for name, told in streams.items():
        assert [event.version for event in told.events] == list(range(1, len(told.events) + 1)), name
        places = [event.position for event in told.events]
        assert places == sorted(places), f"{name} is not in the order of the log"
        assert not positions & set(places), name
        positions |= set(places)
        commands: defaultdict[str, list[StoredEvent]] = defaultdict(list)
        for event in told.events:
            commands[event.command_id].append(event)
        for command, events in commands.items():
            ids = [event.event_id for event in events]
            assert ids == [event_id(name, command, ordinal) for ordinal in range(len(ids))], (name, command)
            assert not seen & set(ids), (name, command)
            seen |= set(ids)
            first = events[0].version
            assert [event.version - first for event in events] == list(range(len(events))), (name, command)


def _check_receipts(streams: Mapping[str, Told], receipts: Mapping[tuple[str, str], Receipt]) -> None:
    """Whatever was acknowledged is there, where the receipt says."""
    for (name, command), receipt in receipts.items():
        last = [event for event in streams[name].events if event.command_id == command][-1:]
        assert [(event.version, event.position) for event in last] == [(receipt.version, receipt.position)], (
            name,
            command,
        )


def _check_steps(streams: Mapping[str, Told]) -> None:
    """No step of an open item ran twice."""
    for name, told in streams.items():
        ran = Counter(
            (event.data["item"], event.data["revision"], event.data["step"])
            for event in told.events
            if event.type.partition(".")[2] in STEPS
        )
        assert set(ran.values()) <= {1}, (name, ran.most_common(3))


def _check_tells(streams: Mapping[str, Told]) -> int:
    """Every command that a stream gave to another is in the other's log, unless that had closed before."""
    count = 0
    for name, told in streams.items():
        for pending in told.effects:
            if isinstance(pending.effect, Tell):
                target = streams.get(pending.effect.stream)
                assert target is not None, f"{name} told {pending.effect.stream}, which does not exist"
                there = any(event.command_id == pending.effect.command_id for event in target.events)
                late = pending.effect.lenient and target.closed
                assert there or late, f"{pending.effect.stream} never heard {pending.effect.command_id}"
                count += there
    return count


def _check_computations(streams: Mapping[str, Told]) -> int:
    """Every computation has its answer."""
    asked = [
        (name, pending.effect.command_id)
        for name, told in streams.items()
        for pending in told.effects
        if isinstance(pending.effect, Compute)
    ]
    for name, command in asked:
        assert any(event.command_id == command for event in streams[name].events), (name, command)
    return len(asked)


async def _check_outbox(pool: asyncpg.Pool, streams: Mapping[str, Told], channel: str) -> Counter[str]:
    """One row for each message that the log asks for and none besides, each with its outcome."""
    wanted = {
        (pending.event_id, recipient, channel)
        for told in streams.values()
        for pending in told.effects
        if isinstance(pending.effect, Notify)
        for recipient in pending.effect.to
    }
    rows = await pool.fetch("SELECT event_id::text, recipient, channel, outcome, template FROM log.outbox")
    kept = Counter((row["event_id"], row["recipient"], row["channel"]) for row in rows)
    assert set(kept.values()) == {1}
    assert kept.keys() == wanted, f"lost {wanted - kept.keys()}, unasked {kept.keys() - wanted}"
    outcomes = Counter(row["outcome"] for row in rows)
    assert outcomes.keys() <= {"sent", "suppressed"}, outcomes
    return outcomes


async def _check_read_models(stack: Stack) -> None:
    """Each read model equals, to the byte, what a rebuild from the beginning of the log makes."""
    head = await stack.log.head()
    await stack.reads.wait_for(head, timeout=PATIENCE)
    async with database.pool(stack.dsn, name="audit", role=database.PROJECTOR, size=4) as pool:
        reader = LogReader(pool, registry.standard())
        for projection in PROJECTIONS:
            async with pool.acquire() as db:
                live = await builds.live(db, projection.name)
                assert live is not None
                kept = await builds.digest(db, live)
                rebuilt = await build_anew(projection, pool, reader)
                assert await stack.log.head() == head, "somebody still writes"
                assert await builds.digest(db, rebuilt) == kept, projection.name
