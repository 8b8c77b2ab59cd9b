"""What happens when a step of an item is due: a reminder, a word to the lead, the end of waiting. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from events.base import Event
from events.chase import Chase, Step
from events.pair import (
    PairEscalated,
    PairItemExpired,
    PairReminded,
    PairReminderPostponed,
    PairReminderSuppressed,
)
from events.pair_sessions import InactivityFlagged
from turnabout.commands.pair import RunPairStep
from turnabout.errors import Rejected
from workflows.rules import (
    chases,
    pair_care,
    pair_closing,
    pair_midpoint,
    pair_phases,
    pair_pulse,
    pair_reshuffle,
    pair_sessions,
)
from workflows.rules.decider import Moment, Rules
from workflows.rules.pair_state import PairState


def run(state: PairState, command: RunPairStep, moment: Moment) -> list[Event]:
    chase, step = chases.due_step(state.ledger.open, command.item, command.revision, command.step)
    if state.paused and not chase.through_pause:
        raise Rejected("G20", f"{chase.item} waits for the end of a pause.", hint="Nothing to do.")
    if step.action == "expire":
        expired = PairItemExpired(
            item=chase.item, revision=chase.revision, step=command.step, kind=chase.kind
        )
        return [expired, *_EXPIRIES[chase.kind](state, chase.item, moment.now)]
    return _tell(state, chase, command.step, moment.now)


def recipients(state: PairState, chase: Chase, step: Step) -> tuple[str, ...]:
    """Whom a step reaches when it runs: of a wave only the silent; for lead and steward,
    whoever that is by then."""
    if state.resting and chase.kind in _MOVES:  # by now the announcement has called it off
        return ()
    if chase.kind in _LEAD_KINDS or step.action == "escalate":
        return (state.agreed.lead,)
    if chase.kind == "steward":
        return (state.agreed.steward,)
    wave = {"pulse": state.pulse, "endpoint": state.endpoint}.get(chase.kind)
    answered = wave.answered if wave else frozenset[str]()
    return tuple(person for person in step.to if person not in answered)


def _tell(state: PairState, chase: Chase, number: int, now: datetime) -> list[Event]:
    step = chase.steps[number]
    if chase.kind in pair_care.AFTER_NOTICE and not state.care.announced:
        return pair_care.wait_for_notice(state, chase, number, now)
    to = recipients(state, chase, step)
    delivery = chases.deliver(state.ledger, chase, number, to, state.clock, now)
    about = {"item": chase.item, "revision": chase.revision, "step": number, "kind": chase.kind}
    lost = not (delivery.now or delivery.later)
    announced = chase.kind == "check_in" and (delivery.now or lost)
    events: list[Event] = pair_care.announce(state, now) if announced else []
    if delivery.now:
        # What a pause held back falls due with its end: nobody was late with it.
        held_until = None if chase.through_pause else state.care.resumed_at
        due_at = max(step.at, held_until or step.at)
        told = {**about, "template": step.template, "to": delivery.now, "due_at": due_at}
        if step.action == "remind":
            events.append(PairReminded.model_validate({**told, "useful_until": step.useful_until}))
        else:
            events.append(PairEscalated.model_validate(told))
            events += _flag(state, chase)
    if delivery.later:
        waiting = tuple(person for person in to if person not in delivery.now)
        events.append(
            PairReminderPostponed.model_validate({**about, "to": waiting, "opens": (delivery.later,)})
        )
    if lost:
        events.append(PairReminderSuppressed.model_validate({**about, "reason": delivery.why}))
    return events


def _flag(state: PairState, chase: Chase) -> list[Event]:
    if chase.kind != "inactivity":
        return []
    since = max(
        [state.activated_at or state.agreed.kickoff]
        + [one.ends_at for one in state.sessions.values() if one.status == "held"]
    )
    return [InactivityFlagged(since=since)]


def _session(state: PairState, item: str, now: datetime) -> list[Event]:
    session = state.sessions[_number(item)]
    return [pair_sessions.missed(state, session, now)]


def _number(item: str) -> int:
    """The number in an item's name: 7 of `session-07`, 2 of `pulse-2:open`."""
    return int(item.partition(":")[0].rpartition("-")[2])


_LEAD_KINDS = frozenset({"goal", "midpoint"})
_MOVES = frozenset({"session_moved", "moved"})
_EXPIRIES: Mapping[str, Callable[[PairState, str, datetime], list[Event]]] = {
    "session": _session,
    "pulse_open": lambda state, item, now: pair_pulse.open_wave(state, _number(item), now),
    "pulse_close": lambda state, _, now: pair_pulse.close_wave(state, now),
    "midpoint": lambda state, _, now: pair_midpoint.default(state, now),
    "endpoint_open": lambda state, _, now: pair_closing.open_endpoint(state, now),
    "endpoint_close": lambda state, _, __: pair_closing.close_endpoint(state),
    "end": lambda state, _, now: pair_closing.end_in_time(state, now),
    "phase_end": lambda state, item, now: pair_phases.end_phase(state, _number(item), now),
    "reshuffle": lambda state, _, now: pair_reshuffle.lapse(state, now),
    "lot": pair_care.drawn_between,
    "open_door": lambda _, __, ___: [],
}


RULES: Rules[PairState] = {
    RunPairStep: run,
}
