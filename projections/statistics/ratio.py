"""How far a mean rose, as a part of where it began, with the interval of a ratio of two means. Pure.

Fieller, E. C. (1954), Journal of the Royal Statistical Society B 16, 175-185. Variances may differ: degrees
of freedom by Satterthwaite, F. E. (1946), Biometrics Bulletin 2, 110-114, as Tamhane, A. C. and Logan, B. R.
(2004), Journal of Biopharmaceutical Statistics 14, 843-856.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from statistics import fmean, variance

from scipy.stats import t as student

from turnabout.proportions import Interval


def relative_change(start: Sequence[float], end: Sequence[float], confidence: float) -> Interval:
    """(mean of end - mean of start) / |mean of start|, of at least two values each. Without bounds where
    nothing varies, or where the start cannot be told from nought: then any change is possible. Raises
    ZeroDivisionError where the mean of the start is nought."""
    before, after = fmean(start), fmean(end)
    ratio = after / before
    spread, other = variance(start) / len(start), variance(end) / len(end)
    of_ratio = other + ratio**2 * spread
    value = (after - before) / abs(before)
    if of_ratio == 0:
        return Interval(value, nan, nan)
    parts = other**2 / (len(end) - 1) + (ratio**2 * spread) ** 2 / (len(start) - 1)
    reach = float(student.ppf((1 + confidence) / 2, of_ratio**2 / parts))
    unsure = reach**2 * spread / before**2
    if unsure >= 1:
        return Interval(value, nan, nan)
    half = reach / abs(before) * sqrt(other * (1 - unsure) + ratio**2 * spread)
    bounds = [(ratio + side * half) / (1 - unsure) - 1 for side in (-1, 1)]
    low, high = bounds if before > 0 else (-bounds[1], -bounds[0])
    return Interval(value, low, high)
