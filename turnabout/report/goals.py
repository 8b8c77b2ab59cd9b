"""What became of the goals (K6): how many were attained, and how far (goal attainment scaling). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from turnabout import kpi_units, kpi_words
from turnabout.kpi import Figure
from turnabout.report.picture import WIDTH, Axis, Mark, Picture, Table, dot, line, rect, text
from turnabout.report.retention import high, kept_back, low

TITLE = "Goals reached"
REACHED, ACTIVE, MEAN_T = "goals attained", "goals attained, active only", "mean T of goals"
EXPECTED = 50
"""T of a goal that was attained just as agreed."""
SCALE = (20, 80)
MOST_DOTS = 40
ACROSS = 14
LEFT, RIGHT = 14.0, WIDTH - 14


def goals(figures: Sequence[Figure]) -> Picture:
    """The picture, or why there is none."""
    lines = {one.what: one for one in figures if one.kpi == "K6"}
    reached, mean = lines.get(REACHED), lines.get(MEAN_T)
    if reached is None or reached.value is None or not reached.n:
        hidden = reached is not None and reached.verdict == "suppressed"
        return Picture("goals", TITLE, kept_back() if hidden else "No goal was agreed yet.")
    marks = list(_dots(round(reached.numerator or 0), reached.n))
    y = max((one.at["cy"] for one in marks if one.tag == "circle"), default=28.0)
    below = float(y) + 54
    marks += list(_t_scale(mean, below))
    return Picture(
        "goals",
        TITLE,
        says(reached, mean),
        height=below + 34,
        marks=marks,
        described=f"{_share(reached)} pairs reached their goal. {_of_t(mean)}",
        table=_table(lines),
        legend=[("program", "Reached"), ("open", "Not reached, or not rated")],
    )


def says(reached: Figure, mean: Figure | None) -> str:
    """How many, of how many, with the interval where it is not a bound; and the mean T."""
    beside = [
        *(() if reached.low is None else (f"95 % interval {kpi_units.interval(reached)}",)),
        *((f"{kpi_units.percent(reached.missing)} not rated",) if reached.missing else ()),
    ]
    known = f" ({', '.join(beside)})" if beside else ""
    return f"{_share(reached)} pairs reached their goal: {kpi_units.value(reached)}{known}. {_of_t(mean)}"


def _share(reached: Figure) -> str:
    words = str(kpi_words.share(reached))
    return f"{words[0].upper()}{words[1:]}"


def _of_t(mean: Figure | None) -> str:
    if mean is None or mean.value is None:
        return "Mean T: suppressed." if mean else ""
    return f"Mean T is {mean.value:.0f} (50: as agreed), 95 % interval {kpi_units.interval(mean)}."


def _dots(good: int, n: int) -> Iterator[Mark]:
    """A dot for each pair with a goal, those reached first: the order says nothing of who they are."""
    if n > MOST_DOTS:
        yield rect("open", LEFT, 16, RIGHT - LEFT, 18)
        yield rect("filled program", LEFT, 16, (RIGHT - LEFT) * good / n, 18)
        return
    for number in range(n):
        row, column = divmod(number, ACROSS)
        look = "filled program" if number < good else "open"
        yield dot(look, LEFT + 10 + 23.5 * column, 20 + 24 * row, 8)


def _t_scale(mean: Figure | None, y: float) -> Iterator[Mark]:
    axis = Axis(*SCALE, LEFT + 10, RIGHT - 10)
    yield line("axis", axis.begin, y, axis.end, y)
    for number in (*SCALE, EXPECTED):
        x = axis.at(number)
        yield line("axis", x, y - 5, x, y + 5)
        said = "50, as agreed" if number == EXPECTED else str(number)
        yield text("tick", x, y + 19, said, "middle")
    if mean is None or mean.value is None:
        yield text("tick", axis.begin, y - 12, "Mean T: suppressed")
        return
    ends = [min(max(one, SCALE[0]), SCALE[1]) for one in (low(mean), mean.value, high(mean))]
    first, middle, last = map(axis.at, ends)
    yield line("whisker program", first, y, last, y)
    for x in (first, last):
        yield line("whisker program", x, y - 4, x, y + 4)
    yield dot("dot program", middle, y, 5)
    yield text("label program", middle, y - 12, f"Mean T {mean.value:.1f}", "middle")


def _table(lines: dict[str, Figure]) -> Table:
    rows = []
    for what in (REACHED, ACTIVE, MEAN_T):
        if (one := lines.get(what)) is not None:
            n = "-" if one.n is None else str(one.n)
            cells = (kpi_units.value(one), kpi_words.share(one), kpi_units.interval(one))
            rows.append([f"{what[0].upper()}{what[1:]}", *(cell or "-" for cell in cells), n])
    return Table(["Goals", "Value", "Of", "95 % interval", "Pairs"], rows)
