"""What the junior hopes for (R4), and goals that may not fit the program (R50). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.pair_career import CareerOutcomeStated, GoalMisfitFound
from events.pair_preparation import GoalProposed
from turnabout.commands.pair_career import StateCareerOutcome
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.goal_fit import misfit
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState


def state_outcome(state: PairState, command: StateCareerOutcome, moment: Moment) -> list[Event]:
    """The partner learns that there is something to read, not what."""
    planner = Planner(state, moment.now)
    word = planner.remind(moment.now, (state.agreed.mentee,), "career_outcome_stated")
    opens = planner.chase("career-outcome", "career", word)
    return [CareerOutcomeStated(by=moment.actor.id, outcome=command.outcome, opens=opens)]


def found(state: PairState, proposed: GoalProposed) -> list[Event]:
    """What the lead should know of a goal's fit."""
    preset = state.agreed.preset
    if not misfit(proposed.statement, preset):
        return []
    return [GoalMisfitFound(number=proposed.number, preset=preset)]


def misfitting(state: PairState, event: GoalMisfitFound, _: datetime) -> PairState:
    ready = state.preparation
    if ready.proposed is None or ready.proposed.number != event.number:
        return state
    return replace(state, preparation=replace(ready, proposed=replace(ready.proposed, misfit=True)))


RULES: Rules[PairState] = {StateCareerOutcome: state_outcome}


FOLDS: Folds[PairState] = {GoalMisfitFound: misfitting}
