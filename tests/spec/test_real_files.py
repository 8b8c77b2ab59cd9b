"""Sign-up forms of a real mentoring scheme's tool, where they are at hand beside the checkout."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.spec.files import REAL_FILES, changed, write
from turnabout.load import load_spec
from turnabout.roster import read_roster

GRADES = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
MAPPING: dict[str, Any] = {
    "columns": {
        "name": ["first name", "last name"],
        "email": "email address",
        "level": "grade",
        "role": "grade",
        "function": "profession",
        "location": "organisation",
    },
    "values": {
        "level": {grade: level for level, grade in enumerate(GRADES, start=1)},
        "role": {grade: "mentor" if level <= 5 else "mentee" for level, grade in enumerate(GRADES, start=1)},
    },
    "constants": {
        "timezone": "Europe/London",
        "high_potential": True,
        "digitally_skilled": True,
        "gaps": "short video:1>3",
    },
}
"""In reverse mentoring the junior grades teach and the senior ones learn."""


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_a_mapping_is_enough_to_load_every_row(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    roster = read_roster(path, MAPPING)
    assert len(roster.people) == len(roster.contacts) == len(rows) == 50
    assert roster.rejected == ()
    for person, row in zip(roster.people, rows, strict=True):
        assert GRADES[person.level - 1] == row["grade"]
        assert (person.role == "mentor") == (person.level <= 5)
    assert {contact.email for contact in roster.contacts} == {row["email address"].lower() for row in rows}


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_traits_are_dropped_with_a_notice_and_leave_no_trace(path: Path) -> None:
    roster = read_roster(path, MAPPING)
    named = next(notice for notice in roster.notices if "protected traits" in notice)
    for column in ("characteristics", "match with similar identity", "identity to match"):
        assert (column in named) == (column in path.read_text(encoding="utf-8").splitlines()[0])
    assert "biography" in " ".join(roster.notices)
    text = roster.model_dump_json()
    assert not [
        trait for trait in ("Lesbian", "Gay", "Transgender", "Non-binary", "My name is") if trait in text
    ]


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_grades_that_are_not_mapped_are_reported_row_by_row(path: Path) -> None:
    known = {grade: level for grade, level in MAPPING["values"]["level"].items() if grade != "SEO"}
    roster = read_roster(path, MAPPING | {"values": MAPPING["values"] | {"level": known}})
    assert len(roster.people) + len(roster.rejected) == 50
    assert {bad.reason for bad in roster.rejected} == {"'SEO' is not in the mapping's values.level."}


def test_both_files_make_one_cohort(tmp_path: Path) -> None:
    for path in REAL_FILES:
        shutil.copy(path, tmp_path)
    sources = [{"file": path.name, "mapping": MAPPING} for path in REAL_FILES]
    loaded = load_spec(write(tmp_path, changed(lambda data: data.update(people=sources))))
    assert len(loaded.spec.people) == len(loaded.contacts) == 100
    assert any("mentees for at most 12 pairs" in notice for notice in loaded.notices)
