"""Which aggregates of confidential answers may be shown without telling anybody's answer. Pure.

Nothing is shown of fewer than k people, nor of so few as the difference of two things shown, nor of so few
as are left over when a partition is taken from its whole (complementary suppression: Hundepool, A. et al.
(2012), Statistical Disclosure Control, chapter 4). All that was ever shown counts, so that two days cannot
be taken from each other. What passes is audited by linear programming (Dobra, A. and Fienberg, S. E. (2000),
PNAS 97, 11885-11892): for everybody both ends of the scale must stay possible. Where a sum alone would
exclude an end, it is shown as "at least" or "at most". An audit cannot know what readers have heard
elsewhere, such as from the people themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linprog

_SLACK = 1e-6
"""Share of the scale by which a solver's answer may be off."""


@dataclass(frozen=True)
class Scale:
    """The least and the greatest answer."""

    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True)
class Cell:
    """A group and what each of its people answered."""

    name: str
    answers: Mapping[str, float]

    @property
    def people(self) -> frozenset[str]:
        return frozenset(self.answers)


@dataclass(frozen=True)
class Partition:
    """Groups that have nobody in common; together they may be a whole that is offered too."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """What readers learn: of these people the sum of their answers lies from `low` to `high`. Keep it:
    whatever is shown later is held against it. `mean` is what they read, `bound` how."""

    name: str
    people: frozenset[str]
    low: float
    high: float
    bound: Literal["exact", "at least", "at most"] = "exact"

    @property
    def mean(self) -> float:
        """The mean; its lower bound where it is "at least" that, its upper one where it is "at most"."""
        return (self.low if self.bound == "at least" else self.high) / len(self.people)


@dataclass(frozen=True)
class Told:
    """What is told of each cell, in the order of the offer: what is shown (None: suppressed, which is never
    0), and whether it stands as of an earlier day because too few have come or gone since."""

    name: str
    shown: Shown | None
    held: bool = False


def publish(
    partitions: Sequence[Partition], scale: Scale, k: int, before: Sequence[Shown] = ()
) -> tuple[Told, ...]:
    """What may be told, given all that was shown `before`. What is offered first is preferred: give the whole
    first, as a partition of one cell."""
    known = list(before)
    told: dict[str, Told] = {}
    for partition in partitions:
        candidates = complement(partition, known, k)
        for cell in candidates:
            shown = coded(cell, scale)
            if shown in known or (apart(shown, known, k) and safe(_touching(shown, known), scale)):
                known.append(shown)
                told[cell.name] = Told(cell.name, shown)
        for cell in partition.cells:
            told.setdefault(cell.name, _held(cell.name, before))
    return tuple(told[cell.name] for partition in partitions for cell in partition.cells)


def complement(partition: Partition, known: Iterable[Shown], k: int) -> list[Cell]:
    """The cells that may be shown, the greatest first, so that those left out are nobody or at least k
    people: together, and where the partition is taken from anything shown that holds more people."""
    kept = sorted((cell for cell in partition.cells if len(cell.answers) >= k), key=_size, reverse=True)
    everyone = frozenset[str]().union(*(cell.people for cell in partition.cells))
    wholes = [everyone, *(one.people for one in known if one.people > everyone)]
    while kept and any(0 < len(whole.difference(*(cell.people for cell in kept))) < k for whole in wholes):
        kept.pop()
    return kept


def apart(new: Shown, known: Iterable[Shown], k: int) -> bool:
    """Whether it differs from everything shown by nobody or by at least k people: of an earlier day's value
    of the same cell, or of a group within a group."""
    for one in known:
        differ = len(new.people ^ one.people)
        nested = new.people <= one.people or one.people <= new.people or new.name == one.name
        if nested and 0 < differ < k:
            return False
    return True


def coded(cell: Cell, scale: Scale) -> Shown:
    """A cell as it is shown: exact, unless the sum is so near an end that somebody cannot have given the
    other one."""
    n, total = len(cell.answers), float(sum(cell.answers.values()))
    least = n * scale.low + scale.width
    most = n * scale.high - scale.width
    if total >= most:
        return Shown(cell.name, cell.people, most, n * scale.high, "at least")
    if total <= least:
        return Shown(cell.name, cell.people, n * scale.low, least, "at most")
    return Shown(cell.name, cell.people, total, total)


def safe(shown: Sequence[Shown], scale: Scale) -> bool:
    """Whether for everybody both ends of the scale stay possible, given all of it at once."""
    if len(shown) == 1:
        return True  # that is what `coded` is for
    atoms: dict[frozenset[int], int] = {}
    for person in frozenset[str]().union(*(one.people for one in shown)):
        signature = frozenset(place for place, one in enumerate(shown) if person in one.people)
        atoms[signature] = atoms.get(signature, 0) + 1
    # People who are in all the same groups are alike: a variable each for one of them, and one for the rest.
    rows = np.array([[place in signature for signature in atoms] for place in range(len(shown))], dtype=float)
    highs, lows = np.array([one.high for one in shown]), np.array([one.low for one in shown])
    for number in range(len(atoms)):
        alone = rows[:, [number]]
        matrix = np.hstack([rows, alone])
        bounds = [
            ((many - (place == number)) * scale.low, (many - (place == number)) * scale.high)
            for place, many in enumerate(atoms.values())
        ] + [(scale.low, scale.high)]
        for end, sign in ((scale.low, 1.0), (scale.high, -1.0)):
            cost = np.zeros(matrix.shape[1])
            cost[-1] = sign
            found = linprog(
                cost,
                A_ub=np.vstack([matrix, -matrix]),
                b_ub=np.concatenate([highs, -lows]) + _SLACK * scale.width / 10,
                bounds=bounds,
            )
            if found.x is None or abs(found.x[-1] - end) > _SLACK * scale.width:
                return False
    return True


def _touching(new: Shown, known: Iterable[Shown]) -> list[Shown]:
    """The new one with everything that it shares people with, through others too: nothing else can tell more
    of anybody."""
    found, rest = [new], list(known)
    for one in found:
        found += [other for other in rest if other.people & one.people]
        rest = [other for other in rest if not other.people & one.people]
    return found


def _size(cell: Cell) -> int:
    return len(cell.answers)


def _held(name: str, before: Sequence[Shown]) -> Told:
    earlier = [one for one in before if one.name == name]
    return Told(name, earlier[-1] if earlier else None, held=bool(earlier))
