"""What an event does to the sessions of a pair: the one reading that card and adherence share. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from events.base import Event
from events.contracts import StoredEvent
from events.pair_calendar import SessionsMoved
from events.pair_care import PairResumed, PauseAnnounced
from events.pair_corrections import SessionCorrected
from events.pair_preparation import PairActivated
from events.pair_sessions import SessionHeld, SessionMissed, SessionRescheduled, SessionsCancelled

SESSION_EVENTS: tuple[type[Event], ...] = (
    PairActivated,
    PairResumed,
    PauseAnnounced,
    SessionRescheduled,
    SessionsMoved,
    SessionHeld,
    SessionMissed,
    SessionCorrected,
    SessionsCancelled,
)


def session_changes(event: StoredEvent) -> Iterator[tuple[int, dict[str, Any]]]:
    """The sessions that an event changes: each one's number and its new values, of `state` (planned, held,
    missed or cancelled), `unlogged`, `starts_at` and `ends_at`."""
    data = event.data
    match event.type:
        case "pair.activated" | "pair.resumed":
            for session in data["sessions"]:
                yield session["number"], _planned(session)
        case "pair.session_rescheduled":
            yield data["number"], _planned(data)
        case "pair.sessions_moved":
            for session in data["sessions"]:
                yield session["number"], _planned(session)
            for number in data["dropped"]:
                yield number, {"state": "cancelled"}
        case "pair.session_held":
            yield data["number"], {"state": "held", "unlogged": False}
        case "pair.session_missed":
            yield data["number"], {"state": "missed", "unlogged": data["unlogged"]}
        case "pair.session_corrected":
            yield data["number"], {"state": "held" if data["held"] else "missed", "unlogged": False}
        case "pair.sessions_cancelled":
            for number in data["numbers"]:
                yield number, {"state": "cancelled"}
        case "pair.pause_announced":
            for number in data["sessions"]:
                yield number, {"state": "cancelled"}
        case _:
            raise ValueError(event.type)


def _planned(times: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": "planned",
        "unlogged": False,
        "starts_at": times["starts_at"],
        "ends_at": times["ends_at"],
    }
