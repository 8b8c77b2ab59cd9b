"""What a message of a pair says of its sessions to people's calendars (R67, T9). Pure.

A session that a pause has called off without a word is still in them (G6): nothing here tells of it before
the pause is announced, and then only that it is off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from events import invites
from workflows.rules.pair_state import PairState, Session, moved_item, session_item


def values(state: PairState, item: str, kind: str, at: datetime) -> dict[str, Any]:
    """What a message about an item carries for calendars, as JSON; nothing for most kinds."""
    told = TOLD.get(kind)
    return invites.values(*told(state, item, at)) if told else {}


def published(state: PairState) -> tuple[invites.Series, ...]:
    """All series of a pair that still hold a session, as they stand."""
    numbers = sorted({session.series for session in state.sessions.values()} - {0})
    return tuple(_series(state, number) for number in numbers)


def moved(state: PairState, item: str) -> list[dict[str, Any]]:
    """The sessions that moved together under an item: number, and start where they take place."""
    return [
        {
            "number": one.number,
            "starts_at": None if _is_off(state, one) else one.starts_at.isoformat(),
        }
        for one in _together(state, item)
    ]


def _together(state: PairState, item: str) -> list[Session]:
    numbers = next((some for time, some in enumerate(state.moved, 1) if moved_item(time) == item), ())
    return [state.sessions[number] for number in sorted(numbers)]


# --- what a message tells ---------------------------------------------------------------------------------


def _planned(state: PairState, _: str, __: datetime) -> tuple[invites.Series, ...]:
    """The latest series with all its meetings."""
    return (_series(state, len(state.series)),) if state.series else ()


def _resumed(state: PairState, _: str, at: datetime) -> tuple[invites.Series, ...]:
    """What was planned anew, and what it takes the place of: the check-in may have come and gone before the
    letter that called it off could go out."""
    last = len(state.series)
    fresh = any(one.series == last and one.starts_at > at for one in state.sessions.values())
    earlier = (_vacant(state, number, at) for number in range(1, last + (not fresh)))
    return (*(_planned(state, "", at) if fresh else ()), *(one for one in earlier if one))


def _vacant(state: PairState, number: int, at: datetime) -> invites.Series | None:
    """What of a series is off from a time on: sessions, and slots that no session has any more; None where
    all of it stands."""
    series, length = state.series[number - 1], timedelta(minutes=state.series[number - 1].cadence.minutes)
    sessions = [one for one in state.sessions.values() if one.series == number]
    there = [_meeting(state, one) for one in sessions if _is_off(state, one) and one.starts_at > at]
    # A later word than any that was said of the session that was there.
    sequence = 2 * max(one.revision for one in state.sessions.values()) - 1
    held = {one.slot for one in sessions}
    gone = [
        invites.Meeting(slot=slot, starts_at=slot, ends_at=slot + length, sequence=sequence, off=True)
        for slot in map(series.slot, range(series.count))
        if slot not in held and slot > at
    ]
    off = sorted([*there, *gone], key=lambda one: one.slot)
    return _entry(state, number, off, whole=False) if off else None


def _called_off(state: PairState, _: str, at: datetime) -> tuple[invites.Series, ...]:
    """Every session ahead that is off, whatever called it off."""
    off = (one for one in state.sessions.values() if _is_off(state, one) and one.starts_at > at)
    return _changes(state, off)


def _moved(state: PairState, item: str, _: datetime) -> tuple[invites.Series, ...]:
    """The sessions that moved together, with those for which no day was left."""
    return _changes(state, _together(state, item))


def _one(state: PairState, item: str, _: datetime) -> tuple[invites.Series, ...]:
    name = item.partition(":")[0]
    return _changes(state, (one for one in state.sessions.values() if session_item(one.number) == name))


TOLD: Mapping[str, Callable[[PairState, str, datetime], tuple[invites.Series, ...]]] = {
    "activated": _planned,
    "check_in_over": _resumed,
    "extended": _planned,
    "moved": _moved,
    "session_moved": _one,
    "check_in": _called_off,
    "ended": _called_off,
}
"""What the messages about these kinds of items tell; `activities/invites.py` names their templates."""


# --- series -----------------------------------------------------------------------------------------------


def _changes(state: PairState, sessions: Iterable[Session]) -> tuple[invites.Series, ...]:
    """These sessions alone, each in its series."""
    numbers: dict[int, list[int]] = {}
    for session in sorted(sessions, key=lambda one: one.number):
        if session.series:
            numbers.setdefault(session.series, []).append(session.number)
    return tuple(_series(state, series, only=some) for series, some in numbers.items())


def _series(state: PairState, number: int, *, only: Iterable[int] | None = None) -> invites.Series:
    """A series with its sessions as they stand; where `only` names some, as changes."""
    wanted = None if only is None else set(only)
    sessions = sorted(state.sessions.values(), key=lambda one: one.number)
    meetings = (
        _meeting(state, one)
        for one in sessions
        if one.series == number and (wanted is None or one.number in wanted)
    )
    return _entry(state, number, meetings, whole=wanted is None)


def _entry(
    state: PairState, number: int, meetings: Iterable[invites.Meeting], *, whole: bool
) -> invites.Series:
    series = state.series[number - 1]
    return invites.Series(
        uid=f"{state.stream}-series-{number}@turnabout",
        about="session",
        timezone=series.cadence.timezone,
        first_slot=series.first_slot,
        count=series.count,
        interval_weeks=series.interval_weeks,
        minutes=series.cadence.minutes,
        place=series.cadence.channel or None,
        alarm=state.policy.sessions.alarm,
        whole=whole,
        meetings=tuple(meetings),
    )


def _meeting(state: PairState, session: Session) -> invites.Meeting:
    """A later time is a later word than its cancellation, and that one than the time before."""
    off = _is_off(state, session)
    return invites.Meeting(
        slot=session.slot or session.starts_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        sequence=2 * (session.revision - 1) + off,
        off=off,
    )


def _is_off(state: PairState, session: Session) -> bool:
    return session.status == "cancelled" and session.number not in state.untold
