"""Files as people write them: every fault is named with its file, line, rule and fix, all in one go."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from tests.spec.files import SOUND, changed, mentor, problems, spec, write
from turnabout.errors import InvalidInput
from turnabout.load import PAGE, load_spec
from turnabout.spec import CohortSpec

TEXT = """\
id: c-1
program: p-1
name: A cohort
preset: sprint_90
timezone: Europe/Berlin
starts_on: 2027-01-04
kickoff_on: 2027-02-08
kickoff_at: 10:00
lead: {id: s-lead, timezone: Europe/Berlin}
sponsor: {id: s-sponsor, timezone: Europe/London, title: chro}
steward: {id: s-steward, timezone: Europe/Berlin}
support_contacts: [{id: s-support, timezone: Europe/Berlin}]
kpis:
  - {id: K6, name: Goals reached, outcome: digital upskilling}
  - {id: K3, name: Skill attained, outcome: digital upskilling}
  - {id: K10, name: Adherence, outcome: engagement}
priority_metric: {name: relevant followers, unit: followers, source: analytics}
people: {file: people.csv}
"""
ROWS = [
    "id,role,level,function,location,timezone,gaps,high_potential,digitally_skilled",
    *(f"m-{n},mentor,3,Marketing,Berlin,Europe/Berlin,,yes,yes" for n in range(1, 7)),
    *(f"e-{n},mentee,9,Finance,Berlin,Europe/Berlin,short video:1>3,," for n in range(1, 7)),
]


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes the text above, with lines replaced by number and rows of the roster as given."""

    def write_lines(replaced: dict[int, str] | None = None, rows: list[str] | None = None) -> Path:
        text = TEXT.splitlines()
        for number, line in (replaced or {}).items():
            text[number - 1] = line
        path = tmp_path / "cohort.yaml"
        path.write_text("\n".join(text), encoding="utf-8")
        (tmp_path / "people.csv").write_text("\n".join(rows or ROWS), encoding="utf-8")
        return path

    return write_lines


def test_a_sound_file_loads_with_its_roster(lines: Callable[..., Path]) -> None:
    loaded = load_spec(lines())
    assert [person.id for person in loaded.spec.people][:7] == [*(f"m-{n}" for n in range(1, 7)), "e-1"]
    assert loaded.spec.kickoff_at == time(10)
    assert loaded.notices == ()
    assert loaded.contacts == ()


def test_while_rows_cannot_be_read_nothing_is_said_of_the_roster_as_a_whole(
    lines: Callable[..., Path],
) -> None:
    """G13: rows that are missing are no empty side; the people who could be read are checked all the same."""
    broken = [row.replace("short video:1>3", "short video") for row in ROWS]
    found = problems(lines(rows=broken))
    assert len(found) == 6
    assert all("is no skill gap" in text for text in found)
    found = problems(lines(rows=[*broken, ROWS[-1].replace("e-6", "e-7").replace("1>3", "3>3")]))
    assert len(found) == 7
    assert "[R34] e-7 already is where they want to be" in found[-1]
    (alone,) = problems(lines(rows=ROWS[:7]))
    assert "[G13] Nobody on the roster learns." in alone


def test_yaml_json_and_plain_data_mean_the_same(tmp_path: Path) -> None:
    as_json = tmp_path / "cohort.json"
    as_json.write_text(json.dumps(SOUND, indent=1))
    expected = spec()
    assert CohortSpec.load(write(tmp_path, SOUND)) == expected
    assert CohortSpec.load(as_json) == expected
    assert CohortSpec.load(str(as_json)) == expected


