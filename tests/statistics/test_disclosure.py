"""An attacker with a solver against everything that is published of random cohorts (section 6, R110)."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import linprog

from projections.statistics import disclosure
from projections.statistics.disclosure import Cell, Partition, Scale, Shown, Told, coded, publish

K = 5
RATING, YES_NO = Scale(1, 5), Scale(0, 1)
Answers = dict[str, float]


class Cohort:
    """People with a role and a place, some of whom answer on the first day and more on the second."""

    def __init__(self, seed: int, scale: Scale) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test's dice
        people = [f"p{number}" for number in range(self.chance.randint(8, 24))]
        self.role = {one: self.chance.choice(("mentor", "mentee", "control")) for one in people}
        self.place = {one: self.chance.choice(("north", "south")) for one in people}
        mood = self.chance.choice((0.15, 0.5, 0.85, 1.0))
        self.answer = {
            one: scale.low + scale.width * (self.chance.random() < mood)
            if scale == YES_NO
            else float(min(5, max(1, round(self.chance.gauss(1 + 4 * mood, 1)))))
            for one in people
        }
        self.second = people
        self.first = [one for one in people if self.chance.random() < 0.8]

    def offers(self, answered: Sequence[str]) -> list[Partition]:
        def split(name: str, by: dict[str, str] | None) -> Partition:
            groups: dict[str, Answers] = {}
            for one in answered:
                groups.setdefault(by[one] if by else "all", {})[one] = self.answer[one]
            return Partition(
                name, tuple(Cell(f"{name}: {group}", held) for group, held in sorted(groups.items()))
            )

        return [split("whole", None), split("role", self.role), split("place", self.place)]


def seen(told: Sequence[Told]) -> list[Shown]:
    return [one.shown for one in told if one.shown is not None]


def ranges(shown: Sequence[Shown], scale: Scale) -> dict[str, tuple[float, float]]:
    """What the attacker can say of each person: who is in which group is no secret, the sums are known."""
    people = sorted(frozenset[str]().union(*(one.unknowns for one in shown)))
    rows = np.array([[person in one.unknowns for person in people] for one in shown], dtype=float)
    limits = np.concatenate([[one.high for one in shown], [-one.low for one in shown]]) + 1e-9
    found: dict[str, tuple[float, float]] = {}
    for number, person in enumerate(people):
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(people))
            cost[number] = sign
            solved = linprog(
                cost,
                A_ub=np.vstack([rows, -rows]),
                b_ub=limits,
                bounds=[(scale.low, scale.high)] * len(people),
            )
            assert solved.x is not None
            ends.append(float(solved.x[number]))
        found[person] = (ends[0], ends[1])
    return found


def told_apart(shown: Sequence[Shown], scale: Scale) -> list[str]:
    """Whose answer the attacker learns something of: an end of the scale is no longer possible."""
    if not shown:
        return []
    return [
        person
        for person, (low, high) in ranges(shown, scale).items()
        if low > scale.low + 1e-4 * scale.width or high < scale.high - 1e-4 * scale.width
    ]


def two_days(seed: int, scale: Scale) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    cohort = Cohort(seed, scale)
    first = publish(cohort.offers(cohort.first), scale, K)
    return first, publish(cohort.offers(cohort.second), scale, K, seen(first))


@pytest.mark.parametrize("scale", [RATING, YES_NO], ids=["ratings", "yes or no"])
def test_g19_an_attacker_learns_nobodys_answer_from_two_days_of_all_numbers(scale: Scale) -> None:
    shown = 0
    for seed in range(12):
        first, second = two_days(seed, scale)
        both = list(dict.fromkeys([*seen(first), *seen(second)]))
        shown += len(both)
        assert told_apart(both, scale) == [], f"seed {seed}"
        for one in both:
            assert len(one.unknowns) >= K
    assert shown > 24, "suppressing everything would be no feat"


@pytest.mark.parametrize("scale", [RATING, YES_NO], ids=["ratings", "yes or no"])
def test_g19_without_the_audit_the_attacker_wins(scale: Scale, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups and differences of k people tell of one, where all of them are of one mind."""
    monkeypatch.setattr(disclosure, "audited", lambda *_: True)
    days = (two_days(seed, scale) for seed in range(40))
    assert any(told_apart([*seen(first), *seen(second)], scale) for first, second in days)


def names(told: Sequence[Told]) -> dict[str, bool]:
    return {one.name: one.shown is not None for one in told}


def group(name: str, answers: Sequence[float], start: int = 0) -> Cell:
    return Cell(name, {f"p{start + number}": one for number, one in enumerate(answers)})


MIXED = (1, 3, 5, 2, 4, 3, 1, 5, 2, 4, 3, 3, 4, 2)


