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


def student(values: Sequence[float]) -> Row:
    if st.stdev(values) == 0:
        return {"low": values[0], "high": values[0]}
    ends = SP.t.interval(0.95, len(values) - 1, st.mean(values), SP.sem(values))
    return {"low": ends[0], "high": ends[1]}


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
