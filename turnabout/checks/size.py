"""Whether what a roster makes of the log still fits into one command (E4). Pure.

Estimates from above: a roster that passes never has a later command refused for its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding
from turnabout.messages import MAX_BYTES

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec, Participant

FRAME = 16 * 1024
"""Bytes of an envelope, of the shape, and of what else stands beside the people."""
CHASE, STEP, CANDIDATE, REASON = 120, 140, 48, 36
"""Bytes of an open item, one of its steps, a candidate and a reason, without ids and words of people."""
LINE = 280
"""Characters at which the words of a reason are cut; one takes up to four bytes."""


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """A roster whose people, invitations or shortlists make too large a record."""
    needed, what = max(
        (_bytes(spec.model_dump_json()) + FRAME, "entries"),
        (_invitations(spec) + FRAME, "invitations"),
        (_lists(spec) + FRAME, "shortlists"),
    )
    if needed > MAX_BYTES:
        mentors = sum(person.role == "mentor" for person in spec.people)
        yield Finding(
            ("people",),
            "E4",
            f"{mentors} mentors and {len(spec.people) - mentors} mentees are too many for one cohort: their "
            f"{what} may take {needed // 1024} KiB in one command, and {MAX_BYTES // 1024} fit.",
            "Divide the people over several cohorts.",
        )


def _invitations(spec: CohortSpec) -> int:
    """Of everybody, with reminders."""
    asked = 1 + len(spec.policy.charter.enrolment_reminders)
    return sum(_chase(person.id, asked) for person in spec.people)


def _lists(spec: CohortSpec) -> int:
    """Of all mentees: the shortlist with its reasons, and what asks for a choice."""
    mentors = [person for person in spec.people if person.role == "mentor"]
    name = max((_bytes(person.id) for person in mentors), default=0)
    own = max((_bytes(person.function) + _bytes(person.location) for person in mentors), default=0)
    longest = spec.policy.matching.shortlist_max
    return sum(
        longest * (CANDIDATE + name + min(own, 8 * LINE) + _reasons(person)) + _chase(person.id, 3)
        for person in spec.people
        if person.role == "mentee"
    )


def _reasons(mentee: Participant) -> int:
    """Of every gap one, of all interests one, of hours, function and place one each."""
    gaps = sum(REASON + min(_bytes(gap.skill), 4 * LINE) for gap in mentee.gaps)
    interests = REASON + min(sum(_bytes(interest) + 2 for interest in mentee.interests), 4 * LINE)
    return gaps + interests + 3 * REASON


def _chase(person: str, steps: int) -> int:
    return CHASE + _bytes(person) + steps * (STEP + _bytes(person))


def _bytes(text: str) -> int:
    return len(text.encode())
