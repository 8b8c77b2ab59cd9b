"""How large a difference of two means is. Pure.

Hedges, L. V. (1981), Journal of Educational Statistics 6, 107-128; the correction J = 1 - 3/(4 df - 1) and
the variance as in Borenstein, M. et al. (2009), Introduction to Meta-Analysis, chapter 4.
"""

from __future__ import annotations

from math import sqrt

from turnabout.proportions import Interval


def hedges(d: float, first: int, second: int, z: float) -> Interval:
    """Hedges' g from Cohen's d and the sizes of the groups."""
    correction = 1 - 3 / (4 * (first + second - 2) - 1)
    error = correction * sqrt((first + second) / (first * second) + d * d / (2 * (first + second)))
    g = correction * d
    return Interval(g, g - z * error, g + z * error)
