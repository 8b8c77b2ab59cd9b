"""Who may join, which two are never paired, and how many pairs a roster can form."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from tests.spec.files import mentee, mentor
from turnabout.eligibility import criteria, exclusion, is_eligible, most_pairs
from turnabout.policy import Policy
from turnabout.spec import Participant

DAY = date(2027, 2, 8)
POLICY = Policy()


def person(facts: dict[str, Any]) -> Participant:
    return Participant.model_validate(facts)


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (mentor(1), ()),
        (mentor(1, digitally_skilled=False, customer_facing=True), ()),
        (mentor(1, digitally_skilled=False), ("customer-facing or digitally skilled",)),
        (mentor(1, high_potential=False), ("high potential",)),
        (mentee(1), ()),
        (mentee(1, gaps=[]), ("a skill gap with current and target level",)),
    ],
)
def test_entry_criteria_name_what_is_missing(facts: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert criteria(person(facts))[1] == missing
    assert is_eligible(person(facts)) == (not missing)


@pytest.mark.parametrize(
    ("teaches", "learns", "reason"),
    [
        ({}, {}, None),
        ({"level": 8}, {}, None),
        ({"level": 9}, {}, "G10 the mentor's level is not below the mentee's"),
        ({"reports_to": ["x", "e-1"]}, {}, "R42 same reporting line"),
        ({"reports_to": ["x", "y", "e-1"]}, {}, None),
        ({}, {"reports_to": ["m-1"]}, "R42 same reporting line"),
        ({"conflicts": ["e-1"]}, {}, "R42 declared conflict"),
        ({}, {"conflicts": ["m-1"]}, "R42 declared conflict"),
        ({"timezone": "America/New_York"}, {}, None),
        ({"timezone": "America/Los_Angeles"}, {}, "R42 1 shared working hours, fewer than 2"),
        ({"timezone": "Asia/Tokyo"}, {}, None),
        ({"timezone": "Australia/Sydney"}, {}, "R42 0 shared working hours, fewer than 2"),
    ],
)
def test_exclusions(teaches: dict[str, Any], learns: dict[str, Any], reason: str | None) -> None:
    assert exclusion(person(mentor(1, **teaches)), person(mentee(1, **learns)), POLICY, DAY) == reason


@st.composite
def rosters(draw: st.DrawFn) -> list[Participant]:
    mentors, mentees = draw(st.integers(0, 6)), draw(st.integers(0, 9))
    ids = [f"e-{n}" for n in range(mentees)]
    foes = st.frozensets(st.sampled_from(ids)) if ids else st.just(frozenset())
    eligible = st.integers(0, 4).map(bool)
    return [
        *(
            person(mentor(n, conflicts=sorted(draw(foes)), high_potential=draw(eligible)))
            for n in range(mentors)
        ),
        *(person(mentee(n, level=draw(st.integers(3, 9)))) for n in range(mentees)),
    ]


@given(rosters(), st.integers(1, 3))
def test_the_number_of_pairs_is_that_of_an_independent_solver(
    people: list[Participant], capacity: int
) -> None:
    policy = POLICY.model_copy(
        update={"matching": POLICY.matching.model_copy(update={"mentor_capacity": capacity})}
    )
    mentors = [one for one in people if one.role == "mentor" and is_eligible(one)]
    mentees = [one for one in people if one.role == "mentee"]
    places = [
        [exclusion(teaches, learns, policy, DAY) is None for teaches in mentors for _ in range(capacity)]
        for learns in mentees
    ]
    allowed = np.array(places, dtype=float).reshape(len(mentees), len(mentors) * capacity)
    rows, columns = linear_sum_assignment(allowed, maximize=True)
    most = int(allowed[rows, columns].sum())
    assert most_pairs(people, policy, DAY) == most
    assert most_pairs(people, policy, DAY, enough=2) == min(2, most)
