"""The KPIs' statistics against lifelines and statsmodels, to six digits (G19).

The two are imported here alone: they bring pandas with them, and take a second.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from math import comb
from typing import Any

import numpy as np
import pytest

from projections.statistics.effects import hedges
from projections.statistics.exact import fisher
from projections.statistics.spread import apart, clustered
from projections.statistics.spread import pooled as pooled_spread
from projections.statistics.survival import Spell, kaplan_meier, log_rank
from turnabout.kpi import Figure
from turnabout.pooling import pooled
from turnabout.proportions import critical, newcombe, wilson

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what other packages deprecate is no matter of ours
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test
    from statsmodels.duration.survfunc import survdiff
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.contingency_tables import StratifiedTable
    from statsmodels.stats.meta_analysis import effectsize_smd
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

Z = critical(0.95)
SIX = 1e-6
SEEDS = range(12)


def arm(seed: int, n: int) -> list[Spell]:
    """People of whom some leave, some are lost, several on one day."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    return [Spell(dice.randint(1, 60), dice.random() < 0.5) for _ in range(n)]


def days(some: Sequence[Spell]) -> list[float]:
    return [one.days for one in some]


def left(some: Sequence[Spell]) -> list[bool]:
    return [one.left for one in some]


@pytest.mark.parametrize("seed", SEEDS)
def test_k1_the_curve_and_its_log_log_band_are_those_of_lifelines(seed: int) -> None:
    some = arm(seed, 6 + 5 * seed)
    fitted: Any = KaplanMeierFitter(alpha=0.05).fit(days(some), left(some))
    band, found = fitted.confidence_interval_survival_function_, kaplan_meier(some, Z)
    assert found.steps
    for step in found.steps:
        assert step.stays.estimate == pytest.approx(float(fitted.predict(step.days)), abs=SIX)
        assert step.at_risk == int(fitted.event_table.at_risk[step.days])
        if step.stays.estimate > 0:
            assert step.stays[1:] == pytest.approx(tuple(map(float, band.loc[step.days])), abs=SIX)


@pytest.mark.parametrize("seed", SEEDS)
def test_k1_the_log_rank_test_is_that_of_lifelines(seed: int) -> None:
    first, second = arm(seed, 9 + seed), arm(100 + seed, 30)
    known: Any = logrank_test(days(first), days(second), left(first), left(second))
    found = log_rank([(first, second)])
    assert found.statistic == pytest.approx(float(known.test_statistic), abs=SIX)
    assert found.p == pytest.approx(float(known.p_value), abs=SIX)


@pytest.mark.parametrize("seed", SEEDS)
def test_k1_the_log_rank_test_over_cohorts_is_the_stratified_one_of_statsmodels(seed: int) -> None:
    cohorts = [(arm(seed + 10 * n, 8 + n), arm(seed + 10 * n + 5, 20)) for n in range(4)]
    rows = [
        (one.days, one.left, which, number)
        for number, arms in enumerate(cohorts)
        for which, people in enumerate(arms)
        for one in people
    ]
    time, status, group, strata = (np.array(column) for column in zip(*rows, strict=True))
    statistic, p = survdiff(time, status, group, strata=strata)
    found = log_rank(cohorts)
    assert (found.statistic, found.p) == pytest.approx((float(statistic), float(p)), abs=SIX)


def counts(seed: int) -> tuple[tuple[int, int], tuple[int, int]]:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    n, m = dice.randint(5, 90), dice.randint(5, 90)
    return (dice.choice((0, n, dice.randint(0, n))), n), (dice.randint(0, m), m)


@pytest.mark.parametrize("seed", range(40))
def test_shares_and_their_difference_are_those_of_statsmodels(seed: int) -> None:
    """Wilson's interval, and Newcombe's: K1's simple rate, K4 to K6, K9, K10, K12."""
    first, second = counts(seed)
    for good, n in (first, second):
        assert wilson(good, n, Z)[1:] == pytest.approx(proportion_confint(good, n, method="wilson"), abs=SIX)
    known = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", correction=False)
    assert newcombe(first, second, Z)[1:] == pytest.approx(known, abs=SIX)


@pytest.mark.parametrize("seed", SEEDS)
def test_k4_the_test_over_cohorts_is_that_of_mantel_and_haenszel(seed: int) -> None:
    tables = [counts(seed * 10 + n) for n in range(3)]
    figures = [
        Figure(
            kpi="K4", what="share that rose, minus controls", window="365 days", method="-", n=n + m,
            value=0.0, low=-0.1, high=0.1, parts={"good": a, "n": n, "control-good": b, "control-n": m},
        )
        for (a, n), (b, m) in tables
    ]  # fmt: skip
    known: Any = StratifiedTable([np.array([[a, n - a], [b, m - b]], float) for (a, n), (b, m) in tables])
    assert pooled([(one,) for one in figures])[0].p == pytest.approx(
        float(known.test_null_odds(correction=False).pvalue), abs=SIX
    )


def drawn(seed: int, n: int) -> list[float]:
    return list(np.random.default_rng(seed).normal(seed, 1 + seed / 5, n))


@pytest.mark.parametrize("seed", SEEDS)
def test_k2_g_and_the_difference_of_means_are_those_of_statsmodels(seed: int) -> None:
    """Each person alone; of g the estimate, for the two take its variance from different books."""
    first, second = drawn(seed, 5 + seed), drawn(seed + 1, 20)
    one, other = (clustered([[value] for value in some]) for some in (first, second))
    known = CompareMeans(DescrStatsW(first), DescrStatsW(second)).tconfint_diff(usevar="unequal")
    assert apart(one, other, 0.95)[1:] == pytest.approx(known, abs=SIX)
    g, _ = effectsize_smd(
        np.mean(first),
        np.std(first, ddof=1),
        len(first),
        np.mean(second),
        np.std(second, ddof=1),
        len(second),
    )
    d = (one.estimate - other.estimate) / pooled_spread(one, other)
    assert hedges(d, len(first), len(second), Z).estimate == pytest.approx(float(g), abs=SIX)


@pytest.mark.parametrize("seed", SEEDS)
def test_k2_the_mean_over_pairs_is_the_regression_with_pairs_as_clusters(seed: int) -> None:
    sizes = [1 + (seed + n) % 3 for n in range(6 + seed)]
    clusters = [drawn(seed * 100 + n, size) for n, size in enumerate(sizes)]
    groups = [n for n, size in enumerate(sizes) for _ in range(size)]
    values = [value for cluster in clusters for value in cluster]
    fitted = OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(groups)}, use_t=True
    )
    known = (float(fitted.params[0]), *map(float, fitted.conf_int()[0]))
    assert tuple(clustered(clusters).interval(0.95)) == pytest.approx(known, abs=SIX)


@pytest.mark.parametrize("seed", SEEDS)
def test_k4_fishers_test_is_the_sum_over_tables_no_likelier_than_the_one_seen(seed: int) -> None:
    """Neither of the two has it; counted out in whole numbers."""
    (a, m), (c, n) = counts(seed)
    ways = {k: comb(m, k) * comb(n, a + c - k) for k in range(max(0, a + c - n), min(m, a + c) + 1)}
    known = sum(way for way in ways.values() if way <= ways[a]) / comb(m + n, a + c)
    assert fisher((a, m), (c, n)) == pytest.approx(known, abs=SIX)
