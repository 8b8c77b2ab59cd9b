"""K12: how the tied business metric moved, from the four weeks before the start to the last four. Pure.

Of a metric with exposures, the difference of proportions (Newcombe); else the change as a part of the start,
(end - base) / |base| (Fieller). Fewer than two observations on a side are insufficient. Pairs that observe
their own value are told as a mean over pairs, drawn whole (bootstrap; none below eight), and held against all
that was told before: no pair's value can be had by taking two publications from each other (R110).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from math import isnan, nan
from statistics import fmean

from projections.kpi.facts import Facts, Reading
from projections.kpi.guard import Guard
from projections.kpi.values import (
    CONFIDENCE,
    FEWEST_PAIRS,
    Figure,
    Flag,
    Z,
    bounds,
    rounded,
    still_open,
    suppressed,
)
from projections.statistics.bootstrap import FEWEST as FEWEST_CLUSTERS
from projections.statistics.bootstrap import bootstrap
from projections.statistics.ratio import relative_change
from turnabout.proportions import Interval, newcombe
from turnabout.verdicts import verdict

WEEKS = 4
"""Weeks before t0, and at the end, whose observations count."""
FEWEST_READINGS = 2
WINDOW = "4 weeks before t0 to the last 4"
DIGITS = 2
"""Decimal places of the mean of pairs: a sum to more places tells what it is made of."""
COHORT, PAIRS, PAIRS_ACTIVE = (
    "tied metric, cohort",
    "tied metric, mean of pairs",
    "tied metric, mean of pairs, active only",
)


def tied_metric(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """The cohort's own line, and those of its pairs."""
    return _of_cohort(found, today), *_of_pairs(found, today, guard)


def sides(found: Facts, pair: str, t0: date) -> tuple[list[Reading], list[Reading]]:
    """What was observed before and at the end: of a pair, or of the cohort where that is empty."""
    metric, end = found.spec.priority_metric.name, found.spec.ends_on
    span = timedelta(weeks=WEEKS)
    read = [one for (whose, name, _, _), one in found.readings.items() if (whose, name) == (pair, metric)]
    return [one for one in read if t0 - span <= one.on < t0], [
        one for one in read if end - span < one.on <= end
    ]


def uplift(found: Facts) -> float | None:
    """By how many units the cohort's metric moved the way that is wanted (K16): a fall counts as a gain where
    the charter wants a decrease. None where it is insufficient or a proportion."""
    base, end = sides(found, "", found.kickoff_on or date.max)
    if min(len(base), len(end)) < FEWEST_READINGS or any(one.exposures for one in (*base, *end)):
        return None
    rose = fmean(one.value for one in end) - fmean(one.value for one in base)
    return -rose if found.spec.priority_metric.direction == "decrease" else rose


def _of_cohort(found: Facts, today: date) -> Figure:
    flags = still_open(found, today, 0)
    told = {"kpi": "K12", "what": COHORT, "window": WINDOW}
    base, end = sides(found, "", found.kickoff_on) if found.kickoff_on else ([], [])
    n, direction = len(base) + len(end), found.spec.priority_metric.direction
    if min(len(base), len(end)) < FEWEST_READINGS:
        return Figure(**told, method="insufficient", n=n, value=None, flags=(*flags, "insufficient"))
    if all(one.exposures for one in (*base, *end)):
        gap = newcombe(_counts(end), _counts(base), Z)
        return Figure(
            **told,
            method="difference of proportions, Newcombe",
            n=n,
            flags=flags,
            missing=0.0,
            verdict=verdict(gap, direction),
            **bounds(gap),
        )
    if not fmean(one.value for one in base):
        return Figure(**told, method="no part of nought", n=n, value=None, flags=(*flags, "insufficient"))
    change = relative_change([one.value for one in base], [one.value for one in end], confidence=CONFIDENCE)
    why = "no interval: nothing varies, or the start may be nought" if isnan(change.low) else "Fieller"
    return Figure(
        **told,
        method=f"relative change, {why}",
        n=n,
        flags=flags,
        missing=0.0,
        verdict=verdict(change, direction),
        **bounds(change),
    )


def _of_pairs(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """The mean of the pairs, and of those alone that went through."""
    worked, flags = found.worked(), still_open(found, today, 0)
    moved: dict[str, float] = {}
    for pair in worked:
        base, end = sides(found, pair.pair, pair.activated_on or date.max)
        value = _relative(base, end) if min(len(base), len(end)) >= FEWEST_READINGS else None
        if value is not None:
            moved[pair.pair] = value
    through = {pair.pair for pair in worked if pair.went_through}
    active = {pair: value for pair, value in moved.items() if pair in through}
    some = {PAIRS: (moved, len(worked)), PAIRS_ACTIVE: (active, len(through))}
    # The mean of equal values would be every pair's own; a later observation makes it another unknown.
    offered = [
        {what: {f"{pair}@{round(value, 9)}": value for pair, value in values.items()}}
        for what, (values, _) in some.items()
        if len(set(values.values())) > 1
    ]
    told = guard.told("K12", offered, None, FEWEST_PAIRS)
    lines = []
    for what, (values, whole) in some.items():
        few: tuple[Flag, ...] = ("too few observed pairs",) if len(values) < FEWEST_PAIRS else ()
        blank = suppressed("K12", what, WINDOW, (*flags, *few))
        if not values:
            nothing = {"method": "insufficient", "n": 0, "value": None, "flags": (*flags, "insufficient")}
            lines.append(Figure(kpi="K12", what=what, window=WINDOW, **nothing))
        elif what in told:
            make = partial(_mean_of_pairs, found, blank, list(values.values()), whole)
            lines.append(guard.line((told[what],), make, blank))
        else:
            lines.append(blank)
    return tuple(lines)


def _mean_of_pairs(found: Facts, blank: Figure, values: Sequence[float], whole: int) -> Figure:
    drawn = bootstrap([[one] for one in values], CONFIDENCE, found.spec.seed)
    interval = drawn or Interval(fmean(values), nan, nan)
    return Figure(
        kpi="K12",
        what=blank.what,
        window=WINDOW,
        method="mean, bootstrap by pair" if drawn else f"mean, no interval below {FEWEST_CLUSTERS} pairs",
        n=len(values),
        flags=blank.flags,
        missing=rounded(1 - len(values) / whole),
        verdict=verdict(interval, found.spec.priority_metric.direction),
        **bounds(interval, DIGITS),
    )


def _relative(base: Sequence[Reading], end: Sequence[Reading]) -> float | None:
    before, after = (fmean(one.value for one in some) for some in (base, end))
    return (after - before) / abs(before) if before else None


def _counts(some: Sequence[Reading]) -> tuple[int, int]:
    return round(sum(one.value for one in some)), sum(one.exposures or 0 for one in some)
