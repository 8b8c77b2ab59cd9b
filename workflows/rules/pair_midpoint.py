"""Mid-point (G7, R61, T14): is the pair stuck, what does the lead decide, and what if nobody does. Pure.

A pause is no stagnation: in a pause nothing is assessed and `continue` is proposed. Adherence leaves out what
was cancelled and what may still be logged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from events.base import Event
from events.chase import Chase
from events.pair_pulse import MidpointDecided, MidpointOpened, StagnationAssessed
from turnabout import schedule
from turnabout.commands.pair_pulse import DecideMidpoint
from turnabout.commands.pair_terms import Decision, EndState
from turnabout.errors import Rejected
from workflows.rules import pair_closing
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import Midpoint, PairState, Wave

Sign = Literal["adherence", "progress", "quiet", "unbooked"]


def signs(state: PairState, wave: Wave, now: datetime) -> tuple[Sign, ...]:
    """The signs of stagnation at a time, with the answers of that wave (G7)."""
    rules = state.policy.stagnation
    held = sum(session.status == "held" for session in state.sessions.values())
    missed = sum(session.status == "missed" for session in state.sessions.values())
    progress = [wave.progress.get(person) for person in state.partners]
    found: dict[Sign, bool] = {
        "adherence": 100 * held < rules.adherence * (held + missed),
        "progress": all(rating is not None and rating <= rules.progress for rating in progress),
        "quiet": state.fresh_at is not None and now - state.fresh_at >= timedelta(days=rules.quiet),
        "unbooked": not state.expected(now),
    }
    return tuple(sign for sign, shown in found.items() if shown)


# --- deciding ---------------------------------------------------------------------------------------------


def assess(state: PairState, wave: Wave, now: datetime) -> list[Event]:
    """The verdict when the pulse of the decision week closes, and the question to the lead."""
    if state.paused:
        return ask(state, "continue", now)
    found = signs(state, wave, now)
    limit = state.policy.stagnation.signs
    if len(found) >= limit:
        verdict = StagnationAssessed(signs=found, verdict="reshuffle_proposed")
        return [verdict, *ask(state, "reshuffle", now)]
    nudged = len(found) == limit - 1
    return [
        StagnationAssessed(signs=found, verdict="nudge" if nudged else "fine"),
        *ask(state, "continue", now, nudge=nudged),
    ]


def ask(state: PairState, proposed: Decision, now: datetime, *, nudge: bool = False) -> list[Event]:
    """The lead decides within the policy's days of the pulse's close or, asked later, of being asked; after
    that the pair continues, with an alert (T14)."""
    planner = Planner(state, now)
    due_at = _due(state, planner.today)
    opens: tuple[Chase, ...] = planner.chase(
        "midpoint",
        "midpoint",
        planner.remind(now, (state.agreed.lead,), "midpoint_decision", useful_until=due_at),
        planner.expire(due_at),
        through_pause=True,
    )
    if nudge:
        opens += planner.chase(
            "stagnation", "stagnation", planner.remind(now, state.partners, "stagnation_nudge")
        )
    return [MidpointOpened(proposed=proposed, opens=opens)]


def decide(state: PairState, command: DecideMidpoint, moment: Moment) -> list[Event]:
    """The lead decides once; a pair that is reshuffled or graduates ends with it (R94)."""
    if state.midpoint is None:
        raise Rejected("T14", "the midpoint has not come.", hint="The decision is asked for after the pulse.")
    if state.midpoint.decided is not None:
        raise Rejected(
            "T14", f"the midpoint is decided: {state.midpoint.decided}.", hint="End the pair with end_pair."
        )
    decided = MidpointDecided(
        decision=command.decision, reason=command.reason, settles=state.ledger.still_open("midpoint")
    )
    if command.decision == "continue":
        return [decided]
    if command.decision == "graduate":
        pair_closing.check_graduation(state)
    ends: EndState = "reshuffled" if command.decision == "reshuffle" else "graduated_early"
    return [decided, *pair_closing.end(state, ends, command.reason, moment.now, early=True)]


def default(state: PairState, now: datetime) -> list[Event]:
    """Nobody decided in time: the pair continues and the lead is told; never an automatic end (R61)."""
    if state.midpoint is None or state.midpoint.decided is not None:
        return []
    planner = Planner(state, now)
    told = planner.chase(
        "midpoint:default",
        "midpoint_default",
        planner.tell_lead(now, "midpoint_defaulted"),
        through_pause=True,
    )
    return [
        MidpointDecided(decision="continue", reason="Nobody decided in time.", by_default=True, opens=told)
    ]


def _due(state: PairState, today: date) -> datetime:
    """A pair that is asked before the others, in a pause, has no less time than they."""
    terms, policy = state.agreed, state.policy
    due_at = schedule.business_day(terms, today, policy.pulse.decision)
    week = terms.decision_week
    return due_at if week is None else max(due_at, schedule.decision_due(terms, policy, week))


# --- folding ----------------------------------------------------------------------------------------------


def opened(state: PairState, event: MidpointOpened, at: datetime) -> PairState:
    waits = (step.at for chase in event.opens for step in chase.steps if step.action == "expire")
    return replace(state, midpoint=Midpoint(next(waits, at), event.proposed))


def decided(state: PairState, event: MidpointDecided, _: datetime) -> PairState:
    if state.midpoint is None:
        return state
    return replace(state, midpoint=replace(state.midpoint, decided=event.decision))


RULES: Rules[PairState] = {
    DecideMidpoint: decide,
}


FOLDS: Folds[PairState] = {
    MidpointOpened: opened,
    MidpointDecided: decided,
}
