"""What a pair leaves behind: evidence by phase, experiments, insights. Pure."""

from __future__ import annotations

from typing import Literal

from turnabout.evidence import Evidence
from turnabout.experiments import Comparison, Variant, Verdict
from turnabout.results.base import At, Result


class PhaseLine(Result):
    """A phase that a pair has entered. `missing` is what it lacked at its end: kind and count."""

    number: int
    name: str
    entered_at: At
    until: At
    state: Literal["open", "overdue", "completed", "completed_late"]
    missing: tuple[Evidence, ...]
    completed_at: At | None


class DeliverableLine(Result):
    """Something produced; of a draft also by when it had feedback. `what` is None where it was recorded by
    mistake."""

    number: int
    kind: str
    what: str | None
    by: str
    at: At
    feedback_due: At | None
    feedback_at: At | None
    feedback_in_time: bool | None


class ExperimentLine(Result):
    """An experiment with its intervals of `confidence` per cent and its verdict (R68)."""

    number: int
    by: str
    at: At
    metric: str
    direction: str
    variants: tuple[Variant, ...]
    confidence: int
    comparisons: tuple[Comparison, ...]
    verdict: Verdict


class InsightLine(Result):
    """An insight and how far it has come (R11)."""

    number: int
    by: str
    what: str
    stage: Literal["recorded", "changed", "implemented", "measured"]
    recorded_at: At
    decision: str | None
    changed_at: At | None
    implemented_at: At | None
    outcome: Literal["better", "same", "worse"] | None
    measure: str | None
    measured_at: At | None


class PairWork(Result):
    """What a pair did, as its lead, the steward and the two partners see it; never for sponsors."""

    pair: str
    cohort: str
    number: int
    phases: tuple[PhaseLine, ...]
    deliverables: tuple[DeliverableLine, ...]
    experiments: tuple[ExperimentLine, ...]
    insights: tuple[InsightLine, ...]
