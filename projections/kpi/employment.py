"""K1: who stays, against the control group frozen before the kickoff. Pure.

Only a voluntary exit counts against it. An involuntary exit and a transfer end the watch; of whom nothing is
known, the watch ends when they were last seen. Only whole arms are told, each of at least k people.

Of a horizon nothing is told before it has passed for everybody who is counted, nor beyond the last day that
anybody was watched; of whom nothing is known then is unknown, in each arm for itself, and never taken to have
stayed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from projections.kpi.values import (
    DIGITS,
    Figure,
    Verdict,
    Z,
    bounds,
    not_yet,
    rounded,
    share,
    suppressed,
)
from projections.kpi.watched import Arms, Watched, arms_of, compared, over, share_of, tells
from projections.statistics.survival import Curve, Spell, difference, kaplan_meier, log_rank
from turnabout.kpi_series import CURVE_DAYS, STAYS_CONTROL, STAYS_PROGRAM
from turnabout.kpi_series import day as on_day
from turnabout.verdicts import verdict

HORIZONS = (90, 180, 365)
"""Days after t0 at which K1 is told."""
UNKNOWN_ALLOWED = 0.10
"""Share of people of whom nothing is known at a horizon, above which an arm, and so K1, is incomplete."""
FEWEST_EXITS = 10
"""Exits of both arms together below which K1 only describes."""
GAP, SIMPLE, ACTIVE = (
    "share that stays, minus controls",
    "share without a voluntary exit",
    "share without a voluntary exit, active only",
)


def retention(
    people: Sequence[Watched], today: date, k: int, refused: bool = False, active: Collection[str] = ()
) -> tuple[Figure, ...]:
    """K1: at each horizon the program's curve minus that of the controls, and the program's simple rate, also
    of the `active` alone. `refused` where no control group was frozen in time (R60)."""
    arms = arms_of(people)
    curves = (
        kaplan_meier([one.spell() for one in arms.program], Z),
        kaplan_meier([one.spell() for one in arms.control], Z),
    )
    there = [one for one in arms.program if one.person in active]
    found: list[Figure] = []
    for days in HORIZONS:
        found += [
            _against(arms, curves, days, today, k, refused),
            _simple(SIMPLE, arms.program, arms.program, days, today, k),
            _simple(ACTIVE, there, arms.program, days, today, k),
        ]
    return tuple(found)


def curves(people: Sequence[Watched], today: date, k: int, refused: bool = False) -> tuple[Figure, ...]:
    """K1 as two curves, month by month as far as time has passed for everybody of the arm. A curve ends where
    fewer than k people are watched; of an arm of fewer nothing is told, nor of controls where the comparison
    is refused."""
    arms = arms_of(people)
    told = ((STAYS_PROGRAM, arms.program), *(() if refused else ((STAYS_CONTROL, arms.control),)))
    return tuple(line for what, arm in told for line in _curve(what, arm, today, k))


def _curve(what: str, arm: Sequence[Watched], today: date, k: int) -> Iterator[Figure]:
    found = kaplan_meier([one.spell() for one in arm], Z)
    youngest = max((one.t0 for one in arm), default=today)
    for days in CURVE_DAYS:
        watched = found.at_risk(days)
        if (today - youngest).days < days or not arm:
            return
        if watched < k:
            if days == 0:
                yield suppressed("K1", what, on_day(days))
            # Later days are left out, not suppressed: with the gap of whole arms they could be told.
            return
        yield Figure(
            kpi="K1",
            what=what,
            window=on_day(days),
            method="Kaplan-Meier, log-log bands",
            n=watched,
            missing=share_of(sum(not one.known_at(days) for one in arm), arm),
            **bounds(found.at(days)),
        )


def _against(
    arms: Arms, curves: tuple[Curve, Curve], days: int, today: date, k: int, refused: bool
) -> Figure:
    flags, window = compared(arms, refused), f"{days} days"
    if refused or min(map(len, arms)) < k:
        return suppressed("K1", GAP, window, flags)
    everyone = arms.program + arms.control
    if today < over(everyone, days):
        flags = (*flags, "window still open")
        return not_yet("K1", GAP, window, len(everyone), flags, due_on=over(everyone, days))
    unknown = share_of(sum(not one.known_at(days) for one in everyone), everyone)
    if max(_unknown(arm, days) for arm in arms) > UNKNOWN_ALLOWED:
        flags = (*flags, "incomplete")
    if not all(curve.reaches(days) for curve in curves):
        flags = (*flags, "not watched that long")
        return not_yet("K1", GAP, window, len(everyone), flags, missing=unknown)
    spells = tuple([_until(one.spell(), days) for one in arm] for arm in arms)
    exits = sum(spell.left for arm in spells for spell in arm)
    gap = difference(*curves, days)
    said: Verdict = verdict(gap)
    if exits < FEWEST_EXITS:
        flags, said = (*flags, "descriptive"), "descriptive only"
    test = log_rank([(spells[0], spells[1])])
    parts = {
        "n": len(arms.program),
        "control-n": len(arms.control),
        "exits": exits,
        "gap": round(test.gap, DIGITS),
        "variance": round(test.variance, DIGITS),
    }
    return Figure(
        kpi="K1",
        what=GAP,
        window=window,
        method="Kaplan-Meier, log-log bands, log-rank",
        n=len(everyone),
        missing=unknown,
        verdict=said,
        flags=flags,
        p=rounded(test.p),
        parts=parts,
        **bounds(gap),
    )


def _simple(
    what: str, some: Sequence[Watched], whole: Sequence[Watched], days: int, today: date, k: int
) -> Figure:
    """The rate of some people, of those of whom it is known; with more than a tenth unknown there is none.
    Those who are not among them, of the `whole`, are nobody or at least k."""
    window = f"{days} days"
    if len(some) < k or tells(len(whole) - len(some), k):
        return suppressed("K1", what, window)
    if today < over(whole, days):
        return not_yet("K1", what, window, len(some), ("window still open",), due_on=over(whole, days))
    unknown = _unknown(some, days)
    if unknown > UNKNOWN_ALLOWED:
        return not_yet("K1", what, window, len(some), ("incomplete",), missing=unknown)
    known = [one for one in some if one.known_at(days)]
    if len(known) < k or tells(sum(one.known_at(days) for one in whole) - len(known), k):
        return suppressed("K1", what, window)
    left = sum(_until(one.spell(), days).left for one in known)
    line = share("K1", what, window, len(known) - left, len(known))
    return line.model_copy(update={"missing": unknown})


def _unknown(arm: Sequence[Watched], days: int) -> float:
    """The share of an arm of whom it is not known what had become of them by then."""
    return share_of(sum(not one.known_at(days) for one in arm), arm)


def _until(spell: Spell, days: int) -> Spell:
    """What is known of somebody up to a horizon, the day itself included."""
    return spell if spell.days <= days else Spell(days, False)
