"""Exact assignment of rows to columns by scipy: most pairs first, then the least cost. Pure.

All costs are whole numbers and every sum stays below 2**53, so the solver's floats never round: equal inputs
give equal answers on every machine.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from turnabout.errors import InternalError

Costs: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

EXACT = 2**53
"""Whole numbers below it are exact as floats."""


def most(allowed: Mask) -> int:
    """The largest number of disjoint (row, column) cells that are allowed (Hopcroft and Karp 1973)."""
    if not allowed.any():
        return 0
    matched = maximum_bipartite_matching(csr_array(allowed.astype(np.int8)), perm_type="column")
    return int(np.count_nonzero(matched >= 0))


def cheapest(costs: Costs, allowed: Mask, count: int) -> list[tuple[int, int]]:
    """The `count` disjoint allowed cells with the least total cost, by row.

    Reduced to a square assignment (the k-cardinality assignment problem, Dell'Amico and Martello 1997): rows
    and columns that go without a partner take a dummy at no cost, and there are exactly as many dummies as
    must go without. `count` must not exceed `most(allowed)`.
    """
    rows, columns = allowed.shape
    if count == 0:
        return []
    if int(costs.max(initial=0)) * count >= EXACT:
        raise InternalError("[R37] The costs of this solve are too large to be exact.")
    square = np.full((rows + columns - count, rows + columns - count), np.inf)
    square[:rows, :columns] = np.where(allowed, costs, np.inf)
    square[:rows, columns:] = 0
    square[rows:, :columns] = 0
    chosen_rows, chosen_columns = linear_sum_assignment(square)
    return sorted(
        (int(row), int(column))
        for row, column in zip(chosen_rows, chosen_columns, strict=True)
        if row < rows and column < columns
    )
