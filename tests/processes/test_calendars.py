"""The calendar file of a pair, from its stored events (R67)."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from events.contracts import StoredEvent
from tests.rules.pair.stage import Pair, active, formed, paused
from turnabout.errors import Rejected
from workers import calendars


def stored(scene: Pair) -> list[StoredEvent]:
    return [
        StoredEvent(
            event_id=f"e-{version}",
            stream=scene.state.stream,
            version=version,
            position=version,
            type=event.type,
            schema_version=1,
            occurred_at=at,
            recorded_at=at,
            actor="system",
            command_id=f"c-{version}",
            command_digest="",
            correlation_id="",
            policy_version="",
            data=event.model_dump(mode="json", exclude={"type"}),
        )
        for version, (at, event) in enumerate(scene.history, start=1)
    ]


def test_the_file_holds_the_series() -> None:
    text = calendars.of_pair(stored(active()))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["uid"]) == "pair-q1-07-series-1@turnabout"
    assert "COUNT=12" in text


def test_the_file_tells_of_no_pause_before_it_is_announced() -> None:
    """G6: it is the same as without one."""
    hidden = calendars.of_pair(stored(paused()))
    assert "EXDATE" not in hidden
    assert "EXDATE" in calendars.of_pair(stored(paused().until("2026-04-13T08:00Z")))


def test_there_is_no_file_before_the_sessions_are_planned() -> None:
    with pytest.raises(Rejected, match="R45"):
        calendars.of_pair(stored(formed()))
