"""Plays a cast against a running engine: read the log, let people answer, move simulated time on."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from events.contracts import StoredEvent
from events.reader import LogReader
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from workers.demo.cast import Action, Cast

STRIDE = timedelta(hours=4)
"""The longest stretch of time without a look at the mail."""

DAY = timedelta(days=1)


class Clock(Protocol):
    """The time that the engine lives in."""

    async def now(self) -> datetime: ...

    async def sleep(self, duration: timedelta) -> None: ...


class Mouth(Protocol):
    """One stream, to give commands to."""

    async def execute(self, command: Command, *, actor: str) -> object: ...


class Voice(Protocol):
    """What people speak through: the client, or what stands in its place."""

    def stream(self, name: str) -> Mouth: ...


@dataclass(frozen=True)
class Refusal:
    """A command that a rule refused, as its giver saw it."""

    at: datetime
    stream: str
    command: str
    rule: str
    reason: str


@dataclass
class Play:
    """One run of a cast. `watch` is called after every look at the log, with the time and the new events."""

    cast: Cast
    turnabout: Voice
    log: LogReader
    clock: Clock
    watch: Callable[[datetime, Sequence[StoredEvent]], None] = lambda _now, _events: None
    refusals: list[Refusal] = field(default_factory=list)
    _position: int = 0
    _agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _ticket: itertools.count[int] = field(default_factory=itertools.count)

    async def run(self, finished: Callable[[StoredEvent], bool], *, limit: timedelta) -> None:
        """Play until an event makes `finished` true. Raises TimeoutError after `limit` of simulated time."""
        deadline = await self.clock.now() + limit
        while True:
            now = await self.clock.now()
            events = await self._read()
            self.watch(now, events)
            if any(finished(event) for event in events):
                return
            if now > deadline:
                raise TimeoutError(f"The cohort was not finished after {limit.days} simulated days.")
            acted = await self._act(now)
            if not acted and not events:
                await self.clock.sleep(self._until_next(now))

    async def _read(self) -> list[StoredEvent]:
        events: list[StoredEvent] = []
        while True:
            page = await self.log.read_all(self._position, limit=1000)
            self._position = page.position
            if not page.events:
                break
            events.extend(page.events)
        for event in events:
            for action in self.cast.respond(event):
                self._plan(action)
        return events

    def _plan(self, action: Action) -> None:
        heapq.heappush(self._agenda, (action.at, next(self._ticket), action))

    def _until_next(self, now: datetime) -> timedelta:
        wait = self._agenda[0][0] - now if self._agenda else STRIDE
        return min(max(wait, timedelta(seconds=1)), STRIDE)

    async def _act(self, now: datetime) -> bool:
        """Give what is due: streams at once, the commands of one stream in their order."""
        due: dict[str, list[Action]] = defaultdict(list)
        while self._agenda and self._agenda[0][0] <= now:
            action = heapq.heappop(self._agenda)[2]
            due[action.stream].append(action)
        await asyncio.gather(*(self._give(now, actions) for actions in due.values()))
        return bool(due)

    async def _give(self, now: datetime, actions: Sequence[Action]) -> None:
        for action in actions:
            stream = self.turnabout.stream(action.stream)
            try:
                await stream.execute(action.command, actor=action.actor)
            except Rejected as refusal:
                self.refusals.append(
                    Refusal(now, action.stream, action.command.type, refusal.rule, refusal.reason)
                )
                if action.insist:
                    later = Action(now + DAY, action.stream, action.actor, action.command, insist=True)
                    self._plan(later)
