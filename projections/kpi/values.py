"""One KPI as it is told: the value with all that makes it honest (G19). Pure."""

from __future__ import annotations

from math import isnan
from typing import Literal

from projections.statistics.verdicts import Verdict
from turnabout.model import Model
from turnabout.proportions import Interval

Flag = Literal[
    "incomplete",
    "descriptive",
    "no control group",
    "comparison refused",
    "window still open",
    "late",
    "few answered",
    "insufficient",
]
"""What a reader must know beside the number: too many unknown, too few events to compare, and so on."""

CONFIDENCE = 0.95


class Figure(Model):
    """A KPI, or one of its lines. `n` people or pairs are counted, of whom a share of `missing` is unknown;
    `value` lies from `low` to `high` as often as CONFIDENCE says, where `method` gives bounds. A suppressed
    one has no value, which is not 0; one without `verdict` compares nothing."""

    kpi: str
    what: str
    window: str
    method: str
    n: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    missing: float = 0.0
    verdict: Verdict | None = None
    flags: tuple[Flag, ...] = ()
    p: float | None = None


def bounds(interval: Interval) -> dict[str, float | None]:
    """The three numbers of an interval as a figure holds them; what cannot be computed is None."""
    return {
        name: None if isnan(number) else number
        for name, number in zip(("value", "low", "high"), interval, strict=True)
    }
