"""K3: whether mentees reached the level of skill that they wanted, and what they gained. Pure.

Counted are mentees with a baseline in time; the target is that of the first gap that they name. Who gave no
endpoint has not attained. Normalised gain: Hake, R. R. (1998), American Journal of Physics 66, 64-74: the
mean gain as a part of what there was to gain. Baseline, endpoint and whether the target was reached are held
against each other before any of it is told: gain and baseline are the endpoint, and that says who reached it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial

from projections.kpi.facts import Facts, mean_of
from projections.kpi.guard import Guard
from projections.kpi.values import (
    CONFIDENCE,
    OPEN,
    Figure,
    Flag,
    bounds,
    rounded,
    still_open,
    suppressed,
    told_share,
    waiting,
)
from projections.kpi.waves import END_WITHIN, baselines, endpoints
from projections.statistics.audit import Limits, Link
from projections.statistics.disclosure import Scale, Told
from projections.statistics.spread import Classes, clustered, within
from turnabout.instruments import SKILL
from turnabout.proportions import Interval
from turnabout.verdicts import verdict

LOWEST, HIGHEST = 1, 5
WIDTH = HIGHEST - LOWEST
"""The scale of gaps and targets (R34); a skill that is asked on another one cannot be held against them."""
WINDOW = "baseline to end + 14 days"
SHARE, ACTIVE, GAIN, NORMAL = LINES = (
    "target reached",
    "target reached, active only",
    "mean gain",
    "normalised gain",
)
DIGITS = 2
"""Decimal places of means on the scale."""
CLASSES = Classes(LOWEST - HIGHEST, HIGHEST - LOWEST, (1, 1.5, 2, 2.5))
"""Levels: the classes of spread that bounds tell of."""
Scores = Mapping[str, float]


def skill(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """Its four lines."""
    flags = still_open(found, today, END_WITHIN)
    if not found.comparable or not _same_scale(found):
        refused: tuple[Flag, ...] = (*flags, "insufficient")
        return tuple(suppressed("K3", what, WINDOW, refused) for what in LINES)
    if OPEN in flags:
        return waiting("K3", LINES, WINDOW, flags)
    people = [one for one in found.watched() if one.arm == "program" and one.person in found.targets]
    mentees = {pair.mentee for pair in found.worked()}
    people = [one for one in people if one.person in mentees]
    base = baselines(found, people, SKILL)
    end = {who: score for who, score in endpoints(found, people, SKILL).items() if who in base}
    there = found.went_through()
    told = guard.told("K3", _unknowns(found, base, end, there), Scale(0, 1), link=_link(found, end))
    active = set(base) & there
    shares = [
        _reached(guard, told[what], some, set(end) & some, suppressed("K3", what, WINDOW, flags))
        for what, some in ((SHARE, set(base)), (ACTIVE, active))
    ]
    return (*shares, *_gains(base, end, guard, told, flags))


def _unknowns(
    found: Facts, base: Scores, end: Scores, there: Collection[str]
) -> list[dict[str, dict[str, float]]]:
    """What would be told, in parts of the scale; the baseline turned round, so that a gain is a sum."""
    reached = {who: float(score >= found.targets[who]) for who, score in end.items()}
    flags = {f"{who} reached": value for who, value in reached.items()}
    active = {f"{who} reached": value for who, value in reached.items() if who in there}
    before = {f"{who} base": (HIGHEST - base[who]) / WIDTH for who in end}
    gains = {**before, **{f"{who} end": (score - LOWEST) / WIDTH for who, score in end.items()}}
    return [{SHARE: flags}, {ACTIVE: active}, {GAIN: gains}, {"base": before}]


def _link(found: Facts, end: Scores) -> Link:
    step = int(all(score == int(score) for score in end.values()))

    def limits(who: str) -> Limits | None:
        target = found.targets[who]
        if target <= LOWEST:
            return None  # nobody misses it
        return Limits((target - LOWEST) / WIDTH, (target - step - LOWEST) / WIDTH)

    return Link("end", "reached", limits)


def _reached(
    guard: Guard, told: Told, some: Collection[str], known: Collection[str], blank: Figure
) -> Figure:
    make = partial(told_share, blank, told.shown, len(some), len(some) - len(known))
    return guard.line((told,), make, blank)


def _gains(
    base: Scores, end: Scores, guard: Guard, told: Mapping[str, Told], flags: tuple[Flag, ...]
) -> tuple[Figure, ...]:
    gains = {who: end[who] - base[who] for who in end}
    missing = rounded(1 - len(gains) / len(base)) if base else None
    hidden = suppressed("K3", GAIN, WINDOW, flags), suppressed("K3", NORMAL, WINDOW, flags)

    def spread() -> Interval:
        found = CLASSES.coarse(clustered([[one] for one in gains.values()])).interval(CONFIDENCE)
        return within(found, CLASSES.low, CLASSES.high)

    def gain() -> Figure:
        interval = spread()
        return Figure(
            kpi="K3",
            what=GAIN,
            window=WINDOW,
            method="mean, Student, spread in classes",
            n=len(gains),
            missing=missing,
            verdict=verdict(interval),
            flags=flags,
            **bounds(interval, DIGITS),
        )

    def normal() -> Figure:
        """Its interval is that of the mean gain, in parts of what there was to gain."""
        start = mean_of(base[who] for who in gains)
        room, mean = HIGHEST - start, spread()
        blank = {"kpi": "K3", "what": NORMAL, "window": WINDOW, "n": len(gains), "missing": missing}
        if room <= 0:
            return Figure(**blank, method="nothing left to gain", value=None, flags=flags)
        part = within(Interval(*(one / room for one in mean)), (LOWEST - start) / room, 1.0)
        return Figure(
            **blank,
            method="gain of the means, Hake; Student, the start as it was",
            flags=flags,
            **bounds(part, DIGITS),
        )

    return (
        guard.line((told[GAIN],), gain, hidden[0], exactly=True),
        guard.line((told[GAIN], told["base"]), normal, hidden[1], exactly=True),
    )


def _same_scale(found: Facts) -> bool:
    asked = [one for one in found.spec.instruments if any(item.measure == SKILL for item in one.items)]
    return bool(asked) and all(
        (one.lowest, one.highest) == (LOWEST, HIGHEST) and SKILL not in one.rescaled for one in asked
    )
