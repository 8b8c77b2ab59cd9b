"""How the numbers of a KPI become a figure: rounded, with bounds or suppressed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING, Any

from projections.statistics.disclosure import Shown
from turnabout.kpi import Figure, Flag, Verdict
from turnabout.proportions import Interval, critical, wilson

if TYPE_CHECKING:
    from projections.kpi.facts import Facts

CONFIDENCE = 0.95
Z = critical(CONFIDENCE)
OPEN: Flag = "window still open"
DIGITS = 6
"""Decimal places of what is told."""
FEWEST_PAIRS = 3
"""Pairs below which nothing that adds up pairs is told (K8)."""

__all__ = ["CONFIDENCE", "DIGITS", "FEWEST_PAIRS", "OPEN", "Figure", "Flag", "Verdict", "Z"]


def rounded(number: float | None, digits: int = DIGITS) -> float | None:
    """A number as it is told; what cannot be computed is None."""
    return None if number is None or isnan(number) else round(float(number), digits) + 0.0


def bounds(interval: Interval, digits: int = DIGITS) -> dict[str, float | None]:
    """The three numbers of an interval as a figure holds them."""
    return {
        name: rounded(number, digits) for name, number in zip(("value", "low", "high"), interval, strict=True)
    }


def suppressed(kpi: str, what: str, window: str, flags: tuple[Flag, ...] = (), **more: Any) -> Figure:
    """A line of which nothing is told."""
    return Figure(
        kpi=kpi,
        what=what,
        window=window,
        method="suppressed",
        n=None,
        value=None,
        verdict="suppressed",
        flags=flags,
        **more,
    )


def not_yet(kpi: str, what: str, window: str, n: int, flags: tuple[Flag, ...], **more: Any) -> Figure:
    """A line of n people, of which nothing can be concluded before more was watched."""
    return Figure(
        kpi=kpi,
        what=what,
        window=window,
        method="not yet",
        n=n,
        value=None,
        verdict="not yet",
        flags=flags,
        **more,
    )


def waiting(kpi: str, lines: Iterable[str], window: str, flags: tuple[Flag, ...]) -> tuple[Figure, ...]:
    """Lines of a window that is still open. Nothing is counted of them yet: what was told of the first few
    would hold the line when the others have answered."""
    return tuple(not_yet(kpi, what, window, 0, flags) for what in lines)


def share(kpi: str, what: str, window: str, good: float, n: int, *, unknown: int = 0, **more: Any) -> Figure:
    """A proportion with Wilson's interval; without a value where there is nothing to count."""
    if not n:
        return Figure(kpi=kpi, what=what, window=window, method="Wilson", n=0, value=None, **more)
    return Figure(
        kpi=kpi,
        what=what,
        window=window,
        method="Wilson",
        n=n,
        numerator=good,
        denominator=n,
        missing=rounded(unknown / n),
        **bounds(wilson(good, n, Z)),
        **more,
    )


def counted(kpi: str, what: str, window: str, good: float, n: int, **more: Any) -> Figure:
    """A share of everything there was: it was counted whole, so there is nothing to be unsure of."""
    value = rounded(good / n) if n else None
    return Figure(
        kpi=kpi,
        what=what,
        window=window,
        method="count of all",
        n=n,
        value=value,
        missing=0.0,
        numerator=good,
        denominator=n,
        **more,
    )


def told_share(blank: Figure, shown: Shown | None, n: int, unknown: int) -> Figure:
    """A proportion of n people or pairs, of whom it is shown how many there are at least, at most or exactly;
    of `unknown` nothing is known, and they count as not."""
    if shown is None or shown.bound == "exact":
        return share(
            blank.kpi,
            blank.what,
            blank.window,
            shown.high if shown else 0,
            n,
            unknown=unknown,
            flags=blank.flags,
        )
    good = shown.low if shown.bound == "at least" else shown.high
    return Figure(
        kpi=blank.kpi,
        what=blank.what,
        window=blank.window,
        method="bound",
        n=n,
        missing=rounded(unknown / n),
        value=rounded(good / n),
        numerator=good,
        denominator=n,
        flags=(*blank.flags, shown.bound),
    )


def still_open(found: Facts, today: date, days: int, end: date | None = None) -> tuple[Flag, ...]:
    """The flag of a window that ends so many days after the end (default: the cohort's)."""
    return (OPEN,) if today <= (end or found.spec.ends_on) + timedelta(days=days) else ()
