"""The published lines that a picture needs and a table does not: curves and weeks (section 6). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from turnabout.kpi import Figure

STAYS_PROGRAM, STAYS_CONTROL = "still there, program", "still there, controls"
"""K1 by day after t0: the curve of Kaplan and Meier; `n` people are watched just before that day."""
WEEKLY = "sessions held, by week"
"""K10 by week of the cohort."""
SERIES = frozenset({("K1", STAYS_PROGRAM), ("K1", STAYS_CONTROL), ("K10", WEEKLY)})
CURVE_DAYS = (0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365)
"""Days after t0 at which a curve is told: by month, for the day itself would be somebody's."""


class Point(NamedTuple):
    """A line of a series: its day or week, and what is told of it."""

    at: int
    figure: Figure


def day(at: int) -> str:
    """The window of a point of a curve."""
    return f"{at} days"


def week(at: int) -> str:
    """The window of a week."""
    return f"week {at}"


def tabled(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The lines that stand for themselves."""
    return tuple(one for one in figures if (one.kpi, one.what) not in SERIES)


def series(figures: Iterable[Figure], what: str) -> Sequence[Point]:
    """The points of a series, in order; none where it was not published."""
    return sorted(
        (Point(_number(one.window), one) for one in figures if one.what == what), key=lambda point: point.at
    )


def _number(window: str) -> int:
    return int(window.removeprefix("week ").removesuffix(" days"))
