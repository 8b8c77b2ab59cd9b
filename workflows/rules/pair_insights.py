"""The decision log (R11): an insight, the decision that it changed, its doing, what came of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.pair_practice import DecisionChanged, DecisionImplemented, DecisionMeasured, InsightRecorded
from turnabout.commands.pair_practice import (
    ChangeDecision,
    ImplementDecision,
    MeasureDecision,
    RecordInsight,
)
from turnabout.errors import Rejected
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_practice import must_have_started
from workflows.rules.pair_state import PairState
from workflows.rules.pair_work import STAGES, Stage

_NEXT = {
    "recorded": "change_decision",
    "changed": "implement_decision",
    "implemented": "measure_decision",
}
"""By how far an insight has come, the command that leads on."""


# --- deciding ---------------------------------------------------------------------------------------------


def record(state: PairState, command: RecordInsight, moment: Moment) -> list[Event]:
    must_have_started(state)
    return [InsightRecorded(number=len(state.work.insights) + 1, by=moment.actor.id, what=command.what)]


def change(state: PairState, command: ChangeDecision, moment: Moment) -> list[Event]:
    _must_stand(state, command.insight, "recorded")
    return [DecisionChanged(insight=command.insight, by=moment.actor.id, what=command.what)]


def implement(state: PairState, command: ImplementDecision, moment: Moment) -> list[Event]:
    _must_stand(state, command.insight, "changed")
    return [DecisionImplemented(insight=command.insight, by=moment.actor.id)]


def measure(state: PairState, command: MeasureDecision, moment: Moment) -> list[Event]:
    _must_stand(state, command.insight, "implemented")
    return [
        DecisionMeasured(
            insight=command.insight, by=moment.actor.id, outcome=command.outcome, what=command.what
        )
    ]


def _must_stand(state: PairState, number: int, at: Stage) -> None:
    """One step follows the other, and each comes once."""
    stage = state.work.insights.get(number)
    if stage is None:
        count = len(state.work.insights)
        raise Rejected("R11", f"there is no insight {number}.", hint=f"{count} are recorded so far.")
    if stage != at:
        following = _NEXT.get(stage)
        hint = f"What follows is {following}." if following else "It has come to its end."
        raise Rejected("R11", f"insight {number} stands at: {stage}.", hint=hint)


# --- folding ----------------------------------------------------------------------------------------------


def recorded(state: PairState, event: InsightRecorded, _: datetime) -> PairState:
    return _stands(state, event.number, "recorded")


def led_on(
    state: PairState, event: DecisionChanged | DecisionImplemented | DecisionMeasured, _: datetime
) -> PairState:
    before = state.work.insights[event.insight]
    return _stands(state, event.insight, STAGES[STAGES.index(before) + 1])


def _stands(state: PairState, number: int, stage: Stage) -> PairState:
    insights = {**state.work.insights, number: stage}
    return replace(state, work=replace(state.work, insights=insights))


RULES: Rules[PairState] = {
    RecordInsight: record,
    ChangeDecision: change,
    ImplementDecision: implement,
    MeasureDecision: measure,
}

FOLDS: Folds[PairState] = {
    InsightRecorded: recorded,
    DecisionChanged: led_on,
    DecisionImplemented: led_on,
    DecisionMeasured: led_on,
}
