"""Simulated time on a server that knows real time only: a day passes in a second or so.

Pure: every process that shares a cohort gets the same origin, so that a replay sees what the first run saw.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

VARIABLE = "E2E_FAST_CLOCK"
LEAST = timedelta(milliseconds=1)


@dataclass(frozen=True)
class FastClock:
    """Simulated time was `simulated` when real time was `real`, and runs `speed` times as fast."""

    real: datetime
    simulated: datetime
    speed: float

    def at(self, real: datetime) -> datetime:
        """The simulated time at a real one."""
        return self.simulated + (real - self.real) * self.speed

    def wait(self, duration: timedelta) -> timedelta:
        """The real time that a simulated duration takes."""
        return max(duration / self.speed, LEAST)

    async def now(self) -> datetime:
        return self.at(datetime.now(UTC))

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(self.wait(duration).total_seconds())

    def environment(self) -> dict[str, str]:
        """How another process is told."""
        return {VARIABLE: f"{self.real.isoformat()} {self.simulated.isoformat()} {self.speed}"}

    @classmethod
    def told(cls) -> FastClock:
        """The clock of this process's environment."""
        real, simulated, speed = os.environ[VARIABLE].split()
        return cls(datetime.fromisoformat(real), datetime.fromisoformat(simulated), float(speed))
