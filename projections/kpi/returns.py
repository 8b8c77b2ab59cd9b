"""K16: what the program returns, with its uncertainty (R87). Pure.

B - C and (B - C) / C, where B = difference of retention x people x salary x replacement cost + days saved x
their value + change of the tied metric x its value x attribution, and C = hours x their cost + tools. Monte
Carlo: retention is drawn from its interval (normal, the width of the longer side), each estimate from the
triangle of low, base and high (Vose, D. (2008), Risk Analysis, chapter 14). Where the middle 90 % of B - C
span nought, nothing is shown yet; it concludes no more than K1, on which it rests.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from projections.kpi.facts import Facts
from projections.kpi.metric import uplift
from projections.kpi.values import Figure, Z, not_yet, rounded, suppressed
from turnabout.kpi import Estimate, ReturnInputs, Verdict

DRAWS = 10_000
BAND = (0.05, 0.95)
WINDOW = "12 months"
NET, RATIO = "net return", "return on cost"
METHOD = "Monte Carlo, middle 90 %"
HORIZON = "365 days"
Numbers = NDArray[np.float64]


def returns(found: Facts, retention: Figure, inputs: ReturnInputs | None) -> tuple[Figure, ...]:
    """Both lines, given K1 at 365 days. Insufficient without inputs; suppressed where K1 is."""
    if inputs is None:
        return tuple(
            Figure(
                kpi="K16",
                what=what,
                window=WINDOW,
                method="no inputs",
                n=0,
                value=None,
                flags=("insufficient",),
            )
            for what in (NET, RATIO)
        )
    if retention.verdict == "not yet":
        flags, due = retention.flags, retention.due_on
        n = len({pair.mentor for pair in found.worked()})
        return tuple(not_yet("K16", what, WINDOW, n, flags, due_on=due) for what in (NET, RATIO))
    value, low, high = retention.value, retention.low, retention.high
    if value is None or low is None or high is None:
        return tuple(suppressed("K16", what, WINDOW) for what in (NET, RATIO))
    dice = np.random.default_rng(found.spec.seed)
    mentors = len({pair.mentor for pair in found.worked()})
    stays = dice.normal(value, max(high - value, value - low) / Z, DRAWS)
    benefit = stays * mentors * _drawn(dice, inputs.salary) * _drawn(dice, inputs.replacement)
    benefit += _drawn(dice, inputs.days_saved) * _drawn(dice, inputs.day_value)
    benefit += (uplift(found) or 0.0) * _drawn(dice, inputs.metric_value) * _drawn(dice, inputs.attribution)
    cost = hours(found) * _drawn(dice, inputs.hour_cost) + _drawn(dice, inputs.tools)
    net = benefit - cost
    ends = np.quantile(net, BAND)
    shown = bool(ends[0] > 0 or ends[1] < 0)
    flags = retention.flags if shown else (*retention.flags, "not shown yet")
    said: Verdict = "better" if ends[0] > 0 else "worse" if ends[1] < 0 else "cannot tell yet"
    if shown and retention.verdict == "descriptive only":
        said = "descriptive only"
    lines = []
    for what, drawn in ((NET, net), (RATIO, net / np.where(cost > 0, cost, np.nan))):
        middle = [rounded(float(one), 2) for one in np.quantile(drawn, (BAND[0], 0.5, BAND[1]))]
        lines.append(
            Figure(
                kpi="K16",
                what=what,
                window=WINDOW,
                method=METHOD,
                n=mentors,
                flags=flags,
                value=middle[1] if shown else None,
                low=middle[0] if shown else None,
                high=middle[2] if shown else None,
                missing=retention.missing,
                verdict=said,
            )
        )
    return tuple(lines)


def hours(found: Facts) -> float:
    """Hours that people gave: both partners in each session held, and whoever was at the kickoff."""
    sessions = sum(
        2 * one.minutes for pair in found.worked() for one in pair.sessions.values() if one.state == "held"
    )
    kickoff = timedelta(minutes=found.spec.rules.kickoff.minutes) * len(found.attended)
    return sessions / 60 + kickoff.total_seconds() / 3600


def _drawn(dice: np.random.Generator, one: Estimate) -> Numbers:
    if one.low == one.high:
        return np.full(DRAWS, one.base)
    return dice.triangular(one.low, one.base, one.high, DRAWS)
