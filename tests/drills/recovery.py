"""`python -m tests.drills.recovery [--pairs N]`: how long a loss of every server takes to mend.

N pairs in the middle of their programs, as recorded histories hold them, under names of their own. The
database is dumped and put onto a fresh server, an empty Temporal gets its workflows back, the read models are
made from the log, and `turnabout verify` looks at all of it. Prints a table of seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from itertools import groupby
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from events.contracts import Append, NewEvent, StoredEvent
from tests.drills import restore
from tests.e2e.service import Service
from tests.processes.child import turnabout
from tests.replay.test_old_streams import OLD, stored
from turnabout.process import leave
from turnabout.runtime import quiet_runtime
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.stack import DATABASE, Stack
from workers.embedded.state import Keys
from workers.embedded.temporal import DevServer
from workers.settings import EngineSettings
from workflows.stream import event_id

MIDDLE = 0.6
"""How far its log is taken."""
AT_ONCE = 8


class Stopwatch:
    """Seconds by step, told as they come."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        sys.stdout.write(f"{name:<60}{time.monotonic() - began:8.1f} s\n")
        sys.stdout.flush()


def recorded() -> list[list[StoredEvent]]:
    """The commands of the recorded cohort and its pairs up to the middle, in their order."""
    events = sorted((one for file in OLD for one in stored(file)), key=lambda one: one.position)
    middle = events[: int(len(events) * MIDDLE)]
    return [list(batch) for _, batch in groupby(middle, key=lambda one: (one.stream, one.command_id))]


def renamed(text: str, name: str) -> str:
    """The recorded cohort is called `small`."""
    for form in ('"{}"', "cohort-{}", "pair-{}", '"{}-', "/{}"):
        text = text.replace(form.format("small"), form.format(name))
    return text


async def write(stack: Stack, commands: list[list[StoredEvent]], name: str) -> None:
    """One more cohort of that name, whose effects were performed."""
    ends: dict[str, int] = {}
    for batch in commands:
        first = batch[0]
        stream = first.stream.replace("small", name)
        ends[stream] = batch[-1].version
        events = tuple(
            NewEvent(
                event_id=event_id(stream, one.command_id, ordinal),
                type=one.type,
                schema_version=one.schema_version,
                data=json.loads(renamed(json.dumps(one.data), name)),
            )
            for ordinal, one in enumerate(batch)
        )
        await stack.store.append(
            Append(
                stream=stream,
                expected_version=first.version - 1,
                command_id=first.command_id,
                command_digest=first.command_digest,
                actor=first.actor,
                correlation_id=first.correlation_id,
                policy_version=first.policy_version,
                occurred_at=first.occurred_at,
                events=events,
            )
        )
    for stream, version in ends.items():
        await stack.store.mark_performed(stream, version)


async def awake(client: Client, stream: str) -> bool:
    """Whether the workflow has folded its stream: its first task is done."""
    events = client.get_workflow_handle(stream).fetch_history_events(page_size=20)
    async for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            return True
    return False


async def said(stack: Stack, *words: str) -> str:
    async with turnabout(*words, environment=stack.environment()) as command:
        assert await command.ended(3600) == 0, command.errors
    return command.output


async def drill(pairs: int) -> None:
    commands = recorded()
    each = len({batch[0].stream for batch in commands}) - 1
    watch, names = Stopwatch(), [f"c{number}" for number in range(-(-pairs // each))]
    async with AsyncExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        postgres = EmbeddedPostgres()
        exits.callback(postgres.close)
        await asyncio.to_thread(postgres.start)
        temporal = await exits.enter_async_context(DevServer(database=folder / "temporal.db"))
        stack = await exits.enter_async_context(
            Stack._on(
                EngineSettings(),
                postgres,
                temporal,
                Keys.generate(),
                quiet_runtime(),
                worker=False,
                projector=False,
            )
        )
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with gate:
                await write(stack, commands, name)

        with watch.step(f"(making {len(names) * each} pairs in {len(names)} cohorts)"):
            await asyncio.gather(*map(one, names))
        head = await stack.log.head()
        backup = restore.Restore(postgres, DATABASE, folder)
        with watch.step(f"backup: pg_dump of {head} events"):
            await asyncio.to_thread(backup.take)
        with watch.step("database: fresh server, pg_restore"):
            await asyncio.to_thread(backup.onto_a_fresh_server, 2)
        projector = Service("projector", stack.environment())
        exits.push_async_callback(projector.close)
        with watch.step("read models: all of them from nothing, by a projector"):
            await projector.start()
            await stack.reads.wait_for(head, timeout=3600)
        streams = await stack.store.unfinished_streams()
        worker = Service("worker", stack.environment())
        exits.push_async_callback(worker.close)
        with watch.step(f"Temporal: turnabout recover, {len(streams)} workflows started"):
            await said(stack, "recover")
        with watch.step("Temporal: until each has folded its stream, one worker"):
            await worker.start()
            waiting = set(streams)
            while waiting:
                found = {name for name in sorted(waiting)[:50] if await awake(stack.client, name)}
                waiting -= found
                if not found:
                    await asyncio.sleep(0.2)
        with watch.step("verify: the log"):
            await said(stack, "verify", "--no-read-models")
        with watch.step("verify: the log and each read model"):
            await said(stack, "verify")
        with watch.step("read models: projection rebuild --all"):
            await said(stack, "projection", "rebuild", "--all")
        await worker.stop()
        await projector.stop()


def main() -> int:
    """Run the drill."""
    logging.getLogger("asyncpg").setLevel(
        logging.CRITICAL
    )  # pools tell of the server that is lost on purpose
    parser = argparse.ArgumentParser(prog="python -m tests.drills.recovery", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    asyncio.run(drill(parser.parse_args().pairs))
    return 0


if __name__ == "__main__":
    leave(main())
