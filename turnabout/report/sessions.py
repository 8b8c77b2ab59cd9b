"""How far pairs keep their sessions (K10): held of those planned, week by week; for the lead. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from turnabout import kpi_units, kpi_words
from turnabout.kpi import Figure
from turnabout.kpi_series import WEEKLY, Point, series
from turnabout.report.picture import WIDTH, Axis, Mark, Picture, Table, line, rect, text
from turnabout.report.retention import kept_back, not_published

TITLE = "Sessions held, week by week"
TOTAL = "sessions held"
LEFT, RIGHT, TOP, BOTTOM = 30.0, WIDTH - 8, 14.0, 150.0
HIDDEN_HEIGHT = 12.0
"""Of the mark of a suppressed week, whatever the week was like."""


def sessions(figures: Sequence[Figure]) -> Picture:
    """The picture, or why there is none."""
    weeks = series(figures, WEEKLY)
    total = next((one for one in figures if one.what == TOTAL), None)
    told = [one for one in weeks if one.figure.value is not None]
    if not told:
        hidden = bool(weeks) or (total is not None and total.verdict == "suppressed")
        return Picture("sessions", TITLE, kept_back() if hidden else not_published())
    most = max(one.figure.denominator or 0 for one in told)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if most <= 5 * step)
    count = Axis(0, step * -(-most // step), BOTTOM, TOP)
    return Picture(
        "sessions",
        TITLE,
        _says(total),
        height=BOTTOM + 34,
        marks=[*_grid(count, step), *_bars(weeks, count)],
        described=f"{_says(total)} In the table: each week.",
        table=_table(weeks),
        legend=_legend(weeks),
    )


def _legend(weeks: Sequence[Point]) -> list[tuple[str, str]]:
    hidden = any(one.figure.value is None for one in weeks)
    return [("program", "Held"), ("open", "Planned"), *([("hidden", "Suppressed")] if hidden else [])]


def _says(total: Figure | None) -> str:
    if total is None or total.value is None:
        return "The sum of all weeks is suppressed."
    return (
        f"{kpi_words.share(total)} planned sessions were held: {kpi_units.value(total)} (95 % interval "
        f"{kpi_units.interval(total)})."
    )


def _grid(count: Axis, step: int) -> Iterator[Mark]:
    for number in range(0, int(count.high) + 1, step):
        y = count.at(number)
        yield line("grid" if number else "axis", LEFT, y, RIGHT, y)
        yield text("tick", LEFT - 5, y + 4, str(number), "end")


def _bars(weeks: Sequence[Point], count: Axis) -> Iterator[Mark]:
    first, last = weeks[0].at, weeks[-1].at
    room = (RIGHT - LEFT) / (last - first + 1)
    wide = min(room * 0.72, 26)
    every = 1 if room >= 17 else 2 if room >= 9 else 4
    for at, one in weeks:
        x = LEFT + room * (at - first) + (room - wide) / 2
        if one.denominator is None:
            yield rect("hidden", x, BOTTOM - HIDDEN_HEIGHT, wide, HIDDEN_HEIGHT)
        else:
            planned, held = count.at(one.denominator), count.at(one.numerator or 0)
            yield rect("open", x, planned, wide, BOTTOM - planned)
            yield rect("filled program", x, held, wide, BOTTOM - held)
        if (at - first) % every == 0:
            yield text("tick", x + wide / 2, BOTTOM + 14, str(at), "middle")
    yield text("tick", (LEFT + RIGHT) / 2, BOTTOM + 29, "Week of the cohort", "middle")


def _table(weeks: Sequence[Point]) -> Table:
    rows = []
    for at, one in weeks:
        cells = (kpi_units.value(one), kpi_words.share(one), kpi_units.interval(one))
        rows.append([str(at), *(cell or "-" for cell in cells)])
    return Table(["Week", "Held", "Of", "95 % interval"], rows)
