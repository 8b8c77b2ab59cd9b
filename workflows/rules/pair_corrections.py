"""Putting right what was entered wrongly (R103): a new event names the old one. Pure.

What follows from a fact is computed anew where that is honest: misses in a row, the flag of inactivity, what
keeps a pair from being quiet. A verdict is an event of its own and stands; so where one rests on the fact,
the correction is refused and says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.pair_corrections import (
    AttendanceWithdrawn,
    DeliverableCorrected,
    OutcomeCorrected,
    SessionCorrected,
)
from turnabout import schedule
from turnabout.commands.pair_corrections import (
    CorrectDeliverable,
    CorrectOutcome,
    CorrectSession,
    WithdrawAttendance,
)
from turnabout.errors import Rejected
from workflows.rules import pair_record, pair_sessions
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState, Session, session_item

# --- deciding ---------------------------------------------------------------------------------------------


def correct_session(state: PairState, command: CorrectSession, moment: Moment) -> list[Event]:
    session = pair_sessions.known(state, command.number)
    wanted = "held" if command.held else "missed"
    if session.status not in {"held", "missed"}:
        raise Rejected("T9", f"session {session.number} is {session.status}.", hint="Nothing to correct.")
    if session.status == wanted:
        raise Rejected("T9", f"session {session.number} is {wanted} already.", hint="Nothing to correct.")
    after = _marked(state, session, held=command.held)
    if state.life == "ended" and state.met != after.met:
        raise Rejected("R57", "the end of the pair rests on what was logged.", hint="Note it in the memo.")
    _unreviewed(state, session.ends_at, f"session {session.number}")
    in_a_row = _misses_in_a_row(after)
    planner = Planner(replace(after, misses=in_a_row), moment.now)
    items = (f"{session_item(session.number)}:reschedule", "misses", *_first_meeting(after))
    return [
        SessionCorrected(
            corrects=state.record.facts[pair_record.session(session.number)],
            number=session.number,
            held=command.held,
            in_a_row=in_a_row,
            by=moment.actor.id,
            reason=command.reason,
            opens=_after_session(planner, held=command.held) if state.life == "active" else (),
            settles=state.ledger.still_open(*items) if command.held else (),
        )
    ]


def _first_meeting(after: PairState) -> tuple[str, ...]:
    return ("first-meeting",) if after.met else ()


def _after_session(planner: Planner, *, held: bool) -> tuple[Chase, ...]:
    """Inactivity counts from the last session that was held (T9); the lead hears of misses in a row that came
    to light now."""
    state, limit = planner.state, max(1, planner.state.policy.sessions.misses_in_a_row)
    since = max(
        [one.ends_at for one in state.sessions.values() if one.status == "held"]
        + [state.activated_at or state.agreed.kickoff]
    )
    at = schedule.inactive_at(state.policy, since, state.agreed.interval_weeks)
    told = planner.tell_lead(max(at, planner.now), "inactivity")
    opens = planner.chase("inactivity", "inactivity", told) if held or not state.inactive else ()
    if not held and state.misses and state.misses % limit == 0:
        opens += planner.chase("misses", "misses", planner.tell_lead(planner.now, "sessions_missed"))
    return opens


def _misses_in_a_row(state: PairState) -> int:
    """How many of the last logged sessions were missed, since the pair last went on."""
    facts, since = state.record.facts, state.record.misses_since
    logged = sorted(
        (
            one
            for one in state.sessions.values()
            if one.status in {"held", "missed"} and facts.get(pair_record.session(one.number), 0) > since
        ),
        key=lambda one: one.starts_at,
    )
    count = 0
    for one in reversed(logged):
        if one.status == "held":
            break
        count += 1
    return count


def correct_outcome(state: PairState, command: CorrectOutcome, moment: Moment) -> list[Event]:
    if pair_record.OUTCOME not in state.record.facts:
        raise Rejected("R57", "no outcome is recorded.", hint="Record it with record_outcome.")
    return [
        OutcomeCorrected(
            corrects=state.record.facts[pair_record.OUTCOME],
            value=command.value,
            attainment=command.attainment,
            by=moment.actor.id,
            reason=command.reason,
        )
    ]


def correct_deliverable(state: PairState, command: CorrectDeliverable, moment: Moment) -> list[Event]:
    made = state.record.made
    if command.number > len(made):
        raise Rejected("R6", f"there is no deliverable {command.number}.", hint=f"{len(made)} are recorded.")
    one = made[command.number - 1]
    if one.gone:
        raise Rejected("R6", f"deliverable {command.number} is withdrawn.", hint="Record a new one.")
    if command.what is None:
        _unreviewed(state, one.at, f"deliverable {command.number}")
    return [
        DeliverableCorrected(
            corrects=one.version,
            number=command.number,
            what=command.what,
            by=moment.actor.id,
            reason=command.reason,
        )
    ]


def withdraw_attendance(state: PairState, command: WithdrawAttendance, _: Moment) -> list[Event]:
    person = command.person
    if person not in state.preparation.attended:
        raise Rejected("G4", f"{person} is not recorded as present.", hint="Nothing to correct.")
    if state.activated_at is not None:
        raise Rejected("G4", "the start of the pair rests on it.", hint="Catch up in the next session.")
    return [AttendanceWithdrawn(corrects=state.record.facts[pair_record.attendance(person)], person=person)]


def _unreviewed(state: PairState, at: datetime, what: str) -> None:
    reviewed = state.record.reviewed_at
    if reviewed is not None and at <= reviewed:
        raise Rejected(
            "G7", f"the midpoint review rests on {what}.", hint="Tell the lead; the verdict stands as it is."
        )


# --- folding ----------------------------------------------------------------------------------------------


def session_corrected(state: PairState, event: SessionCorrected, _: datetime) -> PairState:
    state = _marked(state, state.sessions[event.number], held=event.held)
    return replace(state, misses=event.in_a_row, inactive=False if event.held else state.inactive)


def deliverable_corrected(state: PairState, event: DeliverableCorrected, _: datetime) -> PairState:
    if event.what is not None or state.fresh_at is None:
        return state
    made = enumerate(state.record.made, 1)
    left = [one.at for number, one in made if number != event.number and not one.gone]
    other = [] if state.record.fresh_at is None else [state.record.fresh_at]
    return replace(state, fresh_at=max([*left, *other], default=state.fresh_at))


def attendance_withdrawn(state: PairState, event: AttendanceWithdrawn, _: datetime) -> PairState:
    ready = state.preparation
    return replace(state, preparation=replace(ready, attended=ready.attended - {event.person}))


def _marked(state: PairState, session: Session, *, held: bool) -> PairState:
    marked = replace(session, status="held" if held else "missed")
    return replace(state, sessions={**state.sessions, session.number: marked})


RULES: Rules[PairState] = {
    CorrectSession: correct_session,
    CorrectOutcome: correct_outcome,
    CorrectDeliverable: correct_deliverable,
    WithdrawAttendance: withdraw_attendance,
}


FOLDS: Folds[PairState] = {
    SessionCorrected: session_corrected,
    DeliverableCorrected: deliverable_corrected,
    AttendanceWithdrawn: attendance_withdrawn,
}
