"""The solve is exact: a brute-force oracle, hard instances, determinism (R37)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.match import solve_match
from tests.matching.people import match_task
from turnabout.commands.cohort_rounds import RecordMatch

MENTORS = ("a", "b", "c", "d")


def solve(rankings: dict[str, list[str]], **fields: Any) -> RecordMatch:
    return RecordMatch.model_validate(solve_match(match_task(rankings, **fields)))


def pairs(match: RecordMatch) -> set[tuple[str, str]]:
    return {(edge.mentee, edge.mentor) for edge in match.edges}


def oracle(rankings: dict[str, list[str]], capacity: dict[str, int], limit: int) -> tuple[int, int, int]:
    """The best (pairs, -worst rank, -total rank) by trying every choice of everybody."""
    tried = []
    for choice in product(*[[None, *names] for names in rankings.values()]):
        got = [
            (names.index(who) + 1, who) for names, who in zip(rankings.values(), choice, strict=True) if who
        ]
        given_to = [who for _, who in got]
        if len(got) > limit or any(given_to.count(who) > capacity[who] for who in given_to):
            continue
        ranks = [rank for rank, _ in got]
        tried.append((len(got), -max(ranks, default=0), -sum(ranks)))
    return max(tried)


@settings(max_examples=300)
@given(
    rankings=st.dictionaries(
        st.sampled_from(["p", "q", "r", "s", "t"]),
        st.lists(st.sampled_from(MENTORS), unique=True, max_size=4),
        max_size=5,
    ),
    capacity=st.fixed_dictionaries({name: st.integers(0, 2) for name in MENTORS}),
    limit=st.integers(0, 5),
    seed=st.integers(0, 5),
)
def test_nothing_beats_the_solve(
    rankings: dict[str, list[str]], capacity: dict[str, int], limit: int, seed: int
) -> None:
    match = solve(rankings, capacity=capacity, limit=limit, seed=seed)
    taken = [edge.mentor for edge in match.edges]
    assert len({edge.mentee for edge in match.edges}) == len(match.edges)
    assert all(taken.count(name) <= capacity[name] for name in taken)
    assert all(rankings[edge.mentee][edge.rank - 1] == edge.mentor for edge in match.edges)
    ranks = [edge.rank for edge in match.edges]
    reached = (len(ranks), -max(ranks, default=0), -sum(ranks))
    assert reached == oracle(rankings, capacity, limit)
    assert {who.person for who in match.unmatched} == set(rankings) - {edge.mentee for edge in match.edges}
    assert match.quality is not None
    assert match.quality.matched == len(ranks)
    assert match.quality.total_rank == sum(ranks)


def test_more_pairs_come_before_better_ranks() -> None:
    assert pairs(solve({"p": ["a", "b"], "q": ["a"]})) == {("p", "b"), ("q", "a")}


def test_the_worst_rank_comes_before_the_total() -> None:
    """One, one and three would sum to less than two, two and two; `x` is full."""
    match = solve({"p": ["a", "b"], "q": ["b", "c"], "r": ["x", "a", "c"]}, capacity=dict.fromkeys("abc", 1))
    assert [edge.rank for edge in match.edges] == [2, 2, 2]


def test_a_better_rank_comes_before_spreading_the_work() -> None:
    """Whether a mentor may get a second pair is for the capacity to say, not for the objective."""
    match = solve({"p": ["a", "b"], "q": ["a", "b"]}, capacity={"a": 2, "b": 1})
    assert [edge.rank for edge in match.edges] == [1, 1]


def test_the_cohort_never_gets_more_pairs_than_it_may() -> None:
    match = solve({"p": ["a"], "q": ["b"], "r": ["c", "d"]}, limit=2)
    assert len(match.edges) == 2
    assert match.unmatched[0].reason == "the cohort has no more places"


@pytest.mark.parametrize("rankings", [{}, {"p": []}, {"p": ["a"]}])
def test_nothing_to_choose_from_leaves_all_unmatched(rankings: dict[str, list[str]]) -> None:
    match = solve(rankings, capacity={"a": 0})
    assert match.edges == ()
    assert {who.person for who in match.unmatched} == set(rankings)
    assert match.quality is not None
    assert match.quality.profile == ()


def test_equal_inputs_give_equal_answers_and_the_seed_breaks_ties() -> None:
    rankings = {mentee: ["a", "b", "c", "d"] for mentee in ("p", "q", "r", "s")}
    task = match_task(rankings)
    first = solve_match(task)
    shuffled = dict(reversed(task["rankings"].items()))
    assert solve_match(task | {"rankings": shuffled}) == first
    assert len({str(solve_match(task | {"seed": seed})["edges"]) for seed in range(10)}) > 5


def test_blocking_pairs_are_counted() -> None:
    """`p` and `a` would rather have each other; more pairs came first."""
    match = solve({"p": ["a", "b"], "q": ["a"]}, scores={"p": {"a": 90.0, "b": 50.0}, "q": {"a": 10.0}})
    assert match.quality is not None
    assert match.quality.blocking_pairs == 1
    match = solve({"p": ["a", "b"], "q": ["a"]}, scores={"p": {"a": 10.0, "b": 50.0}, "q": {"a": 90.0}})
    assert match.quality is not None
    assert match.quality.blocking_pairs == 0
