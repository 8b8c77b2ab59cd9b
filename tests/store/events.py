"""A small vocabulary for tests of the log, and short ways to say what is appended."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from events.base import Event, Sealed
from events.contracts import Append, NewEvent
from events.registry import Registry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Counted(Event):
    type: Literal["counter.counted"] = "counter.counted"
    by: int = 1
    note: Any = None


class Renamed(Event):
    """Was `{"title": ...}` in version 1 and `{"name": ...}` in version 2."""

    schema_version: ClassVar[int] = 3
    type: Literal["counter.renamed"] = "counter.renamed"
    name: str
    reason: str


class Rated(Event):
    type: Literal["counter.rated"] = "counter.rated"
    by: str
    score: Annotated[int | None, Sealed("by")] = None
    words: Annotated[Any, Sealed("by")] = None
    about: str | None = None
    whisper: Annotated[str | None, Sealed("about")] = None


def vocabulary() -> Registry:
    registry = Registry()
    registry.register(Counted | Renamed, Rated)
    registry.upcast("counter.renamed", 1, lambda data: {"name": data["title"]})
    registry.upcast("counter.renamed", 2, lambda data: {**data, "reason": "unknown"})
    registry.validate()
    return registry


def event_id(stream: str, command_id: str, ordinal: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{stream}/{command_id}/{ordinal}"))


def append_of(
    stream: str, expected: int, command_id: str, *events: Event, digest: str = "d", **more: Any
) -> Append:
    """What the engine would ask for one command's events; a single count when none are named."""
    return Append(
        stream=stream,
        expected_version=expected,
        command_id=command_id,
        command_digest=digest,
        actor="p-1",
        correlation_id="c-1",
        policy_version="test@1",
        occurred_at=NOON,
        events=tuple(
            NewEvent(
                event_id=event_id(stream, command_id, ordinal),
                type=event.type,
                schema_version=event.schema_version,
                data=event.payload(),
            )
            for ordinal, event in enumerate(events or (Counted(),))
        ),
        **more,
    )
