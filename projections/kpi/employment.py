"""K1 and K4: who stays and who rises, against the control group frozen before the kickoff. Pure.

A person is watched from t0: the activation of their first pair, for controls the kickoff; whatever becomes of
the pair, they are counted (intention to treat). Only a voluntary exit counts against K1. An involuntary exit
and a transfer end the watch; of whom nothing is known, the watch ends when they were last seen. Only whole
arms are told, each of at least k people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from projections.kpi.values import CONFIDENCE, Figure, Flag, bounds
from projections.statistics.exact import fisher
from projections.statistics.survival import Curve, Spell, difference, kaplan_meier, log_rank
from projections.statistics.verdicts import Verdict, verdict
from turnabout.commands.cohort_measurement import EmploymentKind
from turnabout.proportions import critical, newcombe, wilson

HORIZONS = (90, 180, 365)
"""Days after t0 at which K1 is told."""
PROMOTION_WINDOW = 365
UNKNOWN_ALLOWED = 0.10
"""Share of people of whom nothing is known at a horizon, above which K1 is incomplete."""
FEWEST_EXITS = 10
"""Exits of both arms together below which K1 only describes."""
_Z = critical(CONFIDENCE)


class Seen(NamedTuple):
    """What HR knows of somebody on one day; `level` is the new one of a level change."""

    on: date
    what: EmploymentKind
    level: int | None = None


@dataclass(frozen=True)
class Watched:
    """Somebody at t0, with the level they had then and all that HR has said of them, in any order."""

    person: str
    arm: Literal["program", "control"]
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


def retention(people: Sequence[Watched], today: date, k: int, refused: bool = False) -> tuple[Figure, ...]:
    """K1: at each horizon the program's curve minus that of the controls, and the program's simple rate.
    `refused` where no control group was frozen in time (R60)."""
    arms = _arms(people)
    found: list[Figure] = []
    curves = (
        kaplan_meier([one.spell() for one in arms.program], _Z),
        kaplan_meier([one.spell() for one in arms.control], _Z),
    )
    for days in HORIZONS:
        found += [_against(arms, curves, days, today, k, refused), _simple(arms.program, days, today, k)]
    return tuple(found)


def promotion(people: Sequence[Watched], today: date, k: int, refused: bool = False) -> Figure:
    """K4: the share of those at t0 who rose within a year, minus that of the controls. Leavers stay in; of
    whom nothing is known is out, and shown as missing."""
    arms = _arms(people)
    days = PROMOTION_WINDOW
    counted = Arms(*(tuple(one for one in arm if _counts(one, days)) for arm in arms))
    rose = [sum(one.rose_by(days) for one in arm) for arm in counted]
    told: dict[str, Any] = {
        "kpi": "K4",
        "window": f"{days} days",
        "missing": _share(len(people) - len(sum(counted, ())), people),
    }
    flags = _flags(arms, days, today, refused)
    if len(counted.program) < k:
        return Figure(**told, what="share that rose", method="suppressed", n=None, value=None,
                      verdict="suppressed", flags=flags)  # fmt: skip
    first, second = ((count, len(arm)) for count, arm in zip(rose, counted, strict=True))
    if refused or len(counted.control) < k:
        return Figure(**told, what="share that rose", method="Wilson", n=first[1], flags=flags,
                      **bounds(wilson(*first, _Z)))  # fmt: skip
    gap = newcombe(first, second, _Z)
    return Figure(**told, what="share that rose, minus controls", method="Newcombe, Fisher",
                  n=first[1] + second[1], verdict=verdict(gap), p=fisher(first, second), flags=flags,
                  **bounds(gap))  # fmt: skip


def _arms(people: Sequence[Watched]) -> Arms:
    return Arms(
        tuple(one for one in people if one.arm == "program"),
        tuple(one for one in people if one.arm == "control"),
    )


def _counts(one: Watched, days: int) -> bool:
    return one.rose_by(days) or one.known_at(days)


def _against(
    arms: Arms, curves: tuple[Curve, Curve], days: int, today: date, k: int, refused: bool
) -> Figure:
    flags = _flags(arms, days, today, refused)
    told: dict[str, Any] = {"kpi": "K1", "what": "share that stays, minus controls", "window": f"{days} days"}
    everyone = arms.program + (() if refused else arms.control)
    unknown = _share(sum(not one.known_at(days) for one in everyone), everyone)
    if min(len(arms.program), 0 if refused else len(arms.control)) < k:
        return Figure(**told, method="suppressed", n=None, value=None, verdict="suppressed", flags=flags)
    if unknown > UNKNOWN_ALLOWED:
        flags = (*flags, "incomplete")
    spells = tuple([_until(one.spell(), days) for one in arm] for arm in arms)
    exits = sum(spell.left for arm in spells for spell in arm)
    gap = difference(*curves, days)
    said: Verdict = verdict(gap)
    if exits < FEWEST_EXITS:
        flags, said = (*flags, "descriptive"), "descriptive only"
    chance = log_rank([(spells[0], spells[1])]).p
    return Figure(**told, method="Kaplan-Meier, log-log bands, log-rank", n=len(everyone), missing=unknown,
                  verdict=said, flags=flags, p=chance, **bounds(gap))  # fmt: skip


def _simple(program: Sequence[Watched], days: int, today: date, k: int) -> Figure:
    flags = _flags(Arms(tuple(program), ()), days, today, refused=True, alone=True)
    told: dict[str, Any] = {"kpi": "K1", "what": "share without a voluntary exit", "window": f"{days} days"}
    if len(program) < k:
        return Figure(**told, method="suppressed", n=None, value=None, verdict="suppressed", flags=flags)
    left = sum(_until(one.spell(), days).left for one in program)
    unknown = _share(sum(not one.known_at(days) for one in program), program)
    return Figure(**told, method="Wilson", n=len(program), missing=unknown, flags=flags,
                  **bounds(wilson(len(program) - left, len(program), _Z)))  # fmt: skip


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
    return some / len(everyone) if everyone else 0.0
