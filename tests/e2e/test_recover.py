"""The log brings everything back: after the loss of the Temporal cluster, after that of every server and a
restore, and after a termination."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus

from events.contracts import StoredEvent
from events.sealing import Vault
from tests.drills.restore import Restore
from tests.e2e.audit import Told, audit
from tests.e2e.conftest import Story
from tests.e2e.house import House, a_house
from tests.e2e.people import candid_people
from tests.processes.child import turnabout
from tests.waiting import until
from workers.background import beside
from workers.embedded.stack import DATABASE
from workers.reconciler import Reconciler

STREAMS = ["cohort-small", *(f"pair-small-{number:02}" for number in (1, 2, 3, 4))]


def outline(streams: Mapping[str, Told]) -> Counter[tuple[object, ...]]:
    """What happened, without when and under which ids."""
    return Counter(
        (
            name,
            event.type,
            *(str(event.data.get(field)) for field in ("item", "step", "template", "to", "number")),
        )
        for name, told in streams.items()
        for event in told.events
    )


async def recover(house: House) -> list[str]:
    """What `turnabout recover` says it started."""
    return [line["stream"] for line in json.loads(await said(house, "recover", "-o", "json"))]


async def backed_up(house: House, folder: Path) -> Restore:
    """A backup as docs/recovery.md takes it; everything that it does not hold is lost later."""
    backup = Restore(house.stack.postgres, DATABASE, folder)
    await asyncio.to_thread(backup.take)
    # Whoever is erased after the backup has a key in it.
    assert await Vault(house.stack.pool, house.stack.master).erase("p-gone", unknown_too=True)
    listed = await said(house, "people", "erasures", "-o", "json")
    backup.erasures.write_text(listed, encoding="utf-8")
    return backup


async def lose_everything(house: House, backup: Restore) -> None:
    """Both servers end with all that they knew; a fresh one has the backup, the other one nothing."""
    await asyncio.to_thread(backup.onto_a_fresh_server)
    await lose_temporal(house)
    again = await said(house, "people", "repeat-erasures", str(backup.erasures), "--yes")
    assert again == ""
    rows = await house.stack.pool.fetch("SELECT person FROM log.person_keys WHERE destroyed_at IS NOT NULL")
    assert [row["person"] for row in rows] == ["p-gone"]


async def said(house: House, *words: str) -> str:
    """What a verb says on stdout; it must end well."""
    async with turnabout(*words, environment=house.stack.environment()) as command:
        assert await command.ended() == 0, command.errors
    return command.output


async def lose_temporal(house: House) -> None:
    """The server ends with everything it knew; an empty one takes its place, at the same time."""
    server = house.stack.clock
    now = await server.now()
    server.kill()
    await server.start()
    await server.sleep(now - await server.now())


async def terminate(house: House, stream: str) -> None:
    """End the workflow by force, and wait until the reconciler has brought it back."""
    handle = house.stack.client.get_workflow_handle(stream)
    before = (await handle.describe()).run_id
    await handle.terminate("by the test")

    async def back() -> bool:
        found = await handle.describe()
        return found.status is WorkflowExecutionStatus.RUNNING and found.run_id != before

    await until(back)


@pytest.mark.timeout(400)
async def test_lost_servers_and_terminated_workflows_leave_no_trace(story: Story, tmp_path: Path) -> None:
    held: list[StoredEvent] = []

    def sessions(event: StoredEvent, enough: int) -> bool:
        held.extend([event] if event.type == "pair.session_held" else [])
        return len(held) >= enough

    async with a_house(cast=candid_people()) as house:
        await house.until(lambda event: sessions(event, 10))
        await lose_temporal(house)
        assert await recover(house) == STREAMS
        assert await recover(house) == []

        await house.until(lambda event: sessions(event, 13))
        await house.stop()
        await lose_everything(house, await backed_up(house, tmp_path))
        assert await recover(house) == STREAMS, "also before a worker runs"
        await asyncio.gather(house.worker.start(), house.projector.start())
        await said(house, "verify")

        await house.until(lambda event: sessions(event, 16))
        stack = house.stack
        reconciler = Reconciler(stack.client, stack.store, stack.pool, every=timedelta(milliseconds=50))
        async with beside(reconciler.run()):
            for stream in ("cohort-small", "pair-small-03"):
                await terminate(house, stream)
        await house.until_closed()

        found = await audit(stack, house.turnabout.receipts)
        assert '"alert"' not in house.worker.log
        assert outline(found.streams) == outline(story.found.streams), "as if nothing had happened"
        assert found.messages == story.found.messages
        await said(house, "verify")
        await house.stop()
