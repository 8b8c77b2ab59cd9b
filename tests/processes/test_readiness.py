"""What a process needs is asked all the time: `/readyz` says what does not answer, why and since when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from prometheus_client import REGISTRY
from temporalio.client import Client

from tests.waiting import until
from turnabout.errors import Unreachable
from workers import readiness
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import TimeSkippingServer
from workers.readiness import Ask, Status

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


@asynccontextmanager
async def asking(**needs: Ask) -> AsyncIterator[Status]:
    """A process that runs, and asks often."""
    status = Status(phase="runs")
    work = asyncio.create_task(readiness.keep_asking(status, needs, every=0.02))
    try:
        yield status
    finally:
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work


async def reason(status: Status, need: str, text: str | None) -> None:
    """Wait until the need is well, or is not for a reason that holds this text."""

    async def told() -> bool:
        known = status.needs.get(need)
        return known is not None and (text in (known.reason or "") if text else known.reason is None)

    await until(told)


async def test_a_database_that_refuses_is_told_and_forgotten_when_it_answers(
    cluster: EmbeddedPostgres, pool: asyncpg.Pool
) -> None:
    database = await pool.fetchval("SELECT current_database()")
    admin = await asyncpg.connect(cluster.dsn())
    async with asking(postgresql=readiness.postgresql(pool)) as status:
        await reason(status, "postgresql", None)
        assert status.ready
        well = status.needs["postgresql"].since
        await admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
        )
        await reason(status, "postgresql", "ObjectNotInPrerequisiteState")
        assert not status.ready
        assert REGISTRY.get_sample_value("turnabout_dependency_up", {"dependency": "postgresql"}) == 0
        assert status.told()["needs"]["postgresql"]["ok"] is False
        since = status.needs["postgresql"].since
        assert since > well
        await admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        await reason(status, "postgresql", None)
        assert status.ready
        assert status.needs["postgresql"].since > since
        assert REGISTRY.get_sample_value("turnabout_dependency_up", {"dependency": "postgresql"}) == 1
    await admin.close()


async def test_one_that_hangs_is_told_and_keeps_no_other_from_being_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.05)

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def answers() -> None:
        pass

    async with asking(slow=hangs, quick=answers) as status:
        await reason(status, "quick", None)
        await reason(status, "slow", "did not answer within")


async def test_a_temporal_that_is_away_is_told() -> None:
    async with TimeSkippingServer() as server:
        ask = readiness.temporal(await Client.connect(server.address))
        await ask()
    with pytest.raises(Unreachable, match="Temporal does not answer"):
        await ask()


def test_it_counts_from_the_first_time() -> None:
    status = Status(phase="runs")
    status.seen("temporal", "It does not answer.")
    since = status.needs["temporal"].since
    status.seen("temporal", "It refuses.")
    assert status.needs["temporal"] == readiness.Condition(since, "It refuses.")
    assert not status.ready
    status.seen("temporal")
    assert status.ready
    status.phase = "drains"
    assert not status.ready
