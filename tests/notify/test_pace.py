"""Letters keep a pace: nobody's many hold up another one's few, and what a steward waits for goes first."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg

from activities.channels import Message
from activities.notify import Notifier
from activities.pace import Pace
from events.contracts import Notify
from events.people import People
from turnabout.contact import Contact

DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)
FAST, NEVER = 500.0, 0.0001
"""Turns a second."""


async def asked(pace: Pace, *who: tuple[str, bool]) -> list[str]:
    """Whose turn came when, of cohorts that ask in this order."""
    came: list[str] = []

    async def wait(whose: str, urgent: bool) -> None:
        await pace.turn(whose, urgent=urgent)
        came.append(whose)

    await asyncio.gather(*(wait(*one) for one in who))
    return came


async def test_cohorts_take_turns_and_stewards_go_first() -> None:
    many = [("big", False)] * 4
    came = await asked(Pace(FAST), *many, ("small", False), ("other", False), ("safe", True))
    assert came == ["safe", "big", "small", "other", "big", "big", "big"]


async def test_no_more_than_so_many_go_out_in_a_second() -> None:
    clock = asyncio.get_running_loop().time
    begun = clock()
    await asked(Pace(50), *[("big", False)] * 6)
    assert clock() - begun >= 5 / 50


async def test_who_gives_up_costs_nobody_a_turn() -> None:
    pace = Pace(NEVER)
    await pace.turn("first")
    waits = [asyncio.create_task(pace.turn("big")) for _ in range(3)]
    await asyncio.sleep(0)
    for one in waits:
        one.cancel()
        with suppress(asyncio.CancelledError):
            await one
    assert pace._first() is None


class Kept:
    """A channel that remembers in which order it was given what."""

    name = "kept"

    def __init__(self) -> None:
        self.streams: list[str] = []
        self.begun = asyncio.Event()

    def message_id(self, key: str) -> str:
        return key

    async def send(self, message: Message) -> None:
        self.streams.append(message.stream)
        self.begun.set()


async def test_a_letter_of_a_small_cohort_does_not_wait_behind_all_of_a_big_one(
    writer_pool: asyncpg.Pool,
) -> None:
    crowd = [Contact(id=f"p-{number}", name="Ada", timezone="UTC") for number in range(8)]
    people, kept = People(writer_pool), Kept()
    await people.import_people(crowd)
    notifier = Notifier(writer_pool, people, [kept], pace=Pace(20))

    async def tell(stream: str, *to: str) -> None:
        told = Notify(template="session_log", to=to, due_at=DUE, values={"number": 3})
        await notifier.notify(stream, str(uuid.uuid5(uuid.NAMESPACE_URL, stream)), told, DUE)

    big = [asyncio.create_task(tell(f"pair-big-{number}", f"p-{number}")) for number in range(7)]
    await kept.begun.wait()
    await asyncio.gather(tell("pair-small-01", "p-7"), *big)
    assert kept.streams.index("pair-small-01") <= 3
    assert len(kept.streams) == 8

    again = Notifier(writer_pool, people, [kept], pace=Pace(NEVER))
    await again._pace.turn("someone")  # from here on nobody gets one for hours
    notifier = again
    await asyncio.wait_for(asyncio.gather(*(tell(f"pair-big-{n}", f"p-{n}") for n in range(7))), 10)
    assert len(kept.streams) == 8
