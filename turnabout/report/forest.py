"""A comparison cohort by cohort and over all of them: a forest of intervals around nought. Pure.

Lewis, S. and Clarke, M. (2001), BMJ 322, 1479-1480.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from turnabout import kpi_units
from turnabout.kpi import Figure
from turnabout.report.picture import WIDTH, Axis, Mark, Picture, Table, dot, line, path, span, text
from turnabout.report.retention import high, kept_back, low

POOLED = "All cohorts"
LEFT, RIGHT, ROW = 110.0, WIDTH - 12, 22.0
LETTERS = 15
"""How many letters of a cohort's id have room."""


def forest(name: str, title: str, cohorts: Mapping[str, Figure | None], pooled: Figure | None) -> Picture:
    """The picture, or why there is none. A cohort that tells nothing has its name and a word, no mark."""
    told = [one for one in cohorts.values() if one is not None and one.value is not None]
    if not told or pooled is None or pooled.value is None:
        return Picture(name, title, kept_back())
    ends = [end for one in (*told, pooled) for end in (low(one), high(one), 0.0)]
    least, most = span(ends, 0.1 if kpi_units.unit(pooled) == "gap" else 5)
    axis = Axis(least, most, LEFT, RIGHT)
    bottom = 18 + ROW * (len(cohorts) + 1)
    return Picture(
        name,
        title,
        f"Over {pooled.parts['cohorts']:.0f} of {len(cohorts)} cohorts: {kpi_units.value(pooled)} against "
        f"the controls ({kpi_units.named_interval(pooled)}): {pooled.verdict}.",
        height=bottom + 24,
        marks=[*_grid(axis, bottom, pooled), *_rows(cohorts, pooled, axis)],
        described=f"An interval for each cohort around nought; all together {kpi_units.value(pooled)}.",
        table=Table(
            ["Cohort", "Difference", "95 % interval", "n", "Says"],
            [_row(who, one) for who, one in (*cohorts.items(), (POOLED, pooled))],
        ),
        legend=[("program", "Better to the right of nought")],
    )


def _grid(axis: Axis, bottom: float, pooled: Figure) -> Iterator[Mark]:
    of = kpi_units.unit(pooled)
    for number in sorted({axis.low, 0.0, axis.high}):
        x = axis.at(number)
        yield line("axis" if number == 0 else "grid", x, 8, x, bottom)
        anchor = "end" if number == axis.high else "middle"
        yield text("tick", x, bottom + 15, kpi_units.number(number, of), anchor)


def _rows(cohorts: Mapping[str, Figure | None], pooled: Figure, axis: Axis) -> Iterator[Mark]:
    for place, (who, one) in enumerate(cohorts.items()):
        y = 20 + ROW * place
        yield text("tick", LEFT - 8, y + 4, who if len(who) <= LETTERS else f"{who[: LETTERS - 1]}…", "end")
        if one is None or one.value is None:
            yield text("tick", axis.at(0) + 6, y + 4, "not told")
            continue
        yield line("whisker program", axis.at(low(one)), y, axis.at(high(one)), y)
        yield dot("dot program", axis.at(one.value), y, 4)
    y = 20 + ROW * len(cohorts)
    ends = ((low(pooled), 0), (pooled.value or 0.0, -7), (high(pooled), 0), (pooled.value or 0.0, 7))
    yield text("label program", LEFT - 8, y + 4, POOLED, "end")
    yield path("filled program", [(axis.at(number), y + off) for number, off in ends], closed=True)


def _row(who: str, one: Figure | None) -> Sequence[str]:
    if one is None:
        return [who, "-", "-", "-", "not published"]
    n = "-" if one.n is None else str(one.n)
    return [who, kpi_units.value(one) or "-", kpi_units.interval(one) or "-", n, one.verdict]
