"""Effects, exact tests, bootstrap, attainment: against published examples and other roads (section 6)."""

from __future__ import annotations

import random
from itertools import combinations_with_replacement
from math import factorial, prod
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from scipy import stats

from projections.statistics.attainment import t_score
from projections.statistics.bootstrap import bootstrap
from projections.statistics.effects import hedges
from projections.statistics.exact import fisher
from projections.statistics.permutation import Cluster, permutation, signs
from turnabout.proportions import Interval, critical
from turnabout.verdicts import verdict

Z = critical(0.95)
# Darwin, C. (1876), The Effects of Cross and Self Fertilisation: by how many eighths of an inch the crossed
# plant of each pair of maize was the taller.
MAIZE = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)
OTHER: Any = stats
"""Another road to the same numbers."""


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ((3, 4), (1, 4), 0.485714),
        ((1, 10), (11, 14), 0.002759),
        ((0, 5), (0, 9), 1.0),
        ((5, 5), (0, 5), 0.007937),
    ],
)
def test_fisher_agrees_with_his_tea_and_other_tables(
    first: tuple[int, int], second: tuple[int, int], p: float
) -> None:
    """Fisher (1935), the lady tasting tea; Agresti (2002), Categorical Data Analysis."""
    assert fisher(first, second) == pytest.approx(p, abs=5e-7)


@pytest.mark.parametrize("seed", range(20))
def test_fisher_agrees_with_another_road(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    m, n = chance.randint(1, 40), chance.randint(1, 40)
    a, c = chance.randint(0, m), chance.randint(0, n)
    known = OTHER.fisher_exact([[a, m - a], [c, n - c]])
    assert fisher((a, m), (c, n)) == pytest.approx(float(known.pvalue), abs=1e-9)


def test_k2_hedges_g_is_that_of_borenstein() -> None:
    """Borenstein et al. (2009), chapter 4: means 103 and 100, deviations 5.5 and 4.5, 50 in each group."""
    pooled = ((49 * 5.5**2 + 49 * 4.5**2) / 98) ** 0.5
    found = hedges(3 / pooled, 50, 50, Z)
    assert 3 / pooled == pytest.approx(0.5970, abs=5e-5)
    assert found.estimate == pytest.approx(0.5924, abs=5e-5)
    assert ((found.high - found.estimate) / Z) ** 2 == pytest.approx(0.0411, abs=5e-5)


def test_k2_signs_are_fishers_of_darwins_maize() -> None:
    """Fisher (1935), section 21: of 32,768 ways 1,726 are as extreme, both sides taken."""
    found = signs(MAIZE, 0)
    assert found == (1_726 / 32_768, True, 32_768)


def test_k2_few_signs_are_all_gone_through() -> None:
    found = signs(MAIZE[:10], 0)
    known = OTHER.permutation_test(
        (np.array(MAIZE[:10]),), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert found.exact
    assert found.p == pytest.approx(float(known.pvalue))
    assert signs([0.0, 0.0], 0).p == 1.0


@pytest.mark.parametrize("seed", range(5))
def test_k2_all_assignments_agree_with_another_road(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    first = [chance.gauss(1, 2) for _ in range(5)]
    second = [chance.gauss(0, 2) for _ in range(6)]
    known = OTHER.permutation_test(
        (first, second), lambda x, y: np.mean(x) - np.mean(y), vectorized=False, n_resamples=np.inf
    )
    clusters = [Cluster((one,), True) for one in first] + [Cluster((one,), False) for one in second]
    found = permutation(clusters, seed)
    assert (found.exact, found.assignments) == (True, 462)
    # scipy doubles the smaller side; two-sided here means as far from nought.
    extreme = np.abs(known.null_distribution) >= abs(known.statistic) - 1e-9
    assert found.p == pytest.approx(float(extreme.mean()), abs=1e-12)


def test_k2_a_pair_moves_as_one() -> None:
    """Two pairs and two controls have six assignments, of which two are as extreme; six people had 15."""
    clusters = [
        Cluster((3.0, 4.0), True), Cluster((5.0, 6.0), True), Cluster((1.0,), False), Cluster((2.0,), False),
    ]  # fmt: skip
    found = permutation(clusters, 0)
    assert found.assignments == 6
    assert found.p == pytest.approx(2 / 6)


def test_k2_nobody_changes_the_cohort_in_a_pooled_test() -> None:
    one = [Cluster((float(place),), place < 2, "a") for place in range(4)]
    other = [Cluster((float(place),), place < 1, "b") for place in range(3)]
    assert permutation([*one, *other], 0).assignments == 6 * 3


def test_k2_drawn_assignments_come_near_all_of_them_and_repeat_themselves() -> None:
    chance = random.Random(3)  # noqa: S311 - a test's dice
    clusters = [Cluster((chance.gauss(place < 9, 1.5),), place < 9) for place in range(24)]
    found = permutation(clusters, 7)
    assert (found.exact, found.assignments) == (False, 10_000)
    assert found == permutation(clusters, 7)
    welch = stats.ttest_ind(
        [one.values[0] for one in clusters if one.program],
        [one.values[0] for one in clusters if not one.program],
    )
    assert found.p == pytest.approx(float(welch.pvalue), abs=0.03)


def test_k7_below_eight_clusters_no_bootstrap_is_made() -> None:
    assert bootstrap([[1.0, 2.0]] * 7, 0.95, 0) is None
    assert bootstrap([[1.0, 2.0]] * 7 + [[]], 0.95, 0) is None
    assert bootstrap([[1.0, 2.0]] * 8, 0.95, 0) == Interval(1.5, 1.5, 1.5)


def test_k7_the_bootstrap_comes_near_the_whole_distribution() -> None:
    """Of eight clusters all 6,435 ways to draw can be gone through, each by its chance."""
    values = [1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0]
    ways: dict[float, float] = {}
    for drawn in combinations_with_replacement(range(8), 8):
        chance = factorial(8) / prod(factorial(drawn.count(one)) for one in set(drawn)) / 8**8
        middle = fmean(values[one] for one in drawn)
        ways[middle] = ways.get(middle, 0) + chance
    ordered = sorted(ways)
    sums = np.cumsum([ways[one] for one in ordered])
    low, high = (ordered[int(np.searchsorted(sums, share))] for share in (0.025, 0.975))
    found = bootstrap([[one] for one in values], 0.95, 1)
    assert found is not None
    assert found == pytest.approx((fmean(values), low, high), abs=0.2)


@pytest.mark.parametrize(
    ("levels", "weights", "t"),
    [((1,), None, 60.0), ((1, 1, 1), None, 63.693), ((1, 0, -1), (3, 2, 1), 54.407), ((0, 0), None, 50.0)],
)
def test_k6_t_scores_are_those_of_the_specification(
    levels: tuple[int, ...], weights: tuple[float, ...] | None, t: float
) -> None:
    assert t_score(levels, weights) == pytest.approx(t, abs=5e-4)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.1, 0.3, "better"),
        (-0.3, -0.1, "worse"),
        (-0.1, 0.3, "cannot tell yet"),
        (0.0, 0.3, "cannot tell yet"),
    ],
)
def test_g19_a_verdict_needs_the_whole_interval_on_one_side(low: float, high: float, said: str) -> None:
    assert verdict(Interval(0.1, low, high)) == said
    turned = {"better": "worse", "worse": "better"}.get(said, said)
    assert verdict(Interval(0.1, low, high), "decrease") == turned
    assert verdict(Interval(0.1, float("nan"), float("nan"))) == "cannot tell yet"
