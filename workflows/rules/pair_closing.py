"""The end of a pair: endpoint wave, outcome, end state and memo (T15, T16, R57, R75). Pure.

At its end date a pair graduates that met at least once. One that is paused by then and has no outcome ended
by choice, and the record says nothing of the cause; a pause that began in the last wave changes no end, lest
the end tell of an answer. After the memo the door to the steward stays open for a while (R73).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.pair_closing import (
    EndpointAnswered,
    EndpointClosed,
    EndpointOpened,
    MemoFiled,
    MemoWaived,
    OutcomeRecorded,
    PairEnded,
)
from events.pair_pulse import PulseClosed
from turnabout import schedule
from turnabout.commands.pair_closing import AnswerEndpoint, EndPair, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_terms import EndState
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules import pair_care, pair_sessions
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState, Wave

ENDPOINT = frozenset({"endpoint", "endpoint_close"})
OUTLIVE_END = ENDPOINT | {"steward", "phase_end"}
"""The kinds of items that go on after the end, and after the memo: the endpoint wave, whom the steward has
still to see, and the time for the last phase's evidence."""
CUT_SHORT = frozenset({"phase_end"})
"""Those of them that an end before its time settles."""
NEUTRAL = "The pair ended after a check-in."
"""What the record says where a reason would say why."""


# --- the endpoint wave ------------------------------------------------------------------------------------


def open_endpoint(state: PairState, now: datetime, *, after_pause: bool = False) -> list[Event]:
    """The wave of the last week. A pair that is paused then gets it when it goes on."""
    closes_at = schedule.endpoint_closes(state.agreed, state.policy)
    held_back = state.paused and not after_pause
    if state.life != "active" or held_back or state.endpoint is not None or now >= closes_at:
        return []
    planner, both = Planner(state, now), state.partners
    reminders = schedule.endpoint_reminders(state.agreed, state.policy)
    opens = (
        *planner.chase(
            "endpoint",
            "endpoint",
            planner.prompts(
                both,
                (now, "endpoint_invitation"),
                *((at, "endpoint_reminder") for at in reminders),
                until=closes_at,
            ),
        ),
        *planner.chase("endpoint:close", "endpoint_close", planner.expire(closes_at), through_pause=True),
    )
    return [EndpointOpened(closes_at=closes_at, opens=opens)]


def answer_endpoint(state: PairState, command: AnswerEndpoint, moment: Moment) -> list[Event]:
    wave, who = state.endpoint, moment.actor.id
    if wave is None or wave.closed:
        raise Rejected("T15", "the endpoint wave is not open.", hint="It opens in the last week.")
    if who in wave.answered:
        raise Rejected("R58", "you have answered the endpoint wave.", hint="Nothing to do.")
    everybody = wave.answered | {who} == set(state.partners)
    answered = EndpointAnswered(
        respondent=who,
        progress=command.progress,
        safety=command.safety,
        recommend=command.recommend,
        settles=state.ledger.still_open("endpoint") if everybody else (),
    )
    return [answered, *pair_care.assess(state, who, command.safety, wave.number, moment.now)]


def close_endpoint(state: PairState) -> list[Event]:
    wave = state.endpoint
    if wave is None or wave.closed:
        return []
    closed = EndpointClosed(
        answered=len(wave.answered), settles=state.ledger.still_open("endpoint", "endpoint:close")
    )
    return [closed, *pair_care.assess_gap(state, wave)]


def record_outcome(state: PairState, command: RecordOutcome, moment: Moment) -> list[Event]:
    if state.preparation.accepted is None:
        raise Rejected("R57", "the pair has no accepted goal.", hint="There is nothing to measure against.")
    if state.life != "ended" and moment.now < schedule.endpoint_opens(state.agreed):
        raise Rejected("R57", "the outcome is recorded from the last week on.", hint="Come back then.")
    return [OutcomeRecorded(by=moment.actor.id, value=command.value, attainment=command.attainment)]


# --- the end ----------------------------------------------------------------------------------------------


def end_in_time(state: PairState, now: datetime) -> list[Event]:
    """The end date has come."""
    if state.life == "active" and not state.met:
        return end(state, "ended_by_choice", "The pair never met.", now)
    if state.life == "active" and state.paused and not (state.outcome or state.care.late):
        return end(state, "ended_by_choice", NEUTRAL, now)
    if state.life == "active":
        return end(state, "graduated", "The pair reached its end date.", now)
    if state.life == "forming":
        return end(state, "ended_by_choice", "The pair did not start.", now)
    return []


def end_pair(state: PairState, command: EndPair, moment: Moment) -> list[Event]:
    roles = state.roles(moment.actor)
    for_safety = command.state == "ended_for_safety"
    if Role.STEWARD not in roles if for_safety else not roles & {Role.LEAD, Role.SYSTEM}:
        who = "steward" if for_safety else "lead"
        raise Rejected("G21", "you may not end a pair in this way.", hint=f"Ask the {who}.")
    if any(person not in state.partners for person in command.left):
        raise Rejected("R102", "only a partner can leave with the pair.", hint="Correct `left`.")
    if command.state in {"ended_by_exit", "withdrawn"} and not command.left:
        raise Rejected("R102", "nobody is named who left.", hint="Name them in `left`.")
    reason = NEUTRAL if for_safety else command.reason
    return end(state, command.state, reason, moment.now, early=True, left=command.left)


def check_graduation(state: PairState) -> None:
    """A pair graduates that has met, and is not waiting for somebody's consent to go on."""
    if not state.met:
        raise Rejected("R61", "the pair has not met yet.", hint="Choose another end, or log its session.")
    if state.resting:  # before that nobody may learn of it: the pair's end takes the check-in with it
        raise Rejected("G6", "a routine check-in is under way.", hint="Graduate the pair when it is over.")


