"""The activities by which a workflow writes and reads its stream. They hold no state; the store does.

What another attempt may mend is raised as it is and tried again; what it will not is marked as final.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from temporalio import activity

from activities import metrics
from events.contracts import APPEND, LOAD, Append, Appended, Load, Loaded
from events.store import EventStore
from turnabout.errors import InternalError, TurnaboutError, Unreachable
from turnabout.wire_errors import to_failure

_FINAL_SQLSTATES = {"22", "23", "54"}
"""Data exception, constraint violation, program limit exceeded: the same again next time."""


class LogActivities:
    """Give `append` and `load` to a worker. `search_attributes` says whether its Temporal server has ours."""

    def __init__(self, store: EventStore, *, search_attributes: bool) -> None:
        self._store = store
        self._search_attributes = search_attributes

    @activity.defn(name=APPEND)
    async def append(self, append: Append) -> Appended:
        """Store one command's events, or adopt what is there."""
        started = time.perf_counter()
        with _judged():
            appended = await self._store.append(append)
        if appended.outcome == "stored":
            metrics.stored(append.stream, len(append.events), time.perf_counter() - started)
        else:
            metrics.conflicted(append.stream)
        return appended

    @activity.defn(name=LOAD)
    async def load(self, load: Load) -> Loaded:
        """A page of a stream, with what this server can do."""
        with _judged():
            page = await self._store.load(load)
        return page.model_copy(update={"search_attributes": self._search_attributes})


@contextmanager
def _judged() -> Iterator[None]:
    """Marks what fails for good; what another attempt may mend passes as it is."""
    try:
        yield
    except Unreachable:
        raise
    except TurnaboutError as error:
        raise to_failure(error) from error
    except asyncpg.PostgresError as error:
        state = error.sqlstate or ""
        if state[:2] not in _FINAL_SQLSTATES:
            raise
        refusal = InternalError(f"PostgreSQL refuses it for good ({type(error).__name__} {state}).")
        raise to_failure(refusal) from error
