"""Random cohorts: who is in them, where they live, who may not be together, and by which preset they work."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.rules.cohort.world import make_spec, person
from turnabout import calendar
from turnabout.presets import LENGTHS, PresetName
from turnabout.spec import CohortSpec

ZONES = (
    "Europe/Berlin",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Africa/Cairo",
    "America/New_York",
    "Asia/Kolkata",
)
FAR = ("Asia/Tokyo", "America/Los_Angeles", "Australia/Lord_Howe")
"""Where only staff live: too far from the others to meet."""


def random_spec(preset: PresetName, dice: Random) -> CohortSpec:
    """A cohort that may be started; about one in three is small or short of mentors."""
    while True:
        spec = _drawn(preset, dice)
        if not spec.problems():
            return spec


def _drawn(preset: PresetName, dice: Random) -> CohortSpec:
    mentors, mentees = dice.randint(3, 8), dice.randint(3, 7)
    people = [_person("mentor", number, mentees, dice) for number in range(1, mentors + 1)]
    people += [_person("mentee", number, mentors, dice) for number in range(1, mentees + 1)]
    starts_on = date(2026, 1, 5) + timedelta(days=dice.randrange(300))
    shortest, longest, _ = LENGTHS[preset]
    kickoff_on = calendar.add_business_days(starts_on + timedelta(days=dice.randint(28, 60)), 0)
    holidays = [starts_on + timedelta(days=dice.randrange(200)) for _ in range(dice.randrange(8))]
    kickoff_on = calendar.add_business_days(kickoff_on, 0, holidays)
    fields: dict[str, Any] = {
        "preset": preset,
        "weeks": dice.randint(shortest, longest),
        "timezone": dice.choice(ZONES),
        "starts_on": starts_on,
        "kickoff_on": kickoff_on,
        "people": people,
        "holidays": holidays,
        "lead": {"id": "lea", "timezone": dice.choice(ZONES + FAR)},
        "sponsor": {"id": "sponsor", "timezone": dice.choice(ZONES + FAR), "title": "cpo"},
        "steward": {"id": "steward", "timezone": dice.choice(ZONES + FAR)},
        "small_cohort_reason": dice.choice((None, "A trial.")),
        "seed": dice.randrange(1000),
    }
    spec = make_spec(**fields).model_dump()
    policy = spec["policy"]
    policy["safety"]["decoys"] = dice.choice((0, 10, 40))
    policy["matching"]["refreshed_shortlists"] = dice.choice((0, 1))
    policy["matching"]["min_cross_location"] = dice.choice((0, 2))
    return CohortSpec.model_validate(spec)


def _person(role: str, number: int, others: int, dice: Random) -> dict[str, Any]:
    other = "mentee" if role == "mentor" else "mentor"
    facts: dict[str, Any] = {"timezone": dice.choice(ZONES), "location": dice.choice(("Berlin", "Lisbon"))}
    if dice.random() < 0.15:
        facts["conflicts"] = [f"{other}-{dice.randint(1, others)}"]
    if dice.random() < 0.15:
        facts["reports_to"] = ["x", f"{other}-{dice.randint(1, others)}"]
    if dice.random() < 0.1:
        facts["level"] = 6
    if role == "mentor" and dice.random() < 0.1:
        facts["high_potential"] = False
    return person(role, number, **facts)
