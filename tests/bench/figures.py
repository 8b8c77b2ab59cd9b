"""What a benchmark says: figures with their spread and target, and tables."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rich.console import Console
from rich.table import Table as Grid

from tests.bench.rounds import Achieved

Unit = Literal["x", "/s", "ms", "s", "GiB", "events", "answers"]
_FORMATS: dict[Unit, str] = {
    "x": "{:.2f}",
    "/s": "{:,.0f}",
    "ms": "{:.1f}",
    "s": "{:.1f}",
    "GiB": "{:.2f}",
    "events": "{:.1f}",
    "answers": "{:.0f}",
}


@dataclass(frozen=True)
class Figure:
    """One measured thing. `values` has one value for each round, by the clock; `by_cpu` is the median of the
    same ratio by processor time. `target` is what the median (or the `worst`) of `values` should reach
    (`at_least`) or not exceed; None where the figure is only for information."""

    what: str
    values: tuple[float, ...]
    unit: Unit = "x"
    target: float | None = None
    at_least: bool = True
    worst: bool = False
    by_cpu: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        if self.at_least:
            return (min(self.values) if self.worst else self.median) >= self.target
        return (max(self.values) if self.worst else self.median) <= self.target

    def cells(self) -> tuple[str, ...]:
        """The row of the printed table, as in COLUMNS."""
        show = _FORMATS[self.unit].format
        sign = "≥" if self.at_least else "≤"
        target = "" if self.target is None else f"{sign} {show(self.target)}"
        spread = (
            f"{show(min(self.values))} / {show(self.median)} / {show(max(self.values))}"
            if len(self.values) > 1
            else show(self.median)
        )
        by_cpu = "" if self.by_cpu is None else show(self.by_cpu)
        verdict = {True: "met", False: "missed", None: ""}[self.met]
        return self.what, target, f"{spread} {self.unit}", by_cpu, verdict, self.note


COLUMNS = ("what", "target", "min / median / max", "by CPU", "", "medians")


def compare(
    what: str, over: tuple[str, Achieved], under: tuple[str, Achieved], target: float | None = None
) -> Figure:
    """How many times as fast the one is as the other, round by round; each comes with its name."""
    (name, ours), (other, theirs) = over, under
    by_cpu = [cost / mine for cost, mine in zip(theirs.costs, ours.costs, strict=True)]
    return Figure(
        what,
        tuple(mine / rate for mine, rate in zip(ours.rates, theirs.rates, strict=True)),
        target=target,
        by_cpu=statistics.median(by_cpu),
        note=f"{name} {_medians(ours)}; {other} {_medians(theirs)}",
    )


def _medians(achieved: Achieved) -> str:
    rate, cost = statistics.median(achieved.rates), statistics.median(achieved.costs)
    return f"{rate:,.0f}/s, {cost:,.0f} µs CPU"


@dataclass(frozen=True)
class Table:
    """A table of its own, such as the history cost by command."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Report:
    """What one topic found."""

    topic: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        figures = [{**asdict(figure), "median": figure.median, "met": figure.met} for figure in self.figures]
        return {"topic": self.topic, "figures": figures, "tables": [asdict(table) for table in self.tables]}


def show(report: Report, console: Console | None = None) -> None:
    """Print the figures and the tables."""
    console = console or Console(width=200)
    figures = Table(report.topic, COLUMNS, tuple(figure.cells() for figure in report.figures))
    for table in (figures, *report.tables):
        grid = Grid(title=table.title, title_justify="left")
        for number, column in enumerate(table.columns):
            grid.add_column(column, justify="left" if number == 0 else "right")
        for row in table.rows:
            grid.add_row(*row)
        console.print(grid, highlight=False)
