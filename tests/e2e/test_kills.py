"""Three workers and two projectors run a cohort. Projectors and PostgreSQL are killed, processes stand still
for a while, and the mail server refuses: others take over, each comes back, and the cohort closes as if
nothing had happened. Workers are killed on a real server only (`test_real_time`,
`tests/drills/several.py`): the time-skipping one may keep a task for a worker that is gone, for good."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

import pytest

from projections.catalog import PROJECTIONS
from tests.drills import dice
from tests.e2e.audit import audit
from tests.e2e.house import House, a_house
from tests.e2e.patient import insist
from tests.notify.post import PostOffice, post_office
from tests.processes.child import turnabout
from tests.waiting import until
from turnabout.outages import DOWN

BLOWS = 12
TAKEOVER = 10.0
"""Seconds after which the other projector must have all read models of the one that was killed."""
KEPT = """
SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'turnabout projector'
"""
"""How many read models are kept: a projector holds a lock for each of its own."""
STILL = 2.0
"""Seconds."""
REFUSALS = 3
"""Letters that the mail server sends back each time it is struck; ten in a row for one would be an alert."""
LAST = 380
"""Every run of the small cohort has more events than this."""

Blow = Callable[[House], Awaitable[None]]


class KillProjector:
    """Kills the projector that keeps the read models, and starts it again to stand by; remembers how many
    seconds passed until the other one had all of them."""

    def __init__(self) -> None:
        self._active = 0
        self.seconds: list[float] = []

    async def __call__(self, house: House) -> None:
        await until(lambda: self._all_kept(house), 60)
        active = house.projectors[self._active]
        await active.kill()
        began = time.monotonic()
        await until(lambda: self._all_kept(house), 60)
        self.seconds.append(time.monotonic() - began)
        self._active = 1 - self._active
        await active.start()

    @staticmethod
    async def _all_kept(house: House) -> bool:
        try:
            return bool(await house.stack.pool.fetchval(KEPT) == len(PROJECTIONS))
        except DOWN:
            return False


async def kill_postgres(house: House) -> None:
    await asyncio.to_thread(house.stack.postgres.kill)
    await asyncio.to_thread(house.stack.postgres.start)


async def pause_worker(house: House) -> None:
    await house.worker.pause(STILL)


async def pause_projector(house: House) -> None:
    await house.projector.pause(STILL)


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
async def test_a_cohort_outlives_kills_pauses_and_a_mail_server_that_says_later() -> None:
    lengths = sorted(dice("kills").sample(range(2, LAST), BLOWS))
    takeover = KillProjector()
    async with post_office() as office:

        async def refuse_mail(_: House) -> None:
            office.answers += ["451 4.3.2 Please try again later"] * REFUSALS

        kinds: tuple[Blow, ...] = (
            takeover,
            kill_postgres,
            refuse_mail,
            pause_worker,
            pause_projector,
        )
        blows = [(length, kinds[turn % len(kinds)]) for turn, length in enumerate(lengths)]
        async with a_house(durable=True, mail=by_mail(office), workers=3, projectors=2) as house:
            async with asyncio.TaskGroup() as group:
                striking = group.create_task(strike(house, blows))
                group.create_task(house.until_closed())
            assert striking.result() == BLOWS
            found = await audit(house.stack, house.turnabout.receipts, channel="smtp")
            assert len(found.streams) == 5
            assert found.events > LAST
            assert found.messages["sent"] > 200
            assert found.tells > 20
            assert found.computations >= 2
            assert not [worker.log for worker in house.workers if '"alert"' in worker.log]
            assert max(takeover.seconds) < TAKEOVER, takeover.seconds
            async with turnabout("verify", environment=house.stack.environment()) as command:
                assert await command.ended() == 0, command.output
            await house.stop()
    assert not office.answers
    assert len({mail["Message-ID"] for mail in office.mails}) == found.messages["sent"]


def by_mail(office: PostOffice) -> dict[str, str]:
    """The settings of a worker that sends its letters to this server."""
    return {
        "TURNABOUT_NOTIFY_CHANNELS": "smtp",
        "TURNABOUT_SMTP_HOST": "127.0.0.1",
        "TURNABOUT_SMTP_PORT": str(office.port),
        "TURNABOUT_SMTP_SECURITY": "none",
        "TURNABOUT_SMTP_FROM": "turnabout@example.org",
    }
