"""Who is watched from when, and what is known of them: what K1 and K4 count. Pure.

A person is watched from t0: the activation of their first pair, for controls the kickoff; whatever becomes of
the pair, they are counted (intention to treat).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from projections.kpi.values import DIGITS, Flag
from projections.statistics.survival import Spell
from turnabout.commands.cohort_measurement import EmploymentKind

Arm = Literal["program", "control"]
GONE: frozenset[EmploymentKind] = frozenset({"voluntary_exit", "involuntary_exit", "transfer"})


class Seen(NamedTuple):
    """What HR knows of somebody on one day; `level` is the new one of a level change."""

    on: date
    what: EmploymentKind
    level: int | None = None


@dataclass(frozen=True)
class Watched:
    """Somebody at t0, with the level they had then and all that HR says of them, in the order in which it was
    recorded."""

    person: str
    arm: Arm
    t0: date
    level: int
    seen: tuple[Seen, ...] = ()

    def since(self) -> list[tuple[int, Seen]]:
        """What was seen by the day after t0, in order; what lies before t0 tells nothing here."""
        told = [((one.on - self.t0).days, one) for one in self.seen if one.on >= self.t0]
        return sorted(told, key=lambda one: one[0])

    def spell(self) -> Spell:
        """How long they are known to have stayed, and whether they then left of their own will. What HR says
        of a day after the exit (a list that was late) does not bring them back; of two that old logs hold of
        one day the later recorded one counts."""
        exits = [(day, one.what) for day, one in self.since() if one.what in GONE]
        if not exits:
            return Spell(max((day for day, _ in self.since()), default=0), False)
        first = exits[0][0]
        what = [said for day, said in exits if day == first][-1]
        return Spell(first, what == "voluntary_exit")

    def gone_by(self, day: int) -> bool:
        """Whether they are known to have gone, however, by that day."""
        return any(when <= day and one.what in GONE for when, one in self.since())

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


def arms_of(people: Sequence[Watched]) -> Arms:
    """The people, arm by arm."""
    return Arms(
        tuple(one for one in people if one.arm == "program"),
        tuple(one for one in people if one.arm == "control"),
    )


def tells(left: int, k: int) -> bool:
    """Whether so many people who are left of a whole could be told apart from it."""
    return 0 < left < k


def over(people: Sequence[Watched], days: int) -> date:
    """The day on which so many days have passed for all of them."""
    return max(one.t0 for one in people) + timedelta(days=days)


def compared(arms: Arms, refused: bool) -> tuple[Flag, ...]:
    """Why the arms are not compared; nothing where they are."""
    return ("comparison refused",) if refused else () if arms.control else ("no control group",)


def share_of(some: int, everyone: Sequence[Watched]) -> float:
    return round(some / len(everyone), DIGITS) if everyone else 0.0
