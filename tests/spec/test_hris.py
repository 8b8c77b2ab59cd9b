"""Snapshots of HR systems: what cannot be read is told with row, column and reason, the rest is read (K1)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnabout.cells import person_id
from turnabout.document import read_document
from turnabout.errors import InvalidInput
from turnabout.hris import HrisMapping, Snapshot, day, read_mapping, read_snapshot

ON = date(2027, 4, 30)
HEADER = "person,hired_on,left_on,reason"
EXAMPLES = Path(__file__).parents[2] / "examples"


def snapshot(folder: Path, *rows: str, mapping: HrisMapping | None = None) -> Snapshot:
    file = folder / "hr.csv"
    file.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return read_snapshot(file, ON, mapping)


def told(found: Snapshot) -> list[tuple[int, str]]:
    return [(one.row, one.column) for one in found.rejected]


def test_the_example_says_who_left_and_who_was_still_there() -> None:
    document, _ = read_document(EXAMPLES / "hris-mapping.yaml")
    assert isinstance(document.value, dict)
    found = read_snapshot(EXAMPLES / "hris.csv", ON, read_mapping(document.value))
    assert found.rejected == ()
    rows = found.observations([f"p-00{number}" for number in range(1, 9)], "HR", date(2027, 1, 4))
    assert [(one.person, one.on.isoformat(), one.what) for one in rows] == [
        ("p-001", "2027-04-30", "employed"),
        ("p-002", "2027-03-31", "voluntary_exit"),
        ("p-003", "2027-04-30", "employed"),
        ("p-004", "2027-04-15", "transfer"),
    ]


def test_k1_who_left_since_the_kickoff_and_came_back_has_left(tmp_path: Path) -> None:
    before = ("m-1,2020-01-01,2026-06-30,resignation", "m-1,2026-09-01,,")
    since = (
        "m-2,2020-01-01,2027-02-01,resignation",
        "m-2,2027-02-01,2027-03-01,dismissal",
        "m-2,2027-04-01,,",
    )
    rows = snapshot(tmp_path, *before, *since).observations(["m-1", "m-2"], "HR", date(2027, 1, 4))
    assert [(one.person, one.what) for one in rows] == [
        ("m-1", "voluntary_exit"),
        ("m-1", "employed"),
        ("m-2", "voluntary_exit"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "hr.csv"
    lines = ("Beschäftigte;Eintritt", "m-1;2026-01-31", "Zoë@example.org;01.02.2026")
    file.write_bytes("\n".join(lines).replace(";", delimiter).encode(encoding))
    rules = read_mapping({"columns": {"person": "Beschäftigte", "hired_on": "Eintritt"}})
    found = read_snapshot(file, ON, rules)
    assert [(one.person, one.hired_on) for one in found.spells] == [
        ("m-1", date(2026, 1, 31)),
        (person_id("zoë@example.org"), date(2026, 2, 1)),
    ]
    assert bool(found.notices) == (encoding == "cp1252")


def test_each_bad_row_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    found = snapshot(
        tmp_path,
        "m-1,2026-01-31,,",
        ",2026-01-31,,",
        "m-2,03/04/2026,,",
        "m-3,2026-05-01,2026-04-01,resignation",
        "m-4,2026-01-01,2027-05-01,resignation",
        "m-5,2026-01-01,2026-05-01,terminated",
        "m-6,2026-01-01,2026-05-01,",
        "m-7,2026-01-01,,resignation",
        "m-8,2028-01-01,,",
        "m-9,,,",
    )
    assert [one.person for one in found.spells] == ["m-1"]
    assert told(found) == [
        *((3, "person"), (4, "hired_on"), (5, "left_on"), (6, "left_on"), (7, "reason")),
        *((8, "reason"), (9, "left_on"), (10, "hired_on"), (11, "hired_on")),
    ]
    assert "may be two days. Say `dates: DD/MM/YYYY`" in str(found.rejected[1])
    assert "'terminated' means. Map it under `reasons`" in str(found.rejected[4])


def test_what_stands_there_twice_counts_once_and_what_conflicts_not_at_all(tmp_path: Path) -> None:
    again = "m-1,2026-01-31,,"
    spells = ("m-3,2020-01-01,2022-01-01,transfer", "m-3,2026-01-01,,")
    found = snapshot(tmp_path, again, "m-2,2026-01-31,,", again, "m-2,2026-02-28,,", *spells)
    assert [one.person for one in found.spells] == ["m-1", "m-3", "m-3"]
    assert found.notices == ("hr.csv: 1 row stood there twice.",)
    assert told(found) == [(3, "person"), (5, "person")]
    assert "row 5 says otherwise" in str(found.rejected[0])


LINES = ["a,2026-01-31,,", "b,2020-05-01,2026-09-30,resignation", "c,2026-03-01,,", "b,2019-01-01,,"]


@given(st.permutations(LINES))
def test_the_order_of_rows_means_nothing(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    found = snapshot(tmp_path_factory.mktemp("hris"), *rows)
    assert {(one.person, one.what) for one in found.spells} == {("a", None), ("c", None)}
    assert len(found.rejected) == 2


@given(st.dates(date(1970, 1, 1), date(2040, 1, 1)))
def test_every_form_of_a_day_is_that_day(one: date) -> None:
    assert day(one.isoformat(), None) == day(f"{one:%d.%m.%Y}", None) == one
    assert day(f"{one:%d/%m/%Y}", "DD/MM/YYYY") == day(f"{one:%m/%d/%Y}", "MM/DD/YYYY") == one
    assert day(f"{one:%Y%m%d}", "YYYYMMDD") == day(f"{one.isoformat()}T00:00:00", None) == one
    serial = (one - date(1899, 12, 30)) // timedelta(days=1)
    assert day(str(serial), "excel") == one
    with pytest.raises(ValueError, match="may be two days"):
        day(f"{one:%d/%m/%Y}", None)


NO_DAYS = ("31.02.2026", "2026-13-01", "yesterday", "1.2.26", "46113", "2026-01-01T10:00:00")


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the calendar has words of its own
        day(text, None)


def test_protected_traits_are_never_read(tmp_path: Path) -> None:
    file = tmp_path / "hr.csv"
    file.write_text("person,hired_on,Gender\nm-1,2026-01-01,f\n", encoding="utf-8")
    (told,) = read_snapshot(file, ON).notices
    assert told == "[R39] column 'Gender' holds a protected trait and was not read."
    for wrong in ({"columns": {"reason": "Date of birth"}}, {"columns": {"boss": "x"}}, {"dates": "DD-MM"}):
        with pytest.raises(InvalidInput):
            read_mapping(wrong)
