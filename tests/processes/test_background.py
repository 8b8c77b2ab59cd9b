"""Work beside a block ends with it, and its failure ends the block."""

from __future__ import annotations

import asyncio

import pytest

from turnabout.errors import Rejected, Unreachable
from workers.background import beside


async def until(stop: asyncio.Event, done: list[str]) -> None:
    await stop.wait()
    await asyncio.sleep(0)
    done.append("drained")


async def fail() -> None:
    await asyncio.sleep(0)
    raise Unreachable("PostgreSQL is gone.")


async def test_work_is_told_and_awaited_at_the_end() -> None:
    stop, done = asyncio.Event(), list[str]()
    async with beside(until(stop, done), stop):
        assert not stop.is_set()
    assert done == ["drained"]


async def test_an_error_of_the_block_is_its_own() -> None:
    stop, done = asyncio.Event(), list[str]()
    with pytest.raises(Rejected):
        async with beside(until(stop, done), stop):
            raise Rejected("G2", "no number")
    assert done == ["drained"]


async def test_failing_work_ends_the_block_with_its_error() -> None:
    with pytest.raises(Unreachable, match="PostgreSQL is gone"):
        async with beside(fail(), asyncio.Event()):
            await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_failing_work_ends_every_block_around_it() -> None:
    stop, done = asyncio.Event(), list[str]()
    with pytest.raises(Unreachable):
        async with beside(until(stop, done), stop), beside(fail(), asyncio.Event()):
            await asyncio.Event().wait()
    assert done == ["drained"]


async def test_cancelling_from_outside_still_drains() -> None:
    stop, done, entered = asyncio.Event(), list[str](), asyncio.Event()

    async def host() -> None:
        async with beside(until(stop, done), stop):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(host())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["drained"]


async def test_work_that_fails_while_draining_is_told() -> None:
    stop = asyncio.Event()

    async def work() -> None:
        await stop.wait()
        raise Unreachable("too late")

    with pytest.raises(Unreachable, match="too late"):
        async with beside(work(), stop):
            pass


async def test_work_without_an_end_of_its_own_is_cancelled() -> None:
    ended = list[str]()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async with beside(forever()):
        await asyncio.sleep(0)
    assert ended == ["cancelled"]
    with pytest.raises(Unreachable):
        async with beside(fail()):
            await asyncio.Event().wait()
