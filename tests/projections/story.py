"""A seeded generator of plausible cohorts: what a log may hold, with less sense than the rules would allow.

It uses the real event types and plants secrets in every sealed field.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby

from events.contracts import Append, NewEvent
from events.store import EventStore
from tests.projections.story_cohort import CohortTelling
from tests.projections.story_pair import PairTelling
from tests.projections.story_telling import Told


class Teller(CohortTelling, PairTelling):
    """Tells one cohort's story, at random but the same for the same seed."""

    def tell(self) -> list[Told]:
        """The whole story, each stream in order, and no pair's event before its cohort's first."""
        self._before_kickoff()
        self._surveys()
        for number in range(1, self.pairs + 1):
            self._pair(number)
        self._after()
        self._hr_was_wrong()
        return sorted(self.told, key=lambda told: told.at)


def story(seed: int, cohorts: int = 2, pairs: int = 5) -> list[Told]:
    """Some cohorts side by side, in one order of time."""
    told = [one for n in range(cohorts) for one in Teller(f"c{seed}-{n}", pairs, seed).tell()]
    return sorted(told, key=lambda one: one.at)


def appends(told: Iterable[Told]) -> Iterator[Append]:
    """The story as commands: what one stream says at one instant is one command."""
    versions: dict[str, int] = {}
    for (stream, at), group in groupby(told, key=lambda one: (one.stream, one.at)):
        events = [one.event for one in group]
        version = versions.get(stream, 0)
        versions[stream] = version + len(events)
        yield Append(
            stream=stream,
            expected_version=version,
            command_id=f"command-{version}",
            command_digest="d",
            actor="p-actor",
            correlation_id="story",
            policy_version="house-2026@test",
            occurred_at=at,
            events=tuple(
                NewEvent(
                    event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{stream}/{version + ordinal}")),
                    type=event.type,
                    schema_version=event.schema_version,
                    data=event.payload(),
                )
                for ordinal, event in enumerate(events)
            ),
        )


async def write(store: EventStore, told: Iterable[Told]) -> int:
    """Append the story; returns the last position."""
    position = 0
    for append in appends(told):
        position = (await store.append(append)).events[-1].position
    return position
