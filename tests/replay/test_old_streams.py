"""Streams of earlier releases go on in this one: from any place in them, what is due by itself is run to the
end, nothing is refused and nothing stays on the agenda.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.contracts import StoredEvent
from events.upcasts import upcast
from tests.replay.replaying import histories, name_of, recorded
from tests.rules.bdd import Scene, given
from workflows.rules.cohort import COHORT
from workflows.rules.decider import Decider
from workflows.rules.pair import PAIR

DECIDERS: dict[str, Decider[Any]] = {"cohort": COHORT, "pair": PAIR}
OLD = [file for file in histories() if name_of(file).partition(".")[0] in DECIDERS]
PLACES = 12
"""From how many places of each stream it goes on."""


def stored(file: Path) -> list[StoredEvent]:
    """Every event that the store answered in a history, in order."""
    found: dict[int, StoredEvent] = {}
    for answer in _answers(recorded(file)["events"]):
        for event in answer.get("events", ()):
            one = StoredEvent.model_validate(event)
            found[one.version] = one
    return [found[version] for version in sorted(found)]


def _answers(history: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for event in history:
        marker = event.get("markerRecordedEventAttributes", {}).get("details", {}).get("result", {})
        regular = event.get("activityTaskCompletedEventAttributes", {}).get("result", {})
        for payload in (*marker.get("payloads", ()), *regular.get("payloads", ())):
            value = json.loads(b64decode(payload["data"])) if "data" in payload else None
            if isinstance(value, dict):
                yield value


def scene_of(decider: Decider[Any], events: list[StoredEvent]) -> Scene[Any]:
    facts = [
        (
            decider.events.validate_python(
                {"type": one.type, **upcast(one.type, one.schema_version, one.data)}
            ),
            one.occurred_at,
        )
        for one in events
    ]
    return given(decider, *facts, at=events[0].occurred_at)


def whole_commands(events: list[StoredEvent]) -> list[int]:
    """The lengths at which a stream may stop: a command's events are stored together."""
    after = [*(one.command_id for one in events[1:]), None]
    return [one.version for one, following in zip(events, after, strict=True) if one.command_id != following]


@pytest.mark.parametrize("file", OLD, ids=name_of)
def test_a_stream_of_an_earlier_release_goes_on(file: Path) -> None:
    decider = DECIDERS[name_of(file).partition(".")[0]]
    events = stored(file)
    assert [one.version for one in events] == list(range(1, len(events) + 1))
    places = whole_commands(events)
    for place in places[:: len(places) // PLACES]:
        scene = scene_of(decider, events[:place])
        later = scene.until(scene.at + timedelta(days=900))
        assert decider.is_terminal(later.state) or later.due() is None
