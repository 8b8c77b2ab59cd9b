"""Minimum counts of pairs across functions, places and backgrounds are met where they can be (R39)."""

from __future__ import annotations

import hashlib
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.assignment import most
from activities.match import prepare_shortlists, solve_match
from activities.minima import Cell, Minimum, cheapest_with, shortfall
from tests.matching.people import match_task, mentee, mentor, shortlist_task
from turnabout.commands.cohort_rounds import RecordMatch, RecordShortlists

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


@settings(max_examples=150)
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


def match(rankings: dict[str, list[str]], **fields: Any) -> set[tuple[str, str]]:
    answer = RecordMatch.model_validate(solve_match(match_task(rankings, **fields)))
    return {(edge.mentee, edge.mentor) for edge in answer.edges}


FAR = {"p": {"b": ("location",)}, "q": {"c": ("location", "function")}}


def test_r39_a_minimum_comes_before_the_ranks_and_after_the_number_of_pairs() -> None:
    rankings = {"p": ["a", "b"], "q": ["c"], "r": ["b"]}
    assert match(rankings) == {("p", "a"), ("q", "c"), ("r", "b")}
    # Two across places would cost a pair.
    assert match(rankings, minima={"location": 2}, crosses=FAR) == {("p", "a"), ("q", "c"), ("r", "b")}
    del rankings["r"]
    assert match(rankings, minima={"location": 1}, crosses=FAR) == {("p", "a"), ("q", "c")}
    assert match(rankings, minima={"location": 2}, crosses=FAR) == {("p", "b"), ("q", "c")}


def test_r39_a_minimum_out_of_reach_is_reached_as_far_as_it_can_be() -> None:
    rankings = {"p": ["a", "b"], "q": ["d", "c"]}
    assert match(rankings, minima={"location": 9}, crosses=FAR) == {("p", "b"), ("q", "c")}
    assert match(rankings, minima={"function": 1}, crosses=FAR) == {("p", "a"), ("q", "c")}
    assert match(rankings, minima={"background": 1}, crosses=FAR) == {("p", "a"), ("q", "d")}


def test_r39_shortlists_keep_the_pairs_that_the_minima_need() -> None:
    """Five mentors next door suit better; the sixth, far away, is on somebody's list all the same."""
    near = [mentor(number, location="Berlin") for number in range(5)]
    far = mentor(5, location="Lisbon", skills=())
    mentees = [mentee(number) for number in range(3)]

    def listed(**minima: int) -> set[str]:
        task = shortlist_task([*near, far], mentees, minima=minima)
        answer = RecordShortlists.model_validate(prepare_shortlists(task))
        return {candidate.mentor for one in answer.shortlists for candidate in one.candidates}

    assert far.id not in listed()
    assert far.id in listed(location=1)


def test_r39_five_hundred_by_five_hundred_with_minima_out_of_reach() -> None:
    """`python -m tests.bench matching` says how long it takes."""
    names = [f"{number:03d}" for number in range(500)]
    rankings = {
        f"t{name}": [f"m{names[(place * step + step) % 500]}" for step in (1, 3, 7, 11, 13)]
        for place, name in enumerate(names)
    }
    crosses = {
        who: {whom: ("function",) if hash_of(who, whom) % 3 else ("location",) for whom in ranking}
        for who, ranking in rankings.items()
    }
    task = match_task(rankings, minima={"function": 400, "location": 250}, crosses=crosses)
    first = solve_match(task)
    assert solve_match(task | {"rankings": dict(reversed(task["rankings"].items()))}) == first
    edges = RecordMatch.model_validate(first).edges
    across = [crosses[edge.mentee][edge.mentor][0] for edge in edges]
    assert across.count("function") <= 400
    assert across.count("location") <= 250
    assert len(edges) == len({edge.mentor for edge in edges}) > 400


def hash_of(who: str, whom: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{who}{whom}".encode()).digest()[:4])
