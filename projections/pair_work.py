"""The pair's work: how far each phase is, what was produced, tried and learned (R6, R11, R62-R68). Pure fold.

For the lead, the steward and the two partners; not for sponsors (R110). It is the pair's work and holds no
answer of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from events.contracts import StoredEvent
from events.pair_corrections import DeliverableCorrected
from events.pair_practice import (
    DecisionChanged,
    DecisionImplemented,
    DecisionMeasured,
    ExperimentRecorded,
    FeedbackGiven,
    InsightRecorded,
    PhaseCompleted,
    PhaseEntered,
    PhaseOverdue,
)
from events.pair_preparation import PairFormed
from events.pair_sessions import DeliverableRecorded, SessionHeld
from projections.projection import Batch, Projection, Table, at, place

Things = list[dict[str, Any]]


@dataclass
class Work:
    """Everything in the order of its number."""

    pair: str
    cohort: str
    number: int
    phases: Things = field(default_factory=list)
    deliverables: Things = field(default_factory=list)
    experiments: Things = field(default_factory=list)
    insights: Things = field(default_factory=list)


WORKS = Table("works", Work, key=("pair",), scope="pair")

pair_work = Projection("pair_work", __file__, version=2, tables=(WORKS,))


def _work(batch: Batch, event: StoredEvent) -> Work:
    return batch[WORKS].change(place(event.stream).pair)


def _change(things: Things, number: int, **values: Any) -> Things:
    return [{**one, **values} if one["number"] == number else one for one in things]


@pair_work.on(PairFormed)
def formed(batch: Batch, event: StoredEvent) -> None:
    where = place(event.stream)
    batch[WORKS].put(Work(str(where.pair), where.cohort, event.data["terms"]["number"]))


@pair_work.on(PhaseEntered)
def phase_entered(batch: Batch, event: StoredEvent) -> None:
    work, data = _work(batch, event), event.data
    phase = {name: data[name] for name in ("number", "name", "until")}
    phase |= {"entered_at": at(event), "state": "open", "missing": [], "completed_at": None}
    work.phases = sorted([*work.phases, phase], key=lambda one: int(one["number"]))


@pair_work.on(PhaseOverdue)
def phase_overdue(batch: Batch, event: StoredEvent) -> None:
    work, missing = _work(batch, event), event.data["missing"]
    lacking = [{"kind": one["kind"], "count": one["count"]} for one in missing]
    work.phases = _change(work.phases, event.data["number"], state="overdue", missing=lacking)


@pair_work.on(PhaseCompleted)
def phase_completed(batch: Batch, event: StoredEvent) -> None:
    work = _work(batch, event)
    state = "completed_late" if event.data["late"] else "completed"
    work.phases = _change(work.phases, event.data["number"], state=state, missing=[], completed_at=at(event))


@pair_work.on(SessionHeld)
def session_held(batch: Batch, event: StoredEvent) -> None:
    work = _work(batch, event)
    for what in event.data["deliverables"]:
        _produced(work, event, what, "other", None)


@pair_work.on(DeliverableRecorded)
def deliverable_recorded(batch: Batch, event: StoredEvent) -> None:
    data = event.data
    _produced(_work(batch, event), event, data["what"], data["kind"], data["feedback_due"])


def _produced(work: Work, event: StoredEvent, what: str, kind: str, feedback_due: str | None) -> None:
    work.deliverables = [
        *work.deliverables,
        {
            "number": len(work.deliverables) + 1,
            "kind": kind,
            "what": what,
            "by": event.data["by"],
            "at": at(event),
            "feedback_due": feedback_due,
            "feedback_at": None,
            "feedback_in_time": None,
        },
    ]


@pair_work.on(DeliverableCorrected)
def deliverable_corrected(batch: Batch, event: StoredEvent) -> None:
    """What was recorded by mistake keeps its number and says nothing any more."""
    work, data = _work(batch, event), event.data
    work.deliverables = _change(work.deliverables, data["number"], what=data["what"])


@pair_work.on(FeedbackGiven)
def feedback_given(batch: Batch, event: StoredEvent) -> None:
    work, data = _work(batch, event), event.data
    work.deliverables = _change(
        work.deliverables, data["deliverable"], feedback_at=at(event), feedback_in_time=data["in_time"]
    )


@pair_work.on(ExperimentRecorded)
def experiment_recorded(batch: Batch, event: StoredEvent) -> None:
    work = _work(batch, event)
    names = ("number", "by", "metric", "direction", "variants", "confidence", "comparisons", "verdict")
    work.experiments = [*work.experiments, {**{name: event.data[name] for name in names}, "at": at(event)}]


@pair_work.on(InsightRecorded)
def insight_recorded(batch: Batch, event: StoredEvent) -> None:
    work, data = _work(batch, event), event.data
    insight = {"number": data["number"], "by": data["by"], "what": data["what"], "stage": "recorded"}
    insight |= {"recorded_at": at(event), "decision": None, "changed_at": None, "implemented_at": None}
    work.insights = [*work.insights, {**insight, "measured_at": None, "outcome": None, "measure": None}]


@pair_work.on(DecisionChanged)
def decision_changed(batch: Batch, event: StoredEvent) -> None:
    work, data = _work(batch, event), event.data
    work.insights = _change(
        work.insights, data["insight"], stage="changed", decision=data["what"], changed_at=at(event)
    )


@pair_work.on(DecisionImplemented)
def decision_implemented(batch: Batch, event: StoredEvent) -> None:
    work = _work(batch, event)
    work.insights = _change(
        work.insights, event.data["insight"], stage="implemented", implemented_at=at(event)
    )


@pair_work.on(DecisionMeasured)
def decision_measured(batch: Batch, event: StoredEvent) -> None:
    work, data = _work(batch, event), event.data
    found = {"outcome": data["outcome"], "measure": data["what"], "measured_at": at(event)}
    work.insights = _change(work.insights, data["insight"], stage="measured", **found)