def end(
    state: PairState,
    end_state: EndState,
    reason: str,
    now: datetime,
    *,
    early: bool = False,
    left: tuple[str, ...] = (),
) -> list[Event]:
    """The pair's work is over and its memo is due; who left the company is asked for nothing. An end before
    its time closes an open endpoint wave too, unless the pair graduated."""
    planner, exited = Planner(state, now), left if end_state == "ended_by_exit" else ()
    staying = tuple(person for person in state.partners if person not in exited)
    terms, policy, today = state.agreed, state.policy, planner.today
    short = end_state == "reshuffled"
    due = schedule.memo_due(terms, policy, today, short=short)
    reminders = schedule.memo_reminders(terms, policy, today, short=short)
    overdue = schedule.memo_escalation(terms, policy, today)
    opens = (
        *planner.chase("ended", "ended", planner.remind(now, staying, "pair_ended")),
        *planner.chase(
            "memo",
            "memo",
            planner.prompts(
                staying, (due, "memo_due"), *((at, "memo_reminder") for at in reminders), until=overdue
            ),
            planner.tell_lead(overdue, "memo_overdue"),
        ),
    )
    closes_wave = early and end_state != "graduated_early"
    outlive = OUTLIVE_END - (ENDPOINT if closes_wave else frozenset()) - (CUT_SHORT if early else frozenset())
    settles = tuple(item for item, one in state.ledger.open.items() if one.chase.kind not in outlive)
    return [
        *_close_pulse(state),
        *(close_endpoint(state) if closes_wave else []),
        PairEnded(state=end_state, reason=reason, left=left, opens=opens, settles=settles),
        *pair_sessions.cancelled(state, now),
    ]


# --- the memo ---------------------------------------------------------------------------------------------


def file_memo(state: PairState, command: FileMemo, moment: Moment) -> list[Event]:
    """The memo has a next step at least, and each step an owner and a day to come (R74, R75)."""
    _ended(state)
    today = schedule.day_of(state.agreed, moment.now)
    if any(step.due_on < today for step in command.next_steps):
        raise Rejected("R75", "a next step was due in the past.", hint=f"Choose days from {today} on.")
    fields = command.model_dump(exclude={"type"})
    chasing = {"opens": _open_door(state, moment.now), "settles": _all_but_wave(state)}
    return [MemoFiled.model_validate({**fields, **chasing, "by": moment.actor.id})]


def waive_memo(state: PairState, command: WaiveMemo, moment: Moment) -> list[Event]:
    _ended(state)
    opens = _open_door(state, moment.now)
    return [MemoWaived(reason=command.reason, opens=opens, settles=_all_but_wave(state))]


def _open_door(state: PairState, now: datetime) -> tuple[Chase, ...]:
    """Until when a partner may still turn to the steward."""
    planner = Planner(state, now)
    until = schedule.steward_leaves(state.policy, now)
    return planner.chase("open-door", "open_door", planner.expire(until))


def _all_but_wave(state: PairState) -> tuple[str, ...]:
    return tuple(item for item, one in state.ledger.open.items() if one.chase.kind not in OUTLIVE_END)


def _close_pulse(state: PairState) -> list[Event]:
    wave = state.pulse
    if wave is None:
        return []
    closed = PulseClosed(wave=wave.number, answered=len(wave.answered))
    return [closed, *pair_care.assess_gap(state, wave)]


def _ended(state: PairState) -> None:
    if state.life != "ended":
        raise Rejected("T16", "the pair has not ended.", hint="The memo follows the end.")


# --- folding ----------------------------------------------------------------------------------------------


def endpoint_opened(state: PairState, event: EndpointOpened, at: datetime) -> PairState:
    week = schedule.week_of(state.agreed, at)
    return replace(state, endpoint=Wave(len(state.agreed.pulse_weeks) + 1, week, event.closes_at))


def endpoint_answered(state: PairState, event: EndpointAnswered, _: datetime) -> PairState:
    wave, who = state.endpoint, event.respondent
    if wave is None:
        return state
    wave = replace(
        wave,
        answered=wave.answered | {who},
        progress={**wave.progress, who: event.progress},
        safety={**wave.safety, who: event.safety},
    )
    return replace(state, endpoint=wave, care=pair_care.remembered(state.care, who, event.safety))


def endpoint_closed(state: PairState, _: EndpointClosed, __: datetime) -> PairState:
    return replace(state, endpoint=replace(state.endpoint, closed=True) if state.endpoint else None)


def measured(state: PairState, _: OutcomeRecorded, __: datetime) -> PairState:
    return replace(state, outcome=True)


def ended(state: PairState, event: PairEnded, at: datetime) -> PairState:
    passed = [number for number in state.untold if state.sessions[number].starts_at <= at]
    state = pair_sessions.give_back(state, passed)
    care = replace(state.care, paused=False, off=())
    return replace(state, life="ended", end_state=event.state, ended_at=at, care=care, inactive=False)


def filed(state: PairState, _: MemoFiled, __: datetime) -> PairState:
    return replace(state, memo="filed")


def waived(state: PairState, _: MemoWaived, __: datetime) -> PairState:
    return replace(state, memo="waived")


RULES: Rules[PairState] = {
    EndPair: end_pair,
    AnswerEndpoint: answer_endpoint,
    RecordOutcome: record_outcome,
    FileMemo: file_memo,
    WaiveMemo: waive_memo,
}


FOLDS: Folds[PairState] = {
    EndpointOpened: endpoint_opened,
    EndpointAnswered: endpoint_answered,
    EndpointClosed: endpoint_closed,
    OutcomeRecorded: measured,
    PairEnded: ended,
    MemoFiled: filed,
    MemoWaived: waived,
}
