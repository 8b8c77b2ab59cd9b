"""K1 and K4: who stays and who rises, against the control group frozen before the kickoff. Pure.

A person is watched from t0: the activation of their first pair, for controls the kickoff; whatever becomes of
the pair, they are counted (intention to treat). Only a voluntary exit counts against K1. An involuntary exit
and a transfer end the watch; of whom nothing is known, the watch ends when they were last seen. Only whole
arms are told, each of at least k people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from projections.kpi.values import DIGITS, Figure, Flag, Verdict, Z, bounds, rounded, share, suppressed
from projections.statistics.exact import fisher
from projections.statistics.survival import Curve, Spell, difference, kaplan_meier, log_rank
from turnabout.commands.cohort_measurement import EmploymentKind
from turnabout.kpi_series import CURVE_DAYS, STAYS_CONTROL, STAYS_PROGRAM
from turnabout.kpi_series import day as on_day
from turnabout.proportions import newcombe
from turnabout.verdicts import verdict

HORIZONS = (90, 180, 365)
"""Days after t0 at which K1 is told."""
PROMOTION_WINDOW = 365
UNKNOWN_ALLOWED = 0.10
"""Share of people of whom nothing is known at a horizon, above which K1 is incomplete."""
FEWEST_EXITS = 10
"""Exits of both arms together below which K1 only describes."""
GAP, SIMPLE, ACTIVE = (
    "share that stays, minus controls",
    "share without a voluntary exit",
    "share without a voluntary exit, active only",
)
ROSE, ROSE_MORE = "share that rose", "share that rose, minus controls"


Arm = Literal["program", "control"]


class Seen(NamedTuple):
    """What HR knows of somebody on one day; `level` is the new one of a level change."""

    on: date
    what: EmploymentKind
    level: int | None = None


@dataclass(frozen=True)
class Watched:
    """Somebody at t0, with the level they had then and all that HR has said of them, in any order."""

    person: str
    arm: Arm
    t0: date
    level: int
    seen: tuple[Seen, ...] = ()

    def since(self) -> list[tuple[int, Seen]]:
        """What was seen by the day after t0, in order; what lies before t0 tells nothing here."""
        return sorted(((one.on - self.t0).days, one) for one in self.seen if one.on >= self.t0)

    def spell(self) -> Spell:
        """How long they are known to have stayed, and whether they then left of their own will. What HR says
        of a day after the exit (a list that was late) does not bring them back."""
        last = 0
        for day, one in self.since():
            if one.what in {"voluntary_exit", "involuntary_exit", "transfer"}:
                return Spell(day, one.what == "voluntary_exit")
            last = day
        return Spell(last, False)

    def gone_by(self, day: int) -> bool:
        """Whether they are known to have gone, however, by that day."""
        return any(when <= day and one.what not in {"employed", "level_change"} for when, one in self.since())

    def known_at(self, day: int) -> bool:
        """Whether it is known what had become of them that many days after t0."""
        return self.gone_by(day) or any(when >= day for when, _ in self.since())

    def rose_by(self, day: int) -> bool:
        """Whether they reached a higher level than at t0 within so many days."""
        return any(
            when <= day and one.level is not None and one.level > self.level for when, one in self.since()
        )


class Arms(NamedTuple):
    """The people of both arms."""

    program: tuple[Watched, ...]
    control: tuple[Watched, ...]


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
            _simple(SIMPLE, arms.program, days, today, k),
            _simple(ACTIVE, there, days, today, k, len(arms.program)),
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
            missing=_share(sum(not one.known_at(days) for one in arm), arm),
            **bounds(found.at(days)),
        )


def promotion(people: Sequence[Watched], today: date, k: int, refused: bool = False) -> tuple[Figure, ...]:
    """K4: the share of those at t0 who rose within a year, and the same minus that of the controls. Leavers
    stay in; of whom nothing is known is out, and shown as missing."""
    arms = arms_of(people)
    days, window = PROMOTION_WINDOW, f"{PROMOTION_WINDOW} days"
    counted = Arms(*(tuple(one for one in arm if _counts(one, days)) for arm in arms))
    (rose, n), (other, m) = first, second = [
        (sum(one.rose_by(days) for one in arm), len(arm)) for arm in counted
    ]
    own, flags = _flags(arms, days, today, refused=True, alone=True), _flags(arms, days, today, refused)
    if n < k:
        return suppressed("K4", ROSE, window, own), suppressed("K4", ROSE_MORE, window, flags)
    alone = share("K4", ROSE, window, rose, n, flags=own)
    alone = alone.model_copy(update={"missing": _share(len(arms.program) - n, arms.program)})
    if refused or m < k:
        return alone, suppressed("K4", ROSE_MORE, window, flags)
    gap = newcombe(first, second, Z)
    compared = Figure(
        kpi="K4",
        what=ROSE_MORE,
        window=window,
        method="Newcombe, Fisher",
        n=n + m,
        flags=flags,
        missing=_share(len(people) - n - m, people),
        verdict=verdict(gap),
        p=rounded(fisher(first, second)),
        parts={"good": rose, "n": n, "control-good": other, "control-n": m},
        **bounds(gap),
    )
    return alone, compared


def arms_of(people: Sequence[Watched]) -> Arms:
    """The people, arm by arm."""
    return Arms(
        tuple(one for one in people if one.arm == "program"),
        tuple(one for one in people if one.arm == "control"),
    )


def _counts(one: Watched, days: int) -> bool:
    return one.rose_by(days) or one.known_at(days)


def _against(
    arms: Arms, curves: tuple[Curve, Curve], days: int, today: date, k: int, refused: bool
) -> Figure:
    flags, window = _flags(arms, days, today, refused), f"{days} days"
    if refused or min(len(arms.program), len(arms.control)) < k:
        return suppressed("K1", GAP, window, flags)
    everyone = arms.program + arms.control
    unknown = _share(sum(not one.known_at(days) for one in everyone), everyone)
    if unknown > UNKNOWN_ALLOWED:
        flags = (*flags, "incomplete")
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
    what: str, some: Sequence[Watched], days: int, today: date, k: int, whole: int | None = None
) -> Figure:
    """The rate of some people. With those who are not among them, of `whole`, they are nobody or at least
    k."""
    flags, window = _flags(Arms(tuple(some), ()), days, today, refused=True, alone=True), f"{days} days"
    if len(some) < k or (whole is not None and 0 < whole - len(some) < k):
        return suppressed("K1", what, window, flags)
    left = sum(_until(one.spell(), days).left for one in some)
    line = share("K1", what, window, len(some) - left, len(some), flags=flags)
    unknown = _share(sum(not one.known_at(days) for one in some), some)
    return line.model_copy(update={"missing": unknown})


def _until(spell: Spell, days: int) -> Spell:
    """What is known of somebody up to a horizon, the day itself included."""
    return spell if spell.days <= days else Spell(days, False)


def _flags(arms: Arms, days: int, today: date, refused: bool, *, alone: bool = False) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if any((today - one.t0).days < days for arm in arms for one in arm):
        flags.append("window still open")
    if not alone and refused:
        flags.append("comparison refused")
    elif not alone and not arms.control:
        flags.append("no control group")
    return tuple(flags)


def _share(some: int, everyone: Sequence[Watched]) -> float:
    return round(some / len(everyone), DIGITS) if everyone else 0.0
