"""Measures several contenders in turn, again and again, so that what disturbs the machine disturbs them all.

Only values of one round may be compared with each other. Beside the clock, the processor time of this process
and the server's tells what a contender costs, and that hardly depends on who else is at work.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Contender = Callable[[], Awaitable[int]]
"""Works for a moment and returns how many events it has dealt with."""

Step = Callable[[], Awaitable[int]]
"""One call of one writer; returns how many events it stored."""


@dataclass
class Achieved:
    """Per round: events a second, and processor time an event in microseconds."""

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)


async def interleaved(
    contenders: Mapping[str, Contender], rounds: int, server: int | None
) -> dict[str, Achieved]:
    """What each achieved in each round. Every round begins with another one; the first is not counted.

    `server` is the process id of the postmaster whose processor time counts.
    """
    names = list(contenders)
    achieved = {name: Achieved() for name in names}
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            gc.collect()
            cpu, clock = _processor_time(server), time.perf_counter()
            events = await contenders[name]()
            seconds = time.perf_counter() - clock
            if number:
                achieved[name].rates.append(events / seconds)
                achieved[name].costs.append((_processor_time(server) - cpu) / events * 1e6)
    return achieved


def writing(steps: Sequence[Step], seconds: float) -> Contender:
    """A contender whose writers all work at once, each one call after the other, for so long."""

    async def contend() -> int:
        end = time.perf_counter() + seconds

        async def work(step: Step) -> int:
            done = 0
            while time.perf_counter() < end:
                done += await step()
            return done

        return sum(await asyncio.gather(*(work(step) for step in steps)))

    return contend


def threaded(steps: Sequence[Callable[[], int]], seconds: float) -> Contender:
    """The same for a library that blocks: each writer has a thread of its own."""

    async def contend() -> int:
        end = time.perf_counter() + seconds

        def work(step: Callable[[], int]) -> int:
            done = 0
            while time.perf_counter() < end:
                done += step()
            return done

        return sum(await asyncio.gather(*(asyncio.to_thread(work, step) for step in steps)))

    return contend


def _processor_time(server: int | None) -> float:
    """Seconds that this process and, where /proc tells, the server's processes have worked so far."""
    total = time.process_time()
    with contextlib.suppress(FileNotFoundError):
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
        for pid in children:
            total += int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return total
