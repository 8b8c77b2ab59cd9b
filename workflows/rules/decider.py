"""A decider: four pure functions over one event stream, and nothing else. Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter

from events.base import Event
from events.contracts import Effect
from turnabout.commands.base import Command
from turnabout.model import Actor

S = TypeVar("S")


@dataclass(frozen=True)
class Moment:
    """When and by whom a command is given. `lenient`: it is decided again as it was before its rule became
    stricter (`Decider.stricter`)."""

    now: datetime
    actor: Actor
    lenient: bool = False


Rules: TypeAlias = Mapping[type[Command], Callable[[S, Any, Moment], list[Event]]]
"""Which rule answers which command: each concern has its table, the decider merges them."""

Folds: TypeAlias = Mapping[type[Event], Callable[[S, Any, datetime], S]]
"""Which fold takes which event; an event without one changes nothing but the open items."""


@dataclass(frozen=True)
class Due:
    """A command that the stream owes itself at a time. The id changes whenever its item is rescheduled."""

    at: datetime
    command_id: str
    command: Command


@dataclass(frozen=True)
class Summary:
    """What the Temporal UI shows of a stream: one line, a phase, whether someone must look, and Markdown
    details. No names, no confidential values."""

    title: str
    phase: str
    attention: bool
    details: str
    program: str = ""
    cohort: str = ""


@dataclass(frozen=True)
class Decider(Generic[S]):
    """The rules of one kind of stream.

    decide(state, command, moment) -> events, or raises Rejected(rule, reason)
    evolve(state, event, at)       -> what we know after the event, which occurred at `at`
    agenda(state)                  -> everything due by itself, in no particular order
    react(state, event, at)        -> what the outside world must do now; state is folded up to the event
    opens(command)                 -> the name of the stream that a first command begins; None for any other

    `stricter` names by command the patch with which its rule began to refuse more: what the history of a run
    holds from before stays accepted when it is replayed.
    """

    kind: str
    initial: S
    decide: Callable[[S, Command, Moment], list[Event]]
    evolve: Callable[[S, Event, datetime], S]
    agenda: Callable[[S], Collection[Due]]
    react: Callable[[S, Event, datetime], Collection[Effect]]
    is_terminal: Callable[[S], bool]
    policy_version: Callable[[S], str]
    summarize: Callable[[S], Summary]
    commands: TypeAdapter[Command]
    events: TypeAdapter[Event]
    opens: Callable[[Command], str | None] = lambda _: None
    stricter: Mapping[str, str] = field(default_factory=dict)


def earliest(agenda: Collection[Due], skip: Collection[str] = ()) -> Due | None:
    """The next due item, leaving out those that failed; ties go to the smaller id, so the order is stable."""
    items = [due for due in agenda if due.command_id not in skip]
    return min(items, key=lambda due: (due.at, due.command_id), default=None)