def whole(*cells: Cell) -> Partition:
    return Partition("whole", (Cell("all", {k: v for cell in cells for k, v in cell.answers.items()}),))


def test_a_four_pair_pilot_reports_only_its_joint_group_of_eight() -> None:
    """Scenario 9."""
    mentors, mentees = group("mentors", (1, 3, 5, 2)), group("mentees", (4, 3, 2, 4), 4)
    told = publish([whole(mentors, mentees), Partition("role", (mentors, mentees))], RATING, K)
    assert names(told) == {"all": True, "mentors": False, "mentees": False}
    assert told[0].shown is not None
    assert told[0].shown.mean == 3.0


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    cells = group("a", MIXED[:6]), group("b", (3, 2, 4, 1, 5), 6), group("c", (1, 5), 11)
    told = publish([whole(*cells), Partition("site", cells)], RATING, K)
    assert names(told) == {"all": True, "a": True, "b": False, "c": False}


def test_two_small_groups_that_are_k_together_hide_each_other() -> None:
    cells = group("a", MIXED[:6]), group("b", (3, 2, 4), 6), group("c", (1, 5), 11)
    told = publish([whole(*cells), Partition("site", cells)], RATING, K)
    assert names(told) == {"all": True, "a": True, "b": False, "c": False}


def test_a_whole_shown_earlier_counts_though_nobody_offers_it_now() -> None:
    cells = group("a", MIXED[:6]), group("b", (3, 2, 4), 6)
    day = publish([whole(*cells)], RATING, K)
    assert names(publish([Partition("site", cells)], RATING, K, seen(day))) == {"a": False, "b": False}


@pytest.mark.parametrize(("more", "held"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_series_moves_only_when_k_have_come(more: int, held: bool) -> None:
    first = publish([whole(group("a", MIXED[:8]))], RATING, K)
    (told,) = publish([whole(group("a", MIXED[: 8 + more]))], RATING, K, seen(first))
    assert told.held is held
    assert told.shown is not None
    assert len(told.shown.unknowns) == (8 if held else 8 + more)


@pytest.mark.parametrize("end", [1.0, 5.0])
def test_a_group_of_one_mind_is_not_told_to_the_end_of_the_scale(end: float) -> None:
    """Where all answered alike the exact mean would be everybody's answer."""
    shown = coded(group("a", [end] * 6), RATING)
    assert (shown.bound, shown.mean) == (("at most", 10 / 6) if end == 1 else ("at least", 26 / 6))
    assert told_apart([shown], RATING) == []


def test_suppressed_is_never_nought() -> None:
    (told,) = publish([whole(group("a", (1, 2)))], RATING, K)
    assert told == Told("all", None)
    assert publish([Partition("whole", (Cell("all", {}),))], RATING, K) == (Told("all", None),)


def pairs(*raters: str) -> Partition:
    """Pairs by who rated them, every other one safe."""
    return Partition(
        "pairs",
        (Cell("pairs", {f"{who}@{number}": float(number % 2) for number, who in enumerate(raters)}),),
    )


FOUR = ("a+b", "c+d", "e", "f", "g", "h")
"""Who rated six pairs; of four of them one partner alone."""


@pytest.mark.parametrize(
    ("later", "held"),
    [
        (("a+b", "c+d", "e+i", "f+j", "g+k", "h"), True),
        (("a+b", "c+d", "e+i", "f+j", "g+k", "h+l", "m"), False),
        ((*FOUR, "m+n", "o+p"), True),
        ((*FOUR, "m+n", "o+p", "q"), False),
        (("a", "c+d", "e", "f", "g", "h"), True),
    ],
)
def test_k8_between_two_days_five_raters_come_or_nothing_moves(later: tuple[str, ...], held: bool) -> None:
    """Three pairs of which the other partner answers, too, are three raters (and an erased one is one)."""
    first = publish([pairs(*FOUR)], YES_NO, K)
    (told,) = publish([pairs(*later)], YES_NO, K, seen(first))
    assert told.held is held


def test_k8_what_an_earlier_release_told_without_raters_stands() -> None:
    first = Shown("pairs", frozenset(f"?@{number}" for number in range(6)), 3, 3)
    (told,) = publish([pairs(*FOUR, "m+n", "o+p", "q+r")], YES_NO, K, [first])
    assert told.held


@pytest.mark.parametrize(("come", "told"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_series_of_waves_is_told_of_the_same_people_or_of_five_others(come: int, told: bool) -> None:
    first = publish([whole(group("a", MIXED[:8]))], RATING, K)
    (second,) = publish([whole(group("a", MIXED[: 8 + come]))], RATING, K, series=seen(first))
    assert (second.shown is not None) is told
    assert not second.held
