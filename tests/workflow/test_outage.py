"""Without a database nothing is lost, nothing is doubled, and the wait leaves next to no history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import asyncpg

from events.store import EventStore
from tests.waiting import until
from tests.workflow.counter_rules import Add, Schedule
from tests.workflow.lab import Lab
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import TimeSkippingServer


@asynccontextmanager
async def outage(cluster: EmbeddedPostgres, dsn: str) -> AsyncIterator[None]:
    """The database of this test takes no connections and drops those it has."""
    name = urlsplit(dsn).path.strip("/")
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        yield
    finally:
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await admin.close()


async def test_ten_minutes_without_a_database(
    skipping: Lab,
    temporal_skipping: TimeSkippingServer,
    own_store: EventStore,
    cluster: EmbeddedPostgres,
    dsn: str,
) -> None:
    lab = Lab(skipping.client, own_store)
    stream, resting, newcomer = (lab.name() for _ in range(3))
    async with lab.running():
        await lab.open(stream)
        await lab.open(resting)
        await lab.deliver(resting, Schedule(at=await temporal_skipping.now() + timedelta(minutes=5)))
        before = len(await lab.history(stream))
        async with outage(cluster, dsn):
            waiting = [asyncio.create_task(lab.deliver(stream, Add(by=1), id=f"a-{n}")) for n in range(5)]
            waiting.append(asyncio.create_task(lab.open(newcomer)))

            async def patient() -> bool:
                """Both streams have left the local attempts behind, and nothing else is on its way."""
                histories = [await lab.history(one) for one in (stream, newcomer)]
                return histories[0].count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") == 1 + 5 and all(
                    "ACTIVITY_TASK_SCHEDULED" in history
                    and history.count("WORKFLOW_TASK_SCHEDULED") == history.count("WORKFLOW_TASK_COMPLETED")
                    for history in histories
                )

            await until(patient)
            held = len(await lab.history(stream))
            await temporal_skipping.sleep(timedelta(minutes=10))
            assert not any(task.done() for task in waiting), "nothing is acknowledged that is not stored"
            assert len(await lab.history(stream)) == held, "attempts add no history"
            assert "ACTIVITY_TASK_SCHEDULED" in await lab.history(resting), "its reminder waits as well"
        await temporal_skipping.sleep(timedelta(minutes=1))
        receipts = await asyncio.gather(*waiting)
        assert sorted(receipt.version for receipt in receipts[:5]) == [2, 3, 4, 5, 6]
        assert receipts[5].version == 1
        assert len(await lab.history(stream)) - before <= 5 * 6 + 8

        async def reminded() -> bool:
            return (await lab.events(resting))[-1].type == "counter.reminded" and len(lab.outbox.sent) == 1

        await until(reminded)
        assert (await lab.fold(stream)).total == 5
        # The next command is as cheap as ever.
        held = len(await lab.history(stream))
        await lab.deliver(stream, Add(by=1))
        assert len(await lab.history(stream)) - held <= 6


async def test_a_short_blink_is_not_even_noticed(
    lab: Lab, own_store: EventStore, cluster: EmbeddedPostgres, dsn: str
) -> None:
    alone = Lab(lab.client, own_store)
    stream = alone.name()
    async with alone.running():
        await alone.open(stream)
        async with outage(cluster, dsn):
            waiting = asyncio.create_task(alone.deliver(stream, Add(by=1)))
            await asyncio.sleep(0.5)
            assert not waiting.done()
        assert (await waiting).version == 2
        assert "ACTIVITY_TASK_SCHEDULED" not in await alone.history(stream)
