"""Which aggregates of confidential answers may be shown without telling anybody's answer. Pure.

Nothing is shown of fewer than k people, nor of so few as the difference of two things shown, nor of so few
as are left over when a partition is taken from its whole (complementary suppression: Hundepool, A. et al.
(2012), Statistical Disclosure Control, chapter 4). All that was ever shown counts, so that two days cannot
be taken from each other. What passes is audited by linear programming (`audit`). Where a sum alone would
exclude an end of the scale, it is shown as "at least" or "at most".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from projections.statistics.audit import Link, safe
from projections.statistics.unknowns import NOBODY_KNOWS, changed, owners, unit

ALL_WAYS, AT_ONCE = 7, 3
"""Sums of which all combinations are gone through; of more, those of three."""


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
    """A group and what each unknown in it is (`unknowns`)."""

    name: str
    answers: Mapping[str, float]

    @property
    def unknowns(self) -> frozenset[str]:
        return frozenset(self.answers)


@dataclass(frozen=True)
class Partition:
    """Groups that have nobody in common; together they may be a whole that is offered too."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """What readers learn: the sum of these unknowns lies from `low` to `high`. Keep it: whatever is shown
    later is held against it. `mean` is what they read, `bound` how."""

    name: str
    unknowns: frozenset[str]
    low: float
    high: float
    bound: Literal["exact", "at least", "at most"] = "exact"

    @property
    def mean(self) -> float:
        """The mean; its lower bound where it is "at least" that, its upper one where it is "at most"."""
        return (self.low if self.bound == "at least" else self.high) / len(self.unknowns)


@dataclass(frozen=True)
class Told:
    """What is told of each cell, in the order of the offer: what is shown (None: suppressed, which is never
    0), and whether it stands as of an earlier day because too few have come or gone since."""

    name: str
    shown: Shown | None
    held: bool = False


def publish(
    partitions: Sequence[Partition],
    scale: Scale | None,
    k: int,
    before: Sequence[Shown] = (),
    *,
    series: Sequence[Shown] = (),
    link: Link | None = None,
) -> tuple[Told, ...]:
    """What may be told, given all that was shown `before`. What is offered first is preferred: give the whole
    first, as a partition of one cell. `series`: the same groups at other times, from which each must differ
    by nobody or by k. Without a scale values have no ends to protect; groups are counted all the same."""
    known = list(before)
    told: dict[str, Told] = {}
    for partition in partitions:
        enough = (cell for cell in partition.cells if _size(cell) >= k)
        for cell in sorted(enough, key=_size, reverse=True):
            shown = coded(cell, scale)
            if shown in known or _may_be(shown, known, [*before, *series], scale, k, link):
                known.append(shown)
                told[cell.name] = Told(cell.name, shown)
        for cell in partition.cells:
            told.setdefault(cell.name, _held(cell.name, before))
    return tuple(told[cell.name] for partition in partitions for cell in partition.cells)


def _may_be(
    new: Shown,
    known: Sequence[Shown],
    earlier: Sequence[Shown],
    scale: Scale | None,
    k: int,
    link: Link | None,
) -> bool:
    if not apart(new, earlier, k) or leaves_few(new, known, k):
        return False
    return scale is None or audited(_touching(new, known), scale, link)


def leaves_few(new: Shown, known: Sequence[Shown], k: int) -> bool:
    """Complementary suppression: whether the new sum, with others known added to it or taken from it, is one
    of fewer than k people: of those left over of a whole, or who came or went between two days."""
    rest = [one for one in _touching(new, known)[1:] if one.unknowns != new.unknowns]
    others = list(dict.fromkeys(one.unknowns for one in rest))
    atoms: dict[tuple[bool, ...], set[str]] = {}
    for one in new.unknowns.union(*others):
        place = (one in new.unknowns, *(one in other for other in others))
        atoms.setdefault(place, set()).update(owners([one]))
    rows = np.array(list(atoms), dtype=np.int8).T
    left = (rows[0] + _ways(len(others)) @ rows[1:]) != 0
    large = np.array([len(people) >= k for people in atoms.values()])
    for mask in np.unique(left[~left[:, large].any(axis=1)], axis=0):
        people = set[str]().union(*(some for some, there in zip(atoms.values(), mask, strict=True) if there))
        if 0 < len(people) < k:
            return True
    return False


@lru_cache
def _ways(many: int) -> NDArray[Any]:
    """By row, which of so many sums are added (1) or taken away (-1): all ways; of many, three at once."""
    if many <= ALL_WAYS:
        return np.array(list(product((-1, 0, 1), repeat=many)), dtype=np.int8).reshape(3**many, many)
    found = []
    for size in range(AT_ONCE + 1):
        for places in combinations(range(many), size):
            for signs in product((-1, 1), repeat=size):
                way = [0] * many
                for place, sign in zip(places, signs, strict=True):
                    way[place] = sign
                found.append(way)
    return np.array(found, dtype=np.int8)


def apart(new: Shown, earlier: Iterable[Shown], k: int) -> bool:
    """Whether it differs by nobody or by at least k people from what was shown of the same group before."""
    return not any(one.name == new.name and _few(changed(new.unknowns, one.unknowns), k) for one in earlier)


def coded(cell: Cell, scale: Scale | None) -> Shown:
    """A cell as it is shown: exact, unless the sum is so near an end that somebody cannot have given the
    other one to all that is asked of them."""
    n, total = len(cell.answers), float(sum(cell.answers.values()))
    if scale is None:
        return Shown(cell.name, cell.unknowns, total, total)
    room = scale.width * (n / len({unit(one) for one in cell.answers}))
    least = n * scale.low + room
    most = n * scale.high - room
    if total >= most:
        return Shown(cell.name, cell.unknowns, most, n * scale.high, "at least")
    if total <= least:
        return Shown(cell.name, cell.unknowns, n * scale.low, least, "at most")
    return Shown(cell.name, cell.unknowns, total, total)


def audited(shown: Sequence[Shown], scale: Scale, link: Link | None = None) -> bool:
    """Whether for everybody both ends of the scale stay possible, given all of it at once."""
    if len(shown) == 1 and (link is None or not link.within(shown[0].unknowns)):
        return True  # that is what `coded` is for
    n = [len(one.unknowns) for one in shown]
    sums = [
        (
            one.unknowns,
            (one.low - size * scale.low) / scale.width,
            (one.high - size * scale.low) / scale.width,
        )
        for one, size in zip(shown, n, strict=True)
    ]
    return safe(sums, link)


def _touching(new: Shown, known: Iterable[Shown]) -> list[Shown]:
    """The new one with everything that it shares people with, through others too: nothing else can tell more
    of anybody."""
    found, rest = [new], [(one, {unit(name) for name in one.unknowns}) for one in known]
    for one in found:
        units = {unit(name) for name in one.unknowns}
        found += [other for other, theirs in rest if theirs & units]
        rest = [(other, theirs) for other, theirs in rest if not theirs & units]
    return found


def _few(people: frozenset[str], k: int) -> bool:
    return 0 < len(people) < k or NOBODY_KNOWS in people


def _size(cell: Cell) -> int:
    return len(owners(cell.answers))


def _held(name: str, before: Sequence[Shown]) -> Told:
    earlier = [one for one in before if one.name == name]
    return Told(name, earlier[-1] if earlier else None, held=bool(earlier))
