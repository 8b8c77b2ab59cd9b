"""The log for many followers in one process: those who stand at the same place share one read of it.

A page is a fact that never changes, so whoever reads on from its beginning may have it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection

import asyncpg

from events.reader import LogReader, Page
from turnabout.errors import CorruptLog, Unreachable

BUSY, IDLE = 0.01, 0.1
"""Seconds between two looks at the log while events come, and at most while none do."""


class Feed:
    """Pages of the log, and the news that it has grown.

    It looks every `busy` seconds while events come, and less often, down to every `idle` seconds, while none
    do; `wake` makes it look at once.
    """

    KEPT = 8
    head: int
    """The greatest position heard of; what lies below it may not be settled yet."""

    def __init__(self, log: LogReader, *, busy: float = BUSY, idle: float = IDLE) -> None:
        self.busy = busy
        self._log = log
        self._idle = idle
        self.head = 0
        self._grown = asyncio.Event()
        self._look = asyncio.Event()
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._reading = asyncio.Lock()

    async def page(self, after: int, limit: int, types: Collection[str]) -> Page:
        """What follows `after`: at most `limit` events of all types. An event that this release cannot read
        is an error (CorruptLog) only for those who handle its type."""
        async with self._reading:
            page = self._pages.get(after)
            if page is None:
                try:
                    page = await self._log.read_all(after, limit)
                except CorruptLog:
                    return await self._log.read_all(after, limit, types)
                if page.position > after:
                    self._pages[after] = page
                    while len(self._pages) > self.KEPT:
                        self._pages.popitem(last=False)
        if len(page.events) > limit:
            return Page(page.events[:limit], page.events[limit - 1].position)
        return page

    async def beyond(self, position: int, stop: asyncio.Event) -> None:
        """Return when the log has grown beyond a position, or at `stop`."""
        while self.head <= position and not stop.is_set():
            await self._grown.wait()

    def wake(self) -> None:
        """Look now: the caller knows that something was appended."""
        self._look.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Watch the log until `stop`."""
        delay = self.busy
        try:
            while not stop.is_set():
                try:
                    head = await self._log.head()
                except (Unreachable, asyncpg.PostgresError):
                    head, delay = self.head, 1.0
                if head > self.head:
                    self.head, delay = head, self.busy
                    self._tell()
                else:
                    delay = min(delay * 1.5, self._idle)
                await pause(delay, stop, self._look)
                self._look.clear()
        finally:
            self._tell()

    def _tell(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()


async def pause(seconds: float, *unless: asyncio.Event) -> None:
    """Wait so long, or until one of the events is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in unless]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
