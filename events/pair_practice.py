"""What a pair produces, phase by phase: feedback on drafts, experiments, insights, what came of them. Pure.

None of it is confidential: it is the pair's work, and its lead may read it.
"""

from __future__ import annotations

from typing import Literal

from events.base import Event
from events.chase import Chasing
from turnabout.evidence import Evidence
from turnabout.experiments import Comparison, Variants, Verdict
from turnabout.model import Instant, Line, PersonId
from turnabout.spec import Direction


class PhaseEntered(Chasing):
    """A phase of the program began for the pair; its evidence is asked for `until` then (R62-R66)."""

    type: Literal["pair.phase_entered"] = "pair.phase_entered"
    number: int
    name: Line
    until: Instant


class PhaseOverdue(Chasing):
    """A phase ended without all of its evidence: what is missing may follow (R66)."""

    type: Literal["pair.phase_overdue"] = "pair.phase_overdue"
    number: int
    name: Line
    missing: tuple[Evidence, ...]


class PhaseCompleted(Chasing):
    """All evidence of a phase is there; `late` where it was overdue."""

    type: Literal["pair.phase_completed"] = "pair.phase_completed"
    number: int
    name: Line
    late: bool


class FeedbackGiven(Chasing):
    """The other partner gave feedback on a draft; `in_time` within the policy's hours (R63)."""

    type: Literal["pair.feedback_given"] = "pair.feedback_given"
    deliverable: int
    by: PersonId
    in_time: bool


class ExperimentRecorded(Event):
    """The pair tried variants and counted (R68). The intervals are those of `confidence` per cent."""

    type: Literal["pair.experiment_recorded"] = "pair.experiment_recorded"
    number: int
    by: PersonId
    metric: Line
    direction: Direction
    variants: Variants
    confidence: int
    comparisons: tuple[Comparison, ...]
    verdict: Verdict


class InsightRecorded(Event):
    """The pair learned something that a decision may turn on (R11)."""

    type: Literal["pair.insight_recorded"] = "pair.insight_recorded"
    number: int
    by: PersonId
    what: Line


class DecisionChanged(Event):
    """A decision was changed because of an insight."""

    type: Literal["pair.decision_changed"] = "pair.decision_changed"
    insight: int
    by: PersonId
    what: Line


class DecisionImplemented(Event):
    """The changed decision is carried out."""

    type: Literal["pair.decision_implemented"] = "pair.decision_implemented"
    insight: int
    by: PersonId


class DecisionMeasured(Event):
    """What came of the changed decision was measured."""

    type: Literal["pair.decision_measured"] = "pair.decision_measured"
    insight: int
    by: PersonId
    outcome: Literal["better", "same", "worse"]
    what: Line


PairPracticeEvent = (
    PhaseEntered
    | PhaseOverdue
    | PhaseCompleted
    | FeedbackGiven
    | ExperimentRecorded
    | InsightRecorded
    | DecisionChanged
    | DecisionImplemented
    | DecisionMeasured
)
