"""What the gateway's pages work with: client, reads, desk, directory, links and the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from activities.links import Links
from activities.notify import Notifier
from events.own import OwnLog
from events.people import People
from events.tokens import Tokens
from turnabout.client import Turnabout
from turnabout.reads import Reads
from workers.gateway.desk import Desk
from workers.settings import EngineSettings

Clock = Callable[[], Awaitable[datetime]]


async def wall_clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Gateway:
    """The parts. `notifier` sends a new link where one has expired; `own` is the log as one person may read
    it."""

    settings: EngineSettings
    turnabout: Turnabout
    reads: Reads
    desk: Desk
    people: People
    links: Links
    notifier: Notifier
    tokens: Tokens
    own: OwnLog
    clock: Clock = wall_clock

    async def names(self, ids: Collection[str]) -> dict[str, str]:
        """How people are called; an id where the directory does not know them (any more)."""
        found = await self.people.find(ids)
        return {one: found[one].name if one in found else one for one in ids}
