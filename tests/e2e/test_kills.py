"""Projector and PostgreSQL are killed while a cohort runs, worker and projector stand still for a while, and
the mail server refuses: each comes back, and the cohort closes as if nothing had happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from tests.drills import dice
from tests.e2e.audit import audit
from tests.e2e.house import House, a_house
from tests.e2e.patient import insist
from tests.notify.post import PostOffice, post_office
from tests.processes.child import turnabout
from tests.waiting import until

BLOWS = 10
STILL = 2.0
"""Seconds."""
REFUSALS = 3
"""Letters that the mail server sends back each time it is struck; ten in a row for one would be an alert."""
LAST = 380
"""Every run of the small cohort has more events than this."""

Blow = Callable[[House], Awaitable[None]]


async def kill_projector(house: House) -> None:
    await house.projector.restart()


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
    async with post_office() as office:

        async def refuse_mail(_: House) -> None:
            office.answers += ["451 4.3.2 Please try again later"] * REFUSALS

        kinds: tuple[Blow, ...] = (
            kill_projector,
            kill_postgres,
            refuse_mail,
            pause_worker,
            pause_projector,
        )
        blows = [(length, kinds[turn % len(kinds)]) for turn, length in enumerate(lengths)]
        async with a_house(durable=True, mail=by_mail(office)) as house:
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
            assert '"alert"' not in house.worker.log
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
