"""A cohort and its pairs in one place: their deciders, the effects between them, and one clock.

What the engine does with Temporal and PostgreSQL is done here by hand: due items run at their time, or after
an outage; a command told to another stream is given once; a computation is answered some minutes later; a
letter reaches its reader. People answer through `Folk`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol, TypeAlias

from activities.match import SOLVERS
from events.base import Event
from events.contracts import Compute, Effect, Notify, Tell
from tests.rules.bdd import Scene, given
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.model import SYSTEM
from workflows.rules.cohort import COHORT
from workflows.rules.decider import Decider, Due
from workflows.rules.pair import PAIR

DECIDERS: Mapping[str, Decider[Any]] = {"cohort": COHORT, "pair": PAIR}
SLOW = 200
"""Minutes that every seventh command between streams takes: nobody may rely on being told at once."""
LIMIT = 100_000
"""Steps after which a life counts as endless."""


@dataclass(frozen=True)
class Happened:
    """An event, where and when."""

    at: datetime
    stream: str
    event: Event


@dataclass(frozen=True)
class Letter:
    """A message to one person."""

    at: datetime
    stream: str
    template: str
    to: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Refused:
    """A command that a rule did not allow."""

    at: datetime
    stream: str
    by: str
    command: Command
    rejection: Rejected


Deed: TypeAlias = "Callable[[Town, str], Any]"


@dataclass(frozen=True, order=True)
class Act:
    """What somebody will do at a time."""

    at: datetime
    ticket: int
    stream: str = field(compare=False)
    do: Deed = field(compare=False)


class People(Protocol):
    """Who lives in the town."""

    def read(self, town: Town, letter: Letter) -> None:
        """Somebody reads a letter and may plan an answer."""

    def see(self, town: Town, happened: Happened) -> None:
        """Somebody sees what happened without a letter."""

    def wake(self, town: Town) -> None:
        """Nothing is due and nothing is planned: somebody must go on."""


@dataclass
class Town:
    """Everything so far. `outages` are the times in which no due item runs and no command gets through."""

    people: People
    now: datetime
    outages: Sequence[tuple[datetime, datetime]] = ()
    streams: dict[str, Scene[Any]] = field(default_factory=dict)
    log: list[Happened] = field(default_factory=list)
    effects: list[tuple[datetime, str, Effect]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    summaries: set[str] = field(default_factory=set)
    _acts: list[Act] = field(default_factory=list)
    _ticket: count[int] = field(default_factory=count)
    _due: dict[str, Due | None] = field(default_factory=dict)
    _posted: dict[str, datetime] = field(default_factory=dict)
    _told: dict[tuple[str, str], Tell] = field(default_factory=dict)

    @property
    def cohort(self) -> Scene[Any]:
        """The one cohort."""
        return next(scene for name, scene in self.streams.items() if name.startswith("cohort-"))

    @property
    def pairs(self) -> dict[str, Scene[Any]]:
        """Its pairs by stream."""
        return {name: scene for name, scene in self.streams.items() if name.startswith("pair-")}

    @property
    def over(self) -> bool:
        """Whether every stream has come to its end."""
        return all(scene.decider.is_terminal(scene.state) for scene in self.streams.values())

    def of(self, stream: str) -> Iterator[tuple[datetime, Event]]:
        """What happened in one stream."""
        return ((one.at, one.event) for one in self.log if one.stream == stream)

    def plan(self, after: timedelta, stream: str, by: str, command: Command) -> None:
        """Somebody will give a command some time from now."""
        self.when(after, stream, lambda town, name: town.give(name, by, command))

    def when(self, after: timedelta, stream: str, do: Deed) -> None:
        """Something will be done some time from now."""
        heapq.heappush(self._acts, Act(self.now + after, next(self._ticket), stream, do))

    def give(self, stream: str, by: str, command: Command) -> bool:
        """Somebody gives a command now; says whether it was accepted."""
        scene = self.streams.get(stream) or given(DECIDERS[stream.partition("-")[0]], at=self.now)
        if scene.decider.is_terminal(scene.state):
            return False  # its workflow is gone
        after = replace(scene, at=self.now, history=()).when(command, by=by)
        if after.rejection is not None:
            self.refused.append(Refused(self.now, stream, by, command, after.rejection))
            return False
        self._take(stream, after)
        return True

    def live(self) -> None:
        """Let time pass until every stream is at its end."""
        for _ in range(LIMIT):
            if not self._step():
                if self.over:
                    return
                self.people.wake(self)
        raise AssertionError("this life never ends")

    def _step(self) -> bool:
        """The next thing that happens, in the order of time; says whether there was one."""
        dues = [(self._back_up(due.at), due.at, name) for name, due in self._due.items() if due is not None]
        acts = [(self._back_up(self._acts[0].at), self._acts[0].at, "")] if self._acts else []
        if not dues and not acts:
            return False
        at, _, name = min([*dues, *acts])
        self.now = max(self.now, at)
        if name:
            self._take(name, replace(self.streams[name], at=self.now, history=()).run())
        else:
            act = heapq.heappop(self._acts)
            act.do(self, act.stream)
        return True

    def _back_up(self, at: datetime) -> datetime:
        """`at`, or the end of the outage that it falls into."""
        at = max(at, self.now)
        return next((end for begin, end in self.outages if begin <= at < end), at)

    def _take(self, stream: str, after: Scene[Any]) -> None:
        self.streams[stream] = after
        done = after.decider.is_terminal(after.state)
        self._due[stream] = None if done else after.due()
        self.summaries.add(str(after.decider.summarize(after.state)))
        for event in after.events:
            happened = Happened(self.now, stream, event)
            self.log.append(happened)
            self.people.see(self, happened)
        for effect in after.effects:
            self.effects.append((self.now, stream, effect))
            self._perform(stream, effect)

    def _perform(self, stream: str, effect: Effect) -> None:
        match effect:
            case Notify():
                for person in effect.to:
                    letter = Letter(self.now, stream, effect.template, person, effect.values)
                    self.letters.append(letter)
                    self.people.read(self, letter)
            case Tell():
                self._post(stream, effect)
            case Compute():
                answer = SOLVERS[effect.task](effect.payload)
                command = self.streams[stream].decider.commands.validate_python(answer)
                self.plan(timedelta(minutes=1 + next(self._ticket) % 90), stream, SYSTEM.id, command)

    def _post(self, stream: str, tell: Tell) -> None:
        """It arrives after a while, behind what the same stream told before."""
        minutes = SLOW if next(self._ticket) % 7 == 0 else 1
        at = max(self._posted.get(stream, self.now), self.now + timedelta(minutes=minutes))
        self._posted[stream] = at
        self.when(at - self.now, tell.stream, lambda town, _: town._tell(tell))

    def _tell(self, tell: Tell) -> None:
        known = self._told.setdefault((tell.stream, tell.command_id), tell)
        assert known == tell, f"{tell.command_id} is told twice and differs"
        there = self.streams.get(tell.stream)
        if there is None:
            assert tell.start, f"{tell.stream} does not exist"
        elif there.decider.is_terminal(there.state):
            assert tell.lenient, f"{tell.stream} is closed"
            return
        decider = DECIDERS[tell.stream.partition("-")[0]]
        command = decider.commands.validate_python(tell.envelope.command)
        accepted = self.give(tell.stream, SYSTEM.id, command)
        assert accepted, f"{tell.stream} refused {command.type}: {self.refused[-1].rejection}"
