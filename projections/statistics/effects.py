"""How large a difference of two means is. Pure.

Hedges, L. V. (1981), Journal of Educational Statistics 6, 107-128; the correction J = 1 - 3/(4 df - 1) and
the variance as in Borenstein, M. et al. (2009), Introduction to Meta-Analysis, chapter 4. Means: Welch, B. L.
(1947), Biometrika 34, 28-35.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from statistics import fmean, variance

from scipy.stats import t as student

from turnabout.proportions import Interval


def hedges(first: Sequence[float], second: Sequence[float], z: float) -> Interval:
    """Hedges' g of the first group over the second, in standard deviations. No bounds and no estimate where
    a group has fewer than two values or nobody differs."""
    if min(len(first), len(second)) < 2:
        return Interval(nan, nan, nan)
    df = len(first) + len(second) - 2
    pooled = sqrt(((len(first) - 1) * variance(first) + (len(second) - 1) * variance(second)) / df)
    if pooled == 0:
        return Interval(nan, nan, nan)
    return hedges_from((fmean(first) - fmean(second)) / pooled, len(first), len(second), z)


def hedges_from(d: float, first: int, second: int, z: float) -> Interval:
    """Hedges' g from Cohen's d and the sizes of the groups."""
    correction = 1 - 3 / (4 * (first + second - 2) - 1)
    error = correction * sqrt((first + second) / (first * second) + d * d / (2 * (first + second)))
    g = correction * d
    return Interval(g, g - z * error, g + z * error)


def mean(values: Sequence[float], confidence: float) -> Interval:
    """A mean with Student's interval; without bounds below two values."""
    if len(values) < 2:
        return Interval(fmean(values) if values else nan, nan, nan)
    reach = float(student.ppf((1 + confidence) / 2, len(values) - 1)) * sqrt(variance(values) / len(values))
    return Interval(fmean(values), fmean(values) - reach, fmean(values) + reach)


def difference(first: Sequence[float], second: Sequence[float], confidence: float) -> Interval:
    """The first mean minus the second with Welch's interval; without bounds where a group is below two."""
    if min(len(first), len(second)) < 2:
        gap = fmean(first) - fmean(second) if first and second else nan
        return Interval(gap, nan, nan)
    one, other = variance(first) / len(first), variance(second) / len(second)
    gap = fmean(first) - fmean(second)
    if one + other == 0:
        return Interval(gap, gap, gap)
    df = (one + other) ** 2 / (one**2 / (len(first) - 1) + other**2 / (len(second) - 1))
    reach = float(student.ppf((1 + confidence) / 2, df)) * sqrt(one + other)
    return Interval(gap, gap - reach, gap + reach)
