"""The page of KPIs. Takes figures and returns what to print; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from turnabout import kpi_words
from turnabout.cli import views
from turnabout.cli.output import table
from turnabout.dashboard import Dashboard
from turnabout.kpi import Estimate, Figure, ReturnInputs
from turnabout.kpi_series import tabled

COLUMNS = ("KPI", "what", "over", "value", "of", "interval", "n", "missing", "verdict", "notes", "method")


def kpi_page(said: str, figures: Sequence[Figure], inputs: ReturnInputs | None) -> Iterator[RenderableType]:
    """All lines but those of curves and weeks; a star marks the KPIs that the charter names."""
    yield views.title("KPIs", said)
    yield table(COLUMNS, [_row(one) for one in tabled(figures)])
    if inputs is not None:
        yield views.heading("What K16 counts with (low / base / high)")
        yield views.indented(views.grid(list(_inputs(inputs))))
    yield Text("\n* named in the charter; all others are exploratory. Intervals are 95 %.", "dim")


def dashboard_page(found: Dashboard) -> Iterator[RenderableType]:
    """Three tiles at most, one below the other, and the line on the quality of the data."""
    yield views.title("Dashboard", f"{found.cohort}, as of {found.as_of}, publication {found.number}")
    for one in found.tiles:
        yield Text(f"\n{one.title}  ", "bold").append(one.value or "-", "bold")
        facts = (
            f"{one.kpi}, {one.what}, {one.window}",
            one.share and f"{one.share}",
            one.interval,
            one.n is not None and f"n = {one.n}",
            one.notes,
        )
        yield Text("  " + "; ".join(str(fact) for fact in facts if fact))
        yield Text(f"  {one.says}")
    yield Text(f"\n{found.quality}", "dim")


def _row(one: Figure) -> tuple[str | None, ...]:
    return (
        f"{one.kpi}{'*' if one.named else ''}",
        one.what,
        one.window,
        kpi_words.value(one),
        kpi_words.share(one),
        kpi_words.interval(one),
        None if one.n is None else str(one.n),
        None if one.missing is None else f"{one.missing:.0%}",
        one.verdict,
        kpi_words.notes(one),
        None if one.verdict == "suppressed" else one.method,
    )


def _inputs(inputs: ReturnInputs) -> Iterator[tuple[str, str]]:
    for name in ReturnInputs.model_fields:
        value = getattr(inputs, name)
        if isinstance(value, Estimate):
            value = f"{value.low:g} / {value.base:g} / {value.high:g}"
        yield name.replace("_", " "), str(value)
