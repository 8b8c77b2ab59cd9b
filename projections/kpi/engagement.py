"""K2: how much engagement rose in the program, and how much more than among the controls. Pure.

It is the change of those who answered both waves. People whom pairs connect are one cluster: bounds count the
spread between clusters, the test moves whole ones. Where fewer than 60 % of an arm answered, the bounds are
those for the silent, who may have changed by the whole scale either way: Manski, C. F. (1989), Journal of
Human Resources 24, 343-360.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from statistics import fmean

from projections.kpi.facts import Facts
from projections.kpi.guard import Guard
from projections.kpi.values import (
    CONFIDENCE,
    OPEN,
    Figure,
    Flag,
    Z,
    bounds,
    rounded,
    still_open,
    suppressed,
    waiting,
)
from projections.kpi.watched import Arms, arms_of
from projections.kpi.waves import END_WITHIN, changes
from projections.statistics.disclosure import Scale
from projections.statistics.effects import hedges
from projections.statistics.permutation import Cluster, permutation
from projections.statistics.spread import Classes, Mean, apart, clustered, pooled, within
from turnabout.instruments import ENGAGEMENT
from turnabout.proportions import Interval
from turnabout.verdicts import verdict

FEWEST_ANSWERED = 0.60
WIDEST = 100.0
"""Points that a score from 0 to 100 can change by."""
FEWEST_CLUSTERS = 2
"""Pairs below which nothing is known of how pairs differ, so that there are no bounds (G19)."""
WINDOW = "t0 to end, 14 days around it"
DIGITS = 1
"""Decimal places of points: more would tell of the spread what nobody needs."""
P_DIGITS = 2
"""Decimal places of the chance: an exact one of few assignments would tell how people rank."""
CLASSES = Classes(-WIDEST, WIDEST, (10, 15, 20, 25, 30, 40))
"""Points: the classes of spread that bounds and g tell of."""
MEAN, ACTIVE, GAP, SIZE = (
    "mean change",
    "mean change, active only",
    "mean change, minus controls",
    "difference (g)",
)
Values = Mapping[str, float]


def engagement(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """Its four lines."""
    arms, there = arms_of(found.watched()), found.went_through()
    flags = _flags(found, today, arms)
    blanks = [suppressed("K2", what, WINDOW, flags) for what in (MEAN, ACTIVE, GAP, SIZE)]
    if not found.comparable:
        return tuple(blanks)
    if OPEN in flags:
        return waiting("K2", (MEAN, ACTIVE, GAP, SIZE), WINDOW, flags)
    program, control = (changes(found, arm, ENGAGEMENT) for arm in arms)
    active = {who: value for who, value in program.items() if who in there}
    offered = [{MEAN: program}, {"control": {} if found.refused else control}, {ACTIVE: active}]
    told = guard.told("K2", offered, Scale(-WIDEST, WIDEST))
    whole = len(arms.program), len(arms.control)
    active_whole = sum(one.person in there for one in arms.program)
    between = told[MEAN], told["control"]
    pairs = found.clusters()
    return (
        guard.line(
            (told[MEAN],), lambda: _mean(program, pairs, whole[0], blanks[0]), blanks[0], exactly=True
        ),
        guard.line(
            (told[ACTIVE],), lambda: _mean(active, pairs, active_whole, blanks[1]), blanks[1], exactly=True
        ),
        guard.line(
            between, lambda: _gap(found, (program, control), whole, blanks[2]), blanks[2], exactly=True
        ),
        guard.line(between, lambda: _size((program, control), whole, blanks[3]), blanks[3], exactly=True),
    )


def _mean(values: Values, pairs: Iterable[frozenset[str]], whole: int, blank: Figure) -> Figure:
    mean = _coarse(values, pairs)
    found, method, flags = mean.interval(CONFIDENCE), "mean, Student by pair, spread in classes", blank.flags
    if _few(values, whole):
        found, method = _silent_bounds(values, whole), "mean, bounds for the silent"
        flags = (*flags, "few answered")
    elif mean.clusters < FEWEST_CLUSTERS:
        return blank
    return Figure(
        kpi="K2",
        what=blank.what,
        window=WINDOW,
        method=method,
        n=len(values),
        missing=_missing(len(values), whole),
        flags=flags,
        **bounds(within(found, -WIDEST, WIDEST), DIGITS),
    )


def _gap(found: Facts, arms: tuple[Values, Values], whole: tuple[int, int], blank: Figure) -> Figure:
    program, control = _coarse(arms[0], found.clusters()), _coarse(arms[1])
    interval = apart(program, control, CONFIDENCE)
    method = "difference in differences, Welch by pair, spread in classes, permutation by pair"
    flags = blank.flags
    if any(_few(values, all_) for values, all_ in zip(arms, whole, strict=True)):
        one, other = (_silent_bounds(values, all_) for values, all_ in zip(arms, whole, strict=True))
        interval = Interval(interval.estimate, one.low - other.high, one.high - other.low)
        method, flags = (
            "difference in differences, bounds for the silent, permutation by pair",
            (*flags, "few answered"),
        )
    elif program.clusters < FEWEST_CLUSTERS:
        return blank
    chance = permutation(_moved(found, *arms), found.spec.seed)
    n = len(arms[0]) + len(arms[1])
    return Figure(
        kpi="K2",
        what=GAP,
        window=WINDOW,
        method=method,
        n=n,
        missing=_missing(n, sum(whole)),
        verdict=verdict(interval),
        p=rounded(chance.p, P_DIGITS),
        flags=flags,
        parts={"n": len(arms[0]), "control-n": len(arms[1])},
        **bounds(within(interval, -2 * WIDEST, 2 * WIDEST), DIGITS),
    )


def _size(arms: tuple[Values, Values], whole: tuple[int, int], blank: Figure) -> Figure:
    program, control = map(_coarse, arms)
    spread = pooled(program, control)
    if not spread:
        return blank
    n = program.n + control.n
    return Figure(
        kpi="K2",
        what=SIZE,
        window=WINDOW,
        method="Hedges g, spread in classes",
        n=n,
        missing=_missing(n, sum(whole)),
        flags=blank.flags,
        **bounds(hedges((program.estimate - control.estimate) / spread, program.n, control.n, Z), DIGITS),
    )


def _coarse(values: Values, pairs: Iterable[frozenset[str]] | None = None) -> Mean:
    """The mean, by people whom pairs connect or else by person, with the spread of its class."""
    if pairs is None:
        return CLASSES.coarse(clustered([[value] for value in values.values()]))
    return CLASSES.coarse(
        clustered([[values[who] for who in sorted(some) if who in values] for some in pairs])
    )


def _moved(found: Facts, program: Values, control: Values) -> list[Cluster]:
    held = [
        Cluster(tuple(program[who] for who in sorted(together) if who in program), True)
        for together in found.clusters()
    ]
    return [one for one in held if one.values] + [Cluster((value,), False) for value in control.values()]


def _few(values: Values, whole: int) -> bool:
    return len(values) < FEWEST_ANSWERED * whole


def _silent_bounds(values: Values, whole: int) -> Interval:
    estimate, part = fmean(values.values()), len(values) / whole
    return Interval(estimate, part * estimate - (1 - part) * WIDEST, part * estimate + (1 - part) * WIDEST)


def _missing(n: int, whole: int) -> float | None:
    return rounded(1 - n / whole) if whole else None


def _flags(found: Facts, today: date, arms: Arms) -> tuple[Flag, ...]:
    flags: list[Flag] = list(still_open(found, today, END_WITHIN))
    if found.refused or not found.comparable:
        flags.append("comparison refused")
    elif not arms.control:
        flags.append("no control group")
    return tuple(flags)
