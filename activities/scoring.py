"""How well a mentor suits a mentee, as a number and in words (R36). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from textwrap import shorten

from turnabout.calendar import overlap_hours
from turnabout.policy import Policy
from turnabout.spec import Gap, Participant


def score(mentor: Participant, mentee: Participant, policy: Policy, day: date) -> int:
    """How well they suit each other, in tenths of a point (0-1000): a whole number, so that sums are exact.

    The weighted mean of four parts, each 0 to 1 (weights in the policy; R36):

    - gap: of the levels that the mentee wants to gain, the share in skills that the mentor has;
    - interests: shared / all interests of both (Jaccard 1901), 0 where either names none;
    - overlap: working hours that both share on `day` / hours of a working day;
    - difference: one half for another function, one half for another location.
    """
    rules = policy.matching
    wanted = sum(map(_size, mentee.gaps))
    covered = sum(map(_size, _taught(mentor, mentee)))
    mine, theirs = _folded(mentor.interests), _folded(mentee.interests)
    total = (
        rules.weight_gap * (covered / wanted if wanted else 0.0)
        + rules.weight_interests * (len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0)
        + rules.weight_overlap * min(1.0, _hours(mentor, mentee, policy, day) / _working_day(policy))
        + rules.weight_difference
        * (_differ(mentor, mentee, "function") + _differ(mentor, mentee, "location"))
        / 2
    )
    weights = rules.weight_gap + rules.weight_interests + rules.weight_overlap + rules.weight_difference
    return round(1000 * total / max(1, weights))


def reasons(mentor: Participant, mentee: Participant, policy: Policy, day: date) -> tuple[str, ...]:
    """Why the mentor stands on the shortlist, in words for the mentee; each fits on a line."""
    words = [f"can teach {gap.skill} ({gap.current} to {gap.target})" for gap in _taught(mentor, mentee)]
    words += _between(mentee, mentor, policy, day)
    return tuple(shorten(text, 280, placeholder=" ...") for text in words)


def wishes(mentor: Participant, mentee: Participant, policy: Policy, day: date) -> tuple[str, ...]:
    """What a mentor reads of a mentee who is proposed to them: what they would like to learn, but not how
    much of it they lack, and why the two may fit; each fits on a line."""
    taught = _taught(mentor, mentee)
    words = [
        f"would like to learn {gap.skill}{', which you can teach' if gap in taught else ''}"
        for gap in mentee.gaps
    ]
    words += _between(mentor, mentee, policy, day)
    return tuple(shorten(text, 280, placeholder=" ...") for text in words)


def _between(reader: Participant, other: Participant, policy: Policy, day: date) -> Iterator[str]:
    theirs = _folded(other.interests)
    shared = [interest for interest in reader.interests if interest.casefold() in theirs]
    if shared:
        yield f"shares your interest in {', '.join(shared)}"
    yield f"{_hours(reader, other, policy, day):g} working hours a day in common"
    if _differ(reader, other, "function"):
        yield f"another function: {other.function}"
    if _differ(reader, other, "location"):
        yield f"another place: {other.location}"


def _taught(mentor: Participant, mentee: Participant) -> list[Gap]:
    skills = _folded(mentor.skills)
    return [gap for gap in mentee.gaps if gap.skill.casefold() in skills]


def _size(gap: Gap) -> int:
    return max(0, gap.target - gap.current)


def _hours(mentor: Participant, mentee: Participant, policy: Policy, day: date) -> float:
    nudges = policy.nudges
    return overlap_hours(day, mentor.timezone, mentee.timezone, nudges.day_starts, nudges.day_ends)


def _working_day(policy: Policy) -> int:
    return max(1, policy.nudges.day_ends - policy.nudges.day_starts)


def _differ(mentor: Participant, mentee: Participant, trait: str) -> bool:
    mine: str = getattr(mentor, trait)
    theirs: str = getattr(mentee, trait)
    return mine.casefold() != theirs.casefold()


@lru_cache(maxsize=10_000)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
