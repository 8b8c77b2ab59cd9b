"""The event that every contender stores: a held session with deliverables, 274 bytes of JSON. Pure."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from events.base import Event
from events.contracts import Append, NewEvent
from events.pair_sessions import SessionHeld
from workflows.stream import event_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TYPE = "pair.session_held"
POLICY = "sprint_90@1:0f3c9a"
STREAM_LENGTH = 20
ACTOR = "p-0042"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

_numbers = itertools.count(1)


def session_held(number: int) -> SessionHeld:
    return SessionHeld(
        number=number,
        by=ACTOR,
        deliverables=(
            "First draft of three platform-specific posts for the spring launch, reviewed together",
            "Agreed tone of voice and a posting rhythm for the next two weeks",
        ),
        settles=(f"session-{number:02d}:log", f"session-{number:02d}:reschedule"),
    )


DATA = json.dumps(session_held(7).payload(), separators=(",", ":"))
"""The body of one event as JSON text, for those who take it ready-made."""


class Course:
    """Where one writer writes: a stream of its own after the other, each of the same length."""

    def __init__(self) -> None:
        self._stream = ""
        self._version = STREAM_LENGTH

    def next(self, count: int) -> tuple[str, int]:
        """The stream for the next `count` events and the version that they follow."""
        if self._version >= STREAM_LENGTH:
            self._stream, self._version = f"pair-bench-{next(_numbers)}", 0
        version = self._version
        self._version += count
        return self._stream, version


def append(stream: str, version: int, count: int) -> Append:
    """What the engine would ask the store for: sessions after that version, built and validated anew."""
    return append_of(stream, version, *(session_held(version + ordinal) for ordinal in range(count)))


def append_of(stream: str, version: int, *events: Event) -> Append:
    """What the engine would ask the store for: these events after that version."""
    command_id = f"log-session-{version}"
    return Append(
        stream=stream,
        expected_version=version,
        command_id=command_id,
        command_digest=DIGEST,
        actor=ACTOR,
        correlation_id=command_id,
        policy_version=POLICY,
        occurred_at=NOON,
        events=tuple(
            NewEvent(
                event_id=event_id(stream, command_id, ordinal),
                type=event.type,
                schema_version=event.schema_version,
                data=event.payload(),
            )
            for ordinal, event in enumerate(events)
        ),
    )


def envelope(version: int) -> tuple[Any, ...]:
    """What a row says beside its body: the columns from `occurred_at` to `policy_version`, in their order."""
    command_id = f"log-session-{version}"
    return NOON, ACTOR, command_id, DIGEST, command_id, None, POLICY
