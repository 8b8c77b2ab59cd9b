"""What an interval says, in words. Pure.

A difference is called better or worse only where its whole interval lies on one side of nought.
"""

from __future__ import annotations

from math import isnan

from turnabout.kpi import Verdict
from turnabout.proportions import Interval
from turnabout.spec import Direction


def verdict(difference: Interval, direction: Direction = "increase") -> Verdict:
    """The verdict on a difference, program minus control or after minus before; `direction` says which way
    is better. An interval that touches nought, or has no bounds, cannot tell yet."""
    if isnan(difference.low) or isnan(difference.high):
        return "cannot tell yet"
    raised, lowered = difference.low > 0, difference.high < 0
    better, worse = (raised, lowered) if direction == "increase" else (lowered, raised)
    return "better" if better else "worse" if worse else "cannot tell yet"
