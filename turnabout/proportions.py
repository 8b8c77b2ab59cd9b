"""Intervals for proportions and for their difference. Pure.

Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", JASA 22,
209-212. Newcombe, R. G. (1998), "Interval estimation for the difference between independent proportions:
comparison of eleven methods", Statistics in Medicine 17, 873-890: method 10, the score intervals combined,
without continuity correction.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """An estimate with the bounds between which the truth lies as often as the confidence says."""

    estimate: float
    low: float
    high: float


def critical(confidence: float, comparisons: int = 1) -> float:
    """How many standard errors a two-sided interval reaches; with several comparisons each is the wider, so
    that all of them hold together as often as the confidence says (Bonferroni)."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / (2 * comparisons))


def wilson(successes: float, trials: float, z: float) -> Interval:
    """The score interval of one proportion; `trials` is at least 1. `successes` need not be whole: a mean on
    a scale, taken as the part of it that was reached, has the interval of a proportion, and never a narrower
    one than its own, for no answers vary more than yes and no."""
    share, square = successes / trials, z * z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    half = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials)) / (1 + square / trials)
    # At the ends the formula is exactly 0 or 1; rounding must not go beyond.
    low = 0.0 if successes == 0 else middle - half
    return Interval(share, low, 1.0 if successes == trials else middle + half)


def newcombe(first: tuple[int, int], second: tuple[int, int], z: float) -> Interval:
    """The interval of the first proportion minus the second, each given as successes of trials."""
    one, other = wilson(*first, z), wilson(*second, z)
    difference = one.estimate - other.estimate
    low = difference - sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    high = difference + sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Interval(difference, low, high)
