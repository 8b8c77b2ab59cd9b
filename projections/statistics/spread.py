"""Intervals of means that tell of the spread of the answers only in which of a few classes it lies. Pure.

Mean and bounds of few answers on a scale give the sum of the answers and that of their squares, and these
two often all answers in no order. So the spread counts as the upper end of its class, or as the greatest that
the mean allows: Popoviciu, T. (1935), Mathematica 9, 129-145, in the form of Bhatia, R. and Davis, C. (2000),
American Mathematical Monthly 107, 353-357. Such an interval is never the narrower one.

People who were assigned together count as one cluster: Cameron, A. C. and Miller, D. L. (2015), Journal of
Human Resources 50, 317-372, section II (one mean: CR1, t with as many degrees of freedom as clusters less
one). Two means: Welch, B. L. (1947), Biometrika 34, 28-35.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan, sqrt
from typing import NamedTuple

from scipy.stats import t as student

from turnabout.proportions import Interval

_ROUNDING = 1e-9


class Mean(NamedTuple):
    """A mean of n values. `spread` is its standard error times the root of n: without clusters the standard
    deviation; NaN below two clusters. `largest` is the size of the largest cluster."""

    estimate: float
    n: int
    clusters: int
    largest: int
    spread: float

    def interval(self, confidence: float) -> Interval:
        """Student's interval; without bounds below two clusters."""
        if isnan(self.spread):
            return Interval(self.estimate, nan, nan)
        reach = _critical(confidence, self.clusters - 1) * self.spread / sqrt(self.n)
        return Interval(self.estimate, self.estimate - reach, self.estimate + reach)


class Classes(NamedTuple):
    """The scale that values lie on, and the upper ends of the classes of their spread."""

    low: float
    high: float
    steps: tuple[float, ...] = ()

    def coarse(self, one: Mean) -> Mean:
        """The same with the spread of its class; beyond the last, the greatest that the mean allows."""
        if isnan(one.spread):
            return one
        room = max(0.0, (self.high - one.estimate) * (one.estimate - self.low))
        greatest = sqrt(one.clusters / (one.clusters - 1) * one.largest * room)
        step = next((step for step in self.steps if one.spread <= step + _ROUNDING), greatest)
        return one._replace(spread=min(step, greatest))


def clustered(clusters: Sequence[Sequence[float]]) -> Mean:
    """The mean over people, with the spread between clusters. At least one value."""
    held = [cluster for cluster in clusters if cluster]
    n = sum(map(len, held))
    estimate = sum(map(sum, held)) / n
    spread = nan
    if len(held) > 1:
        between = sum((sum(cluster) - estimate * len(cluster)) ** 2 for cluster in held)
        spread = sqrt(len(held) / (len(held) - 1) * between / n)
    return Mean(estimate, n, len(held), max(map(len, held)), spread)


def apart(one: Mean, other: Mean, confidence: float) -> Interval:
    """The first mean minus the second, with Welch's interval over clusters; without bounds where one has
    fewer than two."""
    gap = one.estimate - other.estimate
    if isnan(one.spread) or isnan(other.spread):
        return Interval(gap, nan, nan)
    first, second = (mean.spread**2 / mean.n for mean in (one, other))
    if first + second == 0:
        return Interval(gap, gap, gap)
    df = (first + second) ** 2 / (first**2 / (one.clusters - 1) + second**2 / (other.clusters - 1))
    reach = _critical(confidence, df) * sqrt(first + second)
    return Interval(gap, gap - reach, gap + reach)


def pooled(one: Mean, other: Mean) -> float:
    """The pooled standard deviation of two groups without clusters."""
    squares = (one.n - 1) * one.spread**2 + (other.n - 1) * other.spread**2
    return sqrt(squares / (one.n + other.n - 2))


def within(interval: Interval, low: float, high: float) -> Interval:
    """The interval as far as it lies on the scale."""
    return Interval(interval.estimate, max(low, interval.low), min(high, interval.high))


def _critical(confidence: float, df: float) -> float:
    return float(student.ppf((1 + confidence) / 2, df))
