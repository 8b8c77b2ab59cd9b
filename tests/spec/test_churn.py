"""Churn by tenure suggests the first signal of the readiness check, and says when it cannot tell (R23)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from turnabout.churn import BANDS, churn
from turnabout.hris import Leaving, Spell

ON = date(2027, 4, 30)
LEAVINGS = st.sampled_from([None, "voluntary_exit", "transfer"])
_NUMBERS = count()


def people(n: int, tenure: float, left: Leaving | None = None, ago: int = 30) -> list[Spell]:
    """So many of that tenure in years: today, or at their leaving so many days before."""
    until = ON - timedelta(days=ago if left else 0)
    hired = until - timedelta(days=round(365 * tenure))
    return [spell(hired, until if left else None, left) for _ in range(n)]


def spell(hired: date, left_on: date | None = None, what: Leaving | None = None) -> Spell:
    return Spell(person=f"p-{next(_NUMBERS)}", hired_on=hired, left_on=left_on, what=what)


def earlier(n: int, left: int) -> list[Spell]:
    """So many early in their time a year before; they have stayed two years by now, or are gone."""
    stay = [spell(ON - timedelta(days=750)) for _ in range(n - left)]
    return [*stay, *people(left, 0.5, "voluntary_exit", ago=500)]


def test_bands_count_who_left_by_choice_among_all_who_were_there() -> None:
    spells = [
        *people(8, 0.5),
        *people(4, 0.5, "voluntary_exit"),
        *people(2, 0.5, "involuntary_exit"),
        *people(9, 1.5),
        *people(7, 3),
        *people(3, 3, "voluntary_exit", ago=400),
        *people(20, 9),
    ]
    found = churn(spells, ON)
    assert [(one.years, one.people, one.left) for one in found.bands] == [
        ("0-1", 14, 4),
        ("1-2", 9, 0),
        ("2-5", 7, 0),
        ("5+", 20, 0),
    ]
    known = binomtest(4, 14).proportion_ci(method="wilson")
    assert (found.bands[0].low, found.bands[0].high) == pytest.approx((known.low, known.high), abs=1e-6)


def test_a_band_of_four_is_suppressed_and_cannot_be_had_from_the_others() -> None:
    found = churn([*people(4, 0.5), *people(6, 1.5), *people(30, 3), *people(30, 9)], ON)
    assert [one.suppressed for one in found.bands] == [True, True, False, False]
    assert found.early.suppressed
    assert found.bands[0].line.people == "suppressed"


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        ((40, 20), (40, 2), "rose"),
        ((20, 4), (20, 3), "cannot tell"),
        ((20, 1), (20, 5), "did not rise"),
        ((2, 1), (3, 2), "too few"),
    ],
)
def test_r23_it_says_in_words_whether_signal_1_is_suggested(
    now: tuple[int, int], before: tuple[int, int], verdict: str
) -> None:
    fresh = [*people(now[0] - now[1], 0.5), *people(now[1], 0.5, "voluntary_exit")]
    found = churn([*fresh, *earlier(*before)], ON)
    assert found.verdict == verdict
    assert "signal 1" in found.words
    assert ("A person confirms" in found.words) == (verdict == "rose")


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 900), LEAVINGS), max_size=60))
def test_nobody_counts_twice_and_small_bands_never_show(made: list[tuple[int, int, Leaving | None]]) -> None:
    spells = [
        spell(
            ON - timedelta(days=days + (ago if what else 0)), ON - timedelta(days=ago) if what else None, what
        )
        for days, ago, what in made
    ]
    found = churn(spells, ON)
    there = sum(one.left_on is None or one.left_on > ON - timedelta(days=365) for one in spells)
    assert sum(one.people or 0 for one in found.bands) <= there
    assert len(found.bands) == len(BANDS)
    assert all(one.suppressed or (one.people or 0) >= 5 for one in found.bands)
    assert sum(one.suppressed for one in found.bands) != 1
