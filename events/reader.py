"""Reads the whole log in order and never passes by an event whose transaction commits late.

Positions are drawn before they are committed. A page without a gap needs no care; where a gap shows, the
reader first asks how far the log is settled (`log.watermark`) and then reads again, in a later snapshot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Any

import asyncpg

from events import sql
from events.contracts import StoredEvent
from events.database import reachable
from events.encoding import decode
from events.registry import Registry

_SQL = sql.load(__file__, "reader.sql")
_OF_STREAM = 1000
"""Events of a stream that are read at once."""
_FIELDS = set(StoredEvent.model_fields)
_set = object.__setattr__


@dataclass(frozen=True)
class Page:
    """Events in order of position. `position` is how far the reader has come with them: the checkpoint to
    keep and to read after next. It may lie beyond the last event, and moves also on an empty page."""

    events: tuple[StoredEvent, ...]
    position: int


@dataclass(frozen=True)
class Stream:
    """A stream's last version, and whether its state is terminal."""

    name: str
    version: int
    closed: bool


class LogReader:
    """The log for readers: sealed fields read `"sealed"`, those of an erased person None.

    Needs SELECT on the `read` views and nothing more (role PROJECTOR); no master key.
    """

    def __init__(self, pool: asyncpg.Pool, registry: Registry) -> None:
        self._pool = pool
        self._registry = registry

    async def read_all(self, after: int, limit: int = 500, types: Collection[str] | None = None) -> Page:
        """At most `limit` events with a position above `after`, of all types or of these.

        Reading on from `page.position` meets every event exactly once, in an order that keeps each stream's.
        Fewer events than `limit` do not mean the end of the log; an unchanged `position` does, for now.
        Raises CorruptLog for an event that this release cannot read, Unreachable.
        """
        async with reachable("read the log"):
            if types is not None:
                return await self._read_types(after, limit, sorted(types))
            rows = await self._pool.fetch(_SQL["page"], after, limit)
            if not rows:
                return Page((), after)
            if rows[-1]["position"] - after == len(rows):
                return self._page(rows)
            settled = await self._pool.fetchval(_SQL["watermark"])
            rows = await self._pool.fetch(_SQL["page_below"], after, limit, settled)
            return self._page(rows) if len(rows) == limit else self._page(rows, max(settled, after))

    async def read_stream(self, name: str, after: int = 0) -> AsyncIterator[StoredEvent]:
        """The events of one stream after a version, in order. Raises as `read_all` does."""
        rows: list[asyncpg.Record] | None = None
        while rows is None or len(rows) == _OF_STREAM:
            async with reachable("read a stream"):
                rows = await self._pool.fetch(_SQL["page_of_stream"], name, after, _OF_STREAM)
            for row in rows:
                after = row["version"]
                yield self._stored(row, decode(row["data"]))

    async def read_cohort(self, cohort: str, until: int, types: Collection[str]) -> tuple[StoredEvent, ...]:
        """The events of a cohort and its pairs up to a position, of these types, in order. Raises as
        `read_all` does."""
        async with reachable("read a cohort"):
            rows = await self._pool.fetch(_SQL["cohort"], cohort, until, sorted(types))
        return self._page(rows, until).events

    async def head(self) -> int:
        """The greatest committed position, 0 in an empty log: what a reader's lag is measured against."""
        async with reachable("read the log's head"):
            return int(await self._pool.fetchval(_SQL["head"]))

    async def watermark(self) -> int:
        """The position up to which nothing will appear any more. A statement that relies on it must begin
        after this call returned: in a snapshot taken before, late commits are still missing."""
        async with reachable("read the watermark"):
            return int(await self._pool.fetchval(_SQL["watermark"]))

    async def open_versions(self) -> dict[str, int]:
        """The version of each stream whose state is not terminal, by its name."""
        async with reachable("list streams"):
            rows = await self._pool.fetch(_SQL["open_versions"])
        return {row["stream"]: row["version"] for row in rows}

    async def stream(self, name: str) -> Stream | None:
        """What is known of a stream; None when the log has none of that name."""
        async with reachable("look up a stream"):
            row = await self._pool.fetchrow(_SQL["stream"], name)
        return Stream(row["stream"], row["version"], row["closed"]) if row else None

    async def _read_types(self, after: int, limit: int, types: list[str]) -> Page:
        # With a filter every page has gaps.
        settled = await self._pool.fetchval(_SQL["watermark"])
        rows = await self._pool.fetch(_SQL["page_of_types"], after, limit, settled, types)
        return self._page(rows) if len(rows) == limit else self._page(rows, max(settled, after))

    def _page(self, rows: list[asyncpg.Record], position: int | None = None) -> Page:
        events = tuple(self._stored(row, decode(row["data"])) for row in rows)
        return Page(events, rows[-1]["position"] if position is None else position)

    def _stored(self, row: asyncpg.Record, data: dict[str, Any]) -> StoredEvent:
        version, data = self._registry.current(row["type"], row["schema_version"], data)
        return stored_event(row, row["command_digest"], version, data)


def stored_event(row: asyncpg.Record, digest: str, schema_version: int, data: dict[str, Any]) -> StoredEvent:
    """The envelope of one row."""
    return unchecked(
        event_id=str(row["event_id"]),
        stream=row["stream"],
        version=row["version"],
        position=row["position"],
        type=row["type"],
        schema_version=schema_version,
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        command_id=row["command_id"],
        command_digest=digest,
        correlation_id=row["correlation_id"],
        causation_id=row["causation_id"],
        policy_version=row["policy_version"],
        data=data,
    )


def unchecked(**values: Any) -> StoredEvent:
    """An event with these values, which must be all there are: made as by unpickling, at a third of the cost
    of validation, for the table's own types and constraints have checked every value."""
    event = StoredEvent.__new__(StoredEvent)
    _set(event, "__dict__", values)
    _set(event, "__pydantic_fields_set__", _FIELDS)
    _set(event, "__pydantic_extra__", None)
    _set(event, "__pydantic_private__", None)
    return event
