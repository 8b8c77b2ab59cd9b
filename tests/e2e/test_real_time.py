"""On the real server, in real time, by a clock on which a day is over in a second: the server is killed with
its database file, the worker is killed, and once it stays away for nine days."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.drills import dice
from tests.e2e.audit import audit
from tests.e2e.house import House, a_fast_house
from tests.e2e.missed import missed_nudges
from tests.e2e.test_kills import Blow, strike

AWAY = timedelta(days=9)


async def kill_temporal(house: House) -> None:
    server = house.stack.temporal
    server.kill()
    await server.start()


async def kill_worker(house: House) -> None:
    await house.worker.restart()


class Holiday:
    """Kills the worker and starts another nine days later; remembers when."""

    def __init__(self) -> None:
        self.left: datetime | None = None
        self.back: datetime | None = None

    async def __call__(self, house: House) -> None:
        await house.worker.kill()
        self.left = await house.clock.now()
        await house.clock.sleep(AWAY)
        self.back = await house.clock.now()
        await house.worker.start()


@pytest.mark.timeout(600)
async def test_5_after_kills_and_nine_days_away_each_missed_nudge_is_sent_once_or_suppressed() -> None:
    chance = dice("real time")
    holiday = Holiday()
    blows: list[Blow] = [*[kill_temporal] * 3, *[kill_worker] * 2, holiday]
    chance.shuffle(blows)
    async with a_fast_house() as house:
        await house.until(lambda event: event.type == "cohort.kickoff_held")
        begun = await house.stack.log.head()
        lengths = sorted(chance.sample(range(begun + 5, begun + 150), len(blows)))
        async with asyncio.TaskGroup() as group:
            striking = group.create_task(strike(house, zip(lengths, blows, strict=True)))
            group.create_task(house.until_closed())
        assert striking.result() == len(blows)
        found = await audit(house.stack, house.turnabout.receipts)
        # By so fast a clock people may answer late: then somebody finds no partner, or a pair is reshuffled.
        (cohort,) = (name for name in found.streams if name.startswith("cohort-"))
        told = found.streams[cohort].events
        arranged = {event.data["pair"] for event in told if event.type == "cohort.pair_arranged"}
        assert len(arranged) >= 3
        assert set(found.streams) == {cohort, *arranged}
        assert found.messages["sent"] > 80
        assert [line for line in house.worker.log.splitlines() if '"alert"' in line] == []

        assert holiday.left is not None
        assert holiday.back is not None
        assert holiday.back - holiday.left >= AWAY
        missed = missed_nudges(found.streams, holiday.left, holiday.back)
        outcomes = Counter(one.outcome for one in missed)
        assert outcomes["lost"] == 0, missed
        assert outcomes["sent"] + outcomes["suppressed"] > 3, missed
        await house.stop()
