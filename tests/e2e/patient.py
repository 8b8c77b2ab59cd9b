"""People and readers who try again: what is under test is the engine, not the patience of its callers."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from events.reader import LogReader, Page
from turnabout.client import Stream, Turnabout
from turnabout.commands.base import Command
from turnabout.errors import Unreachable
from turnabout.messages import Receipt
from turnabout.reads import Reads
from workers.embedded.stack import Stack

T = TypeVar("T")
PATIENCE = 150.0

Receipts = dict[tuple[str, str], Receipt]
"""What callers were promised, by stream and command id."""


async def insist(ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` returns, once the servers that it needs are back."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await ask()
        except Unreachable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)


class PatientTurnabout(Turnabout):
    """Gives each command under one id until it is answered, and keeps the receipts."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.client, Reads(stack.pool))
        self.receipts: Receipts = {}

    def stream(self, name: str) -> Stream:
        return PatientStream(self, name)


class PatientStream(Stream):
    def __init__(self, turnabout: PatientTurnabout, name: str) -> None:
        super().__init__(turnabout, name)
        self._receipts = turnabout.receipts

    async def execute(
        self,
        command: Command,
        *,
        id: str | None = None,  # noqa: A002 -- as the client calls it
        actor: str | None = None,
        start: str | None = None,
    ) -> Receipt:
        command_id = id or uuid.uuid4().hex
        execute = super().execute
        receipt = await insist(lambda: execute(command, id=command_id, actor=actor, start=start))
        self._receipts[self.name, command_id] = receipt
        return receipt


class PatientLog(LogReader):
    """Reads on when the database is back."""

    async def read_all(self, after: int, limit: int = 500, types: Collection[str] | None = None) -> Page:
        read = super().read_all
        return await insist(lambda: read(after, limit, types))
