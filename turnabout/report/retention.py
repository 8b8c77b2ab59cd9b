"""Who stays: both curves of K1 with bands and the numbers at risk. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from turnabout import kpi_units, kpi_words
from turnabout.dashboard import SAYS
from turnabout.kpi import Figure
from turnabout.kpi_series import CURVE_DAYS, STAYS_CONTROL, STAYS_PROGRAM, Point, series
from turnabout.report.picture import WIDTH, Axis, Mark, Picture, Table, dot, line, path, span, text

GAP = "share that stays, minus controls"
TITLE = "Who stays"
TICKS = (0, 90, 180, 270, 365)
ARMS = ((STAYS_PROGRAM, "program", "Program"), (STAYS_CONTROL, "control", "Controls"))
LEFT, RIGHT, TOP, BOTTOM = 38.0, WIDTH - 14, 24.0, 164.0
ROOM = 112.0
"""Units that a name beside a curve takes."""
Arm = tuple[str, str, Sequence[Point]]


def retention(figures: Sequence[Figure]) -> Picture:
    """The picture, or why there is none: nothing published by month, or too few people in both arms."""
    every = [(look, name, series(figures, what)) for what, look, name in ARMS]
    arms: list[Arm] = [
        (look, name, some) for look, name, all_ in every if (some := [one for one in all_ if told(one)])
    ]
    if not arms:
        published = any(points for _, _, points in every)
        return Picture("retention", TITLE, kept_back() if published else not_published())
    last = max(points[-1].at for _, _, points in arms)
    days = Axis(0, max(last, TICKS[1]), LEFT, RIGHT)
    lowest, _ = span([low(one.figure) for _, _, points in arms for one in points], 0.2)
    shares = Axis(min(lowest, 0.8), 1, BOTTOM, TOP)
    marks = [*_grid(days, shares), *_bands(arms, days, shares), *_curves(arms, days, shares)]
    marks += [*_ends(arms, days, shares), *_at_risk(arms, days)]
    return Picture(
        "retention",
        TITLE,
        _says(figures, arms),
        height=BOTTOM + 34 + 14 * len(arms),
        marks=marks,
        described=" ".join(_described(arms)),
        table=_table(every),
        legend=[(look, name) for look, name, _ in arms],
    )


def told(one: Point) -> bool:
    return one.figure.value is not None


def low(one: Figure) -> float:
    """The lower end of its band."""
    return (one.value or 0.0) if one.low is None else one.low


def high(one: Figure) -> float:
    return (one.value or 0.0) if one.high is None else one.high


def kept_back() -> str:
    return SAYS["suppressed"]


def not_published() -> str:
    return "Not in this publication. The next one will hold it."


def _grid(days: Axis, shares: Axis) -> Iterator[Mark]:
    steps = round((1 - shares.low) / 0.2)
    for number in range(steps + 1):
        share = shares.low + 0.2 * number
        y = shares.at(share)
        yield line("grid", LEFT, y, RIGHT, y)
        yield text("tick", LEFT - 5, y + 4, f"{100 * share:.0f} %", "end")
    for day in (one for one in TICKS if one <= days.high):
        anchor = "end" if day == 365 else "middle"
        yield text("tick", days.at(day) + (6 if anchor == "end" else 0), BOTTOM + 14, str(day), anchor)
    yield line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)


def _bands(arms: Sequence[Arm], days: Axis, shares: Axis) -> Iterator[Mark]:
    for look, _, points in arms:
        if len(points) > 1:
            upper = _steps([(days.at(at), shares.at(high(one))) for at, one in points])
            lower = _steps([(days.at(at), shares.at(low(one))) for at, one in points])
            yield path(f"band {look}", [*upper, *reversed(lower)], closed=True)


def _curves(arms: Sequence[Arm], days: Axis, shares: Axis) -> Iterator[Mark]:
    for look, _, points in arms:
        values = [(days.at(at), shares.at(one.value or 0.0)) for at, one in points]
        yield path(f"curve {look}", _steps(values)) if len(values) > 1 else dot(f"dot {look}", *values[0], 4)


def _steps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What happens in a month is drawn at its end."""
    found = [points[0]]
    for x, y in points[1:]:
        found += [(x, found[-1][1]), (x, y)]
    return found


