"""The calendar file of a pair, from its stored events (R67)."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from events.contracts import StoredEvent
from tests.rules.pair.stage import LEAD, MENTOR, Pair, active, formed, held, paused
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_reshuffle import ExtendPair
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


def test_the_file_is_as_old_as_what_it_shows() -> None:
    """G6: it does not tell of a concern, nor of a pause before it is announced."""
    scene = held(active(), 1)
    before = calendars.of_pair(stored(active()))
    aside = scene.when(RaiseConcern(text="May I ask you something?", about_safety=False), by=MENTOR)
    assert calendars.of_pair(stored(aside)) == before
    hidden = paused()
    assert calendars.of_pair(stored(hidden)) == before
    announced = Calendar.from_ical(calendars.of_pair(stored(hidden.until("2026-04-14T09:00Z"))))
    (event,) = announced.walk("VEVENT")
    assert f"{event.decoded('dtstamp'):%m-%d %H:%M}" == "04-13 07:00"


def test_a_series_of_one_session_that_is_off_says_so() -> None:
    scene = active(replaces="pair-q1-01").until("2026-04-01T09:00Z")
    scene = scene.when(ExtendPair(weeks=1, reason="They lost time."), by=LEAD).later(days=1)
    scene = scene.when(EndPair(state="ended_by_choice", reason="They agreed to."), by=LEAD)
    events = Calendar.from_ical(calendars.of_pair(stored(scene))).walk("VEVENT")
    shown = {str(event["uid"]): str(event["status"]) for event in events}
    assert shown["pair-q1-07-series-2@turnabout"] == "CANCELLED"


def test_there_is_no_file_before_the_sessions_are_planned() -> None:
    with pytest.raises(Rejected, match="R45"):
        calendars.of_pair(stored(formed()))
