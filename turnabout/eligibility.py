"""Who may join and which two may never be paired (R33, R34, R42, G10). Pure.

Capacity (G12) is not here: it depends on the pairs that already exist.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from turnabout import calendar
from turnabout.policy import Policy

if TYPE_CHECKING:
    from turnabout.spec import Participant

Trait = Literal["function", "location", "background"]
"""What a pair may reach across (R39); protected traits are never among them."""


def criteria(person: Participant) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What of the entry criteria a person meets and what is missing, each in words (R33, R34)."""
    if person.role == "mentee":
        gaps = tuple(f"wants to learn {gap.skill} ({gap.current} to {gap.target})" for gap in person.gaps)
        return (gaps, ()) if gaps else ((), ("a skill gap with current and target level",))
    met = [
        words
        for held, words in (
            (person.high_potential, "high potential"),
            (person.customer_facing, "customer-facing"),
            (person.digitally_skilled, "digitally skilled"),
        )
        if held
    ]
    missing = [] if person.high_potential else ["high potential"]
    if not (person.customer_facing or person.digitally_skilled):
        missing.append("customer-facing or digitally skilled")
    return tuple(met), tuple(missing)


def is_eligible(person: Participant) -> bool:
    """Whether a person may join: a mentor is a high-potential junior and customer-facing or digitally skilled
    (R33), a mentee has a skill gap (R34)."""
    return not criteria(person)[1]


def in_reporting_line(one: Participant, other: Participant, levels: int) -> bool:
    """Whether one reports to the other within so many levels, up or down (R42)."""
    return other.id in one.reports_to[:levels] or one.id in other.reports_to[:levels]


def exclusion(mentor: Participant, mentee: Participant, policy: Policy, day: date) -> str | None:
    """Why these two may never be paired, or None. Working hours are compared on `day` (the kickoff's)."""
    rules = policy.matching
    if mentor.level >= mentee.level:
        return "G10 the mentor's level is not below the mentee's"
    if in_reporting_line(mentor, mentee, rules.reporting_levels):
        return "R42 same reporting line"
    if mentee.id in mentor.conflicts or mentor.id in mentee.conflicts:
        return "R42 declared conflict"
    nudges = policy.nudges
    hours = calendar.overlap_hours(day, mentor.timezone, mentee.timezone, nudges.day_starts, nudges.day_ends)
    if hours < rules.min_overlap_hours:
        return f"R42 {hours:g} shared working hours, fewer than {rules.min_overlap_hours}"
    return None


def crosses(mentor: Participant, mentee: Participant) -> tuple[Trait, ...]:
    """In which respects these two differ (R39); who names no background differs in none."""
    differs: tuple[tuple[Trait, bool], ...] = (
        ("function", mentor.function.casefold() != mentee.function.casefold()),
        ("location", mentor.location.casefold() != mentee.location.casefold()),
        (
            "background",
            bool(mentor.background and mentee.background)
            and str(mentor.background).casefold() != str(mentee.background).casefold(),
        ),
    )
    return tuple(trait for trait, holds in differs if holds)


def most_pairs(people: Sequence[Participant], policy: Policy, day: date, enough: int | None = None) -> int:
    """The largest number of pairs that the eligible among these people could form at once; the search stops
    at `enough`. Augmenting paths (Berge 1957)."""
    mentors = [person for person in people if person.role == "mentor" and is_eligible(person)]
    mentees = {person.id: person for person in people if person.role == "mentee" and is_eligible(person)}
    taken: dict[str, list[str]] = {mentor.id: [] for mentor in mentors}

    @cache
    def partners(mentee: str) -> tuple[str, ...]:
        one = mentees[mentee]
        return tuple(mentor.id for mentor in mentors if exclusion(mentor, one, policy, day) is None)

    def place(mentee: str) -> bool:
        """Find a mentor for one more mentee along a shortest path."""
        reached_by: dict[str, str] = {}
        frontier = deque([mentee])
        while frontier:
            current = frontier.popleft()
            for mentor in partners(current):
                if mentor in reached_by:
                    continue
                reached_by[mentor] = current
                if len(taken[mentor]) < policy.matching.mentor_capacity:
                    _shift(mentor, reached_by, taken, mentee)
                    return True
                frontier.extend(taken[mentor])
        return False

    pairs = 0
    for mentee in mentees:
        if pairs == enough:
            break
        pairs += place(mentee)
    return pairs


def _shift(mentor: str, reached_by: dict[str, str], taken: dict[str, list[str]], start: str) -> None:
    """Hand every mentee along the path to the next mentor, so that the one at the start gets a place."""
    while True:
        mentee = reached_by[mentor]
        before = next((other for other, held in taken.items() if mentee in held), None)
        taken[mentor].append(mentee)
        if mentee == start or before is None:
            return
        taken[before].remove(mentee)
        mentor = before
