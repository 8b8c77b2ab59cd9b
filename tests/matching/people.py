"""People and tasks for the solver's tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from events.matching import MatchTask, ShortlistTask
from turnabout.policy import Policy
from turnabout.spec import Gap, Participant

DAY = date(2026, 3, 2)


def mentor(number: int, **facts: Any) -> Participant:
    given = {"level": 3, "skills": ("social media",), "interests": ("music",), "function": "marketing"}
    return _person("mentor", f"mentor-{number:03d}", given | facts)


def mentee(number: int, **facts: Any) -> Participant:
    gap = Gap(skill="Social Media", current=1, target=4)
    given = {"level": 9, "gaps": (gap,), "interests": ("Music",), "function": "finance"}
    return _person("mentee", f"mentee-{number:03d}", given | facts)


def _person(role: str, name: str, facts: dict[str, Any]) -> Participant:
    return Participant.model_validate(
        {"id": name, "role": role, "timezone": "Europe/Berlin", "location": "Berlin"} | facts
    )


def shortlist_task(mentors: list[Participant], mentees: list[Participant], **fields: Any) -> dict[str, Any]:
    given = {
        "round": 1,
        "seed": 7,
        "day": DAY,
        "policy": Policy(),
        "mentors": mentors,
        "mentees": mentees,
        "capacity": {person.id: 1 for person in mentors},
    }
    return ShortlistTask.model_validate(given | fields).model_dump(mode="json")


def match_task(rankings: dict[str, list[str]], **fields: Any) -> dict[str, Any]:
    """A first solve: `rankings` are mentors by mentee, best first; every mentor has one place."""
    given = {
        "round": 1,
        "solve": 1,
        "seed": 7,
        "rankings": {
            who: {name: rank for rank, name in enumerate(names, start=1)} for who, names in rankings.items()
        },
        "scores": {},
        "capacity": {name: 1 for names in rankings.values() for name in names},
        "limit": 1000,
    }
    return MatchTask.model_validate(given | fields).model_dump(mode="json")


def crowd(count: int) -> tuple[list[Participant], list[Participant]]:
    """So many mentors and as many mentees, of many skills and interests, in four zones."""
    zones = ["Europe/Berlin", "Europe/Lisbon", "America/New_York", "Asia/Kolkata"]
    skills = [f"skill {number}" for number in range(20)]
    mentors = [
        mentor(
            number,
            skills=tuple(skills[number * step % 20] for step in (1, 7, 11)),
            interests=tuple(skills[(number // step) % 20] for step in (1, 7, 11)),
            timezone=zones[number % 4],
        )
        for number in range(count)
    ]
    mentees = [
        mentee(
            number,
            gaps=tuple(
                Gap(skill=skill, current=1, target=4)
                for skill in (skills[number % 20], skills[(number // 20 + 1) % 20])
            ),
            interests=tuple(skills[(number * step) % 20] for step in (3, 5, 9)),
            timezone=zones[number // 3 % 4],
        )
        for number in range(count)
    ]
    return mentors, mentees
