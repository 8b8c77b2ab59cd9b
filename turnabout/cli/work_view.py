"""The page of a pair's work: phases, deliverables, experiments, insights. Takes a result; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from turnabout.cli import views
from turnabout.cli.output import table
from turnabout.evidence import still
from turnabout.results import DeliverableLine, ExperimentLine, InsightLine, PairWork, PhaseLine


def work_page(work: PairWork, timezone: str) -> Iterator[RenderableType]:
    """What a pair did; times on the cohort's clock."""
    yield views.title(work.pair, "its work")
    yield views.heading("Phases")
    yield views.indented(views.grid([(one.name, _phase(one, timezone)) for one in work.phases]))
    if work.deliverables:
        yield views.heading("Deliverables")
        yield views.indented(views.grid([_deliverable(one, timezone) for one in work.deliverables]))
    if work.experiments:
        yield views.heading("Experiments")
        yield views.indented(views.grid([row for one in work.experiments for row in _experiment(one)]))
    if work.insights:
        yield views.heading("Insights")
        yield views.indented(views.grid([_insight(one) for one in work.insights]))


def cohort_work(works: Sequence[PairWork]) -> RenderableType:
    """The pairs of a cohort: the phase that each is in, what it lacks, and how much it did."""
    columns = ("pair", "phase", "still missing", "deliverables", "experiments", "insights")
    return table(columns, [_row(one) for one in works], shortens="still missing")


def _row(work: PairWork) -> tuple[Any, ...]:
    phase = work.phases[-1].name if work.phases else None
    counts = len(work.deliverables), len(work.experiments), len(work.insights)
    return work.pair, phase, _missing(work), *counts


def _missing(work: PairWork) -> str:
    """What is missing of phases that are over, in words."""
    late = [one for phase in work.phases if phase.state == "overdue" for one in phase.missing]
    return ", ".join(map(still, late))


def _phase(phase: PhaseLine, timezone: str) -> str:
    words = phase.state.replace("_", " ")
    if phase.state == "open":
        return f"{words}, evidence by {views.at(phase.until, timezone)}"
    if phase.state == "overdue":
        return f"{words}, missing: {', '.join(map(still, phase.missing))}"
    return f"{words}, {views.at(phase.completed_at, timezone)}"


def _deliverable(one: DeliverableLine, timezone: str) -> tuple[str, ...]:
    feedback = ""
    if one.feedback_at is not None:
        feedback = "feedback in time" if one.feedback_in_time else "feedback, late"
    elif one.feedback_due is not None:
        feedback = f"feedback by {views.at(one.feedback_due, timezone)}"
    return str(one.number), one.kind.replace("_", " "), one.what or "withdrawn", one.by, feedback


def _experiment(one: ExperimentLine) -> Iterator[tuple[str, ...]]:
    counts = ", ".join(f"{each.name} {each.successes}/{each.exposures}" for each in one.variants)
    yield str(one.number), one.metric, counts, one.verdict
    for each in one.comparisons:
        interval = f"{100 * each.low:+.1f} to {100 * each.high:+.1f} points ({one.confidence} %)"
        yield "", each.variant, f"{100 * each.difference:+.1f}: {interval}", each.verdict


def _insight(one: InsightLine) -> tuple[str, ...]:
    came = f"{one.outcome}: {one.measure}" if one.outcome else ""
    return str(one.number), one.what, one.stage, one.decision or "", came
