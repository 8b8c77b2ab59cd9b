"""A small cohort of the example's people: four pairs, eight weeks, every guard of the midpoint met once.

Its dates lie years ahead of the clock, so that what happens never depends on the day of the test.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from turnabout.contact import Contact
from turnabout.load import load_spec
from turnabout.roster import read_roster
from turnabout.spec import CohortSpec
from workers.demo.script import Script

EXAMPLES = Path(__file__).parents[2] / "examples"
STARTS_ON = date(2035, 1, 8)
MENTORS = ("p-001", "p-003", "p-009", "p-011", "p-013")
MENTEES = ("p-016", "p-017", "p-018", "p-022")
UNSAFE, STUCK = 1, 2
"""The number of the pair in which the mentor rates safety 2, and of the one that stagnates while its lead
decides nothing."""


@cache
def small_cohort(name: str = "small", starts_on: date = STARTS_ON) -> CohortSpec:
    """Four leaders and five juniors, one of whom waits; a skills sprint of eight weeks, in which no pair is
    drawn for a check-in."""
    spec = load_spec(EXAMPLES / "cohort.yaml").spec
    people = tuple(one for one in spec.people if one.id in {*MENTORS, *MENTEES})
    changes = {
        "id": name,
        "preset": "skills_sprint",
        "starts_on": starts_on,
        "kickoff_on": starts_on + (spec.kickoff_on - spec.starts_on),
        "holidays": (),
        "people": [one.model_dump() for one in people],
        "small_cohort_reason": "A test needs few.",
    }
    told = {**spec.model_dump(), **changes}
    told["policy"]["safety"] |= {"decoys": 0, "decoys_between": 0}
    return CohortSpec.model_validate(told)


def contacts() -> tuple[Contact, ...]:
    """Names and addresses of everybody in the cohort."""
    return tuple(
        contact
        for file in ("people.csv", "staff.csv")
        for contact in read_roster(EXAMPLES / file).contacts
        if contact.id in {*MENTORS, *MENTEES} or file == "staff.csv"
    )


def script() -> Script:
    """Who is out of line, cut to four pairs and eight weeks (pulse and midpoint in week 4)."""
    return Script(
        feels_unsafe=UNSAFE,
        stagnates=STUCK,
        undecided=STUCK,
        silent_in_pulse=3,
        misses_sessions={STUCK: frozenset({1, 2, 3}), 4: frozenset({6})},
        absent_at_kickoff=frozenset({3}),
        late_memo=4,
    )


def brisk_cohort() -> CohortSpec:
    """The same with as much time to choose and consent as two weeks allow, for people on a fast clock."""
    spec = small_cohort()
    matching = spec.policy.matching.model_copy(
        update={"choice_window": 3, "choice_reminder": 3, "consent_window": 3}
    )
    return spec.model_copy(update={"policy": spec.policy.model_copy(update={"matching": matching})})


def prompt_script() -> Script:
    """Everybody answers the first mail; one pair is unsafe and one stagnates all the same."""
    return Script(
        late_to_join=frozenset(),
        late_to_rank=frozenset(),
        declines_first_match=frozenset(),
        absent_at_kickoff=frozenset(),
        feels_unsafe=UNSAFE,
        stagnates=STUCK,
        undecided=STUCK,
        silent_in_pulse=0,
        misses_sessions={STUCK: frozenset({1, 2, 3})},
        late_memo=0,
    )


def begins(spec: CohortSpec) -> datetime:
    """Eight in the morning of the first day, in UTC."""
    return datetime.combine(spec.starts_on, time(8), tzinfo=UTC)


LIMIT = timedelta(days=150)
"""Simulated time in which the cohort must be closed."""
