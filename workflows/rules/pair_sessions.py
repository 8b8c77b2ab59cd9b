"""Sessions: logged, moved, missed, and what follows when they do not take place (T9). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase
from events.pair_sessions import (
    ActionCompleted,
    InactivityFlagged,
    SessionHeld,
    SessionMissed,
    SessionRescheduled,
    SessionsCancelled,
)
from turnabout import calendar, schedule
from turnabout.commands.pair_sessions import CompleteAction, LogSession, RescheduleSession
from turnabout.errors import Rejected
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_hours import check_instant, resting
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_practice import logged, must_have_started
from workflows.rules.pair_series import inactivity, planned_at, session_chase
from workflows.rules.pair_state import PairState, Session, session_item

# --- deciding ---------------------------------------------------------------------------------------------


def cancelled(state: PairState, now: datetime) -> list[Event]:
    """The sessions still ahead are off, and so are those of a pause that nobody was told of."""
    ahead = [number for number in state.untold if state.sessions[number].starts_at > now]
    numbers = tuple(sorted({*ahead, *(session.number for session in state.upcoming(now))}))
    items = state.ledger.still_open(*map(session_item, numbers))
    return [SessionsCancelled(numbers=numbers, settles=items)] if numbers else []


def log(state: PairState, command: LogSession, moment: Moment) -> list[Event]:
    session = known(state, command.number)
    if session.status != "planned":
        raise Rejected("T9", f"session {session.number} is {session.status}.", hint=_HINTS[session.status])
    if moment.now < session.starts_at:
        raise Rejected(
            "T9",
            f"session {session.number} has not begun.",
            hint="Log it afterwards, or move it with reschedule_session.",
        )
    if not command.held:
        return [missed(state, session, moment.now, by=moment.actor.id)]
    planner = Planner(state, moment.now)
    items = (session_item(session.number), "first-meeting", "misses")
    return [
        SessionHeld(
            number=session.number,
            by=moment.actor.id,
            deliverables=command.deliverables,
            note=command.note,
            opens=inactivity(planner, moment.now) if state.life == "active" and not state.paused else (),
            settles=state.ledger.still_open(*items),
        )
    ]


def missed(state: PairState, session: Session, now: datetime, *, by: str | None = None) -> SessionMissed:
    """A session that did not take place; nobody's word (`by` None) after the policy's days says the same."""
    planner, rules = Planner(state, now), state.policy.sessions
    in_a_row = state.misses + 1
    prompt_at = schedule.reschedule_prompt(state.policy, now)
    opens: tuple[Chase, ...] = ()
    at_work = state.life == "active" and not state.paused
    if at_work and prompt_at < schedule.pair_ends(state.agreed, state.policy):
        prompt = planner.remind(prompt_at, state.partners, "session_reschedule")
        item = f"{session_item(session.number)}:reschedule"
        opens = planner.chase(item, "reschedule", prompt, occasion=session.revision)
    if at_work and in_a_row % max(1, rules.misses_in_a_row) == 0:
        opens += planner.chase("misses", "misses", planner.tell_lead(now, "sessions_missed"))
    return SessionMissed(
        number=session.number,
        in_a_row=in_a_row,
        unlogged=by is None,
        by=by,
        opens=opens,
        settles=state.ledger.still_open(session_item(session.number)),
    )


def reschedule(state: PairState, command: RescheduleSession, moment: Moment) -> list[Event]:
    session = known(state, command.number)
    if session.status not in {"planned", "missed"}:
        raise Rejected("T9", f"session {session.number} is {session.status}.", hint=_HINTS[session.status])
    ends_at = schedule.pair_ends(state.agreed, state.policy)
    if not moment.now < command.starts_at < ends_at:
        raise Rejected(
            "T9",
            "a session is moved to a time between now and the pair's end.",
            hint=f"Choose a time before {ends_at:%Y-%m-%d %H:%M} UTC.",
        )
    planner, cadence = Planner(state, moment.now), state.preparation.cadence
    moved = planned_at(state, session.number, command.starts_at)
    minutes = (moved.ends_at - moved.starts_at) // timedelta(minutes=1)
    check_instant(
        state.agreed, moved.starts_at, cadence.timezone if cadence else state.agreed.timezone, minutes
    )
    _check_absence(state, moved.starts_at)
    item, limit = session_item(session.number), state.policy.sessions.moves
    opens = () if state.paused else session_chase(planner, moved)
    if not state.paused and (session.moves + 1) % max(1, limit) == 0:
        told = planner.tell_lead(moment.now, "session_moved_often")
        opens += planner.chase(f"{item}:moves", "moves", told)
    word = planner.remind(moment.now, state.partners, "session_moved", useful_until=moved.starts_at)
    told = tuple(step for step in word if step.at < moved.starts_at)
    opens += planner.chase(
        f"{item}:moved", "session_moved", told, occasion=session.revision + 1, through_pause=state.paused
    )
    return [
        SessionRescheduled(
            number=session.number,
            revision=session.revision + 1,
            starts_at=moved.starts_at,
            ends_at=moved.ends_at,
            opens=opens,
            settles=state.ledger.still_open(f"{item}:reschedule"),
        )
    ]


def _check_absence(state: PairState, starts_at: datetime) -> None:
    zone = state.preparation.cadence.timezone if state.preparation.cadence else state.agreed.timezone
    day = calendar.local(starts_at, zone).date()
    if day in state.blocked:
        raise Rejected("R67", f"one of you is away on {day:%A, %Y-%m-%d}.", hint="Choose another day.")


def complete_action(state: PairState, command: CompleteAction, moment: Moment) -> list[Event]:
    if command.number > state.actions:
        raise Rejected(
            "R79", f"there is no action {command.number}.", hint=f"{state.actions} are agreed so far."
        )
    if command.number in state.actions_done:
        raise Rejected("R79", f"action {command.number} is done already.", hint="Nothing to do.")
    return [ActionCompleted(number=command.number, by=moment.actor.id)]


_HINTS = {
    "held": "It is logged already.",
    "missed": "It counts as missed; find a new time with reschedule_session.",
    "cancelled": "It is off; log another one.",
}


def known(state: PairState, number: int) -> Session:
    """A session of a pair at work as its partners know it; none in a check-in that they know of (G6)."""
    if state.resting:
        raise resting()
    must_have_started(state)
    session = state.sessions.get(number)
    if session is None:
        raise Rejected("T9", f"there is no session {number}.", hint=f"{len(state.sessions)} were planned.")
    return state.as_told(session)


# --- folding ----------------------------------------------------------------------------------------------


def held(state: PairState, event: SessionHeld, at: datetime) -> PairState:
    state = _marked(state, event.number, replace(state.sessions[event.number], status="held"))
    state = logged(state, event.deliverables, event.by, at)
    return replace(state, misses=0, inactive=False, fresh_at=at if event.deliverables else state.fresh_at)


def not_held(state: PairState, event: SessionMissed, _: datetime) -> PairState:
    state = _marked(state, event.number, replace(state.sessions[event.number], status="missed"))
    return replace(state, misses=event.in_a_row)


def rescheduled(state: PairState, event: SessionRescheduled, _: datetime) -> PairState:
    before = state.sessions[event.number]
    moved = replace(
        before,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        status="cancelled" if state.paused else "planned",
        revision=event.revision,
        moves=before.moves + 1,
    )
    if state.paused:  # nobody knows of the pause yet, and the new time is off, too (G6)
        off = tuple(sorted({*state.care.off, event.number}))
        state = replace(state, care=replace(state.care, off=off))
    return _marked(state, event.number, moved)


def called_off(state: PairState, event: SessionsCancelled, _: datetime) -> PairState:
    return call_off(state, event.numbers)


def call_off(state: PairState, numbers: Iterable[int]) -> PairState:
    """The sessions with these numbers are off."""
    for number in numbers:
        state = _marked(state, number, replace(state.sessions[number], status="cancelled"))
    return state


def give_back(state: PairState, numbers: Iterable[int]) -> PairState:
    """Sessions that a pause called off without a word before their time came: they may have been held. What
    was logged since stays."""
    for number in numbers:
        session = state.sessions[number]
        if session.status == "cancelled":
            state = _marked(state, number, replace(session, status="planned"))
    return state


def flagged(state: PairState, _: InactivityFlagged, __: datetime) -> PairState:
    return replace(state, inactive=True)


def completed(state: PairState, event: ActionCompleted, at: datetime) -> PairState:
    return replace(state, fresh_at=at, actions_done=state.actions_done | {event.number})


def _marked(state: PairState, number: int, session: Session) -> PairState:
    return replace(state, sessions={**state.sessions, number: session})


RULES: Rules[PairState] = {
    LogSession: log,
    RescheduleSession: reschedule,
    CompleteAction: complete_action,
}


FOLDS: Folds[PairState] = {
    SessionHeld: held,
    SessionMissed: not_held,
    SessionRescheduled: rescheduled,
    SessionsCancelled: called_off,
    InactivityFlagged: flagged,
    ActionCompleted: completed,
}
