"""Prints what things cost and how fast they are, beside the targets; all topics, or those that are named."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console

from tests.bench import commands, growth, history, kpis, load, matching, projections, store
from tests.bench.figures import Report, show
from turnabout.process import leave

Measure = Callable[[], Coroutine[Any, Any, Report]]

FULL: dict[str, Measure] = {
    "store": lambda: store.measure(store.Effort(seconds=0.3, rounds=9, log=100_000)),
    "projections": lambda: projections.measure(
        projections.Effort(cohorts=16, rounds=5, seconds=3.0, events=1_000_000)
    ),
    "history": history.measure,
    "matching": lambda: matching.measure(matching.Effort(rounds=5)),
    "kpis": lambda: kpis.measure(kpis.Effort(rounds=9)),
    "load": lambda: load.measure(load.Effort()),
    "commands": lambda: commands.measure(commands.Effort()),
    "growth": lambda: growth.measure(growth.Effort(cohorts=(1, 10))),
}
QUICK: dict[str, Measure] = {
    "store": lambda: store.measure(store.Effort(seconds=0.2, rounds=3, log=20_000)),
    "projections": lambda: projections.measure(
        projections.Effort(cohorts=8, rounds=2, seconds=1.0, events=100_000)
    ),
    "history": history.measure,
    "matching": lambda: matching.measure(matching.Effort(rounds=2)),
    "kpis": lambda: kpis.measure(kpis.Effort(rounds=3)),
    "load": lambda: load.measure(load.Effort(cohorts=5, seconds=20.0)),
    "commands": lambda: commands.measure(commands.Effort(cohorts=5, operators=20, each=3, seconds=10.0)),
    "growth": lambda: growth.measure(growth.Effort(cohorts=(1, 2))),
}


def main() -> None:
    asked = _arguments()
    # The engine's own log is no result, and writing it takes time.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    console = Console(width=None if sys.stdout.isatty() else 200)
    topics = (QUICK if asked.quick else FULL).items()
    reports = []
    before = _machine()
    for topic, measure in topics:
        if not asked.topics or topic in asked.topics:
            report = asyncio.run(measure())
            show(report, console)
            reports.append(report.document())
    document = {"machine": before, "load_after": os.getloadavg()[0], "reports": reports}
    console.print(f"{before}; load average afterwards {document['load_after']:.1f}", highlight=False)
    if asked.out:
        asked.out.write_text(json.dumps(document, indent=1), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="topic", help=", ".join(FULL))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--out", type=Path, help="also write everything there, as JSON")
    asked = parser.parse_args()
    if unknown := set(asked.topics) - FULL.keys():
        parser.error(f"there is no topic {', '.join(sorted(unknown))}; choose from {', '.join(FULL)}")
    return asked


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
    leave(0)
