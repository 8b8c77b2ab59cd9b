"""Acceptance scenario 8: the solve against choosing one after the other, and a crowd of 500 by 500 (R37)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.match import SOLVERS, solve_match
from tests.matching.people import crowd, match_task, shortlist_task
from turnabout.commands.cohort_rounds import RecordMatch, RecordShortlists

Rankings = dict[str, list[str]]


def solve(rankings: Rankings) -> tuple[int, int, int]:
    """How many pairs the solve makes, their worst and their total rank, the last two negative."""
    match = RecordMatch.model_validate(solve_match(match_task(rankings)))
    assert match.quality is not None
    return match.quality.matched, -len(match.quality.profile), -match.quality.total_rank


def in_turn(rankings: Rankings) -> tuple[int, int, int]:
    """The same where each mentee in turn takes the best mentor that is left."""
    ranks: list[int] = []
    taken: set[str] = set()
    for names in rankings.values():
        free = [name for name in names if name not in taken]
        if free:
            taken.add(free[0])
            ranks.append(names.index(free[0]) + 1)
    return len(ranks), -max(ranks, default=0), -sum(ranks)


@settings(max_examples=300)
@given(
    rankings=st.dictionaries(
        st.sampled_from([f"mentee-{number}" for number in range(9)]),
        st.lists(st.sampled_from([f"mentor-{number}" for number in range(9)]), unique=True, max_size=5),
        max_size=9,
    )
)
def test_the_solve_is_never_worse_than_choosing_in_turn(rankings: Rankings) -> None:
    """More pairs first, then a better worst rank, then a better total: compared as tuples."""
    assert solve(rankings) >= in_turn(rankings)


def test_choosing_in_turn_leaves_people_out_where_the_solve_matches_everyone() -> None:
    """In each of ten blocks the first two take what the third needs."""
    rankings: Rankings = {}
    for block in range(10):
        x, y, z = (f"m{block}{name}" for name in "xyz")
        rankings |= {f"t{block}1": [x, y, z], f"t{block}2": [y, x], f"t{block}3": [x]}
    assert in_turn(rankings)[0] == 20
    assert solve(rankings)[0] == 30


def test_with_as_many_pairs_the_solve_has_the_better_worst_rank() -> None:
    """Whoever comes last gets the third choice, though the first could have taken the second."""
    rankings = {"ada": ["a", "b"], "bo": ["b", "c"], "cy": ["a", "b", "c"]}
    assert in_turn(rankings) == (3, -3, -5)
    assert solve(rankings) == (3, -2, -5)


def test_with_as_many_pairs_and_the_same_worst_rank_the_solve_has_the_better_total() -> None:
    """Ada's first choice pushes both others to their second."""
    rankings = {"ada": ["a", "d"], "bo": ["a", "b"], "cy": ["b", "c"]}
    assert in_turn(rankings) == (3, -2, -5)
    assert solve(rankings) == (3, -2, -4)


def test_five_hundred_by_five_hundred_are_all_matched() -> None:
    """`python -m tests.bench matching` says how long it takes."""
    mentors, mentees = crowd(500)
    answer = RecordShortlists.model_validate(SOLVERS["shortlists"](shortlist_task(mentors, mentees)))
    listed = {who.mentee: [candidate.mentor for candidate in who.candidates] for who in answer.shortlists}
    match = RecordMatch.model_validate(SOLVERS["match"](match_task(listed)))
    assert len(match.edges) == 500
    assert len({edge.mentor for edge in match.edges}) == 500
    assert match.unmatched == ()
