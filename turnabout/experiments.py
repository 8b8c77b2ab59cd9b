"""A/B experiments of a pair (R68): variants, and what their counts say of the difference between them. Pure.

The first variant is what was done before; each other one is compared with it. Where several are, all
intervals are wider, so that they hold together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from turnabout.model import Line, Model
from turnabout.proportions import critical, newcombe
from turnabout.spec import Direction

Verdict = Literal["better", "worse", "inconclusive"]
DIGITS = 6
"""Decimal places of the shares that are recorded."""


class Variant(Model):
    """One of the things tried: to how many it was shown, and with how many of them it succeeded."""

    name: Line
    exposures: int = Field(ge=1)
    successes: int = Field(ge=0)

    @model_validator(mode="after")
    def _no_more_successes_than_exposures(self) -> Self:
        if self.successes > self.exposures:
            raise ValueError("successes are at most as many as exposures")
        return self


Variants = Annotated[tuple[Variant, ...], Field(min_length=2, max_length=8)]


class Comparison(Model):
    """A variant's share of successes minus the first one's, with the interval of the difference."""

    variant: Line
    difference: float
    low: float
    high: float
    verdict: Verdict


def compare(variants: Sequence[Variant], direction: Direction, confidence: int) -> tuple[Comparison, ...]:
    """Each variant after the first against it (Newcombe's interval for a difference of proportions);
    `confidence` in per cent, `direction` says which way is better."""
    first, *others = variants
    z = critical(confidence / 100, len(others))
    return tuple(_compared(first, other, direction, z) for other in others)


def verdict(comparisons: Sequence[Comparison]) -> Verdict:
    """Of the whole experiment: better where one variant is, worse where all are, else inconclusive."""
    found = {one.verdict for one in comparisons}
    if "better" in found:
        return "better"
    return "worse" if found == {"worse"} else "inconclusive"


def _compared(first: Variant, other: Variant, direction: Direction, z: float) -> Comparison:
    found = newcombe((other.successes, other.exposures), (first.successes, first.exposures), z)
    raised, lowered = found.low > 0, found.high < 0
    better, worse = (raised, lowered) if direction == "increase" else (lowered, raised)
    return Comparison(
        variant=other.name,
        difference=round(found.estimate, DIGITS),
        low=round(found.low, DIGITS),
        high=round(found.high, DIGITS),
        verdict="better" if better else "worse" if worse else "inconclusive",
    )
