"""Records histories of the counter, and of a cohort with its pairs: `python -m tests.replay.record`.

A history that is there is kept: earlier releases left it behind, and a change that breaks its replay needs
`workflow.patched`. Only what the workflows ask for on replay is written anew, so that a change of rules shows
as a difference to look at. Remove a history to have it recorded by today's code.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from events import database
from events.migrate import migrate
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.e2e.cohort import LIMIT, begins, script, small_cohort
from tests.e2e.people import CandidCast
from tests.replay.replaying import histories, keep, keep_asked, name_of, replay
from tests.waiting import until
from tests.workflow.counter_rules import Add, Ask, Close, Schedule, vocabulary
from tests.workflow.lab import Lab
from turnabout.codec import EncryptingCodec, PayloadKey
from turnabout.errors import Rejected
from workers.demo.play import Play
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import Stack
from workers.embedded.temporal import DevServer
from workers.settings import EngineSettings

COUNTER = ("counter.first-run", "counter.second-run")
COHORT = {
    "cohort-small": "cohort.with-reshuffle",
    "pair-small-01": "pair.paused-and-resumed",
    "pair-small-02": "pair.reshuffled",
    "pair-small-04": "pair.with-concern",
    "pair-small-05": "pair.after-reshuffle",
}
"""The streams of the small cohort that are kept, and their names."""


async def whole_life(lab: Lab, stream: str) -> None:
    """Commands one by one and at once, a refusal, a reminder, a computation, a second run, the end."""
    await lab.open(stream)
    await lab.deliver(stream, Add(by=1))
    answers = await asyncio.gather(
        *(lab.deliver(stream, Add(by=300)) for _ in range(4)), return_exceptions=True
    )
    assert any(isinstance(answer, Rejected) for answer in answers)
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(seconds=1)))
    await lab.deliver(stream, Ask())

    async def answered() -> bool:
        return len(await lab.events(stream)) == 9 and await lab.performed(stream) >= 8

    await until(answered)
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(days=1)))
    await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(days=2)))
    await keep(lab.client, stream, COUNTER[0])
    await lab.restart(stream)
    await lab.deliver(stream, Add(by=2))
    await lab.deliver(stream, Close())
    await lab.client.get_workflow_handle(stream).result()
    await keep(lab.client, stream, COUNTER[1])


async def record_counter() -> None:
    """The engine's own corners, with rules that have nothing else."""
    with EmbeddedPostgres() as cluster:
        await migrate(cluster.dsn())
        keys = MasterKeys({"record": secrets.token_bytes(32)}, newest="record")
        async with (
            DevServer() as server,
            database.pool(cluster.dsn(), name="record", role=database.WRITER) as pool,
        ):
            client = await Client.connect(server.address, data_converter=pydantic_data_converter)
            lab = Lab(client, EventStore(pool, vocabulary(), Vault(pool, keys)))
            async with lab.running():
                await whole_life(lab, "counter-recorded")


async def record_cohort() -> None:
    """The small cohort from plan to close, with a pause, a concern and a reshuffle."""
    cast = CandidCast(small_cohort(), replace(script(), undecided=0))
    settings = EngineSettings(notify_channels=("log",))
    async with Stack.simulated(settings, projector=False) as stack:
        await stack.clock.sleep(begins(cast.spec) - await stack.clock.now())
        await stack.turnabout.start_cohort(cast.spec)
        play = Play(cast, stack.turnabout, stack.log, stack.clock)
        await play.run(lambda event: event.type == "cohort.closed", limit=LIMIT)
        codec = EncryptingCodec([PayloadKey.parse(stack.keys.codec.get_secret_value())])
        for stream, name in COHORT.items():
            await keep(stack.client, stream, name, codec)


async def main() -> None:
    """Record the histories that are missing, and what each workflow asks for when it is replayed."""
    there = {name_of(file) for file in histories()}
    if not set(COUNTER) <= there:
        await record_counter()
    if not set(COHORT.values()) <= there:
        await record_cohort()
    for file in histories():
        keep_asked(file, await replay(file))


if __name__ == "__main__":
    asyncio.run(main())
