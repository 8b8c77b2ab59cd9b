"""A small cohort on a simulated stack whose people are played by the demo's cast, and a gateway served on a
socket, which tests ask over HTTP.

A test plays the cohort to the event it is about, and answers in somebody's place from there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx2

from activities.channels import Message
from events.contracts import StoredEvent
from events.people import People
from tests.e2e.cohort import LIMIT, begins, contacts, script, small_cohort
from turnabout.spec import CohortSpec
from workers import assembly
from workers.demo.cast import Cast
from workers.demo.play import Play
from workers.embedded.stack import Stack
from workers.gateway.app import application
from workers.gateway.house import Gateway
from workers.http_server import listening, serving
from workers.settings import EngineSettings
from workers.streams import whole


@dataclass
class Post:
    """A channel that keeps what it was given."""

    name: str = "post"
    letters: list[Message] = field(default_factory=list)

    def message_id(self, key: str) -> str:
        return key

    async def send(self, message: Message) -> None:
        self.letters.append(message)

    def to(self, person: str, template: str) -> list[Message]:
        """Somebody's letters of a kind, oldest first."""
        return [one for one in self.letters if (one.recipient, one.template) == (person, template)]


@dataclass
class House:
    """The stack, the cohort as it is played, the gateway, and `web`, which asks it. `seen` holds every event
    that its people have heard of."""

    stack: Stack
    gateway: Gateway
    spec: CohortSpec
    cast: Cast
    play: Play
    post: Post
    web: httpx2.AsyncClient
    seen: list[StoredEvent] = field(default_factory=list)

    def look(self, _: datetime, events: Sequence[StoredEvent]) -> None:
        """What `Play` calls with what is new."""
        self.seen.extend(events)

    async def until(self, finished: Callable[[StoredEvent], bool]) -> None:
        """Let everybody play until an event makes `finished` true; what the cast would answer to that event
        is not given."""
        await self.play.run(finished, limit=LIMIT)

    async def until_type(self, name: str) -> None:
        """Let everybody play until the first event of this type."""
        await self.until(lambda event: event.type == name)

    async def link(
        self, person: str, stream: str, page: str, item: str | None = None, *, ago: timedelta = timedelta()
    ) -> str:
        """The path of a link that was sent now, or some time ago."""
        at = await self.stack.clock.now() - ago
        links = self.gateway.links
        return links.issue(person, stream, page, item, at).removeprefix(links.base)

    async def events(self, stream: str) -> list[StoredEvent]:
        """A stream from its begin, unsealed."""
        return await whole(self.stack.store, stream)


@asynccontextmanager
async def a_house(
    *, cast: Cast | None = None, settings: EngineSettings | None = None
) -> AsyncIterator[House]:
    """The small cohort is planned, its first morning begins, and the gateway answers."""
    cast = cast or Cast(small_cohort(), script())
    settings = settings or EngineSettings(shutdown_timeout=0.5)
    post, socket = Post(), listening("127.0.0.1", 0, "gateway")
    base = f"http://127.0.0.1:{socket.getsockname()[1]}"
    async with Stack.simulated(settings, sandboxed=False, ways=[post], at=base) as stack:
        await People(stack.pool).import_people(contacts())
        await stack.clock.sleep(begins(cast.spec) - await stack.clock.now())
        gateway = assembly.a_gateway(
            stack.client,
            stack.pool,
            stack.reads,
            settings,
            links=stack.links(base),
            master=stack.master,
            ways=[post],
            clock=stack.clock.now,
        )
        async with (
            serving(application(gateway), socket) as address,
            httpx2.AsyncClient(base_url=address, timeout=60) as web,
        ):
            await stack.turnabout.start_cohort(cast.spec)
            play = Play(cast, stack.turnabout, stack.log, stack.clock)
            house = House(stack, gateway, cast.spec, cast, play, post, web)
            play.watch = house.look
            yield house