FORM = [
    (8, "kickoff_at: 10", "cohort.yaml:8: kickoff_at: ", "10"),
    (8, "kickoff_at: 10:00Z", "cohort.yaml:8: kickoff_at: ", "without an offset"),
    (6, "starts_on: 4 January", "cohort.yaml:6: starts_on: ", "4 January"),
    (3, "nmae: A cohort", "cohort.yaml:3: nmae: ", "Did you mean name?"),
    (4, "preset: sprint_9", "cohort.yaml:4: preset: [R50] ", "'sprint_90'"),
    (10, "sponsor: {id: s, timezone: UTC, title: cfo}", "cohort.yaml:10: sponsor.title: [R26] ", "'chro'"),
    (10, "sponsor: {id: s, timezone: UTC}", "cohort.yaml:10: sponsor.title: [R26] ", "business_head"),
    (10, "# nobody sponsors it", "cohort.yaml:1: sponsor: [R26] ", "executive sponsor"),
    (17, "", "cohort.yaml:1: priority_metric: [R32] ", "Name one"),
    (14, "  - {id: K17, name: x, outcome: engagement}", "cohort.yaml:14: kpis[0].id: [R32] ", "K17"),
    (4, "preset: skills_sprint\nweeks: 13", "cohort.yaml:5: weeks: [R50] ", "8 to 12"),
    (7, "kickoff_on: 2027-02-07", "cohort.yaml:7: kickoff_on: [R108] ", "Sunday"),
    (14, "", "cohort.yaml:13: kpis: [R32] ", "3 to 4"),
    (1, "id: c-1\nid: c-2", "cohort.yaml:1: id ", "again in line 2"),
]


@pytest.mark.parametrize(
    ("number", "line", "start", "contains"), FORM, ids=[f"{n}: {t[:30]}" for n, t, *_ in FORM]
)
def test_a_fault_names_line_field_rule_and_fix(
    lines: Callable[..., Path], number: int, line: str, start: str, contains: str
) -> None:
    found = problems(lines({number: line}))
    assert any(text.startswith(start) and contains in text for text in found), found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: c-1\n  name: x: y\n", 2),
        ("id: [c-1\nname: x\n", 2),
        ('id: "c-1\n', 2),
        ("id: c-1\n\tname: x\n", 2),
        ("id: *nobody\n", 1),
    ],
)
def test_broken_yaml_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "cohort.yaml"
    path.write_text(text)
    (found,) = problems(path)
    assert found.startswith(f"cohort.yaml:{line}: ")


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cohort.json"
    path.write_text('{"id": "c-1",\n"name" "x"}')
    assert problems(path) == ("cohort.json:2: Expecting ':' delimiter. Mend this line.",)


def test_problems_of_form_and_of_rules_come_together(lines: Callable[..., Path]) -> None:
    path = lines(
        {
            3: "colour: blue",
            7: "kickoff_on: 2027-02-07",
            10: "sponsor: {id: s-sponsor, timezone: Europe/London, title: cfo}",
            14: "",
            15: "",
            17: "",
        },
        [*ROWS, "m-7,mentor,eleven,Marketing,Berlin,Europe/Berlin,,yes,yes", ROWS[1]],
    )
    with pytest.raises(InvalidInput) as refused:
        load_spec(path)
    found = refused.value.problems
    starts = (
        "people.csv row 14, column level: 'eleven'",
        "people.csv row 15, column id: The same id stands in row 2.",
        "cohort.yaml:1: name: It is missing.",
        "cohort.yaml:10: sponsor.title: [R26]",
        "cohort.yaml:1: priority_metric: [R32]",
        "cohort.yaml:3: colour: There is no such field.",
        "cohort.yaml:7: kickoff_on: [R108]",
        "cohort.yaml:13: kpis: [R32]",
    )
    assert len(found) == len(starts), found
    assert all(any(text.startswith(start) for text in found) for start in starts), found
    assert str(refused.value).startswith(f"{path} has 8 problems; nothing was started. {PAGE}\n  - ")
    assert refused.value.exit_code == 2


def test_a_fault_of_somebody_in_a_csv_names_the_row(lines: Callable[..., Path]) -> None:
    rows = [ROWS[0], "", ROWS[1].replace("mentor,3", "mentor,12"), *ROWS[2:]]
    (found,) = problems(lines(rows=rows))
    assert found == (
        "people.csv row 3, level: [G10] m-1 would teach at level 12, but no mentee is above it (the highest "
        "is 9). In reverse mentoring the junior teaches: check the level and the role."
    )


def test_a_list_may_hold_people_and_files(lines: Callable[..., Path], tmp_path: Path) -> None:
    path = lines(
        {18: "people:\n  - {file: people.csv}\n  - {file: more.csv, mapping: {constants: {role: mentor}}}"}
    )
    (tmp_path / "more.csv").write_text(
        "id,name,email,level,function,location,timezone\n"
        "m-9,Ada Quill,ada@example.org,2,IT,Rome,Europe/Rome\n"
    )
    loaded = load_spec(path)
    assert loaded.spec.people[-1].id == "m-9"
    assert [contact.name for contact in loaded.contacts] == ["Ada Quill"]
    assert "Ada" not in loaded.spec.model_dump_json()
    assert "example.org" not in loaded.spec.model_dump_json()


