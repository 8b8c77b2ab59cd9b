"""Writes the tables of docs/metrics.md from the metrics themselves: `python -m workers.metrics_page`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from activities import metrics as activities
from events import metrics as log
from projections import metrics as projections
from workers import agenda, metrics, readiness

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- metrics: begin -->", "<!-- metrics: end -->"

SOURCES: tuple[tuple[ModuleType, str], ...] = (
    (activities, "worker"),
    (agenda, "worker"),
    (log, "all"),
    (projections, "projector"),
    (metrics, "all"),
    (readiness, "all"),
)
"""Where metrics are declared, and which processes have values of them."""
SUFFIXES = {"counter": "_total", "info": "_info"}


@dataclass(frozen=True)
class Row:
    """A metric as it is scraped."""

    name: str
    kind: str
    labels: tuple[str, ...]
    process: str
    help: str


BY_WORKFLOWS = (
    Row(
        "turnabout_engine_alerts_total",
        "counter",
        ("reason",),
        "worker",
        "Times that the engine needed a person to look.",
    ),
    Row(
        "turnabout_effects_failing_total",
        "counter",
        (),
        "worker",
        "Times that effects still failed after ten attempts, and after as many more.",
    ),
    Row(
        "turnabout_tells_given_up_total",
        "counter",
        ("reason",),
        "worker",
        "Commands to other streams that will never be stored: absent (no such stream) or rejected.",
    ),
)
"""Counted through Temporal's SDK, for replays must not count twice; its own labels come on top."""

TEMPORAL: dict[str, tuple[str, str]] = {
    "temporal_num_pollers": ("gauge", "Who asks Temporal for work, by `poller_type`."),
    "temporal_request_failure_total": ("counter", "Calls to Temporal that failed, by `operation`."),
    "temporal_request_latency_seconds": ("histogram", "What a call to Temporal took, by `operation`."),
    "temporal_worker_task_slots_available": ("gauge", "Free places for work, by `worker_type`."),
    "temporal_worker_task_slots_used": ("gauge", "Places for work that are taken, by `worker_type`."),
    "temporal_workflow_task_execution_failed_total": (
        "counter",
        "Workflow tasks that failed, by `failure_reason`, such as `NonDeterminismError`.",
    ),
    "temporal_workflow_task_execution_latency_seconds": ("histogram", "What a workflow task took."),
    "temporal_workflow_task_schedule_to_start_latency_seconds": (
        "histogram",
        "How long a workflow task waited for a worker.",
    ),
    "temporal_activity_execution_failed_total": ("counter", "Attempts of activities that failed."),
    "temporal_activity_schedule_to_start_latency_seconds": (
        "histogram",
        "How long an activity waited for a worker.",
    ),
    "temporal_sticky_cache_size": ("gauge", "Workflows that a worker keeps in memory."),
}
"""Those of Temporal's core that our rules and dashboards use, with type and meaning."""


def ours() -> list[Row]:
    """All metrics of our own, by name. Whatever a module of `SOURCES` declares is one."""
    found = [*BY_WORKFLOWS]
    for module, process in SOURCES:
        for one in vars(module).values():
            if isinstance(one, MetricWrapperBase | log.Pools):
                found += [_row(family, one, process) for family in one.describe()]
    found.append(_row(metrics.core_up(up=False), None, "all"))
    return sorted(found, key=lambda row: row.name)


def _row(family: Metric, declared: object, process: str) -> Row:
    name = family.name + SUFFIXES.get(family.type, "")
    # The library tells labels in no other way.
    labels: tuple[str, ...] = getattr(declared, "_labelnames", getattr(family, "_labelnames", ()))
    return Row(name, family.type, tuple(labels), process, family.documentation)


def tables() -> str:
    """Both tables, as Markdown."""
    lines = ["| metric | type | labels | process | meaning |", "|---|---|---|---|---|"]
    for row in ours():
        labels = ", ".join(f"`{label}`" for label in row.labels) or "-"
        lines.append(f"| `{row.name}` | {row.kind} | {labels} | {row.process} | {row.help} |")
    lines += ["", "Of Temporal's own, rules and dashboards use these; workers and gateways have them.", ""]
    lines += ["| metric | type | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {kind} | {says} |" for name, (kind, says) in sorted(TEMPORAL.items())]
    return "\n".join(lines)


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    return re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{tables()}\n{END}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
