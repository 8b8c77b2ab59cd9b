"""Intervals of means: those of R and of statsmodels, by cluster, and no telling of the spread (section 6)."""

from __future__ import annotations

import random
from importlib import import_module
from math import isnan
from typing import Any

import numpy as np
import pytest

from projections.statistics.spread import Classes, Mean, apart, clustered

SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)
"""Cushny and Peebles (1905), hours of sleep gained, as in Student (1908)."""
MODELS: Any = import_module("statsmodels.api")
"""It has no types."""
LEVELS = Classes(-4, 4, (1, 2))


def alone(values: Any) -> Mean:
    return clustered([[value] for value in values])


def test_k2_welchs_interval_is_that_of_the_sleepers() -> None:
    """R's manual of t.test on these data: t = -1.8608, df = 17.776, from -3.3654832 to 0.2054832."""
    found = apart(alone(SLEEP[0]), alone(SLEEP[1]), 0.95)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-7)


def test_k2_a_means_interval_is_students() -> None:
    """R's t.test of the paired sleepers: from 0.7001142 to 2.4598858."""
    found = alone(second - first for first, second in zip(*SLEEP, strict=True)).interval(0.95)
    assert found == pytest.approx((1.58, 0.7001142, 2.4598858), abs=5e-7)


@pytest.mark.parametrize("seed", range(10))
def test_k2_an_interval_by_cluster_is_that_of_statsmodels(seed: int) -> None:
    """Ordinary least squares on a constant, covariance by cluster, t with clusters less one."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    clusters = [
        [chance.gauss(0, 1) + shift for _ in range(chance.randint(1, 3))]
        for shift in [chance.gauss(1, 2) for _ in range(chance.randint(2, 12))]
    ]
    values = [value for cluster in clusters for value in cluster]
    groups = [number for number, cluster in enumerate(clusters) for _ in cluster]
    model = MODELS.OLS(values, np.ones(len(values)))
    known = model.fit(cov_type="cluster", cov_kwds={"groups": np.array(groups)}, use_t=True)
    found = clustered(clusters).interval(0.95)
    assert found.estimate == pytest.approx(float(known.params[0]), abs=1e-9)
    assert (found.low, found.high) == pytest.approx(tuple(known.conf_int()[0]), abs=1e-6)


def test_k2_pairs_that_move_together_are_no_news_more_often_than_one_time_in_twenty() -> None:
    """Nothing but chance and what a pair has in common: by person 13 % of intervals would exclude nought."""
    chance = random.Random(7)  # noqa: S311 - a test's dice
    by_pair = by_person = 0
    for _ in range(800):
        pairs = [[shift + chance.gauss(0, 5), shift + chance.gauss(0, 5)]
                 for shift in [chance.gauss(0, 12) for _ in range(10)]]  # fmt: skip
        controls = alone(chance.gauss(0, 13) for _ in range(14))
        together, each = clustered(pairs), alone(value for pair in pairs for value in pair)
        for one, count in ((together, 1), (each, 0)):
            found = apart(one, controls, 0.95)
            excludes = found.low > 0 or found.high < 0
            by_pair += excludes * count
            by_person += excludes * (1 - count)
    assert by_pair / 800 < 0.065
    assert by_person / 800 > 0.09


def test_one_cluster_has_no_bounds() -> None:
    found = clustered([[1.0, 2.0, 4.0]])
    assert isnan(found.interval(0.95).low)
    assert isnan(LEVELS.coarse(found).spread)
    assert isnan(apart(found, alone(SLEEP[0]), 0.95).low)


@pytest.mark.parametrize(
    ("gains", "told"),
    [
        ((1, 1, 1, 1, 1), 1.0),
        ((0, 1, 1, 1, 2), 1.0),
        ((0, 0, 1, 2, 2), 1.0),
        ((-1, 0, 1, 2, 3), 2.0),
        ((-3, -3, 0, 3, 3), 20**0.5),
        ((-4, -4, 0, 4, 4), 20**0.5),
    ],
)
def test_k3_of_the_spread_only_its_class_is_told(gains: tuple[int, ...], told: float) -> None:
    """Up to one level, up to two, or as much as the mean allows: 5/4 x (4 - 0) x (0 + 4) for a mean of 0."""
    assert LEVELS.coarse(alone(gains)).spread == pytest.approx(told)


def test_no_interval_is_narrower_than_its_own_or_wider_than_the_mean_allows() -> None:
    chance = random.Random(11)  # noqa: S311 - a test's dice
    for _ in range(300):
        clusters = [
            [float(chance.randint(-4, 4)) for _ in range(chance.randint(1, 2))]
            for _ in range(chance.randint(3, 9))
        ]
        own = clustered(clusters)
        coarse = LEVELS.coarse(own)
        assert coarse.spread >= own.spread - 1e-9
        assert LEVELS.coarse(coarse).spread == pytest.approx(coarse.spread)
