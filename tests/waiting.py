"""Awaits a condition instead of a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T]], timeout: float = 20) -> T:
    """What `look` returns as soon as it is true; TimeoutError when it never is. The one place that polls."""
    async with asyncio.timeout(timeout):
        while not (seen := await look()):  # noqa: ASYNC110 -- what is awaited lies outside this process
            await asyncio.sleep(0.01)
        return seen
