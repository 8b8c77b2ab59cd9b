"""A file that cannot start is refused with line, rule and fix before any server is asked; none answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import NOWHERE, PASSWORD, Ended, Shell
from tests.spec.files import changed, mentee, mentor, write
from turnabout.cli.main import run

Change = Callable[[dict[str, Any]], object]
Start = Callable[[Path], Ended]
PEOPLE = "id,role,level,timezone,function,location,gaps,high_potential,digitally_skilled,skills,name\n"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], Ended]:
    """`cohort start FILE`, in this process to be quick."""
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)

    def starting(path: Path) -> Ended:
        code = run(["cohort", "start", str(path)])
        ended = Ended(code, *capsys.readouterr())
        assert ended.output == ""
        assert "Unexpected" not in ended.errors
        assert PASSWORD not in ended.errors
        return ended

    return starting


def one_line(data: dict[str, Any]) -> None:
    """Every mentor's manager is one of the two mentees, and the other is the manager's manager."""
    mentors = [mentor(number, reports_to=["e-1", "e-2"]) for number in range(1, 6)]
    data["people"] = [*mentors, mentee(1), mentee(2, level=10)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(preset="sprint_91"), ("cohort.yaml:4: preset: [R50]", "sprint_90")),
        (lambda d: d.update(preset="skills_sprint", weeks=13), ("weeks: [R50]", "8 to 12 weeks", "Change")),
        (lambda d: d["kpis"].pop(), ("kpis: [R32] 2 KPIs", "3 to 4", "Add some")),
        (lambda d: d.pop("sponsor"), ("sponsor: [R26] It is missing", "Name the executive sponsor")),
        (lambda d: d["people"][0].update(level=12), ("people[0].level: [G10] m-1", "check the level")),
        (one_line, ("[G13] This roster can form no pair", "reporting lines")),
        (lambda d: d["people"].append(d["people"][0]), ("[G12] m-1 is on the roster twice", "Remove")),
        (lambda d: d.update(people=[]), ("people: [G13] The roster is empty", "Add mentors and mentees")),
        (lambda d: d.update(sponser={}), ("sponser: There is no such field", "Did you mean sponsor?")),
        (lambda d: d.update(people={"file": "gone.csv"}), ("people.file", "gone.csv", "Check the path")),
    ],
    ids=[
        *("unknown preset", "13 weeks in a skills sprint", "two KPIs", "no sponsor", "mentor above mentee"),
        *("same reporting line", "duplicate person", "empty roster", "unknown field", "roster missing"),
    ],
)
def test_a_spec_that_may_not_start_is_refused(
    change: Change, told: tuple[str, ...], tmp_path: Path, start: Start
) -> None:
    ended = start(write(tmp_path, changed(change)))
    assert ended.code == 2
    for words in told:
        assert words in ended.errors
    assert "nothing was started" in ended.errors


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id: q3\n  name: [", ("not valid YAML", "cohort.yaml:2", "Check indentation")),
        (b"", ("is empty",)),
        (b"\xff\xfe\x00\xd8\x00", ("not a text file in an encoding we know", "Save it as UTF-8")),
        (b"id: q3\nname: caf\x81\n", ("not a text file in an encoding we know", "Save it as UTF-8")),
        (b"- 1\n- 2\n", ("does not hold a cohort's spec",)),
    ],
    ids=["broken YAML", "empty", "broken UTF-16", "unknown encoding", "a list"],
)
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes, told: tuple[str, ...], tmp_path: Path, start: Start
) -> None:
    path = tmp_path / "cohort.yaml"
    path.write_bytes(content)
    ended = start(path)
    assert ended.code == 2
    for words in told:
        assert words in ended.errors


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, start: Start) -> None:
    for path, told in ((tmp_path / "gone.yaml", "There is no file"), (tmp_path, "is a directory")):
        ended = start(path)
        assert ended.code == 2
        assert told in ended.errors


async def test_a_roster_in_the_encoding_of_a_spreadsheet_is_read_and_told(tmp_path: Path) -> None:
    rows = [f"m-{n},mentor,3,Europe/Berlin,Marketing,K\xf6ln,,yes,yes,video,Zo\xeb {n}" for n in range(6)]
    rows += [f"e-{n},mentee,9,Europe/Berlin,Finance,K\xf6ln,video:1>3,,,,Ren\xe9 {n}" for n in range(6)]
    (tmp_path / "people.csv").write_bytes((PEOPLE + "\n".join(rows)).encode("cp1252"))
    path = write(tmp_path, changed(lambda d: d.update(people={"file": "people.csv"})))
    ended = await Shell(NOWHERE)("cohort", "plan", path, "-o", "json")
    assert ended.code == 0, ended.errors
    assert ended.document["cohort"] == "c-1"
    assert "note: people.csv is not UTF-8; it was read as Windows-1252" in ended.errors


async def test_the_program_itself_starts_nothing_either(tmp_path: Path) -> None:
    shell = Shell(NOWHERE)
    bad = await shell("cohort", "start", write(tmp_path, changed(lambda d: d.update(people=[])), "bad.yaml"))
    assert (bad.code, bad.output) == (2, "")
    assert "bad.yaml has 1 problem; nothing was started." in bad.errors
    sound = await shell("cohort", "start", write(tmp_path, changed()))
    assert (sound.code, sound.output) == (5, "")
    assert "PostgreSQL does not answer" in sound.errors
