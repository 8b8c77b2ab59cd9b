"""Given/when/then for deciders: events before, one command, events after. Pure: the clock is an argument.

    scene = given(PAIR, formed, at="2026-03-02T10:00Z")
    scene.when(LogSession(number=1), by="mentor").rejected("G3")
    scene.when(AnswerPulse(...), by="mentee").then(PulseAnswered, like(SafetyAssessed, level="red"))
    scene.until("2026-06-01T00:00Z").of(PairReminded)

Every step also holds what is true of all deciders: an accepted command yields events, events survive JSON,
folding them works, the state's agenda, effects and summary can be computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from events.base import Event
from events.contracts import Effect
from tests.catalog import catalog
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.model import SYSTEM, Actor
from workflows.rules.decider import Decider, Due, Moment, earliest

S = TypeVar("S")
E = TypeVar("E", bound=Event)

ENGINE = frozenset({"E1", "E2", "E3", "E4", "E5", "E6", "E7"})
"""The rules of `workflows/stream.py`."""
RULES = ENGINE | catalog.entries().keys()
"""What a rejection may name: a guard, requirement or timer of the specification, or an engine rule."""


@dataclass(frozen=True)
class Like:
    """An event of a type whose named fields have these values; the others may hold anything."""

    type: type[Event]
    fields: dict[str, Any]

    def __str__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.type.__name__}({fields})"


def like(type_: type[Event], **fields: Any) -> Like:
    """An expectation on some fields of an event."""
    return Like(type_, fields)


Expected: TypeAlias = type[Event] | Like | Event


def moment(at: datetime | str) -> datetime:
    """An instant, or its ISO text with an offset (`Z` for UTC)."""
    when = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    assert when.tzinfo is not None, f"{at} needs an offset"
    return when


@dataclass(frozen=True)
class Scene(Generic[S]):
    """A stream at a time: what is known (`state`), everything that happened and when (`history`), and the
    answer to the last command (`events` and `effects`, or `rejection`)."""

    decider: Decider[S]
    state: S
    at: datetime
    history: tuple[tuple[datetime, Event], ...] = ()
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    rejection: Rejected | None = field(default=None)

    def when(self, command: Command, *, by: str = SYSTEM.id, at: datetime | str | None = None) -> Scene[S]:
        """Give a command; `at` is now, unless given, and never goes back."""
        now = self.at if at is None else moment(at)
        assert now >= self.at, f"time goes back from {self.at} to {now}"
        sent = self.decider.commands.validate_json(command.model_dump_json())
        try:
            events = self.decider.decide(self.state, sent, Moment(now, Actor(id=by)))
        except Rejected as rejection:
            return self._refused(rejection, now)
        assert events, f"{command.type} was accepted without an event"
        return self._fold(events, now)

    def then(self, *expected: Expected) -> Scene[S]:
        """The command yielded exactly these events, in this order."""
        assert self.rejection is None, f"rejected: {self.rejection}"
        fits = len(expected) == len(self.events) and all(
            _fits(want, got) for want, got in zip(expected, self.events, strict=True)
        )
        if not fits:
            wanted = "\n  ".join(map(_name, expected))
            got = "\n  ".join(repr(event) for event in self.events)
            raise AssertionError(f"expected\n  {wanted}\ngot\n  {got}")
        return self

    def rejected(self, rule: str, saying: str = "") -> Scene[S]:
        """The command was rejected by that rule; `saying` is part of the message or the hint."""
        assert self.rejection is not None, f"accepted: {self.events!r}"
        assert self.rejection.rule == rule, str(self.rejection)
        assert saying in str(self.rejection), str(self.rejection)
        return self

    def due(self) -> Due | None:
        """The next item of the agenda."""
        return earliest(self.decider.agenda(self.state))

    def run(self) -> Scene[S]:
        """Run the next due item at its time, or now if that has passed; it must be off the agenda then."""
        due = self.due()
        assert due is not None, "nothing is due"
        after = self.when(due.command, at=max(due.at, self.at))
        assert after.rejection is None, f"due item {due.command_id} was rejected: {after.rejection}"
        left = {item.command_id for item in self.decider.agenda(after.state)}
        assert due.command_id not in left, f"due item {due.command_id} is still on the agenda"
        return after

    def until(self, at: datetime | str) -> Scene[S]:
        """Run everything that is due up to a time; `events` and `effects` are those of all of it."""
        end, scene = moment(at), self
        events: tuple[Event, ...] = ()
        effects: tuple[Effect, ...] = ()
        for _ in range(10_000):
            due = scene.due() if not self.decider.is_terminal(scene.state) else None
            if due is None or due.at > end:
                break
            scene = scene.run()
            events, effects = events + scene.events, effects + scene.effects
        else:
            raise AssertionError("the agenda never ends")
        return Scene(self.decider, scene.state, max(end, scene.at), scene.history, events, effects)

    def later(self, **delta: float) -> Scene[S]:
        """`until` some time from now: `later(days=2)`."""
        return self.until(self.at + timedelta(**delta))

    def after_outage(self, **delta: float) -> Scene[S]:
        """Some time later, with nothing run that was due in between: the engine was down."""
        return replace(self, at=self.at + timedelta(**delta), events=(), effects=(), rejection=None)

    def of(self, type_: type[E]) -> tuple[E, ...]:
        """The last command's (or `until`'s) events of a type."""
        return tuple(event for event in self.events if isinstance(event, type_))

    def _refused(self, rejection: Rejected, now: datetime) -> Scene[S]:
        assert rejection.rule in RULES, f"no rule id: {rejection}"
        assert rejection.hint, f"no hint: {rejection}"
        return Scene(self.decider, self.state, now, self.history, rejection=rejection)

    def _fold(self, events: Iterable[Event], now: datetime) -> Scene[S]:
        state = self.state
        stored: list[Event] = []
        effects: list[Effect] = []
        for event in events:
            read = self.decider.events.validate_json(event.model_dump_json())
            assert read == event, f"{event.type} changes on its way through JSON"
            state = self.decider.evolve(state, read, now)
            stored.append(read)
            effects += self.decider.react(state, read, now)
        self.decider.agenda(state)
        self.decider.summarize(state)
        self.decider.policy_version(state)
        history = (*self.history, *((now, event) for event in stored))
        return Scene(self.decider, state, now, history, tuple(stored), tuple(effects))


def given(decider: Decider[S], *facts: Event | tuple[Event, datetime | str], at: datetime | str) -> Scene[S]:
    """A stream after these events. A fact without a time happened when the one before it did; the first at
    `at`, where the scene begins."""
    scene = Scene(decider, decider.initial, moment(at))
    for fact in facts:
        event, when = fact if isinstance(fact, tuple) else (fact, scene.at)
        scene = scene._fold((event,), moment(when))
    return Scene(decider, scene.state, scene.at, scene.history)


def _fits(want: Expected, got: Event) -> bool:
    if isinstance(want, Like):
        return isinstance(got, want.type) and all(
            getattr(got, name) == value for name, value in want.fields.items()
        )
    return isinstance(got, want) if isinstance(want, type) else got == want


def _name(want: Expected) -> str:
    return want.__name__ if isinstance(want, type) else str(want)
