"""Employment observations from CSV (K1, K4): all of a file or every fault of it, nothing lost in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from turnabout.cells import person_id
from turnabout.employment_file import read_employment
from turnabout.errors import InvalidInput
from turnabout.load import load_spec

GOOD = """\
person,on,what,level,source
m-1,2027-03-31,voluntary_exit,,HR system
e-2,2027-04-01,level change,9,
ada@example.org,2027-04-02,EMPLOYED,,
"""


def save(folder: Path, text: str) -> Path:
    file = folder / "hr.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_rows_are_read_in_their_order(tmp_path: Path) -> None:
    rows = read_employment(save(tmp_path, GOOD), "payroll").rows
    assert [(row.person, row.on.isoformat(), row.what, row.level, row.source) for row in rows] == [
        ("m-1", "2027-03-31", "voluntary_exit", None, "HR system"),
        ("e-2", "2027-04-01", "level_change", 9, "payroll"),
        (person_id("ada@example.org"), "2027-04-02", "employed", None, "payroll"),
    ]
    assert read_employment(save(tmp_path, GOOD)).rows[1].source == "hr.csv"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_headings_are_understood(tmp_path: Path, delimiter: str) -> None:
    text = "Employee ID,Date,Event,Grade\nm-1,2027-03-31,transfer,\n".replace(",", delimiter)
    (row,) = read_employment(save(tmp_path, text)).rows
    assert (row.person, row.what) == ("m-1", "transfer")


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    found = read_employment(save(tmp_path, GOOD + "m-1,2027-03-31,voluntary_exit,,HR system\n"))
    assert len(found.rows) == 3
    assert found.notices == ("hr.csv: 1 row stood there twice.",)


def test_every_bad_row_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    text = (
        GOOD
        + ",2027-03-31,transfer,,x\n"
        + "m-3,31.03.2027,transfer,,x\n"
        + "m-3,2027-03-31,fired,,x\n"
        + "m-3,2027-03-31,level_change,,x\n"
        + "m-3,2027-03-31,transfer,4,x\n"
        + "m-3,2027-03-31,level_change,boss,x\n"
        + "m-3,2027-03-31,transfer,,x,y,z\n"
    )
    with pytest.raises(InvalidInput, match=r"hr\.csv has 7 problems; nothing of it was imported") as caught:
        read_employment(save(tmp_path, text))
    told = "\n".join(caught.value.problems)
    assert "row 5, person: it is missing. Use the id or the address of the roster." in told
    assert "row 6, on: it must be a date" in told
    assert "row 7, what: it must be 'employed'" in told
    assert "row 8, level: a level belongs to a level_change" in told
    assert "row 9, level: a level belongs to a level_change" in told
    assert "row 10, level: it must be a whole number" in told
    assert "row 11: 7 cells under 5 columns." in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("person,what\nm-1,transfer\n", "no column on"),
        ("name\nAda\n", "no column person and no column on and no column what"),
        ("person,on,what\n", "a header and no rows"),
        ('person,on,what\nm-1,2027-03-31,"transfer\n', "row 2: the quotes are broken"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_employment(save(tmp_path, text))
    assert told in str(caught.value)


def test_the_example_is_of_the_examples_people() -> None:
    folder = Path(__file__).parents[2] / "examples"
    roster = {person.id for person in load_spec(folder / "cohort.yaml").spec.people}
    rows = read_employment(folder / "employment.csv").rows
    assert {row.person for row in rows} <= roster
    assert {row.what for row in rows} == {"employed", "voluntary_exit", "level_change", "transfer"}
