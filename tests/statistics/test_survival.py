"""Kaplan-Meier and log-rank against the best known trial and against scipy's own road (K1)."""

from __future__ import annotations

import random
import warnings
from math import isnan
from typing import Any

import numpy as np
import pytest
from scipy import stats

from projections.statistics.survival import Curve, Spell, difference, kaplan_meier, log_rank
from turnabout.proportions import critical, newcombe, wilson

Z = critical(0.95)
# Freireich, E. J. et al. (1963), Blood 21, 699-716: weeks in remission; + is a remission that still held.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def spells(text: str) -> list[Spell]:
    return [Spell(float(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


def drawn(seed: int, n: int) -> list[Spell]:
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    return [Spell(float(chance.randint(1, 30)), chance.random() < 0.6) for _ in range(n)]


def as_scipy(some: list[Spell]) -> stats.CensoredData:
    left, lost = [one.days for one in some if one.left], [one.days for one in some if not one.left]
    return stats.CensoredData(uncensored=left, right=lost)


def curve(some: list[Spell]) -> Curve:
    return kaplan_meier(some, Z)


def test_k1_the_curve_is_that_of_the_textbooks() -> None:
    """Cox, D. R. and Oakes, D. (1984), Analysis of Survival Data, table 4.1."""
    found = curve(spells(TREATED))
    assert [(step.days, step.at_risk, step.left) for step in found.steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    shares = [0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179]
    assert [step.stays.estimate for step in found.steps] == pytest.approx(shares, abs=5e-7)
    assert found.at_risk(0) == found.at_risk(6) == 21
    assert found.at_risk(32) == 4


@pytest.mark.parametrize("some", [spells(TREATED), spells(PLACEBO), drawn(1, 40), drawn(2, 13)])
def test_k1_bands_agree_with_another_road(some: list[Spell]) -> None:
    known: Any = stats.ecdf(as_scipy(some)).sf
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where all have left there is no band
        band = known.confidence_interval(0.95, method="log-log")
    found = curve(some)
    for step in found.steps:
        assert step.stays.estimate == pytest.approx(float(known.evaluate(step.days)), abs=1e-9)
        if step.stays.estimate > 0:
            assert step.stays.low == pytest.approx(float(band.low.evaluate(step.days)), abs=1e-9)
            assert step.stays.high == pytest.approx(float(band.high.evaluate(step.days)), abs=1e-9)


def test_k1_log_rank_agrees_with_the_textbooks() -> None:
    """Kleinbaum, D. G. and Klein, M. (2012), Survival Analysis, chapter 2: 16.793."""
    found = log_rank([(spells(TREATED), spells(PLACEBO))])
    assert found.statistic == pytest.approx(16.792941, abs=5e-7)
    assert found.p == pytest.approx(4.16880911e-05, rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_k1_log_rank_agrees_with_another_road(seed: int) -> None:
    first, second = drawn(seed, 9 + seed), drawn(100 + seed, 24)
    known = stats.logrank(as_scipy(first), as_scipy(second))
    found = log_rank([(first, second)])
    assert found.statistic == pytest.approx(float(known.statistic) ** 2, rel=1e-9)
    assert found.p == pytest.approx(float(known.pvalue), rel=1e-9)


def test_k1_strata_add_up_and_are_never_compared_with_each_other() -> None:
    first = (spells("5 9"), spells("5+ 9+"))
    assert log_rank([first, first]).statistic == pytest.approx(2 * log_rank([first]).statistic)
    assert log_rank([(spells("1 2"), []), ([], spells("50+ 60+"))]).p == 1.0


def test_k1_while_nobody_has_left_the_band_is_wilsons() -> None:
    """Greenwood's variance would be nought, and a band without width a lie."""
    found = curve(spells("100+ 200+ 400+ 400+"))
    assert found.at(150) == wilson(3, 3, Z)
    assert found.at(365) == wilson(2, 2, Z)
    assert isnan(found.at(500).low)


def test_k1_once_all_have_left_nobody_stays() -> None:
    found = curve(spells("3 4"))
    assert found.at(3.5).estimate == 0.5
    assert found.at(5).estimate == found.at(5).low == 0
    assert 0 < found.at(5).high < 1


def test_k1_without_exits_the_difference_is_newcombes() -> None:
    first, second = curve(spells("400+ " * 12)), curve(spells("400+ " * 30))
    assert difference(first, second, 365) == newcombe((12, 12), (30, 30), Z)


def test_k1_a_difference_lies_within_its_bounds() -> None:
    found = difference(curve(spells(TREATED)), curve(spells(PLACEBO)), 10)
    assert found.estimate == pytest.approx(0.752941 - 8 / 21, abs=1e-6)
    assert 0 < found.low < found.estimate < found.high < 1