def _ends(arms: Sequence[Arm], days: Axis, shares: Axis) -> Iterator[Mark]:
    """The names beside the ends: the upper one above whatever is drawn there, the other below."""
    ends = [
        (shares.at(points[-1].figure.value or 0.0), name, look, points[-1]) for look, name, points in arms
    ]
    ends.sort(key=lambda end: (end[0], end[1] != "Program"))
    for place, (_, name, look, one) in enumerate(ends):
        x = days.at(one.at)
        right = x > WIDTH / 2
        there = list(_levels(arms, days, shares, x - ROOM if right else x, x if right else x + ROOM))
        y = min(there) - 6 if place == 0 else min(max(there) + 15, BOTTOM - 5)
        said = f"{name} {kpi_units.value(one.figure)}"
        yield text(f"label {look}", x - 2 if right else x + 6, y, said, "end" if right else "start")


def _levels(arms: Sequence[Arm], days: Axis, shares: Axis, begin: float, end: float) -> Iterator[float]:
    """How high the curves are between two places."""
    for _, _, points in arms:
        before = [one for one in points if days.at(one.at) <= begin]
        within = [one for one in points if begin < days.at(one.at) <= end]
        yield from (shares.at(one.figure.value or 0.0) for one in (*before[-1:], *within))


def _at_risk(arms: Sequence[Arm], days: Axis) -> Iterator[Mark]:
    y = BOTTOM + 30
    yield text("tick", LEFT - 34, y, "Days since the start; people watched:")
    for row, (look, name, points) in enumerate(arms, 1):
        by_day = {one.at: one.figure.n for one in points}
        yield text(f"small {look}", 4, y + 14 * row, name[0])
        for day in (one for one in TICKS if by_day.get(one) is not None):
            anchor = "end" if day == 365 else "middle"
            x = days.at(day) + (6 if anchor == "end" else 0)
            yield text(f"small {look}", x, y + 14 * row, str(by_day[day]), anchor)


def _says(figures: Sequence[Figure], arms: Sequence[Arm]) -> str:
    gaps = [one for one in figures if (one.kpi, one.what) == ("K1", GAP)]
    shown = [one for one in gaps if one.value is not None and "window still open" not in one.flags]
    if shown:
        best = shown[-1]
        return (
            f"After {best.window} the share that stays is {kpi_units.value(best)} against the controls "
            f"({kpi_units.named_interval(best)}): {best.verdict}."
        )
    if len(arms) == 1:
        return f"{arms[0][1]} alone: there is no comparison that can be told."
    due = min((one.due_on for one in gaps if one.due_on is not None), default=None)
    if due is None:
        return "There is no comparison that can be told."
    return f"The next comparison can be told from {kpi_words.day(due)} on."


def _described(arms: Sequence[Arm]) -> Iterator[str]:
    for _, name, points in arms:
        end = points[-1]
        yield (
            f"{name}: {kpi_units.value(end.figure)} are still there after {end.at} days "
            f"(95 % band {kpi_units.interval(end.figure) or 'not known'})."
        )


def _table(every: Sequence[tuple[str, str, Sequence[Point]]]) -> Table:
    shown = [(name, {one.at: one.figure for one in points}) for _, name, points in every if points]
    columns = ["Days"]
    for name, _ in shown:
        columns += [name, f"{name}, 95 % band", f"{name}, watched"]
    rows = []
    for day in CURVE_DAYS:
        cells = [str(day)]
        for _, by_day in shown:
            one = by_day.get(day)
            cells += ["-"] * 3 if one is None else _cells(one)
        if set(cells[1:]) != {"-"}:
            rows.append(cells)
    return Table(columns, rows)


def _cells(one: Figure) -> list[str]:
    if one.value is None:
        return ["suppressed"] * 3
    return [str(kpi_units.value(one)), kpi_units.interval(one) or "-", str(one.n)]
