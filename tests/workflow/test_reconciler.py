"""Streams come back: after a termination, and after the loss of the whole Temporal cluster."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.converter import DataConverter

from events.store import EventStore
from tests.waiting import until
from tests.workflow.counter_rules import Add, Close, Open, Schedule
from tests.workflow.lab import Lab
from turnabout.errors import TurnaboutError, Unreachable
from workers.embedded.temporal import DevServer
from workers.reconciler import Reconciler

KINDS = {"counter": "CounterWorkflow"}


@pytest.fixture
def alone(lab: Lab, own_store: EventStore) -> Lab:
    """A lab whose database nobody shares: the reconciler sees all streams there are."""
    return Lab(lab.client, own_store)


def reconciler(lab: Lab, pool: asyncpg.Pool, every: timedelta = timedelta(minutes=5)) -> Reconciler:
    return Reconciler(lab.client, lab.store, pool, every=every, task_queue=lab.queue, workflows=KINDS)


async def test_only_what_should_run_and_does_not_is_started(alone: Lab, writer_pool: asyncpg.Pool) -> None:
    running, lost, closed, unperformed = (alone.name() for _ in range(4))
    async with alone.running():
        for stream in (running, lost, closed, unperformed):
            await alone.open(stream)
        await alone.deliver(closed, Close())
        await alone.client.get_workflow_handle(closed).result()
        await alone.client.get_workflow_handle(lost).terminate("lost")
        # Closed, but its last message is still to go out when its workflow is lost.
        alone.outbox.broken = True
        before = alone.outbox.attempts
        await alone.deliver(unperformed, Close())

        async def tried() -> bool:
            return alone.outbox.attempts > before

        await until(tried)
        await alone.client.get_workflow_handle(unperformed).terminate("lost")
        alone.outbox.broken = False
        assert await reconciler(alone, writer_pool).recover() == sorted([lost, unperformed])
        assert (await alone.deliver(lost, Add(by=1))).version == 2
        await alone.client.get_workflow_handle(unperformed).result()
        assert {message.template for message in alone.outbox.sent.values()} == {"closed"}
        assert len(alone.outbox.sent) == 2
        assert await reconciler(alone, writer_pool).recover() == []


async def test_a_stream_of_an_unknown_kind_stops_nobody(alone: Lab, writer_pool: asyncpg.Pool) -> None:
    stranger, lost = alone.name("stranger"), alone.name()
    await alone.seed(stranger, [Open(label="x")])
    async with alone.running():
        await alone.open(lost)
        await alone.client.get_workflow_handle(lost).terminate("lost")
        assert await reconciler(alone, writer_pool).recover() == [lost]


async def test_a_stream_that_cannot_be_started_keeps_no_other_back(
    alone: Lab, writer_pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = sorted(alone.name() for _ in range(3))
    start = Reconciler._start

    async def throttled(self: Reconciler, stream: str, gate: asyncio.Semaphore) -> bool:
        if stream == lost[0]:
            raise Unreachable(f"Temporal did not start {stream}: busy.")
        return await start(self, stream, gate)

    async with alone.running():
        for stream in lost:
            await alone.open(stream)
            await alone.client.get_workflow_handle(stream).terminate("lost")
        monkeypatch.setattr(Reconciler, "_start", throttled)
        with pytest.raises(Unreachable, match=f"2 streams were started and 1 were not.*{lost[0]}"):
            await reconciler(alone, writer_pool).recover()
        monkeypatch.undo()
        assert await reconciler(alone, writer_pool).recover() == [lost[0]]


async def test_one_reconciler_works_at_a_time(alone: Lab, writer_pool: asyncpg.Pool) -> None:
    first, second = reconciler(alone, writer_pool), reconciler(alone, writer_pool)
    async with first._alone() as mine:
        assert mine
        with pytest.raises(TurnaboutError, match="Another reconciler"):
            await second.recover()
    assert await second.recover() == []


async def test_it_runs_by_itself_and_survives_an_outage(alone: Lab, writer_pool: asyncpg.Pool) -> None:
    stream = alone.name()
    async with alone.running():
        await alone.open(stream)
        working = asyncio.create_task(reconciler(alone, writer_pool, timedelta(milliseconds=50)).run())
        try:
            for version in (2, 3):
                await alone.client.get_workflow_handle(stream).terminate("lost")

                async def back(version: int = version) -> bool:
                    try:
                        return (await alone.insist(stream, Add(by=1), f"a-{version}")).version == version
                    except TimeoutError:
                        return False

                await until(back)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def test_a_lost_cluster_is_recovered_and_nobody_is_reminded_twice(
    own_store: EventStore, writer_pool: asyncpg.Pool, temporal_converter: DataConverter
) -> None:
    server = await DevServer().start()
    try:
        lab = Lab(await Client.connect(server.address, data_converter=temporal_converter), own_store)
        streams = [lab.name() for _ in range(5)]
        async with lab.running():
            for stream in streams:
                await lab.open(stream)
                await lab.deliver(stream, Schedule(at=datetime.now(UTC)))

            async def reminded() -> bool:
                return len(lab.outbox.sent) == 5 and all([await lab.performed(s) == 3 for s in streams])

            await until(reminded)
            for stream in streams:
                await lab.deliver(stream, Schedule(at=datetime.now(UTC) + timedelta(seconds=3)))
        server.kill()  # without a database file everything it knew is gone
        with pytest.raises(Unreachable):
            await reconciler(lab, writer_pool).recover()
        await server.start()
        async with lab.running():
            assert await reconciler(lab, writer_pool).recover() == sorted(streams)

            async def reminded_again() -> bool:
                return all([len(await lab.events(stream)) == 5 for stream in streams])

            await until(reminded_again)

            async def performed() -> bool:
                return all([await lab.performed(stream) == 5 for stream in streams])

            await until(performed)
        assert lab.outbox.attempts == len(lab.outbox.sent) == 10
    finally:
        server.kill()
