"""A toy decider that does everything the engine must cope with: counting, reminders, effects, and faults."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from events.base import Event
from events.contracts import Compute, Effect, Notify, Tell
from events.registry import Registry
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM, Instant, Model, Role
from workflows.rules.decider import Decider, Due, Moment, Summary

ANYONE = frozenset(Role)
LIMIT = 1000
FORGIVING = False
"""A later release, which can fold what this one cannot."""


class Open(Command):
    type: Literal["open"] = "open"
    roles = ANYONE
    label: str


class Add(Command):
    type: Literal["add"] = "add"
    roles = ANYONE
    by: int


class Schedule(Command):
    """Owe the stream a reminder; `fault` makes the due item misbehave."""

    type: Literal["schedule"] = "schedule"
    roles = ANYONE
    at: Instant
    fault: Literal["", "rejected", "empty", "stays"] = ""


class Remind(Command):
    type: Literal["remind"] = "remind"
    roles = ANYONE
    revision: int


class Ask(Command):
    """Ask the outside world: tell another stream, or compute the double of the total."""

    type: Literal["ask"] = "ask"
    roles = ANYONE
    tell: str = ""
    command: dict[str, Any] = {}  # noqa: RUF012 -- pydantic copies defaults
    start: bool = False
    lenient: bool = False


class Answer(Command):
    type: Literal["answer"] = "answer"
    roles = ANYONE
    value: int


class Fail(Command):
    """Make the decider fail in one of its functions."""

    type: Literal["fail"] = "fail"
    roles = ANYONE
    place: Literal["decide", "evolve", "react", "agenda", "nothing", "huge"]


class Close(Command):
    type: Literal["close"] = "close"
    roles = ANYONE
    quietly: bool = False


class Opened(Event):
    type: Literal["counter.opened"] = "counter.opened"
    label: str


class Added(Event):
    type: Literal["counter.added"] = "counter.added"
    by: int


class Scheduled(Event):
    type: Literal["counter.scheduled"] = "counter.scheduled"
    at: Instant
    revision: int
    fault: str


class Reminded(Event):
    type: Literal["counter.reminded"] = "counter.reminded"
    revision: int


class Asked(Event):
    type: Literal["counter.asked"] = "counter.asked"
    number: int
    tell: str
    command: dict[str, Any]
    start: bool
    lenient: bool


class Answered(Event):
    type: Literal["counter.answered"] = "counter.answered"
    value: int


class Failed(Event):
    type: Literal["counter.failed"] = "counter.failed"
    place: str
    ballast: str = ""


class Closed(Event):
    type: Literal["counter.closed"] = "counter.closed"
    quietly: bool


AnyCommand = Annotated[
    Open | Add | Schedule | Remind | Ask | Answer | Fail | Close, Field(discriminator="type")
]
AnyEvent = Annotated[
    Opened | Added | Scheduled | Reminded | Asked | Answered | Failed | Closed, Field(discriminator="type")
]


class State(Model):
    label: str = ""
    total: int = 0
    seen: tuple[int, ...] = ()
    due_at: Instant | None = None
    revision: int = 0
    fault: str = ""
    asked: int = 0
    answer: int | None = None
    broken: bool = False
    closed: bool = False


def decide(state: State, command: Command, moment: Moment) -> list[Event]:
    if state.closed:
        raise Rejected("C9", "The counter is closed.")
    if isinstance(command, Open):
        if state.label:
            raise Rejected("C2", "The counter is open already.")
        return [Opened(label=command.label)]
    if not state.label:
        raise Rejected("C3", "The counter is not open.", hint="Open it first.")
    match command:
        case Add():
            if command.by <= 0 or state.total + command.by > LIMIT:
                raise Rejected("C1", f"{command.by} does not fit.", hint=f"Stay between 1 and {LIMIT}.")
            return [Added(by=command.by)]
        case Schedule():
            return [Scheduled(at=command.at, revision=state.revision + 1, fault=command.fault)]
        case Remind():
            if state.fault == "rejected":
                raise Rejected("C4", "This reminder is refused.")
            return [] if state.fault == "empty" else [Reminded(revision=command.revision)]
        case Ask():
            fields = command.model_dump(exclude={"type"})
            return [Asked(number=state.asked + 1, **fields)]
        case Answer():
            return [Answered(value=command.value)]
        case Close():
            return [Closed(quietly=command.quietly)]
        case Fail():
            return _fail(command)
        case _:
            raise AssertionError(command)


def _fail(command: Fail) -> list[Event]:
    match command.place:
        case "decide":
            raise ZeroDivisionError("a secret that must not be logged")
        case "nothing":
            return []
        case "huge":
            return [Failed(place="huge", ballast="é" * 300_000)]
        case _:
            return [Failed(place=command.place)]


def evolve(state: State, event: Event, at: datetime) -> State:
    match event:
        case Opened():
            return state.model_copy(update={"label": event.label})
        case Added():
            return state.model_copy(update={"total": state.total + event.by, "seen": (*state.seen, event.by)})
        case Scheduled():
            return state.model_copy(
                update={"due_at": event.at, "revision": event.revision, "fault": event.fault}
            )
        case Reminded():
            return state if state.fault == "stays" else state.model_copy(update={"due_at": None})
        case Asked():
            return state.model_copy(update={"asked": event.number})
        case Answered():
            return state.model_copy(update={"answer": event.value})
        case Closed():
            return state.model_copy(update={"closed": True})
        case Failed():
            if event.place == "evolve" and not FORGIVING:
                raise ZeroDivisionError
            return state.model_copy(update={"broken": event.place == "agenda"})
        case _:
            raise AssertionError(event)


def agenda(state: State) -> Collection[Due]:
    if state.broken:
        raise ZeroDivisionError
    if state.due_at is None:
        return ()
    return [Due(state.due_at, f"remind:r{state.revision}", Remind(revision=state.revision))]


def react(state: State, event: Event, at: datetime) -> Collection[Effect]:
    match event:
        case Reminded():
            # The total shows that the state is folded up to this very event.
            return [Notify(template="reminder", to=("p-1",), due_at=at, values={"total": state.total})]
        case Asked() if event.tell:
            envelope = CommandEnvelope(command=event.command, actor=SYSTEM)
            return [
                Tell(
                    stream=event.tell,
                    workflow="PairWorkflow",
                    command_id=f"told-{event.number}",
                    envelope=envelope,
                    start=event.start,
                    lenient=event.lenient,
                )
            ]
        case Asked():
            return [
                Compute(task="double", command_id=f"answer-{event.number}", payload={"total": state.total})
            ]
        case Closed() if not event.quietly:
            return [Notify(template="closed", to=("p-1",), due_at=at)]
        case Failed() if event.place == "react":
            raise ZeroDivisionError
        case _:
            return ()


def summarize(state: State) -> Summary:
    phase = "closed" if state.closed else "open" if state.label else "new"
    return Summary(
        title=f"Counter at {state.total}",
        phase=phase,
        attention=state.total > LIMIT // 2,
        details=f"- reminders: {state.revision}",
        program="tests",
        cohort=state.label,
    )


COUNTER: Decider[State] = Decider(
    kind="counter",
    initial=State(),
    decide=decide,
    evolve=evolve,
    agenda=agenda,
    react=react,
    is_terminal=lambda state: state.closed,
    policy_version=lambda _: "counter-1",
    summarize=summarize,
    commands=TypeAdapter(AnyCommand),
    events=TypeAdapter(AnyEvent),
)


def vocabulary() -> Registry:
    """The counter's events, for a store."""
    registry = Registry()
    registry.register(AnyEvent)
    registry.validate()
    return registry
