"""Whole numbers and yes or no that are not known, and all that is known of them: what may each still be?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from projections.statistics.unknowns import owners, unit

Weights = Mapping[str, float]


class Puzzle:
    """Unknowns are named as in `statistics/unknowns`; whoever has the same in all rows is alike."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[float, float]] = {}
        self.whole: dict[str, bool] = {}
        self.rows: list[tuple[Weights, float, float]] = []
        self.told: list[Weights] = []
        """The rows that a published number gave, not the rules."""
        self.traits: dict[str, object] = {}
        """What is known of a unit beside its rows."""
        self.whose: dict[str, frozenset[str]] = {}
        """Whose an unknown is, where its name does not say so."""

    def unknown(self, name: str, low: float, high: float, *, whole: bool = True) -> str:
        self.ends[name], self.whole[name] = (low, high), whole
        return name

    def rule(self, weights: Weights, low: float, high: float) -> None:
        """What every reader knows without any figure."""
        self.rows.append((weights, low, high))

    def told_sum(self, weights: Weights, low: float, high: float) -> None:
        """What a figure tells."""
        self.rows.append((weights, low, high))
        if high - low < 0.999:
            self.told.append(weights)

    def fits(self, fixed: Weights) -> bool:
        """Whether these unknowns can have these values."""
        names = list(self.ends)
        column = {name: number for number, name in enumerate(names)}
        matrix = np.zeros((len(self.rows), len(names)))
        for number, (weights, _, _) in enumerate(self.rows):
            for name, weight in weights.items():
                matrix[number, column[name]] += weight
        low, high = (np.array([self.ends[name][side] for name in names], dtype=float) for side in (0, 1))
        for name, value in fixed.items():
            low[column[name]] = high[column[name]] = value
        limits: Any = LinearConstraint(
            matrix, [row[1] - 1e-6 for row in self.rows], [row[2] + 1e-6 for row in self.rows]
        )
        found = milp(
            np.zeros(len(names)),
            constraints=limits if self.rows else None,
            bounds=Bounds(low, high),
            integrality=np.array([self.whole[name] for name in names], dtype=int),
        )
        return bool(found.status == 0)

    def kinds(self) -> Iterator[list[str]]:
        """Of all that are alike in every row one, with all of its unknowns."""
        shared: dict[str, list[tuple[object, ...]]] = {}
        members: dict[str, list[str]] = {}
        for name in self.ends:
            members.setdefault(unit(name), []).append(name)
        for number, (weights, _, _) in enumerate(self.rows):
            own = {unit(name) for name in weights}
            for name, weight in weights.items():
                what = name[len(unit(name)) :]
                # A rule for one alone is the same for all of its kind, told by its trait.
                place = ("own",) if len(own) == 1 else (number,)
                shared.setdefault(unit(name), []).append((*place, what, weight))
        seen = set()
        for one, names in members.items():
            kind = (frozenset(shared.get(one, ())), self.traits.get(one), len(names))
            if kind not in seen:
                seen.add(kind)
                yield names

    def given_away(self) -> list[str]:
        """Unknowns that can no longer be at both ends of what they could be."""
        return [
            f"{name} is not {end}"
            for names in self.kinds()
            for name in names
            for end in self.ends[name]
            if not self.fits({name: end})
        ]

    def told_of_few(self, k: int) -> list[str]:
        """Sums of fewer than k people (or pairs) that adding and taking away of told numbers yields."""
        names = sorted({name for weights in self.told for name in weights})
        if not names or len(self.told) > 9:
            return []
        matrix = np.array([[weights.get(name, 0.0) for name in names] for weights in self.told])
        matrix = matrix[np.unique(matrix.round(9), axis=0, return_index=True)[1]]
        ways = np.array(list(product((-1.0, 0.0, 1.0), repeat=len(matrix))))
        found = []
        for sums in np.unique(ways @ matrix, axis=0):
            left = [name for name, weight in zip(names, sums, strict=True) if abs(weight) > 1e-9]
            few = frozenset[str]().union(*(self.whose.get(name, owners([name])) for name in left))
            if 0 < len(few) < k:
                found.append("+".join(sorted(few)))
        return found