def test_one_address_in_two_files_is_one_person(lines: Callable[..., Path], tmp_path: Path) -> None:
    path = lines({18: "people:\n  - {file: people.csv}\n  - {file: a.csv}\n  - {file: b.csv}"})
    header = "id,role,name,email,level,function,location,timezone"
    for name, number in (("a.csv", 8), ("b.csv", 9)):
        row = f"m-{number},mentor,Ada Quill,ada@example.org,2,IT,Rome,Europe/Rome"
        (tmp_path / name).write_text(f"{header}\n{row}\n")
    assert problems(path) == (
        "cohort.yaml:21: people[2].file: [G12] m-9 has the same address as m-8. Keep one of the two.",
    )


@pytest.mark.parametrize(
    ("entry", "contains"),
    [
        ("{file: nobody.csv}", "There is no file"),
        ("{file: people.csv, maping: {}}", "maping does not belong here"),
        ("{mapping: {}}", "file is missing"),
        ("{file: people.csv, mapping: {columns: {level: grade}}}", "there is no column 'grade'"),
        ("{file: people.csv, mapping: {columns: {rank: level}}}", "we have no field 'rank'"),
    ],
)
def test_a_roster_that_cannot_be_read_is_one_problem(
    lines: Callable[..., Path], entry: str, contains: str
) -> None:
    found = problems(lines({18: f"people: {entry}"}))
    assert len(found) == 1, found
    assert found[0].startswith("cohort.yaml:18: people")
    assert contains in found[0]


def test_warnings_are_notices_with_their_line(lines: Callable[..., Path]) -> None:
    loaded = load_spec(lines({11: "steward: {id: s-lead, timezone: Europe/Berlin}"}))
    (notice,) = loaded.notices
    assert notice == (
        "cohort.yaml:11: steward.id: [R73] s-lead is both lead and steward. Where possible, let concerns go "
        "to somebody else."
    )


@pytest.mark.parametrize("word", ["no", "on", "1_000", "0o17", "2027-01-01", "~x", "12:30:45"])
def test_yaml_words_stay_words(tmp_path: Path, word: str) -> None:
    path = tmp_path / "cohort.yaml"
    people = json.dumps([*changed()["people"], mentor(9)])
    path.write_text(
        TEXT.replace("people: {file: people.csv}", f"people: {people}").replace(
            "name: A cohort", f"name: {word}"
        )
    )
    assert CohortSpec.load(path).name == word


def test_unreadable_files_say_why(tmp_path: Path) -> None:
    empty, binary, half = tmp_path / "empty.yaml", tmp_path / "binary.yaml", tmp_path / "half.yaml"
    empty.write_text("\n \n")
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    half.write_bytes(b"name: \x81\x8d\x8f")
    for path, reason in (
        (tmp_path / "nothing.yaml", "There is no file"),
        (tmp_path, "is a directory"),
        (empty, "is empty"),
        (binary, "is not a text file in an encoding we know"),
        (half, "Save it as UTF-8"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            load_spec(path)


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "a: 1\n---\nb: 2\n"])
def test_another_kind_of_document_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cohort.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput):
        load_spec(path)


@pytest.mark.parametrize(
    ("encoding", "noticed"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)]
)
def test_other_encodings_are_read_or_noticed(tmp_path: Path, encoding: str, noticed: bool) -> None:
    data: dict[str, Any] = changed(lambda d: d.update(name="Zürich über alles"))
    path = tmp_path / "cohort.yaml"
    path.write_bytes(write(tmp_path, data).read_text(encoding="utf-8").encode(encoding))
    loaded = load_spec(path)
    assert loaded.spec.name == "Zürich über alles"
    assert [("Windows-1252" in notice) for notice in loaded.notices] == [True] * noticed


def test_an_alias_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "cohort.yaml"
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path.write_text("\n".join(["a0: &a0 [x]", *levels]))
    with pytest.raises(InvalidInput, match="more than"):
        load_spec(path)
