"""Rows about the log, its streams and who follows it. Pure."""

from __future__ import annotations

from typing import Any, Literal

from turnabout.results.base import At, Result


class ProjectionStatus(Result):
    """A build of a read model: live, building (beside the live one) or stopped, and how far it is behind the
    log in positions and seconds."""

    projection: str
    build: int
    version: int
    live: bool
    status: Literal["live", "building", "stopped"]
    position: int
    events: int
    lag_events: int
    lag_seconds: float
    error: str | None
    stopped_at: At | None
    created_at: At
    moved_at: At


class LoggedEvent(Result):
    """An event as operators may see it: sealed fields read `sealed`, those of an erased person None."""

    position: int
    stream: str
    version: int
    event_id: str
    type: str
    schema_version: int
    occurred_at: At
    recorded_at: At
    actor: str
    command_id: str
    correlation_id: str
    causation_id: str | None
    policy_version: str
    data: dict[str, Any]


class StreamStatus(Result):
    """A stream of the log: its last version, and whether it takes no more commands."""

    stream: str
    kind: str
    version: int
    closed: bool
    created_at: At
    updated_at: At
