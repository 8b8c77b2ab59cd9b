"""The log brings everything back: after the loss of the Temporal cluster, and after a termination."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from events.contracts import StoredEvent
from tests.e2e.audit import Told, audit
from tests.e2e.conftest import Story
from tests.e2e.house import House, a_house
from tests.e2e.people import candid_people
from tests.processes.child import turnabout
from tests.waiting import until
from workers.background import beside
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
    environment = house.stack.environment()
    async with turnabout("recover", "-o", "json", environment=environment) as command:
        assert await command.ended() == 0, command.errors
    return [line["stream"] for line in json.loads(command.output)]


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
async def test_a_lost_cluster_and_terminated_workflows_leave_no_trace(story: Story) -> None:
    held: list[StoredEvent] = []

    def sessions(event: StoredEvent, enough: int) -> bool:
        held.extend([event] if event.type == "pair.session_held" else [])
        return len(held) >= enough

    async with a_house(cast=candid_people()) as house:
        await house.until(lambda event: sessions(event, 10))
        await lose_temporal(house)
        assert await recover(house) == STREAMS
        assert await recover(house) == []

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
        await house.stop()
