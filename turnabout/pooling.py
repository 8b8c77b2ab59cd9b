"""K1 to K4 over the cohorts of a program, the cohort as stratum (section 6). Pure.

Made of published figures alone, and only of those that are told: so it tells nothing that they do not. A
difference is weighted by n m / (n + m), as Mantel, N. and Haenszel, W. (1959), JNCI 22, 719-748; bounds by
the recovery of variances for a weighted sum: Zou, G. Y. et al. (2009), Journal of Statistical Planning and
Inference 139, 262-272. The tests add up what the cohorts' own tests are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import erfc, sqrt

from turnabout.kpi import Figure, Flag, Verdict
from turnabout.proportions import Interval
from turnabout.verdicts import verdict

FEWEST_EXITS = 10
"""Exits of both arms of all cohorts below which K1 only describes."""
DIGITS = 6
POOLED = (
    ("K1", "share that stays, minus controls"),
    ("K1", "share without a voluntary exit"),
    ("K2", "mean change"),
    ("K2", "mean change, minus controls"),
    ("K3", "target reached"),
    ("K3", "mean gain"),
    ("K4", "share that rose"),
    ("K4", "share that rose, minus controls"),
)
"""The lines that are pooled."""
LEFT_OUT: frozenset[Flag] = frozenset({"at least", "at most", "few answered", "window still open"})
"""Flags of figures whose interval is none of sampling, or whose time is not over."""


def pooled(cohorts: Iterable[Sequence[Figure]]) -> tuple[Figure, ...]:
    """The pooled lines, of each cohort's latest figures. A line that no cohort tells is suppressed."""
    lines: dict[tuple[str, str, str], list[Figure]] = {}
    for figures in cohorts:
        for one in figures:
            if (one.kpi, one.what) in POOLED:
                lines.setdefault(one.key, []).append(one)
    return tuple(_pooled(key, some) for key, some in lines.items())


def _pooled(key: tuple[str, str, str], some: Sequence[Figure]) -> Figure:
    kpi, what, window = key
    usable = [
        one for one in some if None not in {one.value, one.low, one.high} and not LEFT_OUT & set(one.flags)
    ]
    if not usable:
        waiting = [one for one in some if one.verdict == "not yet" or (one.due_on and one.value is not None)]
        due = min((one.due_on for one in waiting if one.due_on is not None), default=None)
        said: Verdict = "not yet" if waiting else "suppressed"
        return Figure(kpi=kpi, what=what, window=window, method=said, n=None, value=None, verdict=said,
                      due_on=due, named=any(one.named for one in some))  # fmt: skip
    gap = _weighted(usable)
    compares = all("control-n" in one.parts for one in usable)
    flags: tuple[Flag, ...] = tuple(
        dict.fromkeys(flag for one in usable for flag in one.flags if flag != "descriptive")
    )
    said = verdict(gap) if compares or what == "mean gain" else "descriptive only"
    if kpi == "K1" and compares and sum(one.parts["exits"] for one in usable) < FEWEST_EXITS:
        flags, said = (*flags, "descriptive"), "descriptive only"
    n = sum(one.n or 0 for one in usable)
    test = TESTS.get(key[:2])
    return Figure(
        kpi=kpi,
        what=what,
        window=window,
        method=f"{usable[0].method}, cohorts as strata",
        n=n,
        value=round(gap.estimate, DIGITS),
        low=round(gap.low, DIGITS),
        high=round(gap.high, DIGITS),
        missing=round(sum((one.missing or 0.0) * (one.n or 0) for one in usable) / n, DIGITS) if n else None,
        verdict=said,
        flags=flags,
        p=None if test is None else round(test(usable), DIGITS),
        named=any(one.named for one in some),
        parts={"cohorts": len(usable), "left-out": len(some) - len(usable)},
    )


def _weighted(some: Sequence[Figure]) -> Interval:
    weights = [_weight(one) for one in some]
    total = sum(weights)
    estimate = low = high = 0.0
    for weight, one in zip(weights, some, strict=True):
        part = weight / total
        value, bottom, top = one.value or 0.0, one.low or 0.0, one.high or 0.0
        estimate += part * value
        low += (part * (value - bottom)) ** 2
        high += (part * (top - value)) ** 2
    return Interval(estimate, estimate - sqrt(low), estimate + sqrt(high))


def _weight(one: Figure) -> float:
    n, m = one.parts.get("n"), one.parts.get("control-n")
    return float(one.n or 0) if n is None or m is None else n * m / (n + m)


def _log_rank(some: Sequence[Figure]) -> float:
    return _p(sum(one.parts["gap"] for one in some), sum(one.parts["variance"] for one in some))


def _mantel_haenszel(some: Sequence[Figure]) -> float:
    gap = variance = 0.0
    for one in some:
        n, m, good = one.parts["n"], one.parts["control-n"], one.parts["good"]
        all_, rose = n + m, good + one.parts["control-good"]
        gap += good - n * rose / all_
        variance += n * m * rose * (all_ - rose) / (all_**2 * (all_ - 1))
    return _p(gap, variance)


def _p(gap: float, variance: float) -> float:
    """Of gap squared over variance, chi-squared on one degree of freedom."""
    return erfc(sqrt(gap * gap / variance / 2)) if variance > 0 else 1.0


TESTS: dict[tuple[str, str], Callable[[Sequence[Figure]], float]] = {
    ("K1", "share that stays, minus controls"): _log_rank,
    ("K4", "share that rose, minus controls"): _mantel_haenszel,
}
