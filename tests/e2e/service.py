"""Worker and projector as processes that a test may kill and start again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

from tests.processes.child import MAIN, Child, free_ports, turnabout

PATIENCE = 120.0


class Service:
    """`turnabout <verb>`, or a program in its place, over several lives. `log` is what all of them wrote,
    `port` that of `/metrics`."""

    def __init__(
        self, verb: str, environment: Mapping[str, str], *, program: Sequence[str] | None = None
    ) -> None:
        self.verb = verb
        self._program = (MAIN, (verb,)) if program is None else (program, ())
        self.port = free_ports(1)[0]
        self._environment = {
            "TURNABOUT_LOG_FORMAT": "json",
            "TURNABOUT_METRICS_PORT": str(self.port),
            **environment,
        }
        self._lives: list[Child] = []
        self._exits = AsyncExitStack()

    @property
    def pid(self) -> int:
        """The process that runs now, or ran last."""
        return self._lives[-1].pid

    @property
    def log(self) -> str:
        return "".join(child.output + child.errors for child in self._lives)

    async def start(self) -> None:
        """Start it and return when it works."""
        program, words = self._program
        child = await self._exits.enter_async_context(
            turnabout(*words, environment=self._environment, program=program)
        )
        self._lives.append(child)
        await child.says(f"{self.verb}_runs", PATIENCE)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self._lives[-1].send(signal.SIGKILL)
        assert await self._lives[-1].ended() == -signal.SIGKILL, self._lives[-1].errors[-2000:]

    async def pause(self, seconds: float) -> None:
        """Let it stand still, as on a busy machine; its clock jumps when it goes on."""
        self._lives[-1].send(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._lives[-1].send(signal.SIGCONT)

    async def restart(self) -> None:
        """Kill it and start another."""
        await self.kill()
        await self.start()

    async def stop(self) -> None:
        """Tell it to end, and see that it ends well."""
        self._lives[-1].send(signal.SIGTERM)
        assert await self._lives[-1].ended(PATIENCE) == 0, self._lives[-1].errors[-2000:]

    async def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        await self._exits.aclose()
