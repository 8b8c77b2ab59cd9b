"""Intervals for proportions against published values, and what must hold of any interval (R68)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnabout.proportions import critical, newcombe, wilson

Z = critical(0.95)
COUNTS = st.integers(1, 500).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


def test_the_critical_value_is_that_of_the_tables() -> None:
    assert critical(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert critical(0.99) == pytest.approx(2.575829, abs=1e-6)
    assert critical(0.95, comparisons=5) == pytest.approx(critical(0.99))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_newcombes_first_paper(
    successes: int, trials: int, low: float, high: float
) -> None:
    """Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3."""
    found = wilson(successes, trials, Z)
    assert found[1:] == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_agrees_with_the_paper(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """R68: Newcombe (1998), table II, method 10."""
    found = newcombe(first, second, Z)
    assert found[1:] == pytest.approx((low, high), abs=5e-5)


@given(first=COUNTS, second=COUNTS)
def test_an_interval_holds_its_estimate_and_turns_with_its_sides(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    found, turned = newcombe(first, second, Z), newcombe(second, first, Z)
    assert -1 - 1e-9 <= found.low <= found.estimate <= found.high <= 1 + 1e-9
    assert turned[1:] == pytest.approx((-found.high, -found.low))
