"""Rosters as they come: every row is loaded or reported, protected traits are never read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from turnabout.errors import InvalidInput
from turnabout.roster import Roster, read_roster

HEADER = "id,name,email,role,level,function,location,timezone,gaps,skills"
ADA = "p-1,Ada Quill,ada@example.org,mentor,3,Sales,Rome,Europe/Rome,,short video|podcasts"
BEN = "p-2,Ben Okoro,ben@example.org,mentee,9,Legal,Oslo,Europe/Oslo,short video:2>4,"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def read(file: Path, *rows: str, mapping: dict[str, Any] | None = None, encoding: str = "utf-8") -> Roster:
    file.write_bytes("\n".join(rows).encode(encoding))
    return read_roster(file, mapping)


def test_a_row_becomes_facts_for_the_rules_and_a_contact(file: Path) -> None:
    roster = read(file, HEADER, ADA, BEN)
    ada, ben = roster.people
    assert (ada.id, ada.role, ada.level, ada.skills) == ("p-1", "mentor", 3, ("short video", "podcasts"))
    assert [(gap.skill, gap.current, gap.target) for gap in ben.gaps] == [("short video", 2, 4)]
    assert [(one.id, one.name, one.email, one.language) for one in roster.contacts] == [
        ("p-1", "Ada Quill", "ada@example.org", "en"),
        ("p-2", "Ben Okoro", "ben@example.org", "en"),
    ]
    assert roster.rows == (2, 3)
    assert roster.rejected == ()
    assert roster.notices == ()


BAD = [
    (ADA.replace("mentor", "menter"), "role", "'menter' is no role."),
    (ADA.replace(",3,", ",C2,"), "level", "'C2' cannot be read"),
    (ADA.replace(",3,", ",21,"), "level", "'21' cannot be read"),
    (ADA.replace(",3,", ",,"), "level", "The cell is empty."),
    (ADA.replace("Europe/Rome", "Rome"), "timezone", "There is no time zone 'Rome'."),
    (ADA.replace("ada@example.org", "ada at example"), "email", "This cannot be read."),
    (ADA.replace("Ada Quill", " "), "name", "The cell is empty."),
    (BEN.replace("2>4", "2-4"), "gaps", "'short video:2-4' is no skill gap."),
    (BEN.replace("2>4", "2>9"), "gaps", "'9' cannot be read"),
    (ADA.replace("p-1", "!!"), "id", "The cell is empty."),
    (ADA + ",more", "", "11 cells under 10 columns."),
    ('p-3,"Ada" Quill,a@example.org', "", "The quotes are broken"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD)
def test_a_bad_row_is_reported_and_the_others_load(file: Path, row: str, column: str, reason: str) -> None:
    roster = read(file, HEADER, row, BEN.replace("p-2", "p-9").replace("ben@", "bea@"))
    (bad,) = roster.rejected
    assert (bad.row, bad.column) == (2, column)
    assert bad.reason.startswith(reason)
    assert bad.fix
    assert "Quill" not in str(bad)
    assert "ada" not in str(bad)
    assert [person.id for person in roster.people] == ["p-9"]


def test_all_that_is_wrong_with_a_row_is_told(file: Path) -> None:
    roster = read(file, HEADER, "p-1,,x,chief,much,,Rome,Nowhere,?,")
    assert [bad.column for bad in roster.rejected] == [
        "role",
        "timezone",
        "gaps",
        "level",
        "function",
        "name",
        "email",
    ]


def test_the_second_row_of_one_person_is_reported(file: Path) -> None:
    other = ADA.replace("p-1", "p-3").replace("ada@", "ADA@")
    roster = read(file, HEADER, ADA, "", BEN, ADA.replace("ada@", "eva@"), other)
    assert [str(bad) for bad in roster.rejected] == [
        "row 5, column id: The same id stands in row 2. Keep one of the two.",
        "row 6, column email: The same email stands in row 2. Keep one of the two.",
    ]


def test_an_unclosed_quote_swallows_no_row_silently(file: Path) -> None:
    roster = read(file, HEADER, ADA, '"p-2,Ben', BEN)
    assert len(roster.people) == 1
    assert "never closed" in roster.rejected[0].reason
    assert roster.rejected[0].row == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_found_out(file: Path, delimiter: str, encoding: str) -> None:
    roster = read(
        file,
        HEADER.replace(",", delimiter),
        ADA.replace("Quill", "Quillé").replace(",", delimiter),
        encoding=encoding,
    )
    assert roster.contacts[0].name == "Ada Quillé"
    assert len(roster.notices) == (encoding == "cp1252")


def test_quoted_newlines_spaces_and_lists_by_semicolon(file: Path) -> None:
    roster = read(
        file, HEADER, ' p-1 ,"Ada\nQuill",ada@example.org,Mentor, 3 ,Sales,Rome,Europe/Rome,,a ; b;;a'
    )
    assert roster.contacts[0].name == "Ada Quill"
    assert roster.people[0].skills == ("a", "b")


def test_traits_and_free_text_are_dropped_and_named_without_values(file: Path) -> None:
    traits = "Gender, ethnic origin, Religion, sexual orientation, Disability, Age, Date of birth"
    header = f"{HEADER},{traits.replace(', ', ',')},Biography,T-shirt"
    roster = read(file, header, f"{ADA},nonbinary,kelt,zen,straight,deaf,31,1995-01-01,I love chess,XL")
    dropped = "people.csv: columns were dropped unread because"
    assert roster.notices == (
        f"{dropped} they hold protected traits (R39): {traits}.",
        f"{dropped} free text may hold protected traits (R39): Biography.",
        "people.csv: columns are not used: T-shirt.",
    )
    text = roster.model_dump_json()
    assert not [
        word for word in ("nonbinary", "kelt", "zen", "straight", "deaf", "1995", "chess") if word in text
    ]


@pytest.mark.parametrize(
    "name", ["Manager", "Language", "Stage", "Usage", "Package", "Racecourse", "Subtitle"]
)
def test_a_harmless_column_is_not_taken_for_a_trait(file: Path, name: str) -> None:
    roster = read(file, f"{HEADER},{name} ", f"{ADA},x")
    assert "protected" not in " ".join(roster.notices)


def test_a_trait_cannot_be_mapped(file: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(file, f"{HEADER},Gender", f"{ADA},x", mapping={"columns": {"interests": "Gender"}})
    assert "[R39]" in refused.value.problems[0]


def test_ids_come_from_addresses_where_there_are_none(file: Path) -> None:
    header, ada, ben = (",".join(row.split(",")[1:]) for row in (HEADER, ADA, BEN))
    first = read(file, header, ada, ben)
    again = read(file, header, ben, ada.replace("ada@", "Ada@"))
    assert {person.id for person in first.people} == {person.id for person in again.people}
    assert all(person.id.startswith("p-") and "ada" not in person.id for person in first.people)
    assert [contact.id for contact in first.contacts] == [person.id for person in first.people]


def test_managers_named_by_address_get_the_ids_of_those_people(file: Path) -> None:
    header = HEADER.replace("id,", "") + ",reports_to"
    ada, ben = (",".join(row.split(",")[1:]) for row in (ADA, BEN))
    roster = read(file, header, f"{ada},boss@example.org|BEN@example.org", f"{ben},")
    assert roster.people[0].reports_to[1] == roster.people[1].id


def test_staff_are_contacts_only(file: Path) -> None:
    roster = read(file, "id,name,role,timezone", "s-1,Cleo Marsh,staff,UTC")
    assert roster.people == ()
    assert [contact.id for contact in roster.contacts] == ["s-1"]


def test_a_mapping_joins_translates_and_fills_in(file: Path) -> None:
    roster = read(
        file,
        "Vorname;Nachname;E-Mail;Stufe;Abteilung",
        "Ada;Quill;ada@example.org;B;Sales",
        "Ben;Okoro;ben@example.org;x;Legal",
        mapping={
            "columns": {
                "name": ["Vorname", "Nachname"],
                "email": "e mail",
                "level": "stufe",
                "function": "Abteilung",
            },
            "values": {"level": {"a": 2, "b": 3}},
            "constants": {
                "role": "mentor",
                "timezone": "Europe/Rome",
                "location": "Rome",
                "high_potential": True,
            },
        },
    )
    (ada,) = roster.people
    assert (ada.level, ada.function, ada.location, ada.high_potential) == (3, "Sales", "Rome", True)
    assert roster.contacts[0].name == "Ada Quill"
    assert str(roster.rejected[0]) == (
        "row 3, column Stufe: 'x' is not in the mapping's values.level. Add it there."
    )


PARTS = "Its top level has columns, values, constants and nothing else."


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"mapping": {"columns": {}}}, f"'mapping' is no part of it. {PARTS} Take what is in 'mapping' one"),
        ({"colums": {}}, f"'colums' is no part of it. {PARTS}"),
        ({"columns": ["name"]}, "columns: it must be {our field: the file's column, or several as a list}."),
        ({"columns": {"nme": "Name"}}, "columns.nme: we have no field 'nme'."),
        ({"columns": {"name": {"a": "b"}}}, "columns.name: it does not fit. Write columns as {our field: "),
        ({"values": {"level": {"a": ["b"]}}}, "values.level: it does not fit. Write values as {our field: {"),
        ({"columns": {"name": "Nmae"}}, "columns.name: there is no column 'Nmae'. Did you mean 'name'?"),
        (["columns"], f"'' is no part of it. {PARTS}"),
    ],
)
def test_a_mapping_that_does_not_fit_is_told_once_with_its_fix(file: Path, mapping: Any, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(file, HEADER, ADA, mapping=mapping)
    (problem,) = refused.value.problems
    assert problem.startswith(f"mapping: {told}")


def test_a_file_without_the_needed_columns_names_them_once(file: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(file, "name,grade", "Ada,C", "Ben,D")
    named = [problem.split(".")[0] for problem in refused.value.problems]
    assert named[:4] == [
        f"there is no column for {field}" for field in ("role", "timezone", "level", "function")
    ]
    assert refused.value.problems[-1] == "The file's columns are: name, grade."


def test_a_header_with_a_column_twice_is_refused(file: Path) -> None:
    with pytest.raises(InvalidInput, match="stands twice"):
        read(file, f"{HEADER},Level", f"{ADA},4")


def test_a_header_alone_is_noticed(file: Path) -> None:
    assert read(file, HEADER).notices == ("The file has a header and no rows.",)
