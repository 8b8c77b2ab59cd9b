"""The gate against vague goals: a corpus of texts with the letters that each of them fails (G2, R47)."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnabout.commands.pair_preparation import ProposeGoal
from turnabout.errors import Rejected
from turnabout.policy import GoalPolicy
from turnabout.spec import Metric
from workflows.rules.goal import gate, judge
from workflows.rules.goal_time import Span

FOLLOWERS = Metric(name="Relevant followers", unit="followers", source="channel statistics")
RULES = GoalPolicy()
SPAN = Span(
    starts_on=date(2026, 9, 14),
    week_one_on=date(2026, 9, 14),
    ends_on=date(2026, 12, 7),
    today=date(2026, 9, 16),
)


def proposal(statement: str, **changes: Any) -> ProposeGoal:
    fields = {"metric": "Relevant followers", "baseline": 1200.0, "target": 1450.0, "unit": "followers"}
    return ProposeGoal.model_validate({"statement": statement, **fields, **changes})


def failing(goal: ProposeGoal, span: Span = SPAN, *, by_mentee: bool = True) -> str:
    return "".join(fault.letter for fault in judge(goal, FOLLOWERS, span, RULES, by_mentee=by_mentee))


DOMAIN = [
    ("The mentee will publish 3 platform-specific posts and gain 250 relevant followers in 12 weeks.", ""),
    ("Get exposure to TikTok", "SMT"),
    ("Improve digital skills by December", "SM"),
    ("Gain 250 followers", "T"),
]

with (Path(__file__).parent / "goals" / "corpus.csv").open(encoding="utf-8", newline="") as _file:
    CORPUS = [(row["statement"], row["fails"], row["written"]) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("statement", "letters"), DOMAIN)
@pytest.mark.parametrize("due_on", [None, date(2026, 12, 1)], ids=["text alone", "with a due day"])
def test_the_examples_of_the_specification(statement: str, letters: str, due_on: date | None) -> None:
    expected = letters.replace("T", "") if due_on else letters
    assert failing(proposal(statement, due_on=due_on)) == expected


@pytest.mark.parametrize("known", [{"baseline": None, "target": None}, {}], ids=["no baseline", "baseline"])
def test_without_a_metric_only_relevance_fails(known: dict[str, Any]) -> None:
    assert failing(proposal("Publish 3 posts in 12 weeks", metric=None, **known)) == "R"


@pytest.mark.parametrize(("statement", "letters"), [(text, letters) for text, letters, _ in CORPUS])
def test_the_corpus(statement: str, letters: str) -> None:
    assert failing(proposal(statement)) == letters


def test_the_corpus_is_large_and_newer_than_the_gate() -> None:
    later = [letters for _, letters, written in CORPUS if written.endswith("sitting")]
    assert len(CORPUS) >= 60
    assert len(later) >= 20
    assert len([letters for letters in later if letters]) >= 10
    assert later.count("") >= 10


WORDS = (
    *("the", "mentee", "will", "publish", "get", "3", "posts", "exposure", "%", "and", "to", "from"),
    *("by", "in", "12", "9999", "weeks", "years", "may", "31", "february", "2026-99-99", "q4", "week"),
)
POSTS = "Publish 3 posts in 12 weeks"


@pytest.mark.parametrize(
    ("changes", "letters"),
    [
        ({"baseline": None}, "M"),
        ({"target": None}, "M"),
        ({"baseline": 1450.0, "target": 1450.0}, "M"),
        ({"target": 1000.0}, "M"),
        ({"baseline": 100.0, "target": 1000.0}, ""),
        ({"baseline": 100.0, "target": 1001.0}, "A"),
        ({"baseline": 100.0, "target": 1001.0, "confirm_stretch": True}, ""),
        ({"baseline": 0.0, "target": 3.0}, ""),
        ({"metric": "Reach"}, "R"),
        ({"metric": "Reach", "child_of": "relevant  followers"}, ""),
        ({"metric": "Reach", "child_of": "Sales"}, "R"),
        ({"due_on": date(2026, 12, 7)}, ""),
        ({"due_on": date(2026, 12, 8)}, "T"),
        ({"due_on": date(2026, 9, 15)}, "T"),
        ({"metric": None, "baseline": None, "target": None, "due_on": date(2027, 1, 1)}, "RT"),
    ],
)
def test_the_fields_beside_the_text(changes: dict[str, Any], letters: str) -> None:
    assert failing(proposal(POSTS, **changes)) == letters


def test_a_house_may_allow_less_stretch() -> None:
    goal = proposal(POSTS, baseline=100.0, target=301.0)
    assert not judge(goal, FOLLOWERS, SPAN, RULES, by_mentee=True)
    (fault,) = judge(goal, FOLLOWERS, SPAN, GoalPolicy(stretch=3), by_mentee=True)
    assert fault.letter == "A"
    assert "3 times the baseline" in fault.hint


def test_a_metric_that_should_fall() -> None:
    churn = Metric(name="Churn", unit="%", direction="decrease", source="HRIS")
    goal = proposal("Cut churn from 9 % to 7 % in 12 weeks", metric="Churn", baseline=9, target=7, unit="%")
    assert not judge(goal, churn, SPAN, RULES, by_mentee=True)
    worse = goal.model_copy(update={"target": 10.0})
    assert [fault.letter for fault in judge(worse, churn, SPAN, RULES, by_mentee=True)] == ["M"]


def test_i_is_the_mentee_only_from_the_mentee() -> None:
    assert failing(proposal("I will publish 3 posts in 12 weeks"), by_mentee=False) == "S"


@pytest.mark.parametrize(
    ("statement", "due_on"),
    [
        ("Publish 3 posts in 12 weeks", date(2026, 12, 7)),
        ("Publish 3 posts in 6 weeks", date(2026, 10, 28)),
        ("Publish 3 posts by 1 December", date(2026, 12, 1)),
        ("Publish 3 posts by December", date(2026, 12, 7)),
        ("Publish 3 posts by October and gain 250 followers by November", date(2026, 11, 30)),
        ("Publish 3 posts by week 4", date(2026, 10, 11)),
        ("Publish 3 posts by the end of the quarter", date(2026, 9, 30)),
    ],
)
def test_the_due_day_follows_from_the_text(statement: str, due_on: date) -> None:
    assert gate(proposal(statement), FOLLOWERS, SPAN, RULES, by_mentee=True).due_on == due_on


@pytest.mark.parametrize(
    ("statement", "due_on"),
    [
        ("Publish 3 posts in 5 weeks", date(2026, 12, 3)),
        ("Publish 3 posts in 6 weeks", None),
        ("Publish 3 posts in 12 weeks", None),
        ("Publish 3 posts by week 9", date(2026, 11, 15)),
    ],
)
def test_a_reshuffled_pair_counts_from_its_own_start(statement: str, due_on: date | None) -> None:
    """Formed on Thursday of week 7 of 12; the weeks that people call by number stay the cohort's."""
    own_start = date(2026, 10, 29)
    late = replace(SPAN, starts_on=own_start, today=own_start)
    if due_on is None:
        assert failing(proposal(statement), late) == "T"
    else:
        measure = gate(proposal(statement), FOLLOWERS, late, RULES, by_mentee=True)
        assert measure.due_on == due_on


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_text_gets_a_verdict(text: str) -> None:
    if text.strip():
        assert set(failing(proposal(text))) <= set("SMART")


def test_the_rejection_lists_every_letter_with_a_hint() -> None:
    with pytest.raises(Rejected) as caught:
        gate(proposal("Get exposure to TikTok"), FOLLOWERS, SPAN, RULES, by_mentee=True)
    assert caught.value.rule == "G2"
    assert "S, M, T" in caught.value.reason
    assert all(f"{letter}: " in (caught.value.hint or "") for letter in "SMT")
