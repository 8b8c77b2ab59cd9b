"""Goal attainment scaling. Pure.

Kiresuk, T. J. and Sherman, R. E. (1968), Community Mental Health Journal 4, 443-453: levels from -2 to +2, 0
as expected; T has mean 50 and standard deviation 10 where goals correlate by r. Three equal goals at +1 have
T = 50 + 30 / sqrt(0.7 * 3 + 0.3 * 9) = 63.693; the 63.694 of domain.md is a slip in the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

CORRELATION = 0.3
"""How goals of one person are taken to correlate, the authors' value."""


def t_score(levels: Sequence[int], weights: Sequence[float] | None = None) -> float:
    """The T score of goals at these levels; without weights all weigh the same. At least one goal."""
    weighed = [1.0] * len(levels) if weights is None else list(weights)
    squares = sum(weight * weight for weight in weighed)
    spread = (1 - CORRELATION) * squares + CORRELATION * sum(weighed) ** 2
    return 50 + 10 * sum(w * x for w, x in zip(weighed, levels, strict=True)) / sqrt(spread)
