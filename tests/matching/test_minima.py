"""Minimum counts of pairs across functions, places and backgrounds are exact, soft and in their place (R39)."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.assignment import most
from activities.minima import Cell, Minimum, cheapest_with, shortfall

ROWS, COLUMNS = 4, 3
Cells = list[list[int]]


def matrix(values: st.SearchStrategy[int]) -> st.SearchStrategy[Cells]:
    row = st.lists(values, min_size=COLUMNS, max_size=COLUMNS)
    return st.lists(row, min_size=ROWS, max_size=ROWS)


def every_choice(ranks: Cells, capacity: list[int], count: int) -> list[list[Cell]]:
    """All ways to choose so many cells."""
    ways = []
    for choice in product(*[[None, *(c for c in range(COLUMNS) if ranks[r][c])] for r in range(ROWS)]):
        pairs = [(row, column) for row, column in enumerate(choice) if column is not None]
        taken = [column for _, column in pairs]
        if len(pairs) == count and all(taken.count(c) <= capacity[c] for c in range(COLUMNS)):
            ways.append(pairs)
    return ways


@settings(max_examples=150, deadline=None)
@given(
    ranks=matrix(st.integers(0, 4)),
    ties=matrix(st.integers(0, 3)),
    capacity=st.lists(st.integers(0, 2), min_size=COLUMNS, max_size=COLUMNS),
    traits=st.lists(st.tuples(st.integers(0, 4), matrix(st.integers(0, 1))), min_size=1, max_size=3),
    fewer=st.integers(0, 2),
)
def test_r39_nothing_beats_the_solve_with_minima(
    ranks: Cells, ties: Cells, capacity: list[int], traits: list[tuple[int, Cells]], fewer: int
) -> None:
    """The oracle tries every choice: least shortfall, then worst rank, then total rank, then ties."""
    given_ranks, given_ties = np.array(ranks), np.array(ties)
    minima = [Minimum(wanted, np.array(cells, dtype=np.bool_)) for wanted, cells in traits]
    count = max(0, most(np.repeat(given_ranks > 0, capacity, axis=1)) - fewer)

    def worth(pairs: list[Cell]) -> tuple[int, int, int, int]:
        got = [ranks[row][column] for row, column in pairs]
        tied = sum(ties[row][column] for row, column in pairs)
        return shortfall(pairs, minima), max(got, default=0), sum(got), tied

    pairs = cheapest_with(given_ranks, given_ties, capacity, count, minima)
    ways = every_choice(ranks, capacity, count)
    assert pairs in ways
    assert worth(pairs) == min(map(worth, ways))
