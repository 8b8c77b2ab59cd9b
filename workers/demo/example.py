"""The example of `up --example`: two cohorts in real time, with something left to do for a newcomer.

One waits for its sponsor's signature. In the other the demo's cast has joined, chosen and consented, and
every pair but the first has prepared. It is put into an empty log only, and goes on where it stopped: each
command's id follows from what it says.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events.contracts import StoredEvent
from events.people import People
from events.reader import LogReader
from turnabout import calendar
from turnabout.client import Stream, Turnabout
from turnabout.commands.base import Command
from turnabout.commands.pair_terms import Terms
from turnabout.contact import Contact
from turnabout.messages import Receipt
from turnabout.spec import CohortSpec
from workers.demo.cast import Action, Cast
from workers.demo.play import Play
from workers.demo.run import read_example
from workers.demo.script import Script

RUNNING, WAITING = "example", "example-waiting"
PATIENCE = timedelta(minutes=10)
"""How long the cast may take until the newcomer's turn comes."""
LOOK = timedelta(seconds=0.25)
SPEED = 0.1 / 3600
"""What takes an hour in the demo takes a tenth of a second."""
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Pacific/Auckland",
)
"""Where the example's people may live: in one of these it is always between 9 and 17."""

PROMPT = Script(
    late_to_join=frozenset(),
    late_to_rank=frozenset(),
    declines_first_match=frozenset(),
    proposes_vaguely=0,
)
LEFT = f"pair-{RUNNING}-01"
"""The newcomer's pair."""


def home_at(now: datetime) -> str:
    """A zone in which the morning's letters have gone out and others do for an hour yet; on a weekend, where
    the week begins first."""
    near = [now + timedelta(hours=hours) for hours in (-1, 0, 1)]
    return min(ZONES, key=lambda zone: sorted(_opens(at, zone) for at in near)[::-1])


def _opens(at: datetime, zone: str) -> datetime:
    return calendar.working_instant(at, zone, "later")


def cohorts(now: datetime) -> tuple[CohortSpec, CohortSpec, tuple[Contact, ...]]:
    """The one that runs, the one that waits, and the entries of their people in the directory. They began
    yesterday, and their people live where letters go out now."""
    zone = home_at(now)
    spec, contacts = read_example()
    starts_on = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    told = _moved(spec.model_dump(), zone) | {
        "starts_on": starts_on,
        "kickoff_on": starts_on + (spec.kickoff_on - spec.starts_on),
        "holidays": (),
    }
    running = CohortSpec.model_validate({**told, "id": RUNNING, "name": "The example"})
    waiting = CohortSpec.model_validate({**told, "id": WAITING, "name": "The example that waits"})
    return running, waiting, tuple(one.model_copy(update={"timezone": zone}) for one in contacts)


def _moved(value: Any, zone: str) -> Any:
    """The same with everybody living there."""
    if isinstance(value, dict):
        return {key: zone if key == "timezone" else _moved(one, zone) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(one, zone) for one in value]
    return value


@dataclass
class Prompt(Cast):
    """A cast that waits for no letter, leaves one pair alone, and is over when all others have
    signed and rated. What the lead confirms is left, too."""

    script: Script = PROMPT
    arranged: int = 0
    ready: bool = False
    done: set[tuple[str, str, str]] = field(default_factory=set)

    def respond(self, event: StoredEvent) -> Iterator[Action]:
        if event.stream == f"cohort-{self.spec.id}" or event.stream.startswith(f"pair-{self.spec.id}-"):
            for action in self._answer(event):
                yield replace(action, at=event.occurred_at + (action.at - event.occurred_at) * SPEED)

    def _answer(self, event: StoredEvent) -> Iterator[Action]:
        match event.type:
            case "cohort.planned":
                yield from self._asked(event, "charter_due", [self.spec.sponsor.id])
            case "cohort.enrolment_opened":
                yield from self._asked(event, "enrolment_invitation", [one.id for one in self.spec.people])
            case "cohort.shortlists_prepared":
                yield from super().respond(event)
                yield from self._asked(event, "shortlist_ready", self.shortlists)
            case "cohort.match_proposed":
                yield from super().respond(event)
                yield from self._asked(event, "match_proposed", list(self.proposals))
            case "pair.formed":
                yield from super().respond(event)
                terms = self.pairs[event.stream]
                if event.stream != LEFT:
                    for person in (terms.mentor, terms.mentee):
                        for hours, command in self._prepare(terms, is_mentor=person == terms.mentor):
                            yield self._act(event, person, command, hours)
            case "cohort.sponsorship_committed" | "cohort.person_joined":
                yield from super().respond(event)
            case _:
                return

    def _asked(self, event: StoredEvent, template: str, people: Iterable[str]) -> Iterator[Action]:
        for person in people:
            for hours, command in self._answer_cohort(template, person, ""):
                yield self._act(event, person, command, hours)

    def is_over(self, event: StoredEvent) -> bool:
        """Whether nothing is left but what the newcomer does; asked of every event, in their order."""
        match event.type:
            case "cohort.pair_arranged":
                self.arranged += 1
            case "cohort.ready":
                self.ready = True
            case "pair.goal_rated" | "pair.ground_rules_signed" if event.stream in self.pairs.keys() - {LEFT}:
                self.done.add((event.stream, event.type, event.actor))
            case _:
                pass
        return self.ready and len(self.done) >= 4 * (self.arranged - 1)


@dataclass(frozen=True)
class Once:
    """The client as the example's people use it: the same command twice is one."""

    turnabout: Turnabout

    def stream(self, name: str) -> OnceThere:
        """A stream to give commands to."""
        return OnceThere(self.turnabout.stream(name))


@dataclass(frozen=True)
class OnceThere:
    """A stream of theirs."""

    stream: Stream

    async def execute(self, command: Command, *, actor: str) -> Receipt:
        """Give a command under the id that follows from it. Raises as `Stream.execute` does."""
        told = json.dumps([self.stream.name, actor, command.wire()], sort_keys=True, default=str)
        given = f"example-{hashlib.sha256(told.encode()).hexdigest()[:32]}"
        return await self.stream.execute(command, id=given, actor=actor)


class _WallClock:
    async def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(min(duration, LOOK).total_seconds())


@dataclass(frozen=True)
class Turn:
    """What is left to the newcomer: a pair of the running cohort that has not prepared."""

    spec: CohortSpec
    terms: Terms


async def put_example(turnabout: Turnabout, log: LogReader, people: People) -> Turn | None:
    """Start the example's cohorts, or find them, and play until it is the newcomer's turn. Where the log
    holds other cohorts alone, nothing is done and None returned.

    Raises TimeoutError when the cast does not come to its end, TurnaboutError when a server is lost.
    """
    if await log.head() == 0:
        running, waiting, contacts = cohorts(datetime.now(UTC))
        await people.import_people(contacts)
        await turnabout.start_cohort(running)
        await turnabout.start_cohort(waiting)
    spec = await _spec_of(log, RUNNING)
    if spec is None:
        return None
    cast = Prompt(spec)
    await Play(cast, Once(turnabout), log, _WallClock()).run(cast.is_over, limit=PATIENCE)
    return Turn(spec, cast.pairs[LEFT])


async def _spec_of(log: LogReader, cohort: str) -> CohortSpec | None:
    async for event in log.read_stream(f"cohort-{cohort}"):
        if event.type == "cohort.planned":
            return CohortSpec.model_validate(event.data["spec"])
    return None
