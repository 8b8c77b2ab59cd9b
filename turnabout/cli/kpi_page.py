"""The page of KPIs. Takes figures and returns what to print; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from turnabout.cli import views
from turnabout.cli.output import cell, table
from turnabout.kpi import Estimate, Figure, ReturnInputs

COLUMNS = ("KPI", "what", "over", "value", "of", "interval", "n", "missing", "verdict", "notes", "method")


def kpi_page(said: str, figures: Sequence[Figure], inputs: ReturnInputs | None) -> Iterator[RenderableType]:
    """All lines; a star marks the KPIs that the charter names."""
    yield views.title("KPIs", said)
    yield table(COLUMNS, [_row(one) for one in figures])
    if inputs is not None:
        yield views.heading("What K16 counts with (low / base / high)")
        yield views.indented(views.grid(list(_inputs(inputs))))
    yield Text("\n* named in the charter; all others are exploratory. Intervals are 95 %.", "dim")


def _row(one: Figure) -> tuple[str | None, ...]:
    hidden = one.verdict == "suppressed"
    share = one.numerator is not None and one.denominator is not None
    return (
        f"{one.kpi}{'*' if one.named else ''}",
        one.what,
        one.window,
        "suppressed" if hidden else _bounded(one),
        f"{cell(one.numerator)} of {cell(one.denominator)}" if share else None,
        None if one.low is None or one.high is None else f"{_number(one.low)} to {_number(one.high)}",
        None if one.n is None else str(one.n),
        None if one.missing is None else f"{one.missing:.0%}",
        one.verdict,
        ", ".join((*one.flags, *(() if one.p is None else (f"p {one.p:.3f}",)))),
        None if hidden else one.method,
    )


def _bounded(one: Figure) -> str | None:
    if one.value is None:
        return None
    word = next((f"{flag} " for flag in one.flags if flag in {"at least", "at most"}), "")
    return f"{word}{_number(one.value)}"


def _number(number: float) -> str:
    return f"{number:.4g}" if abs(number) < 1000 else f"{number:,.0f}"


def _inputs(inputs: ReturnInputs) -> Iterator[tuple[str, str]]:
    for name in ReturnInputs.model_fields:
        value = getattr(inputs, name)
        if isinstance(value, Estimate):
            value = f"{value.low:g} / {value.base:g} / {value.high:g}"
        yield name.replace("_", " "), str(value)
