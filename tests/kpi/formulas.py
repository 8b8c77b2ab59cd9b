"""Formulas by another road than the code under test: SciPy's, or plain loops."""

from __future__ import annotations

import statistics as st
from collections.abc import Sequence
from math import isnan, sqrt
from typing import Any

import numpy as np
from scipy import stats

SP: Any = stats
Row = dict[str, Any]


def share(some: Sequence[bool]) -> float:
    return sum(some) / len(some) if some else 0.0


def proportion(good: int, n: int) -> Row:
    if not n:
        return {"n": 0, "value": None}
    ends = SP.binomtest(good, n).proportion_ci(method="wilson")
    return {"n": n, "value": good / n, "low": ends.low, "high": ends.high}


def gap_of_shares(a: int, n: int, b: int, m: int) -> Row:
    """Newcombe's method 10."""
    one, other = (SP.binomtest(x, y).proportion_ci(method="wilson") for x, y in ((a, n), (b, m)))
    gap = a / n - b / m
    low = gap - sqrt((a / n - one.low) ** 2 + (other.high - b / m) ** 2)
    return {"value": gap, "low": low, "high": gap + sqrt((one.high - a / n) ** 2 + (b / m - other.low) ** 2)}


def student(clusters: Sequence[Sequence[float]], ends: tuple[float, float], classes: Sequence[float]) -> Row:
    """Of clusters, with the spread between them as large as its class has it, as far as the scale goes."""
    low, high = ends
    mean, error, df = moments(clusters, ends, classes)
    reach = SP.t.ppf(0.975, df) * error
    return {"low": max(low, mean - reach), "high": min(high, mean + reach)}


def welch(one: tuple[float, float, int], other: tuple[float, float, int]) -> Row:
    """Of two such means, each with its standard error and degrees of freedom."""
    (a, s, m), (b, t, n) = one, other
    df = (s**2 + t**2) ** 2 / (s**4 / m + t**4 / n)
    reach = SP.t.ppf(0.975, df) * sqrt(s**2 + t**2)
    return {"low": max(-200, a - b - reach), "high": min(200, a - b + reach)}


def moments(
    clusters: Sequence[Sequence[float]], ends: tuple[float, float], classes: Sequence[float]
) -> tuple[float, float, int]:
    """The mean over people, its standard error, and its degrees of freedom."""
    held = [some for some in clusters if some]
    values = [one for some in held for one in some]
    mean, n, many = st.mean(values), len(values), len(held)
    between = sum(sum(one - mean for one in some) ** 2 for some in held)
    spread = sqrt(between * many / (many - 1) / n)
    greatest = sqrt(max(map(len, held)) * (ends[1] - mean) * (mean - ends[0]) * many / (many - 1))
    wide = [step for step in classes if step >= spread - 1e-9]
    return mean, min(greatest, *wide[:1]) / sqrt(n) if wide else greatest / sqrt(n), many - 1


def product_limit(arm: Sequence[tuple[int, bool]], until: int) -> float:
    stays = 1.0
    for when in sorted({when for when, gone in arm if gone and when <= until}):
        at_risk = sum(other >= when for other, _ in arm)
        stays *= 1 - sum(other == when and gone for other, gone in arm) / at_risk
    return stays


def logrank(*arms: Sequence[tuple[int, bool]]) -> float:
    samples = [
        SP.CensoredData(
            uncensored=[when for when, gone in arm if gone], right=[when for when, gone in arm if not gone]
        )
        for arm in arms
    ]
    with np.errstate(invalid="ignore"):  # where nobody who could be compared has left
        p = float(SP.logrank(*samples).pvalue)
    return 1.0 if isnan(p) else p
