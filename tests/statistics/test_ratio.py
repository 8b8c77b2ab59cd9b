"""The interval of a change as a part of where it began (K12)."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from projections.statistics.ratio import relative_change
from tests.kpi.slow_work import fieller


@pytest.mark.parametrize("seed", range(6))
def test_k12_the_bounds_are_the_changes_that_the_test_does_not_reject(seed: int) -> None:
    dice = np.random.default_rng(seed)
    start, end = list(dice.normal(10, 2, 3 + seed)), list(dice.normal(13, 4, 9 - seed))
    found, known = relative_change(start, end, 0.95), fieller(start, end)
    assert (found.low, found.high) == pytest.approx((known["low"], known["high"]), abs=1e-9)
    assert found.low < found.estimate < found.high
    turned = relative_change([-one for one in start], [-one for one in end], 0.95)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_k12_it_holds_the_truth_as_often_as_it_says() -> None:
    """A start of 20 and an end of 25, each known to some 7 %, four observations each."""
    dice, held = np.random.default_rng(1), 0
    for _ in range(2000):
        found = relative_change(list(dice.normal(20, 3, 4)), list(dice.normal(25, 3, 4)), 0.95)
        held += found.low <= 0.25 <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("start", "end"), [([10, 10], [12, 12]), ([1, -0.5], [5, 6])], ids=["no spread", "a start near nought"]
)
def test_k12_where_there_is_no_interval_none_is_made_up(start: list[float], end: list[float]) -> None:
    found = relative_change(start, end, 0.95)
    assert not isnan(found.estimate)
    assert isnan(found.low)
    assert isnan(found.high)
