"""More time for a pair that came of a reshuffle and has only what is left of the program (G7). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase
from events.pair_preparation import PlannedSession
from events.pair_reshuffle import PairExtended
from turnabout import schedule
from turnabout.commands.pair_reshuffle import ExtendPair
from turnabout.errors import Rejected
from workflows.rules import pair_phases, pair_preparation, pair_series, pair_sessions
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState

# --- deciding ---------------------------------------------------------------------------------------------


def extend(state: PairState, command: ExtendPair, moment: Moment) -> list[Event]:
    """The end moves, and with it the endpoint wave and the last phase; sessions are planned for the weeks."""
    _check(state, command, moment.now)
    terms = state.agreed
    ends_on = terms.ends_on + timedelta(weeks=command.weeks)
    longer = _longer(state, command.weeks)
    planner = Planner(longer, moment.now)
    sessions = _sessions(state, planner, command.weeks)
    return [
        PairExtended(
            weeks=command.weeks,
            ends_on=ends_on,
            reason=command.reason,
            sessions=sessions,
            opens=(
                *pair_preparation.ends(planner),
                *_last_phase(planner),
                *(() if state.paused else _chases(planner, sessions)),
                *_letter(planner),
            ),
        )
    ]


def _check(state: PairState, command: ExtendPair, now: datetime) -> None:
    terms, limit = state.agreed, state.policy.stagnation.extension
    if terms.replaces is None:
        raise Rejected("G7", "only a pair that came of a reshuffle gets more time.", hint="Nothing to do.")
    if state.resting:
        raise Rejected("G20", "a routine check-in is under way.", hint="Extend the pair when it is over.")
    if state.extended + command.weeks > limit:
        raise Rejected(
            "G7",
            f"a pair gets {limit} weeks more at most, and this one has {state.extended}.",
            hint="Ask for fewer weeks.",
        )
    if state.endpoint is not None or now >= schedule.endpoint_opens(terms):
        raise Rejected("G7", "the pair's last week has begun.", hint="Extend a pair before it.")


def _longer(state: PairState, weeks: int) -> PairState:
    terms = state.agreed
    longer = {"ends_on": terms.ends_on + timedelta(weeks=weeks), "weeks": terms.weeks + weeks}
    return replace(state, terms=terms.model_copy(update=longer), extended=state.extended + weeks)


def _sessions(state: PairState, planner: Planner, weeks: int) -> tuple[PlannedSession, ...]:
    """What the weeks that are added hold; a pair that does not work yet plans all of its sessions then."""
    if state.life != "active" or not state.sessions:
        return ()
    last = max(one.starts_at for one in state.sessions.values())
    first = max(state.sessions) + 1
    numbers = range(first, first + max(1, weeks // state.agreed.interval_weeks))
    return pair_series.series(planner, numbers, after=schedule.day_of(state.agreed, last))


def _letter(planner: Planner) -> tuple[Chase, ...]:
    """With the new dates, also in a pause that nobody was told of."""
    letter = planner.remind(planner.now, planner.state.partners, "pair_extended")
    return planner.chase(f"extended-{planner.state.extended}", "extended", letter, through_pause=True)


def _chases(planner: Planner, sessions: tuple[PlannedSession, ...]) -> Iterator[Chase]:
    for one in sessions:
        yield from pair_series.session_chase(planner, one)


def _last_phase(planner: Planner) -> tuple[Chase, ...]:
    """The end of the last phase, where it has begun."""
    state = planner.state
    last = len(state.agreed.phases)
    known = state.work.phases.get(last)
    if known is None or known.completed or known.missing:
        return ()
    return pair_phases.end_chase(planner, last, pair_phases.end_of(state, last))


# --- folding ----------------------------------------------------------------------------------------------


def extended(state: PairState, event: PairExtended, _: datetime) -> PairState:
    """In a pause that nobody was told of the sessions are off like the others, and come back with them."""
    longer = pair_series.planned(_longer(state, event.weeks), event.sessions)
    if not state.paused:
        return longer
    off = tuple(one.number for one in event.sessions)
    care = replace(state.care, off=(*state.care.off, *off))
    return replace(pair_sessions.call_off(longer, off), care=care)


RULES: Rules[PairState] = {ExtendPair: extend}

FOLDS: Folds[PairState] = {PairExtended: extended}
