"""Work that runs beside a block and ends with it; if it fails, the block ends with its error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None], stop: asyncio.Event | None = None) -> AsyncIterator[None]:
    """Run `work` while the block runs; at the block's end `stop` is set, or without one the work is
    cancelled, and then it is awaited.

    Work that fails cancels the block, which then raises what the work raised.
    """
    host = asyncio.current_task()
    if host is None:
        raise RuntimeError("This block belongs into a task.")
    leaving = False
    interrupted = False

    def notice(done: asyncio.Task[None]) -> None:
        nonlocal interrupted
        if not leaving and not done.cancelled() and done.exception() is not None:
            interrupted = True
            host.cancel()

    task = asyncio.create_task(work)
    task.add_done_callback(notice)
    try:
        yield
    except asyncio.CancelledError:
        if interrupted and not host.uncancel():
            task.result()
        raise
    finally:
        leaving = True
        if stop is None:
            task.cancel()
        else:
            stop.set()
        if not interrupted:
            try:
                await task
            except asyncio.CancelledError:
                if stop is not None or host.cancelling():
                    raise
