"""A wire to a server that a test can cut: as if the server died, without killing one that others use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wire:
    """A local port that leads to a server until the wire is cut; then nobody listens there any more."""

    def __init__(self, server: Callable[[], Awaitable[Ends]], watch: Callable[[int], None]) -> None:
        self._server = server
        self._watch = watch
        self._open: set[asyncio.StreamWriter] = set()
        self._listening: asyncio.Server | None = None

    @classmethod
    async def to(
        cls, server: Callable[[], Awaitable[Ends]], watch: Callable[[int], None] = lambda _: None
    ) -> Wire:
        """A wire to what `server` opens a connection to; `watch` hears how long each piece is."""
        made = cls(server, watch)
        made._listening = await asyncio.start_server(made._join, "127.0.0.1", 0)
        return made

    @property
    def port(self) -> int:
        """Where to connect instead."""
        assert self._listening is not None
        return int(self._listening.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Let the server be gone."""
        if self._listening is not None:
            self._listening.close()
        for writer in self._open:
            writer.transport.abort()

    async def _join(self, asked: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answers, there = await self._server()
        self._open |= {back, there}
        await asyncio.gather(
            self._forward(asked, there, self._watch), self._forward(answers, back, lambda _: None)
        )

    async def _forward(
        self, near: asyncio.StreamReader, far: asyncio.StreamWriter, watch: Callable[[int], None]
    ) -> None:
        with suppress(OSError):
            while piece := await near.read(65536):
                watch(len(piece))
                far.write(piece)
                await far.drain()
        far.close()
