"""K3: whether mentees reached the level of skill that they wanted, and what they gained. Pure.

Counted are mentees with a baseline in time; the target is that of the first gap that they name. Who gave no
endpoint has not attained. Normalised gain: Hake, R. R. (1998), American Journal of Physics 66, 64-74: the
mean gain as a part of what there was to gain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from projections.kpi.facts import Facts, mean_of
from projections.kpi.guard import Guard
from projections.kpi.values import (
    CONFIDENCE,
    Figure,
    Flag,
    alike,
    bounds,
    rounded,
    still_open,
    suppressed,
    told_share,
)
from projections.kpi.waves import END_WITHIN, baselines, endpoints
from projections.statistics.disclosure import Scale
from projections.statistics.effects import mean
from turnabout.instruments import SKILL
from turnabout.verdicts import verdict

LOWEST, HIGHEST = 1, 5
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
Scores = Mapping[str, float]


def skill(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """Its four lines."""
    flags = still_open(found, today, END_WITHIN)
    if not found.comparable or not _same_scale(found):
        refused: tuple[Flag, ...] = (*flags, "insufficient")
        return tuple(suppressed("K3", what, WINDOW, refused) for what in LINES)
    people = [one for one in found.watched() if one.arm == "program" and one.person in found.targets]
    mentees = {pair.mentee for pair in found.worked()}
    people = [one for one in people if one.person in mentees]
    base = baselines(found, people, SKILL)
    end = {who: score for who, score in endpoints(found, people, SKILL).items() if who in base}
    return (*_reached(found, base, end, guard, flags), *_gains(base, end, guard, flags))


def _reached(
    found: Facts, base: Scores, end: Scores, guard: Guard, flags: tuple[Flag, ...]
) -> tuple[Figure, ...]:
    reached = {who: float(score >= found.targets[who]) for who, score in end.items()}
    there = found.went_through()
    active = {who: value for who, value in reached.items() if who in there}
    told = guard.told("K3 reached", [{SHARE: reached}, {ACTIVE: active}], Scale(0, 1))
    lines = []
    for what, some, known in ((SHARE, set(base), reached), (ACTIVE, set(base) & there, active)):
        blank = suppressed("K3", what, WINDOW, flags)
        make = partial(told_share, blank, told[what].shown, len(some), len(some) - len(known))
        lines.append(guard.line((told[what],), make, blank))
    return tuple(lines)


def _gains(base: Scores, end: Scores, guard: Guard, flags: tuple[Flag, ...]) -> tuple[Figure, ...]:
    gains = {who: end[who] - base[who] for who in end}
    gained = guard.told("K3 gain", [{GAIN: gains}], Scale(LOWEST - HIGHEST, HIGHEST - LOWEST))[GAIN]
    begun = guard.told("K3 base", [{"base": {who: base[who] for who in end}}], Scale(LOWEST, HIGHEST))["base"]
    missing = rounded(1 - len(gains) / len(base)) if base else None

    hidden = suppressed("K3", GAIN, WINDOW, flags), suppressed("K3", NORMAL, WINDOW, flags)

    def gain() -> Figure:
        if alike(gains):
            return hidden[0]
        interval = mean(list(gains.values()), CONFIDENCE)
        return Figure(
            kpi="K3",
            what=GAIN,
            window=WINDOW,
            method="mean, Student",
            n=len(gains),
            missing=missing,
            verdict=verdict(interval),
            flags=flags,
            **bounds(interval, DIGITS),
        )

    def normal() -> Figure:
        if alike(gains):
            return hidden[1]
        room = HIGHEST - mean_of(base[who] for who in gains)
        value = mean_of(gains.values()) / room if room > 0 else None
        return Figure(
            kpi="K3",
            what=NORMAL,
            window=WINDOW,
            method="gain of the means, Hake",
            n=len(gains),
            missing=missing,
            flags=flags,
            value=rounded(value, DIGITS),
        )

    return (
        guard.line((gained,), gain, hidden[0], exactly=True),
        guard.line((gained, begun), normal, hidden[1], exactly=True),
    )


def _same_scale(found: Facts) -> bool:
    asked = [one for one in found.spec.instruments if any(item.measure == SKILL for item in one.items)]
    return bool(asked) and all(
        (one.lowest, one.highest) == (LOWEST, HIGHEST) and SKILL not in one.rescaled for one in asked
    )
