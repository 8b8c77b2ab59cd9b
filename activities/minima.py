"""Exact assignment where the pairs should also reach minimum counts of some traits (R39). Pure.

Lexicographic: so many pairs, then the least shortfall of all minima together, then the best worst rank, then
the best total rank, then the ties. Each step is a small mixed-integer program (HiGHS through scipy) over the
ranked cells only, whose coefficients stay small, so that its answers are whole numbers within the tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack

from activities.assignment import Costs, Mask, most
from turnabout.errors import InternalError

Numbers = NDArray[np.float64]
Cell = tuple[int, int]


@dataclass(frozen=True)
class Minimum:
    """At least `wanted` of the pairs should have a trait; `cells` says which (row, column) cells have it."""

    wanted: int
    cells: Mask


def shortfall(pairs: Iterable[Cell], minima: Iterable[Minimum]) -> int:
    """How many pairs are missing to all minima together."""
    chosen = list(pairs)
    return sum(max(0, one.wanted - sum(bool(one.cells[cell]) for cell in chosen)) for one in minima)


def cheapest_with(
    ranks: Costs, ties: Costs, capacity: list[int], count: int, minima: list[Minimum]
) -> list[Cell]:
    """The `count` cells, by row: each row once at most, each column as often as its capacity allows.

    A cell with rank 0 is not allowed. `count` must not exceed what rows and capacities allow.
    """
    if count == 0:
        return []
    least = round(_Program(ranks, ties, capacity, count, minima).least_shortfall())
    for worst in np.unique(ranks[ranks > 0]):
        within: Costs = np.where(ranks <= worst, ranks, 0)
        if most(np.repeat(within > 0, capacity, axis=1)) < count:
            continue
        program = _Program(within, ties, capacity, count, minima)
        if round(program.least_shortfall()) == least:
            return program.best(least)
    raise InternalError("[R39] No rank allows what all ranks together do.")


class _Program:
    """Choose cells: a variable for each cell that is allowed, then one for each minimum's shortfall."""

    def __init__(
        self, ranks: Costs, ties: Costs, capacity: list[int], count: int, minima: list[Minimum]
    ) -> None:
        self._rows, self._columns = np.nonzero(ranks)
        cells = len(self._rows)
        self._ranks = ranks[self._rows, self._columns].astype(np.float64)
        self._ties = ties[self._rows, self._columns].astype(np.float64)
        self._minima = len(minima)
        each = np.arange(cells)
        once = coo_array((np.ones(cells), (self._rows, each)), shape=(ranks.shape[0], cells))
        room = coo_array((np.ones(cells), (self._columns, each)), shape=(ranks.shape[1], cells))
        self._limits = [
            self._constraint(once, np.zeros(ranks.shape[0]), np.ones(ranks.shape[0])),
            self._constraint(room, np.zeros(ranks.shape[1]), np.array(capacity, dtype=np.float64)),
            self._constraint(csr_array(np.ones((1, cells))), np.array([count]), np.array([count])),
        ]
        for number, one in enumerate(minima):
            has = one.cells[self._rows, self._columns].astype(np.float64)
            row = np.concatenate([has, np.eye(self._minima)[number]])
            self._limits.append(LinearConstraint(csr_array(row[None, :]), one.wanted, np.inf))
        upper = np.concatenate([np.ones(cells), [max(0, one.wanted) for one in minima]])
        self._bounds = Bounds(np.zeros(cells + self._minima), upper)

    def least_shortfall(self) -> float:
        """What all minima together miss at best."""
        return self._solve(self._missing())[0]

    def best(self, least: int) -> list[Cell]:
        """The cells with the least total rank that miss no more, then with the least ties."""
        none = np.zeros(self._minima)
        self._limits.append(LinearConstraint(csr_array(self._missing()[None, :]), -np.inf, least))
        ranks = np.concatenate([self._ranks, none])
        total = round(self._solve(ranks)[0])
        self._limits.append(LinearConstraint(csr_array(ranks[None, :]), -np.inf, total))
        _, chosen = self._solve(np.concatenate([self._ties, none]))
        return sorted(
            (int(row), int(column))
            for row, column, taken in zip(self._rows, self._columns, chosen[: len(self._rows)], strict=True)
            if taken > 0.5
        )

    def _missing(self) -> Numbers:
        return np.concatenate([np.zeros(len(self._rows)), np.ones(self._minima)])

    def _constraint(self, matrix: coo_array | csr_array, lower: Numbers, upper: Numbers) -> LinearConstraint:
        padding = csr_array((matrix.shape[0], self._minima))
        return LinearConstraint(hstack([matrix, padding], format="csr"), lower, upper)

    def _solve(self, costs: Numbers) -> tuple[float, Numbers]:
        found = milp(
            costs,
            integrality=np.ones(len(costs), dtype=np.int64),
            bounds=self._bounds,
            constraints=self._limits,
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None or not found.success:
            raise InternalError(f"[R39] The solver gave up: {found.message}")
        return float(found.fun), found.x
