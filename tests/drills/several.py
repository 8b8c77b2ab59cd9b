"""Three workers and two projectors on the dev server, by the fast clock: each worker is killed in turn, and
twice the projector that keeps the read models. Others take over, and the cohort closes as if nothing had
happened.

Run by `make drills`: `pytest tests/drills/several.py`.
"""

from __future__ import annotations

import asyncio
import itertools

import pytest

from tests.drills import dice
from tests.e2e.audit import audit
from tests.e2e.house import House, a_fast_house
from tests.e2e.test_kills import TAKEOVER, Blow, KillProjector, strike
from tests.processes.child import turnabout


class KillWorker:
    """Kills one worker after the other; each starts again."""

    def __init__(self) -> None:
        self._turn = itertools.count()

    async def __call__(self, house: House) -> None:
        await house.workers[next(self._turn) % len(house.workers)].restart()


@pytest.mark.timeout(600)
async def test_others_take_over() -> None:
    takeover, chance = KillProjector(), dice("several")
    blows: list[Blow] = [*[KillWorker()] * 4, takeover, takeover]
    chance.shuffle(blows)
    async with a_fast_house(workers=3, projectors=2) as house:
        await house.until(lambda event: event.type == "cohort.kickoff_held")
        begun = await house.stack.log.head()
        lengths = sorted(chance.sample(range(begun + 5, begun + 150), len(blows)))
        async with asyncio.TaskGroup() as group:
            striking = group.create_task(strike(house, zip(lengths, blows, strict=True)))
            group.create_task(house.until_closed())
        assert striking.result() == len(blows)
        found = await audit(house.stack, house.turnabout.receipts)
        assert found.messages["sent"] > 80
        assert not [worker.log for worker in house.workers if '"alert"' in worker.log]
        assert max(takeover.seconds) < TAKEOVER, takeover.seconds
        async with turnabout("verify", environment=house.stack.environment()) as command:
            assert await command.ended() == 0, command.output
        await house.stop()
