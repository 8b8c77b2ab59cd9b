"""Employment from a file, and who has answered, from the command line on a running engine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.shell import NOWHERE, Shell
from turnabout.cli.main import run
from turnabout.spec import CohortSpec
from workers.embedded.stack import Stack


def listing(folder: Path, *rows: str) -> Path:
    file = folder / "hr.csv"
    file.write_text("\n".join(("person,on,what,level,source", *rows)) + "\n", encoding="utf-8")
    return file


async def test_a_file_is_recorded_once_and_grows(
    stack: Stack, running: CohortSpec, shell: Shell, tmp_path: Path
) -> None:
    """R107: the same file again changes nothing, a longer one adds what is new."""
    today = (await stack.clock.now()).date().isoformat()
    one, other, third = (person.id for person in running.people[:3])
    words = ("--cohort", running.id, "--actor", running.lead.id)

    async def observed() -> list[tuple[str, str]]:
        events = await stack.reads.latest_events(f"cohort-{running.id}", limit=100)
        rows = [event.data for event in events if event.type == "cohort.employment_observed"]
        return [(row["person"], row["what"]) for row in rows]

    first = (f"{one},{today},employed,,HR", f"{other},{today},level_change,5,HR")
    done = await shell("employment", "import", listing(tmp_path, *first), *words)
    assert (done.code, done.output) == (0, "")
    assert done.errors.startswith("2 rows of hr.csv recorded")
    assert await observed() == [(one, "employed"), (other, "level_change")]
    again = await shell("employment", "import", listing(tmp_path, *first), *words)
    assert again.code == 0
    more = listing(tmp_path, *first, f"{third},{today},transfer,,HR")
    grown = await shell("employment", "import", more, *words, "-o", "json")
    assert (grown.code, grown.document["rows"]) == (0, 3)
    assert await observed() == [(one, "employed"), (other, "level_change"), (third, "transfer")]
    known = await shell("employment", "import", listing(tmp_path, *first[:1]), *words)
    assert (known.code, known.errors) == (0, "All of hr.csv was recorded before.\n")

    strange = await shell("employment", "import", listing(tmp_path, f"nobody,{today},employed,,HR"), *words)
    assert strange.code == 4
    assert "[R84] nobody is not on the roster" in strange.errors


async def test_r103_a_wrong_fact_is_told_found_and_put_right(
    stack: Stack, running: CohortSpec, shell: Shell, tmp_path: Path
) -> None:
    """A list that contradicts the record is refused with the number that its lead then corrects."""
    today = (await stack.clock.now()).date().isoformat()
    person = running.people[6].id
    words = ("--cohort", running.id, "--actor", running.lead.id)
    first = listing(tmp_path, f"{person},{today},voluntary_exit,,HR")
    assert (await shell("employment", "import", first, *words)).code == 0
    other = listing(tmp_path, f"{person},{today},transfer,,HR")
    refused = await shell("employment", "import", other, *words)
    assert refused.code == 4
    assert f"{person}, transfer on {today}, but number" in refused.errors
    assert "turnabout employment correct NUMBER" in refused.errors
    await stack.reads.wait_for(await stack.log.head())
    found = await shell("employment", "list", "--cohort", running.id, "--person", person, "-o", "json")
    (line,) = found.document
    assert f"but number {line['number']} says voluntary_exit" in refused.errors
    about = ("employment", "correct", str(line["number"]), *words, "--person", person, "--reason", "mixed up")
    assert (await shell(*about)).code == 2, "neither what nor taken back"
    right = await shell(*about, "--what", "transfer", "-o", "json")
    assert right.code == 0
    known = await shell("employment", "import", other, *words)
    assert "was recorded before" in known.errors
    await stack.reads.wait_for(right.document["position"])
    (now,) = [one for one in await stack.reads.employment(running.id) if one.person == person]
    assert (now.what, now.corrects) == ("transfer", line["number"])
    about = ("employment", "correct", str(now.number), *words, "--person", person, "--reason", "no")
    never = await shell(*about, "--taken-back", "-o", "json")
    await stack.reads.wait_for(never.document["position"])
    assert person not in {one.person for one in await stack.reads.employment(running.id)}


async def test_of_a_long_file_nothing_is_recorded_where_the_cohort_refuses_a_row(
    stack: Stack, running: CohortSpec, shell: Shell, tmp_path: Path
) -> None:
    """R84: though it goes in several commands, and the bad row stands last."""
    today = (await stack.clock.now()).date()
    person = running.people[0].id
    words = ("--cohort", running.id, "--actor", running.lead.id)
    good = [f"{person},{today - timedelta(days=age)},employed,,a long list" for age in range(1, 251)]
    for bad in (f"nobody,{today},employed,,HR", f"{person},{today + timedelta(days=9)},employed,,HR"):
        refused = await shell("employment", "import", listing(tmp_path, *good, bad), *words)
        assert refused.code == 4
        events = await stack.reads.latest_events(f"cohort-{running.id}", limit=100)
        assert not [event for event in events if event.data.get("source") == "a long list"]


def test_a_bad_file_is_refused_before_any_server_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)
    file = listing(tmp_path, "m-1,yesterday,employed,,HR", "m-1,2027-01-01,fired,,HR")
    assert run(["employment", "import", str(file), "--cohort", "q1", "--actor", "s-lead"]) == 2
    told = capsys.readouterr().err
    assert "hr.csv has 2 problems; nothing of it was imported." in told
    assert "row 2, on" in told
    assert "row 3, what" in told


async def test_who_has_answered_is_shown_and_what_is_not(
    stack: Stack, running: CohortSpec, shell: Shell
) -> None:
    await stack.reads.wait_for(await stack.log.head())
    shown = await shell("cohort", "surveys", running.id, "-o", "json")
    assert shown.code == 0
    rows = await stack.reads.surveys(running.id)
    assert [row["person"] for row in shown.document] == [row.person for row in rows]
    missing = await shell("cohort", "surveys", "nowhere")
    assert missing.code == 3


async def test_an_export_of_the_hr_system_is_recorded_once_without_its_bad_rows(
    stack: Stack, running: CohortSpec, shell: Shell, tmp_path: Path
) -> None:
    """K1: of this cohort's people who has left and who was there; the others are passed over."""
    today = (await stack.clock.now()).date()
    gone, there, bad = (person.id for person in running.people[3:6])
    left = f"{today - timedelta(days=2):%d.%m.%Y}"
    rows = (
        f"{gone};01.02.2020;{left};Kündigung",
        f"{there};01.02.2020;;",
        f"{bad};1.2.20;;",
        "x-9;01.02.2020;;",
    )
    file, rules = tmp_path / "export.csv", tmp_path / "rules.yaml"
    file.write_bytes("\n".join(("Nr;Eintritt;Austritt;Grund", *rows)).encode("cp1252"))
    rules.write_text(
        "columns: {person: Nr, hired_on: Eintritt, left_on: Austritt, reason: Grund}\n"
        "reasons: {Kündigung: voluntary_exit}\n",
        encoding="utf-8",
    )
    words = ("employment", "snapshot", str(file), "--on", today.isoformat(), "--mapping", str(rules))
    to = ("--cohort", running.id, "--actor", running.lead.id)

    async def observed() -> list[tuple[str, str]]:
        events = await stack.reads.latest_events(f"cohort-{running.id}", limit=100)
        return [
            (one.data["person"], one.data["what"]) for one in events if one.data.get("source") == "export.csv"
        ]

    tried = await shell(*words, *to, "--dry-run", "-o", "json")
    assert (tried.code, [line["what"] for line in tried.document]) == (2, ["voluntary_exit", "employed"])
    assert await observed() == []
    done = await shell(*words, *to)
    assert done.code == 2
    assert "row 4, column hired_on: '1.2.20' is no day" in done.errors
    assert f"2 rows about people of {running.id}, 1 about others." in done.errors
    recorded = [(gone, "voluntary_exit"), (there, "employed")]
    assert sorted(await observed()) == sorted(recorded)
    await shell(*words, *to)
    assert sorted(await observed()) == sorted(recorded)
    unknown = await shell(*words, "--cohort", "nowhere", "--actor", running.lead.id)
    assert unknown.code == 3


def test_churn_by_tenure_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """R23: nothing is asked of any server."""
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "hr.csv"
    rows = [f"a-{number},2027-01-10,," for number in range(20)]
    rows += [f"b-{number},2026-09-10,2027-03-01,resignation" for number in range(20)]
    rows += [f"c-{number},2025-04-20,," for number in range(30)]
    file.write_text("\n".join(("person,hired_on,left_on,reason", *rows)), encoding="utf-8")
    assert run(["employment", "churn", str(file), "--on", "2027-04-30"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[1].split() == ["0-1", "40", "20", "50%", "35%", "to", "65%"]
    assert "suppressed" in told.out
    assert "it suggests signal 1 (rising turnover). A person confirms it." in told.err
    assert run(["employment", "churn", str(file), "--on", "30.04.2027"]) == 2
