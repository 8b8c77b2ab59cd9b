"""What became of the nudges that fell due while nobody worked (domain.md, acceptance scenario 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from events.contracts import StoredEvent
from tests.e2e.audit import DECIDERS, Told

Outcome = Literal["sent", "suppressed", "postponed", "settled", "stopped", "lost"]
OUTCOMES: Mapping[str, Outcome] = {
    "reminded": "sent",
    "reminder_suppressed": "suppressed",
    "reminder_postponed": "postponed",
}


@dataclass(frozen=True)
class Missed:
    """A reminder whose time came while nobody worked, and what became of it. `settled` was overtaken by
    something else that was due, `stopped` by a pause or the pair's end."""

    stream: str
    item: str
    template: str
    due_at: datetime
    outcome: Outcome


def missed_nudges(streams: Mapping[str, Told], left: datetime, back: datetime) -> list[Missed]:
    """Every reminder that was planned when the worker left and due before it was back."""
    return [one for name, told in streams.items() for one in _missed(name, told, left, back)]


def _missed(name: str, told: Told, left: datetime, back: datetime) -> Iterator[Missed]:
    decider = DECIDERS[name.partition("-")[0]]
    state: Any = decider.initial
    before = [event for event in told.events if event.occurred_at <= left]
    for event in before:
        body = decider.events.validate_python({"type": event.type, **event.data})
        state = decider.evolve(state, body, event.occurred_at)
    paused = name.startswith("pair-") and state.paused
    for open_ in state.ledger.open.values() if before else ():
        chase = open_.chase
        for number, step in enumerate(chase.steps):
            if number >= open_.done and step.action == "remind" and left < step.at <= back:
                stopped = paused and not chase.through_pause
                place = (chase.item, chase.revision, number)
                outcome = "stopped" if stopped else _outcome(place, told.events[len(before) :])
                yield Missed(name, chase.item, step.template, step.at, outcome)


def _outcome(place: tuple[str, int, int], after: Iterable[StoredEvent]) -> Outcome:
    for event in after:
        outcome = OUTCOMES.get(event.type.partition(".")[2])
        if outcome and (event.data["item"], event.data["revision"], event.data["step"]) == place:
            return outcome
        opened = (chase["item"] for chase in event.data.get("opens", ()))
        if place[0] in {*event.data.get("settles", ()), *opened}:
            return "settled"
        if event.type in {"pair.paused", "pair.ended"}:
            return "stopped"
    return "lost"
