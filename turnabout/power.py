"""Which difference a design can find, before it begins. Pure, with the standard library alone.

Power of Fisher's exact test: the chance of all tables that it calls significant (Agresti, A. (2013),
Categorical Data Analysis, 3rd ed., section 6.6.4). A difference of means: Cohen, J. (1988), Statistical Power
Analysis for the Behavioral Sciences, 2nd ed., section 2.4, by the normal distribution.
"""

from __future__ import annotations

from math import comb, exp, lgamma, log, sqrt
from statistics import NormalDist

from turnabout.model import Model

ALPHA, ENOUGH = 0.05, 0.80
"""Chance of a false alarm, two-sided; and the chance of a finding with which a design counts as able."""
USUAL, HOPED = 0.80, 0.96
"""Share that stays without and with the program, the example that domain rules give (section 6, Power)."""
CONTROLS_EACH = 3
"""Controls for each person of a pair, where nobody has frozen a group yet."""
SPREAD = 20.0
"""Standard deviation of engagement on its scale from 0 to 100 that is assumed before anybody has answered."""
_TIES = 1 + 1e-7
_LEAST = 1e-12


class Design(Model):
    """What a comparison of `people` in pairs with `controls` can find. `found` is the chance to find the
    `HOPED` against the `USUAL` share that stays; `at_least` the smallest share against `USUAL` that is found
    with the chance `ENOUGH`, None where not even everybody is enough; `points` the smallest difference of
    mean engagement."""

    people: int
    controls: int
    found: float
    at_least: float | None
    points: float | None


def design(people: int, controls: int) -> Design:
    """What that many people and controls can find, each at least 1."""
    hits = _significant(people, controls)

    def chance(share: float) -> float:
        return _power(hits, people, controls, share, USUAL)

    shares = [percent / 100 for percent in range(round(USUAL * 100) + 1, 101)]
    able = next((share for share in shares if chance(share) >= ENOUGH), None)
    normal = NormalDist()
    sizes = normal.inv_cdf(1 - ALPHA / 2) + normal.inv_cdf(ENOUGH)
    points = sizes * sqrt(1 / people + 1 / controls) * SPREAD
    return Design(
        people=people,
        controls=controls,
        found=round(chance(HOPED), 4),
        at_least=able,
        points=round(points, 1) if points <= 100 else None,
    )


def _significant(m: int, n: int) -> list[tuple[int, int]]:
    """The tables that Fisher's two-sided test calls significant: successes of `m` and of `n`."""
    logs = [lgamma(number + 1) for number in range(m + n + 1)]

    def likely(a: int, total: int) -> float:
        c = total - a
        ways = logs[m] - logs[a] - logs[m - a] + logs[n] - logs[c] - logs[n - c]
        return exp(ways - (logs[m + n] - logs[total] - logs[m + n - total]))

    found = []
    for total in range(1, m + n):
        tables = [(likely(a, total), a) for a in range(max(0, total - n), min(m, total) + 1)]
        for chance, a in tables:
            if sum(other for other, _ in tables if other <= chance * _TIES) <= ALPHA:
                found.append((a, total - a))
    return found


def _power(hits: list[tuple[int, int]], m: int, n: int, share: float, against: float) -> float:
    first, second = _binomial(m, share), _binomial(n, against)
    return sum(first[a] * second[c] for a, c in hits if first[a] > _LEAST)


def _binomial(trials: int, share: float) -> list[float]:
    if share in {0.0, 1.0}:
        return [float(count == trials * share) for count in range(trials + 1)]
    return [
        exp(log(comb(trials, count)) + count * log(share) + (trials - count) * log(1 - share))
        for count in range(trials + 1)
    ]
