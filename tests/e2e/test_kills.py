"""Projector and PostgreSQL are killed in turn while a cohort runs: each starts again, and the cohort closes
as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from tests.drills import dice
from tests.e2e.audit import audit
from tests.e2e.house import House, a_house
from tests.e2e.patient import insist
from tests.processes.child import turnabout
from tests.waiting import until

KILLS = 8
LAST = 380
"""Every run of the small cohort has more events than this."""

Blow = Callable[[House], Awaitable[None]]


async def kill_projector(house: House) -> None:
    await house.projector.restart()


async def kill_postgres(house: House) -> None:
    await asyncio.to_thread(house.stack.postgres.kill)
    await asyncio.to_thread(house.stack.postgres.start)


async def strike(house: House, blows: Iterable[tuple[int, Blow]]) -> int:
    """Strike as soon as the log is so long, in the middle of whatever writes there; how often it was done."""
    struck = 0
    for length, blow in blows:

        async def reached(length: int = length) -> bool:
            return await insist(house.stack.log.head) >= length

        await until(reached, 300)
        await blow(house)
        struck += 1
    return struck


@pytest.mark.timeout(400)
async def test_a_cohort_outlives_kills() -> None:
    lengths = sorted(dice("kills").sample(range(2, LAST), KILLS))
    blows = [(length, (kill_projector, kill_postgres)[turn % 2]) for turn, length in enumerate(lengths)]
    async with a_house(durable=True) as house:
        async with asyncio.TaskGroup() as group:
            striking = group.create_task(strike(house, blows))
            group.create_task(house.until_closed())
        assert striking.result() == KILLS
        found = await audit(house.stack, house.turnabout.receipts)
        assert len(found.streams) == 5
        assert found.events > LAST
        assert found.messages["sent"] > 200
        assert found.tells > 20
        assert found.computations >= 2
        assert '"alert"' not in house.worker.log
        async with turnabout("verify", environment=house.stack.environment()) as command:
            assert await command.ended() == 0, command.output
        await house.stop()
