"""The commands of a pair's work: feedback, experiments, insights and what came of them. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import PARTNERS, Command
from turnabout.experiments import Variants
from turnabout.model import Line
from turnabout.spec import Direction


class GiveFeedback(Command):
    """Record that you gave your partner feedback on a draft (R63); `deliverable` is its number. What you said
    stays between you."""

    type: Literal["give_feedback"] = "give_feedback"
    roles: ClassVar = PARTNERS
    deliverable: int = Field(ge=1)


class RecordExperiment(Command):
    """Record an A/B experiment (R68): the metric, which way of it is better, and what each variant came to,
    what was done before first. The interval and the verdict follow from the counts."""

    type: Literal["record_experiment"] = "record_experiment"
    roles: ClassVar = PARTNERS
    metric: Line
    direction: Direction = "increase"
    variants: Variants


class RecordInsight(Command):
    """Write down something you learned that a decision may turn on (R11)."""

    type: Literal["record_insight"] = "record_insight"
    roles: ClassVar = PARTNERS
    what: Line


class ChangeDecision(Command):
    """Say which decision an insight changed, and to what (R11)."""

    type: Literal["change_decision"] = "change_decision"
    roles: ClassVar = PARTNERS
    insight: int = Field(ge=1)
    what: Line


class ImplementDecision(Command):
    """Record that the changed decision is carried out (R11)."""

    type: Literal["implement_decision"] = "implement_decision"
    roles: ClassVar = PARTNERS
    insight: int = Field(ge=1)


class MeasureDecision(Command):
    """Record what came of the changed decision, and how you measured it (R11)."""

    type: Literal["measure_decision"] = "measure_decision"
    roles: ClassVar = PARTNERS
    insight: int = Field(ge=1)
    outcome: Literal["better", "same", "worse"]
    what: Line


PairPracticeCommand = (
    GiveFeedback | RecordExperiment | RecordInsight | ChangeDecision | ImplementDecision | MeasureDecision
)
