"""A cohort of eight pairs, the post that brings them letters, and the gateway that their links lead to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from events.contracts import StoredEvent
from events.people import People
from tests.e2e.cohort import EXAMPLES, begins
from tests.notify.post import PostOffice, post_office
from turnabout.commands.pair_care import RaiseConcern, RecordStewardContact
from turnabout.contact import Contact
from turnabout.load import load_spec
from turnabout.roster import read_roster
from turnabout.spec import CohortSpec
from workers import assembly
from workers.demo.cast import Action, Cast
from workers.demo.script import Script
from workers.embedded.dev_provider import Known, dev_provider
from workers.embedded.stack import Stack
from workers.gateway.app import application
from workers.gateway.house import Gateway
from workers.http_server import listening, serving
from workers.settings import EngineSettings

STARTS_ON = date(2035, 1, 8)
PAIRS = 8


@cache
def eight_pairs() -> CohortSpec:
    """Nine mentors and eight mentees of the example in a skills sprint of eight weeks, with meetings every
    second week; no pair is drawn for a check-in."""
    spec = load_spec(EXAMPLES / "cohort.yaml").spec
    mentors = [one for one in spec.people if one.role == "mentor"][: PAIRS + 1]
    mentees = [one for one in spec.people if one.role == "mentee"][:PAIRS]
    changes = {
        "id": "street",
        "preset": "skills_sprint",
        "starts_on": STARTS_ON,
        "kickoff_on": STARTS_ON + (spec.kickoff_on - spec.starts_on),
        "holidays": (),
        "people": [one.model_dump() for one in (*mentors, *mentees)],
    }
    told = {**spec.model_dump(), **changes}
    told["policy"]["safety"] |= {"decoys": 0, "decoys_between": 0}
    return CohortSpec.model_validate(told)


def contacts() -> tuple[Contact, ...]:
    """Names and addresses of everybody in the cohort and of its staff."""
    here = {one.id for one in eight_pairs().people}
    return tuple(
        contact
        for file in ("people.csv", "staff.csv")
        for contact in read_roster(EXAMPLES / file).contacts
        if contact.id in here or file == "staff.csv"
    )


class Street(Cast):
    """The demo's people; of the first pair with a second session, the mentee turns to the steward."""

    worried: str | None = None

    def respond(self, event: StoredEvent) -> Iterator[Action]:
        yield from super().respond(event)
        if event.type == "pair.session_held" and event.data["number"] == 2:
            terms = self.pairs[event.stream]
            if self.worried is None and terms.number != self.script.feels_unsafe:
                self.worried = event.stream
                words = RaiseConcern(text="My partner reads my drafts out loud.", about_safety=False)
                yield Action(event.occurred_at + timedelta(hours=1), event.stream, terms.mentee, words)
        if event.type == "pair.concern_raised" and not event.data["about_safety"]:
            steward = self.pairs[event.stream].steward
            at = event.occurred_at + timedelta(hours=20)
            yield Action(at, event.stream, steward, RecordStewardContact())


def script() -> Script:
    """One mentor feels unsafe, one says no at first, some are late, one pair meets less often."""
    return Script(
        late_to_join=frozenset({2}),
        late_to_rank=frozenset({1}),
        declines_first_match=frozenset({0}),
        feels_unsafe=1,
        stagnates=0,
        undecided=4,
        silent_in_pulse=5,
        misses_sessions={6: frozenset({2})},
        absent_at_kickoff=frozenset({3}),
        late_memo=4,
        proposes_vaguely=2,
    )


async def everybody() -> Sequence[Known]:
    """Whom the sign-in service knows."""
    return [Known(one.id, one.name, one.email) for one in contacts()]


@dataclass
class Town:
    """The stack, the gateway at `base`, the post, and everything that happened."""

    stack: Stack
    gateway: Gateway
    office: PostOffice
    base: str
    cast: Street
    seen: list[StoredEvent] = field(default_factory=list)


@asynccontextmanager
async def a_town() -> AsyncIterator[Town]:
    """The cohort is planned, its first morning begins, and letters go out by mail."""
    cast, socket = Street(eight_pairs(), script()), listening("127.0.0.1", 0, "gateway")
    base = f"http://127.0.0.1:{socket.getsockname()[1]}"
    async with post_office() as office, dev_provider(everybody) as provider:
        settings = EngineSettings(
            shutdown_timeout=0.5,
            gateway_rate=100_000,
            notify_channels=("smtp",),
            smtp_host="127.0.0.1",
            smtp_port=office.port,
            smtp_security="none",
            smtp_from="turnabout@example.org",
            oidc_issuer=provider.issuer,
        )
        async with Stack.simulated(settings, sandboxed=False, at=base) as stack:
            await People(stack.pool).import_people(contacts())
            await stack.clock.sleep(begins(cast.spec) - await stack.clock.now())
            gateway = assembly.a_gateway(
                stack.client,
                stack.pool,
                stack.reads,
                settings,
                links=stack.links(base),
                master=stack.master,
                clock=stack.clock.now,
            )
            async with serving(application(gateway), socket):
                await stack.turnabout.start_cohort(cast.spec)
                yield Town(stack, gateway, office, base, cast)
