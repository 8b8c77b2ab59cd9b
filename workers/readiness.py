"""Whether a process takes work, and if not why and since when: what `/readyz` answers.

The servers that it needs are asked every few seconds, so a probe costs nothing and waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import asyncpg
from prometheus_client import Gauge
from temporalio.client import Client
from temporalio.service import RPCError

from events.database import reachable
from turnabout.errors import TurnaboutError, Unreachable

EVERY = 5.0
"""Seconds between two looks at a server."""
PATIENCE = 3.0
"""Seconds within which a server must answer."""

UP = Gauge(
    "turnabout_dependency_up",
    "1 if a server that this process needs answers (postgresql, temporal), 0 if it does not.",
    ["dependency"],
)

Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Condition:
    """How one thing is since a moment; `reason` says why it is not well."""

    since: datetime
    reason: str | None = None


@dataclass
class Status:
    """What the probes answer. A process is ready when it runs and all that it needs answers."""

    phase: Literal["starts", "runs", "drains"] = "starts"
    needs: dict[str, Condition] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return self.phase == "runs" and not any(need.reason for need in self.needs.values())

    def seen(self, need: str, reason: str | None = None) -> None:
        """Something that the process needs is well, or is not for a reason; it counts from the first time."""
        known = self.needs.get(need)
        same = known is not None and bool(known.reason) == bool(reason)
        self.needs[need] = Condition(known.since if known and same else datetime.now(UTC), reason)
        UP.labels(need).set(reason is None)

    def told(self) -> dict[str, Any]:
        """All of it, as JSON."""
        needs = {
            name: {
                "ok": need.reason is None,
                "since": need.since.isoformat(timespec="seconds"),
                **({"reason": need.reason} if need.reason else {}),
            }
            for name, need in tuple(self.needs.items())
        }
        return {"ready": self.ready, "process": self.phase, "needs": needs}


async def keep_asking(status: Status, needs: Mapping[str, Ask], every: float = EVERY) -> None:
    """Ask what the process needs, each on its own, until cancelled."""
    async with asyncio.TaskGroup() as group:
        for name, ask in needs.items():
            group.create_task(_keep_asking(status, name, ask, every))


async def _keep_asking(status: Status, name: str, ask: Ask, every: float) -> None:
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                await ask()
        except TurnaboutError as error:
            status.seen(name, error.message)
        except TimeoutError:
            status.seen(name, f"It did not answer within {PATIENCE:.0f} s.")
        except Exception as error:  # noqa: BLE001 -- whatever it is, the process cannot work with it
            status.seen(name, f"It refuses to work: {type(error).__name__}.")
        else:
            status.seen(name)
        await asyncio.sleep(every)


def postgresql(pool: asyncpg.Pool) -> Ask:
    """Asks PostgreSQL over one of these connections."""

    async def ask() -> None:
        async with reachable("readiness"):
            await pool.fetchval("SELECT 1")

    return ask


def temporal(client: Client) -> Ask:
    """Asks Temporal."""

    async def ask() -> None:
        try:
            await client.service_client.check_health(timeout=timedelta(seconds=PATIENCE))
        except RPCError as error:
            raise Unreachable(f"Temporal does not answer: {error.message}.") from error

    return ask
