"""Agendas add up: the kickoff (R51) and the first meeting (R78)."""

from __future__ import annotations

import pytest

from turnabout.agendas import KICKOFF, Agenda, first_meeting, kickoff
from turnabout.errors import Rejected


def lengths(agenda: Agenda) -> list[int]:
    return [item.minutes for item in agenda.items]


@pytest.mark.parametrize("minutes", range(30, 181))
def test_the_items_of_a_kickoff_sum_up_to_its_minutes(minutes: int) -> None:
    """R51."""
    agenda = kickoff(minutes)
    assert sum(lengths(agenda)) == minutes
    assert [item.topic for item in agenda.items] == list(KICKOFF)
    ends = [item.starts + item.minutes for item in agenda.items]
    assert [item.starts for item in agenda.items] == [0, *ends[:-1]]
    for item in agenda.items:
        assert abs(item.minutes - KICKOFF[item.topic] * minutes / 90) < 1


def test_a_kickoff_of_ninety_minutes_covers_what_it_must() -> None:
    """R51: active listening, feedback, psychological safety and goals, in ninety minutes."""
    agenda = kickoff()
    assert lengths(agenda) == [10, 15, 15, 15, 25, 10]
    assert {"listening", "feedback", "safety", "goals"} <= {item.topic for item in agenda.items}


@pytest.mark.parametrize(
    ("minutes", "expected", "open_"),
    [
        (40, [5, 10, 10, 10, 5], 0),
        (43, [6, 10, 12, 10, 5], 0),
        (45, [7, 10, 13, 10, 5], 0),
        (55, [10, 10, 20, 10, 5], 0),
        (60, [10, 10, 20, 10, 5], 5),
    ],
)
def test_a_first_meeting_of_forty_to_sixty_minutes(minutes: int, expected: list[int], open_: int) -> None:
    """R78."""
    assert first_meeting(minutes) == Agenda(first_meeting(minutes).items, open_, compressed=False)
    assert lengths(first_meeting(minutes)) == expected


@pytest.mark.parametrize("minutes", range(30, 61))
def test_every_first_meeting_adds_up_within_its_bounds(minutes: int) -> None:
    """R78."""
    agenda = first_meeting(minutes)
    assert sum(lengths(agenda)) + agenda.open == minutes
    hello, why, show, agree, book = lengths(agenda)
    if minutes >= 40:
        assert 5 <= hello <= 10
        assert 10 <= show <= 20
        assert (why, agree, book) == (10, 10, 5)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(30, [4, 8, 7, 7, 4]), (36, [5, 9, 9, 9, 4]), (39, [5, 10, 10, 9, 5])]
)
def test_a_shorter_first_meeting_is_compressed_and_says_so(minutes: int, expected: list[int]) -> None:
    """R78."""
    agenda = first_meeting(minutes)
    assert (lengths(agenda), agenda.open, agenda.compressed) == (expected, 0, True)


@pytest.mark.parametrize("minutes", [29, 61, 0])
def test_any_other_length_is_rejected(minutes: int) -> None:
    """R78."""
    with pytest.raises(Rejected) as refused:
        first_meeting(minutes)
    assert refused.value.rule == "R78"
