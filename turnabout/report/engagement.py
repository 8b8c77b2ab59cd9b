"""Engagement before and after, beside the controls (K2): both arms from where they began. Pure.

Levels are not told, only changes: each sum more would be one more thing to solve for somebody's answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from turnabout import kpi_units
from turnabout.kpi import Figure
from turnabout.report.picture import Axis, Mark, Picture, Table, dot, line, path, span, text, whisker
from turnabout.report.retention import high, kept_back, low

TITLE = "Engagement, before and after"
MEAN, GAP, SIZE = "mean change", "mean change, minus controls", "difference (g)"
BEFORE, AFTER, TOP, BOTTOM = 70.0, 236.0, 14.0, 170.0
EARLIER = "stands as of earlier"


def engagement(figures: Sequence[Figure]) -> Picture:
    """The picture, or why there is none."""
    lines = {one.what: one for one in figures if one.kpi == "K2"}
    mean, gap = lines.get(MEAN), lines.get(GAP)
    if mean is None or mean.value is None:
        return Picture("engagement", TITLE, kept_back())
    controls = control(mean, gap)
    ends = [mean.value, low(mean), high(mean), 0.0, *(() if controls is None else (controls,))]
    least, most = span(ends, 5 if max(ends) - min(ends) < 25 else 10 if max(ends) - min(ends) < 60 else 50)
    points = Axis(least, most, BOTTOM, TOP)
    marks = [*_grid(points), *_slopes(mean.value, controls, points)]
    marks += whisker("whisker program", AFTER + 10, points.at(low(mean)), points.at(high(mean)))
    return Picture(
        "engagement",
        TITLE,
        says(mean, gap),
        height=BOTTOM + 26,
        marks=marks,
        described=f"In the program engagement changed by {kpi_units.value(mean)} "
        f"({kpi_units.named_interval(mean)})"
        + ("." if controls is None else f", among the controls by {_points(controls)} points."),
        table=_table(lines, controls),
        legend=[("program", "Program"), *([] if controls is None else [("control", "Controls")])],
    )


def control(mean: Figure, gap: Figure | None) -> float | None:
    """How the controls changed: what both lines say, where they are of one day."""
    if mean.value is None or gap is None or gap.value is None or EARLIER in {*mean.flags, *gap.flags}:
        return None
    return round(mean.value - gap.value, 1) + 0.0


def says(mean: Figure, gap: Figure | None) -> str:
    """The comparison; else the change alone."""
    if gap is not None and gap.value is not None:
        return (
            f"Engagement changed by {kpi_units.value(gap)} against the controls "
            f"({kpi_units.named_interval(gap)}): {gap.verdict}."
        )
    return f"Engagement changed by {kpi_units.value(mean)}; there is no comparison that can be told."


def _grid(points: Axis) -> Iterator[Mark]:
    for number in sorted({points.low, 0.0, points.high}):
        y = points.at(number)
        yield line("axis" if number == 0 else "grid", 40, y, AFTER + 24, y)
        yield text("tick", 35, y + 4, _points(number), "end")
    for x, name in ((BEFORE, "before"), (AFTER, "after")):
        yield line("grid", x, TOP, x, BOTTOM)
        yield text("tick", x, BOTTOM + 18, name, "middle")


def _slopes(mean: float, controls: float | None, points: Axis) -> Iterator[Mark]:
    arms = [("program", "Program", mean), *([] if controls is None else [("control", "Controls", controls)])]
    places = {look: points.at(value) for look, _, value in arms}
    apart = abs(places["program"] - places["control"]) if len(arms) == 2 else 99.0
    for look, name, value in reversed(arms):
        y = places[look]
        yield path(f"curve {look}", [(BEFORE, points.at(0)), (AFTER, y)])
        yield dot(f"dot {look}", AFTER, y, 4)
        upper = look == min(places, key=lambda one: places[one])
        nudge = (26 - apart) / 2 * (-1 if upper else 1) if apart < 26 else 0.0
        yield text(f"label {look}", AFTER + 30, y + nudge - 1, name)
        yield text(f"label {look}", AFTER + 30, y + nudge + 11, _points(value))
    yield dot("dot start", BEFORE, points.at(0), 4)


def _points(number: float) -> str:
    sign = "+" if number > 0 else ""
    return f"{sign}{number:.4g}".replace("-", kpi_units.MINUS)


def _table(lines: dict[str, Figure], controls: float | None) -> Table:
    rows = []
    for what, name in ((MEAN, "Program"), (None, "Controls"), (GAP, "Difference"), (SIZE, "Hedges' g")):
        one = lines.get(what) if what else None
        if what is None and controls is not None:
            rows.append([name, f"{_points(controls)} points", "-", "-"])
        elif one is not None:
            n = "-" if one.n is None else str(one.n)
            rows.append([name, kpi_units.value(one) or "-", kpi_units.interval(one) or "-", n])
    return Table(["Change of engagement", "Value", "95 % interval", "People"], rows)
