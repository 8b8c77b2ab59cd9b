"""What a pair's events ask of the outside world: messages, and what the cohort must know. Pure.

The values of a message hold when and where, never what somebody answered. The steward is told at once, at any
hour; everybody else through the agenda.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from events.base import Event
from events.contracts import Effect, Notify, Tell
from events.pair import PairEscalated, PairReminded
from events.pair_calendar import SessionsMoved
from events.pair_care import (
    ConcernRaised,
    PairPaused,
    PairResumed,
    PairStewardChanged,
    PauseAnnounced,
    SafetyAssessed,
)
from events.pair_closing import MemoFiled, MemoWaived, PairEnded
from events.pair_preparation import PairActivated, PairFormed
from events.pair_sessions import SessionRescheduled
from turnabout import calendar, prompts, schedule
from turnabout.commands.base import Command
from turnabout.commands.cohort_measurement import NoteFirstSession
from turnabout.commands.cohort_running import (
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
)
from turnabout.evidence import still, words
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM
from workflows.rules import pair_decoy, pair_invites, pair_phases, pair_steward
from workflows.rules.letter_numbers import numbers
from workflows.rules.pair_state import PairState, Session, session_item


def react(state: PairState, event: Event, at: datetime) -> tuple[Effect, ...]:
    effects = _EFFECTS.get(type(event))
    return effects(state, event, at) if effects else ()


def values(state: PairState, item: str, kind: str, at: datetime) -> dict[str, Any]:
    """What a message about an item may say, as JSON."""
    known: dict[str, Any] = {"pair": state.stream, "item": item}
    session = _session(state, item, kind, at)
    if session is not None:
        known |= _meeting(state, session)
        if kind == "activated" and session.number == 1:
            known["first_minutes"] = (session.ends_at - session.starts_at) // timedelta(minutes=1)
        prompt = prompts.suggest(state.stream, session.number, _at_first(state), state.agreed.prompts)
        known |= {"prompt": prompt.text} if prompt and kind == "session" else {}
    if kind == "moved":
        known["moved"] = pair_invites.moved(state, item)
    if kind == "goal" and state.preparation.proposed is not None:
        known["misfit"] = state.preparation.proposed.misfit
    known |= _work(state, item, kind)
    closes_at = _closes_at(state, item, kind)
    if closes_at is not None:
        known["closes_at"] = closes_at.isoformat()
    if kind == "endpoint" and state.policy.measurement.waves:
        known["sections"] = True
    return known | pair_invites.values(state, item, kind, at)


def _at_first(state: PairState) -> int:
    """How many sessions were planned at first: what comes later must not change what was suggested before."""
    return state.series[0].count if state.series else len(state.sessions)


def _work(state: PairState, item: str, kind: str) -> dict[str, Any]:
    """What a phase asks for, and what of it or of earlier ones is missing."""
    if kind == "activated":
        return {"asked": [words(one) for one in pair_phases.asked(state)]} if state.work.phases else {}
    if kind not in {"phase", "evidence"}:
        return {}
    number = int(item.rpartition("-")[2])
    phase = state.agreed.phases[number - 1]
    late = pair_phases.overdue(state) if kind == "phase" else pair_phases.missing(state, number)
    return {
        "phase": phase.name,
        "weeks": [phase.first_week, phase.last_week],
        "asked": [words(one) for one in phase.evidence],
        "missing": [still(one) for one in late],
    }


def _session(state: PairState, item: str, kind: str, at: datetime) -> Session | None:
    if kind in {"session", "session_moved", "reschedule", "moves"}:
        name = item.partition(":")[0]
        return next((one for one in state.sessions.values() if session_item(one.number) == name), None)
    if kind in {"activated", "check_in_over", "stagnation", "first_meeting"}:
        return next(iter(state.upcoming(at)), None)
    return None


def _meeting(state: PairState, session: Session) -> dict[str, Any]:
    cadence = state.preparation.cadence
    timezone = cadence.timezone if cadence else state.agreed.timezone
    local = calendar.local(session.starts_at, timezone)
    return {
        "number": session.number,
        "starts_at": session.starts_at.isoformat(),
        "local_start": f"{local:%Y-%m-%d %H:%M}",
        "channel": cadence.channel if cadence else "",
        "timezone": timezone,
    }


def _closes_at(state: PairState, item: str, kind: str) -> datetime | None:
    """By when an answer counts, for the kinds of items that have such a time."""
    terms, policy = state.agreed, state.policy
    if kind == "preparation":
        return schedule.first_meeting_due(terms, policy, state.starts_on)
    if kind == "pulse":
        return state.waves[-1].closes_at if state.waves else None
    if kind == "milestone":
        return state.milestone_due
    if kind == "midpoint":
        return state.midpoint.due_at if state.midpoint else None
    if kind == "extended":
        return schedule.pair_ends(terms, policy)
    if kind == "reshuffle":
        return state.reshuffle.closes_at if state.reshuffle else None
    if kind == "feedback":
        return state.work.deliverables[int(item.rpartition("-")[2])].feedback_due
    if kind == "endpoint":
        return state.endpoint.closes_at if state.endpoint else None
    if kind in {"ended", "memo"} and state.ended_at is not None:
        ended_on = schedule.day_of(terms, state.ended_at)
        return schedule.memo_due(terms, policy, ended_on, short=state.end_state == "reshuffled")
    return None


def _notify_due(state: PairState, event: PairReminded | PairEscalated, at: datetime) -> tuple[Effect, ...]:
    return (
        Notify(
            template=event.template,
            to=event.to,
            due_at=event.due_at,
            useful_until=event.useful_until if isinstance(event, PairReminded) else None,
            values=values(state, event.item, event.kind, at) | numbers(state.policy, event.template),
        ),
    )


def _notify_steward(state: PairState, template: str, at: datetime) -> Notify:
    known = {"pair": state.stream, **numbers(state.policy, template)}
    return Notify(template=template, to=(state.agreed.steward,), due_at=at, values=known)


def _alert(state: PairState, event: SafetyAssessed, at: datetime) -> tuple[Effect, ...]:
    # A concern has its own message to the steward.
    alerts = [] if event.wave is None else [_notify_steward(state, "steward_alert", at)]
    if event.level == "red" and state.care.reds >= state.policy.safety.reds_to_offer_end:
        alerts.append(_notify_steward(state, "offer_end", at))
    return tuple(alerts)


def _drawn(state: PairState, event: PairPaused, at: datetime) -> tuple[Effect, ...]:
    # What led to any other pause has its own message to the steward.
    return (_notify_steward(state, "check_in_drawn", at),) if event.decoy else ()


def _concern(state: PairState, _: ConcernRaised, at: datetime) -> tuple[Effect, ...]:
    return (_notify_steward(state, "concern_received", at),)


def _tell(state: PairState, what: str, command: Command) -> tuple[Effect, ...]:
    return (
        Tell(
            stream=f"cohort-{state.agreed.cohort}",
            workflow="CohortWorkflow",
            command_id=f"{state.stream}:{what}",
            envelope=CommandEnvelope(command=command.wire(), actor=SYSTEM),
            lenient=True,
        ),
    )


def _activated(state: PairState, event: PairActivated, at: datetime) -> tuple[Effect, ...]:
    told = _tell(state, "activated", NotePairActivated(pair=state.stream))
    return (*told, *_first_session(state, event, at))


def _first_session(state: PairState, _: Event, at: datetime) -> tuple[Effect, ...]:
    """The cohort knows until when a baseline is in time (A10)."""
    ahead = state.upcoming(at)
    if not state.policy.measurement.waves or state.met or not ahead:
        return ()
    first = ahead[0]
    when = f"{first.starts_at:%Y%m%d%H%M}"
    return _tell(
        state,
        f"first-session-{first.number}-{first.revision}-{when}",
        NoteFirstSession(pair=state.stream, starts_at=first.starts_at),
    )


def _moved(state: PairState, event: SessionRescheduled, at: datetime) -> tuple[Effect, ...]:
    ahead = state.upcoming(at)
    return _first_session(state, event, at) if ahead and event.number <= ahead[0].number else ()


def _moved_together(state: PairState, event: SessionsMoved, at: datetime) -> tuple[Effect, ...]:
    ahead, numbers = state.upcoming(at), [one.number for one in event.sessions]
    first = bool(ahead) and min((*numbers, *event.dropped)) <= ahead[0].number
    return _first_session(state, event, at) if first else ()


def _paused(state: PairState, event: PauseAnnounced, _: datetime) -> tuple[Effect, ...]:
    return _tell(state, f"paused-{event.pause}", NotePairPaused(pair=state.stream))


def _resumed(state: PairState, event: PairResumed, at: datetime) -> tuple[Effect, ...]:
    told = _tell(state, f"resumed-{event.pause}", NotePairResumed(pair=state.stream))
    return (*told, *_first_session(state, event, at))


def _ended(state: PairState, event: PairEnded, _: datetime) -> tuple[Effect, ...]:
    return _tell(state, "ended", NotePairEnded(pair=state.stream, state=event.state, left=event.left))


def _memo(state: PairState, event: MemoFiled | MemoWaived, _: datetime) -> tuple[Effect, ...]:
    waived = isinstance(event, MemoWaived)
    return _tell(state, "memo", NoteMemoFiled(pair=state.stream, waived=waived))


def _steward_takes_over(state: PairState, _: PairStewardChanged, at: datetime) -> tuple[Effect, ...]:
    waits = pair_steward.somebody_waits(state)
    return (_notify_steward(state, "steward_takes_over", at),) if waits else ()


_EFFECTS: Mapping[type[Event], Callable[[PairState, Any, datetime], tuple[Effect, ...]]] = {
    PairReminded: _notify_due,
    PairEscalated: _notify_due,
    SafetyAssessed: _alert,
    ConcernRaised: _concern,
    PairPaused: _drawn,
    PairFormed: lambda state, _, __: pair_decoy.ask(state),
    PairActivated: _activated,
    SessionRescheduled: _moved,
    SessionsMoved: _moved_together,
    PauseAnnounced: _paused,
    PairResumed: _resumed,
    PairEnded: _ended,
    MemoFiled: _memo,
    MemoWaived: _memo,
    PairStewardChanged: _steward_takes_over,
}
