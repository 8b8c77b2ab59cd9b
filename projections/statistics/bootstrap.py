"""An interval for a mean from the data themselves, with whole pairs drawn. Pure.

Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval);
clusters drawn whole: Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods, section 3.8. With few
clusters such intervals are too narrow (Cameron, A. C. et al. (2008), Review of Economics and Statistics 90,
414-427), so below eight there is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from turnabout.proportions import Interval

FEWEST = 8
"""Clusters below which no bootstrap is made."""
DRAWS = 10_000


def bootstrap(clusters: Sequence[Sequence[float]], confidence: float, seed: int) -> Interval | None:
    """The mean over people and its percentile interval; None, a refusal, below eight clusters that hold
    values."""
    held = [cluster for cluster in clusters if cluster]
    if len(held) < FEWEST:
        return None
    sums = np.array([sum(cluster) for cluster in held])
    sizes = np.array([len(cluster) for cluster in held], dtype=float)
    drawn = np.random.default_rng(seed).integers(0, len(held), size=(DRAWS, len(held)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high))
