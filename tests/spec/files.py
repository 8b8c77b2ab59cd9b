"""A small sound spec, as data and as files, for tests to break in one place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from turnabout.errors import InvalidInput
from turnabout.load import load_spec
from turnabout.spec import CohortSpec

REAL_FILES = tuple(
    Path(__file__).parents[3] / "shared" / "data" / "mentor-match-sample" / name
    for name in ("small_mentees.csv", "small_mentors.csv")
)
"""Sign-up forms of a real mentoring scheme's tool; they may lie beside the checkout."""

Change = Callable[[dict[str, Any]], object]


def mentor(number: int, **fields: Any) -> dict[str, Any]:
    """A mentor who may join."""
    return {
        "id": f"m-{number}",
        "role": "mentor",
        "level": 3,
        "timezone": "Europe/Berlin",
        "function": "Marketing",
        "location": "Berlin",
        "skills": ["short video"],
        "high_potential": True,
        "digitally_skilled": True,
        **fields,
    }


def mentee(number: int, **fields: Any) -> dict[str, Any]:
    """A mentee who may join."""
    return {
        "id": f"e-{number}",
        "role": "mentee",
        "level": 9,
        "timezone": "Europe/Berlin",
        "function": "Finance",
        "location": "Berlin",
        "gaps": [{"skill": "short video", "current": 1, "target": 3}],
        **fields,
    }


SOUND: dict[str, Any] = {
    "id": "c-1",
    "program": "p-1",
    "name": "A cohort",
    "preset": "sprint_90",
    "timezone": "Europe/Berlin",
    "starts_on": "2027-01-04",
    "kickoff_on": "2027-02-08",
    "kickoff_at": "10:00",
    "lead": {"id": "s-lead", "timezone": "Europe/Berlin"},
    "sponsor": {"id": "s-sponsor", "timezone": "Europe/London", "title": "chro"},
    "steward": {"id": "s-steward", "timezone": "Europe/Berlin"},
    "support_contacts": [{"id": "s-support", "timezone": "Europe/Berlin"}],
    "kpis": [
        {"id": "K6", "name": "Goals reached", "outcome": "digital upskilling"},
        {"id": "K3", "name": "Skill attained", "outcome": "digital upskilling"},
        {"id": "K10", "name": "Adherence", "outcome": "engagement"},
    ],
    "priority_metric": {"name": "relevant followers", "unit": "followers", "source": "analytics"},
    "people": [*(mentor(n) for n in range(1, 7)), *(mentee(n) for n in range(1, 7))],
}


def changed(change: Change | None = None) -> dict[str, Any]:
    """The sound spec after a change."""
    data = deepcopy(SOUND)
    if change:
        change(data)
    return data


def spec(change: Change | None = None) -> CohortSpec:
    """The sound spec after a change, as a model."""
    return CohortSpec.model_validate(changed(change))


def write(folder: Path, data: dict[str, Any], name: str = "cohort.yaml") -> Path:
    """A spec file."""
    path = folder / name
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def problems(path: Path) -> tuple[str, ...]:
    """What loading refuses the file for; nothing where it loads."""
    try:
        load_spec(path)
    except InvalidInput as refused:
        return refused.problems or (str(refused),)
    return ()
