"""What a page may know of a stream: its state as the decider folds it, without anybody's answers.

The log is read as everybody may read it, so a sealed value is missing here as if its owner were erased. What
is asked of whom follows from the same pure functions that run the stream; no view repeats them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.contracts import StoredEvent
from events.reader import LogReader
from events.registry import Registry
from turnabout.model import Actor, Role
from workflows.rules.chases import Open
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Decider
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState

State = PairState | CohortState
_SHORTLISTS = "cohort.shortlists_prepared"

Reasons = Mapping[str, tuple[str, ...]]
"""Why each candidate stands on a shortlist, by the mentor's id."""


@dataclass(frozen=True)
class _Folded:
    """A stream up to a version, and the reasons of the shortlists of its open rounds, which its state leaves
    out: by round and mentee."""

    version: int
    state: State
    reasons: Mapping[int, Mapping[str, Reasons]]


class Desk:
    """Streams, read and folded. The states of `keep` streams stay in memory, to read only what came after
    them."""

    def __init__(self, log: LogReader, registry: Registry, keep: int) -> None:
        self._keep = keep
        self._log = log
        self._registry = registry
        self._kept: OrderedDict[str, _Folded] = OrderedDict()

    async def look(self, stream: str) -> State | None:
        """A stream as it is now; None for one that the log does not have. Raises Unreachable."""
        decider = decider_of(stream)
        if decider is None:
            return None
        kept = self._kept.get(stream) or _Folded(0, decider.initial, {})
        version, state, reasons = kept.version, kept.state, dict(kept.reasons)
        async for event in self._log.read_stream(stream, version):
            version = event.version
            state = decider.evolve(state, self._known(decider, event), event.occurred_at)
            if event.type == _SHORTLISTS:
                reasons[event.data["round"]] = _reasons(event)
        if version == 0:
            return None
        open_ = state.rounds if isinstance(state, CohortState) else ()
        self._kept[stream] = _Folded(
            version, state, {number: told for number, told in reasons.items() if number in open_}
        )
        self._kept.move_to_end(stream)
        if len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return state

    async def before(self, stream: str, command_id: str) -> tuple[State, datetime] | None:
        """A stream as it was when it took a command, and when that was; None where it took none of that id.
        Reads the stream from its begin."""
        decider = decider_of(stream)
        if decider is None:
            return None
        state: State = decider.initial
        async for event in self._log.read_stream(stream):
            if event.command_id == command_id:
                return state, event.occurred_at
            state = decider.evolve(state, self._known(decider, event), event.occurred_at)
        return None

    async def history(self, stream: str) -> AsyncIterator[tuple[datetime, Any]]:
        """What happened in a stream and when, without anybody's answers."""
        decider = decider_of(stream)
        if decider is not None:
            async for event in self._log.read_stream(stream):
                yield event.occurred_at, self._known(decider, event)

    async def shortlist(self, stream: str, number: int, mentee: str) -> Reasons:
        """Why each candidate stands on a mentee's shortlist of that round, while it is open (R36)."""
        await self.look(stream)
        kept = self._kept.get(stream)
        return kept.reasons.get(number, {}).get(mentee, {}) if kept else {}

    async def events(self, stream: str) -> AsyncIterator[StoredEvent]:
        """All that happened in a stream, in order, without anybody's answers. Raises Unreachable."""
        async for event in self._log.read_stream(stream):
            yield event

    async def facts(self, stream: str) -> AsyncIterator[tuple[Any, datetime]]:
        """The same as its decider folds it, with the time of each. Raises Unreachable."""
        decider = decider_of(stream)
        if decider is not None:
            async for event in self._log.read_stream(stream):
                yield self._known(decider, event), event.occurred_at

    def _known(self, decider: Decider[Any], event: StoredEvent) -> Any:
        sealed = self._registry.sealed_fields(event.type)
        known = {name: None if name in sealed else value for name, value in event.data.items()}
        return decider.events.validate_python({"type": event.type, **known})


def _reasons(event: StoredEvent) -> dict[str, Reasons]:
    return {
        entry["mentee"]: {one["mentor"]: tuple(one["reasons"]) for one in entry["candidates"]}
        for entry in event.data["shortlists"]
    }


def decider_of(stream: str) -> Decider[Any] | None:
    """The rules of a stream by its name; None for a name that no stream has."""
    deciders: dict[str, Decider[Any]] = {"pair": PAIR, "cohort": COHORT}
    return deciders.get(stream.partition("-")[0])


def roles_of(state: State, person: str) -> frozenset[Role]:
    """What somebody is in this stream; nothing for a stranger."""
    return state.roles(Actor(id=person))


def asked_of(state: State, person: str) -> tuple[Open, ...]:
    """The open items about which somebody is reminded, the next to close first."""
    asked = [
        one
        for one in state.ledger.open.values()
        if any(person in step.to for step in one.chase.steps if step.action == "remind")
    ]
    return tuple(sorted(asked, key=lambda one: closes_at(one) or one.chase.steps[-1].at))


def closes_at(one: Open) -> datetime | None:
    """When an item passes to somebody else or ends; None where it only reminds."""
    return next((step.at for step in one.chase.steps if step.action != "remind"), None)
