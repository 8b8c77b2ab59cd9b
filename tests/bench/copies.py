"""Many cohorts in mid-course out of one: a small cohort is played in simulated time to its open pulses, and
its streams are stored again under other names, with other people and with dates that lie behind us.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from events.contracts import Append, NewEvent, StoredEvent
from events.people import People
from events.store import EventStore
from tests.e2e.cohort import LIMIT, begins, contacts, prompt_script, small_cohort
from turnabout.contact import Contact
from workers.demo.cast import Cast
from workers.demo.play import Play
from workers.embedded.stack import Stack
from workers.settings import EngineSettings
from workers.streams import whole
from workflows.stream import event_id

NAME = "zzbench"
"""A word that nothing else in a stream holds."""
WRITERS = 8
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d(?!\d)")
_PERSON = re.compile(r"\bp-(\d{3})\b")


@dataclass(frozen=True)
class Original:
    """The streams of the cohort, the cohort's first, and when their last event was."""

    streams: tuple[tuple[StoredEvent, ...], ...]
    ends: datetime


async def played() -> Original:
    """The cohort, up to the moment when every pair has an open pulse that nobody has answered."""
    spec, settings = small_cohort(NAME), EngineSettings(notify_channels=("log",), shutdown_timeout=0.5)
    opened: set[str] = set()

    def is_over(event: StoredEvent) -> bool:
        if event.type == "pair.pulse_opened":
            opened.add(event.stream)
        return len(opened) == 4

    async with Stack.simulated(settings, sandboxed=False, projector=False) as stack:
        await People(stack.pool).import_people(contacts())
        await stack.clock.sleep(begins(spec) - await stack.clock.now())
        await stack.turnabout.start_cohort(spec)
        await Play(Cast(spec, prompt_script()), stack.turnabout, stack.log, stack.clock).run(
            is_over, limit=LIMIT
        )
        names = (f"cohort-{NAME}", *sorted(opened))
        streams = tuple([tuple(await whole(stack.store, name)) for name in names])
    return Original(streams, max(stream[-1].occurred_at for stream in streams))


@dataclass(frozen=True)
class Copy:
    """One copy: its number, and the days by which it lies earlier."""

    number: int
    days: int

    def text(self, text: str) -> str:
        """A text of the original as it stands in the copy."""
        moved = _DAY.sub(lambda found: f"{date.fromisoformat(found[0]) - timedelta(days=self.days)}", text)
        return _PERSON.sub(rf"p-{self.number:02d}\1", moved).replace(NAME, f"bench-{self.number:02d}")

    def contacts(self) -> list[Contact]:
        """The entries of its people in the directory."""
        return [one.model_copy(update={"id": self.text(one.id)}) for one in contacts()]

    async def store(self, store: EventStore, stream: Sequence[StoredEvent]) -> None:
        """Store one of the streams, command by command."""
        name, version = self.text(stream[0].stream), 0
        for command_id, group in groupby(stream, key=lambda event: event.command_id):
            events = list(group)
            first, given = events[0], self.text(command_id)
            await store.append(
                Append(
                    stream=name,
                    expected_version=version,
                    command_id=given,
                    command_digest=first.command_digest,
                    actor=self.text(first.actor),
                    correlation_id=given,
                    policy_version=first.policy_version,
                    occurred_at=first.occurred_at - timedelta(days=self.days),
                    events=tuple(
                        NewEvent(
                            event_id=event_id(name, given, ordinal),
                            type=event.type,
                            schema_version=event.schema_version,
                            data=json.loads(self.text(json.dumps(event.data))),
                        )
                        for ordinal, event in enumerate(events)
                    ),
                )
            )
            version += len(events)


async def copied(original: Original, stack: Stack, count: int) -> list[Copy]:
    """Store so many copies, and their people, in the stack's empty log."""
    days = math.ceil((original.ends - datetime.now(UTC)) / timedelta(days=1))
    copies = [Copy(number, days) for number in range(count)]
    known = {one.id: one for copy in copies for one in copy.contacts()}
    await People(stack.pool).import_people(known.values())
    limit = asyncio.Semaphore(WRITERS)

    async def write(copy: Copy) -> None:
        async with limit:
            for stream in original.streams:
                await copy.store(stack.store, stream)

    async with asyncio.TaskGroup() as group:
        for copy in copies:
            group.create_task(write(copy))
    return copies
