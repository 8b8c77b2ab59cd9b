"""Who comes onto a shortlist, in which order and why (R36, R42, G10)."""

from __future__ import annotations

from typing import Any

import pytest

from activities.assignment import most
from activities.match import prepare_shortlists, solve_match
from activities.scoring import reasons, score, wishes
from tests.matching.people import DAY, match_task, mentee, mentor, shortlist_task
from turnabout.commands.cohort_rounds import RecordMatch, RecordShortlists
from turnabout.policy import MatchingPolicy, Policy
from turnabout.spec import Gap, Participant


def prepare(mentors: list[Participant], mentees: list[Participant], **fields: Any) -> RecordShortlists:
    return RecordShortlists.model_validate(prepare_shortlists(shortlist_task(mentors, mentees, **fields)))


def test_each_part_of_the_score_counts_by_its_weight() -> None:
    learner = mentee(
        1,
        gaps=(Gap(skill="Social media", current=1, target=4), Gap(skill="Python", current=2, target=3)),
        interests=("music", "chess"),
    )
    # 45 * 3/4 gap + 25 * 1/2 interests + 15 * 10/10 hours + 15 * 1/2 difference
    found = score(mentor(1), learner, Policy(), DAY)
    assert found == pytest.approx(10 * (45 * 0.75 + 25 * 0.5 + 15 + 7.5), abs=0.5)
    assert reasons(mentor(1), learner, Policy(), DAY) == (
        "can teach Social media (1 to 4)",
        "shares your interest in music",
        "10 working hours a day in common",
        "another function: marketing",
    )
    told = wishes(mentor(1), learner, Policy(), DAY)
    assert told == (
        "would like to learn Social media, which you can teach",
        "would like to learn Python",
        "shares your interest in music",
        "10 working hours a day in common",
        f"another function: {learner.function}",
    ), "and no level: how much a leader lacks is theirs to tell"


def test_nothing_in_common_scores_zero_and_everything_a_hundred() -> None:
    nothing = score(
        mentor(1, skills=(), interests=(), function="finance", timezone="Asia/Tokyo"),
        mentee(1),
        Policy(),
        DAY,
    )
    assert nothing == round(1000 * 0.15 * 0.2), "two hours are left between Berlin and Tokyo"
    assert score(mentor(1, location="Porto"), mentee(1), Policy(), DAY) == 1000


def test_long_words_still_make_a_line() -> None:
    interests = tuple(f"{'long ' * 40}{number}" for number in range(5))
    answer = prepare([mentor(1, interests=interests)], [mentee(1, interests=interests)])
    assert all(len(reason) <= 280 for reason in answer.shortlists[0].candidates[0].reasons)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"level": 9}, "same level"),
        ({"level": 12}, "above the mentee"),
        ({"reports_to": ("mentee-001",)}, "reports to the mentee"),
        ({"reports_to": ("boss", "mentee-001")}, "reports to the mentee's report"),
        ({"conflicts": ("mentee-001",)}, "declared a conflict"),
        ({"timezone": "America/Los_Angeles"}, "one hour in common"),
    ],
)
def test_some_pairs_can_never_be(facts: dict[str, Any], why: str) -> None:
    answer = prepare([mentor(1, **facts), mentor(2)], [mentee(1)])
    assert [candidate.mentor for candidate in answer.shortlists[0].candidates] == ["mentor-002"], why


def test_three_levels_up_is_another_reporting_line() -> None:
    answer = prepare([mentor(1, reports_to=("a", "b", "mentee-001"))], [mentee(1)])
    assert len(answer.shortlists[0].candidates) == 1


def test_what_the_cohort_forbids_and_who_is_full_stay_out() -> None:
    answer = prepare(
        [mentor(1), mentor(2), mentor(3)],
        [mentee(1)],
        forbidden=[("mentor-001", "mentee-001")],
        capacity={"mentor-001": 1, "mentor-002": 0, "mentor-003": 1},
    )
    assert [candidate.mentor for candidate in answer.shortlists[0].candidates] == ["mentor-003"]


def test_the_best_five_come_best_first_and_fewer_than_three_are_marked() -> None:
    mentors = [mentor(number, interests=("music", "a", "b", "c")[: 1 + number % 4]) for number in range(8)]
    answer = prepare(mentors, [mentee(1)])
    scores = [candidate.score for candidate in answer.shortlists[0].candidates]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert not answer.shortlists[0].short
    assert prepare(mentors[:2], [mentee(1)]).shortlists[0].short


def test_nobody_for_a_mentee_is_said_with_a_reason() -> None:
    answer = prepare([], [mentee(1)])
    assert answer.shortlists == ()
    assert [who.person for who in answer.unmatched] == ["mentee-001"]
    assert answer.unmatched[0].reason


def test_nobody_at_all_is_an_answer_too() -> None:
    assert prepare([mentor(1)], []).shortlists == ()


def test_shortlists_together_allow_as_many_pairs_as_the_pool() -> None:
    """Everyone's best five are the same five people; the others must not be forgotten."""
    stars = [mentor(number) for number in range(5)]
    others = [mentor(number, skills=(), interests=()) for number in range(5, 12)]
    mentees = [mentee(number) for number in range(12)]
    answer = prepare(stars + others, mentees)
    listed = {who.mentee: [candidate.mentor for candidate in who.candidates] for who in answer.shortlists}
    assert all(len(names) == 5 for names in listed.values())
    match = RecordMatch.model_validate(solve_match(match_task(listed)))
    assert len(match.edges) == 12


def test_order_of_the_input_changes_nothing_and_the_seed_breaks_ties() -> None:
    mentors, mentees = [mentor(number) for number in range(9)], [mentee(number) for number in range(9)]
    task = shortlist_task(mentors, mentees)
    first = prepare_shortlists(task)
    shuffled = shortlist_task(mentors[::-1], mentees[4:] + mentees[:4])
    assert prepare_shortlists(shuffled) == first
    seeds = {str(prepare_shortlists(task | {"seed": seed})["shortlists"]) for seed in range(3)}
    assert len(seeds) == 3


def test_the_policy_decides_how_long_a_shortlist_is() -> None:
    policy = Policy(matching=MatchingPolicy(shortlist_max=2))
    answer = prepare([mentor(number) for number in range(9)], [mentee(1)], policy=policy)
    assert len(answer.shortlists[0].candidates) == 2


def test_most_counts_a_largest_matching_not_a_greedy_one() -> None:
    import numpy as np

    chain = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=np.bool_)
    assert most(chain) == 3
