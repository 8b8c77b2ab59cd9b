"""Which difference a design can find (domain rules, section 6, Power)."""

from __future__ import annotations

from functools import cache

import pytest
from numpy import array
from scipy.stats import binom, fisher_exact

from tests.rules.cohort.world import make_spec
from turnabout.plan import plan
from turnabout.power import ALPHA, ENOUGH, HOPED, USUAL, design


@pytest.mark.parametrize(("people", "controls", "found"), [(12, 36, 0.10), (48, 144, 0.83)])
def test_it_finds_as_often_as_the_rules_say(people: int, controls: int, found: float) -> None:
    assert round(design(people, controls).found, 2) == found


@cache
def significant(m: int, n: int) -> tuple[tuple[int, int], ...]:
    tables = ((a, c) for a in range(m + 1) for c in range(n + 1))
    return tuple((a, c) for a, c in tables if fisher_exact(array([[a, m - a], [c, n - c]]))[1] <= ALPHA)


def slow(m: int, n: int, share: float) -> float:
    """The same by scipy, table by table."""
    first = [float(binom.pmf(a, m, share)) for a in range(m + 1)]
    second = [float(binom.pmf(c, n, USUAL)) for c in range(n + 1)]
    return sum(first[a] * second[c] for a, c in significant(m, n))


@pytest.mark.parametrize(("people", "controls"), [(1, 1), (5, 9), (12, 12), (13, 24)])
def test_it_equals_a_slow_count(people: int, controls: int) -> None:
    assert design(people, controls).found == pytest.approx(slow(people, controls, HOPED), abs=6e-5)


def test_the_smallest_share_is_found_often_enough_and_a_smaller_one_is_not() -> None:
    able = design(35, 70).at_least
    assert able is not None
    assert slow(35, 70, able) >= ENOUGH > slow(35, 70, able - 0.01)
    assert design(12, 36).at_least is None


def test_a_difference_of_means_is_cohens() -> None:
    """Cohen (1988), table 2.4.1: d = 0.50 with a power of 0.80 and 0.05 two-sided takes 64 in each group;
    by the normal distribution 63."""
    assert design(63, 63).points == pytest.approx(0.50 * 20, abs=0.05)


def test_the_plan_counts_the_pairs_that_the_roster_can_form() -> None:
    found = plan(make_spec(mentors=6, mentees=5)).design
    assert found is not None
    assert (found.people, found.controls) == (10, 30)
