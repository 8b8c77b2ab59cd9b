"""What an A/B record says of its counts (R68)."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from turnabout.experiments import Variant, compare, verdict


def of(*counts: tuple[int, int]) -> list[Variant]:
    return [
        Variant(name=f"v{number}", successes=successes, exposures=exposures)
        for number, (successes, exposures) in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("first", "second", "direction", "said"),
    [
        ((48, 80), (56, 70), "increase", "better"),
        ((56, 70), (48, 80), "increase", "worse"),
        ((48, 80), (56, 70), "decrease", "worse"),
        ((56, 70), (48, 80), "decrease", "better"),
        ((0, 29), (5, 56), "increase", "inconclusive"),
        ((1, 2), (0, 2), "increase", "inconclusive"),
    ],
)
def test_r68_a_verdict_needs_an_interval_on_one_side_of_nought(
    first: tuple[int, int], second: tuple[int, int], direction: str, said: str
) -> None:
    found = compare(of(first, second), "decrease" if direction == "decrease" else "increase", 95)
    assert [one.verdict for one in found] == [said]
    assert verdict(found) == said


def test_r68_the_interval_is_newcombes() -> None:
    (found,) = compare(of((48, 80), (56, 70)), "increase", 95)
    assert (found.difference, found.low, found.high) == (0.2, 0.052431, 0.333873)


def test_r68_several_variants_must_hold_together() -> None:
    """What two variants show is not shown any more where four are looked at; one that is better is enough."""
    alone, *_ = compare(of((48, 80), (54, 70)), "increase", 95)
    among = compare(of((48, 80), (54, 70), (48, 80), (48, 80)), "increase", 95)
    assert (alone.verdict, among[0].verdict) == ("better", "inconclusive")
    assert verdict(compare(of((10, 100), (10, 100), (60, 100)), "increase", 95)) == "better"
    assert verdict(compare(of((60, 100), (10, 100), (55, 100)), "increase", 95)) == "inconclusive"
    assert verdict(compare(of((60, 100), (10, 100), (12, 100)), "increase", 95)) == "worse"


def test_r68_nobody_succeeds_more_often_than_it_was_tried() -> None:
    with pytest.raises(ValidationError, match="successes are at most"):
        Variant(name="a", exposures=3, successes=4)
    with pytest.raises(ValidationError):
        Variant(name="a", exposures=0, successes=0)
