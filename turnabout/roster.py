"""Reads a roster from CSV: each row becomes a participant, a contact or both, or is reported with its reason.

Columns of protected traits and free texts are never read (R39); the notices name the columns, never a value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from turnabout import cells
from turnabout.contact import Contact
from turnabout.errors import InvalidInput
from turnabout.faults import said
from turnabout.mapping import (
    FIELDS,
    NEVER_VALUES,
    FieldName,
    Layout,
    RosterMapping,
    layout,
    mapping_fault,
)
from turnabout.model import Model
from turnabout.spec import Participant
from turnabout.textfile import read_text

DELIMITERS = ",;\t"
M = TypeVar("M", bound=Model)
Fault = tuple[str, str, str]
"""A field of ours (empty: the whole row), what is wrong with it, and the fix."""
Row = tuple[int, list[str] | str]
"""The number of a row and its cells, or what is wrong with its quotes."""


class BadRow(Model):
    """A row that was not loaded, and why. `row` counts as a spreadsheet does: the header is row 1."""

    row: int
    column: str
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{place}: {self.reason} {self.fix}".rstrip()


class Roster(Model):
    """What a file holds. `rows` are the row numbers of `people`, in the same order; `contact_rows` those of
    `contacts`."""

    people: tuple[Participant, ...] = ()
    rows: tuple[int, ...] = ()
    contacts: tuple[Contact, ...] = ()
    contact_rows: tuple[int, ...] = ()
    rejected: tuple[BadRow, ...] = ()
    notices: tuple[str, ...] = ()


class _Bad(Exception):
    """All that is wrong with a row."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def read_roster(path: str | Path, mapping: RosterMapping | Mapping[str, Any] | None = None) -> Roster:
    """Load a CSV file (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252).

    A row with the role `staff` is a contact only. Without an id column ids are derived from the addresses.
    Raises InvalidInput where the file or the mapping as a whole cannot be used.
    """
    file = Path(path)
    text, notices = read_text(file)
    rules = _rules(mapping)
    delimiter = _delimiter(text, rules)
    rows = _rows(text, delimiter)
    header = next((row for _, row in rows if isinstance(row, list) and any(map(str.strip, row))), [])
    plan, problems = layout(header, rules)
    body = [(number, row) for number, row in rows if isinstance(row, str) or any(map(str.strip, row))]
    problems += _missing(plan, rules, body)
    if problems:
        hint = "docs/cohort-file.md tells every column."
        raise InvalidInput(f"{file} cannot be read as a roster.", problems, hint=hint)
    return _read(body, plan, rules, (*notices, *_notices(file.name, plan)))


def _rules(mapping: RosterMapping | Mapping[str, Any] | None) -> RosterMapping:
    try:
        return RosterMapping.model_validate(mapping or {})
    except ValidationError as error:
        # Of a union every member complains in its turn; people want to be told once.
        problems = dict.fromkeys(f"mapping: {mapping_fault(fault)}" for fault in error.errors())
        hint = f"Fields are {', '.join(FIELDS)}."
        raise InvalidInput("The mapping cannot be used.", tuple(problems), hint=hint) from None


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Each row with its number: its cells, or what is wrong with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, str(error)


def _delimiter(text: str, mapping: RosterMapping) -> str:
    """The delimiter under which the header names most of our columns, then the one that splits it most."""

    def fits(delimiter: str) -> tuple[int, int]:
        header = next((row for _, row in _rows(text, delimiter) if isinstance(row, list) and row), [])
        return len(layout(header, mapping)[0].places), len(header)

    return max(DELIMITERS, key=fits)


def _missing(plan: Layout, mapping: RosterMapping, rows: Sequence[Row]) -> tuple[str, ...]:
    have = {*plan.places, *mapping.columns, *mapping.constants}
    roles = {_texts(row, plan, mapping)[0].get("role", "") for _, row in rows if isinstance(row, list)}
    needed: list[FieldName] = ["role", "timezone"]
    needed += ["name"] if {role.lower() for role in roles} == {"staff"} else ["level", "function", "location"]
    problems = [
        f"there is no column for {field}. Name it under `columns` of a mapping, or give one value for all "
        "under `constants`."
        for field in needed
        if field not in have
    ]
    if not {"id", "email"} & have:
        problems.append(
            "there is no column for id and none for email. Name one of them under `columns` of a mapping."
        )
    if problems:
        problems.append(f"The file's columns are: {', '.join(filter(None, plan.header)) or 'none'}.")
    return tuple(problems)


def _notices(name: str, plan: Layout) -> Iterator[str]:
    for columns, reason in (
        (plan.traits, "were dropped unread because they hold protected traits (R39)"),
        (plan.free_text, "were dropped unread because free text may hold protected traits (R39)"),
        (plan.unused, "are not used"),
    ):
        if columns:
            yield f"{name}: columns {reason}: {', '.join(columns)}."


def _read(
    rows: Sequence[Row],
    plan: Layout,
    mapping: RosterMapping,
    notices: tuple[str, ...],
) -> Roster:
    people: list[Participant] = []
    numbers: list[int] = []
    contacts: list[Contact] = []
    contact_rows: list[int] = []
    rejected: list[BadRow] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            person, contact = _person(row, plan, mapping)
            _once(number, person, contact, seen)
        except _Bad as bad:
            rejected += [
                BadRow(row=number, column=plan.column(field) if field else "", reason=reason, fix=fix)
                for field, reason, fix in bad.faults
            ]
            continue
        if person:
            people.append(person)
            numbers.append(number)
        if contact:
            contacts.append(contact)
            contact_rows.append(number)
    if not people and not contacts and not rejected:
        notices = (*notices, "The file has a header and no rows.")
    return Roster(
        people=tuple(people),
        rows=tuple(numbers),
        contacts=tuple(contacts),
        contact_rows=tuple(contact_rows),
        rejected=tuple(rejected),
        notices=notices,
    )


def _once(number: int, person: Participant | None, contact: Contact | None, seen: dict[str, int]) -> None:
    """Refuse a second row of the same id or address."""
    keys = {"id": person.id if person else contact.id if contact else ""}
    if contact and contact.email:
        keys["email"] = contact.email
    for field, key in keys.items():
        if key in seen:
            raise _Bad([(field, f"The same {field} stands in row {seen[key]}.", "Keep one of the two.")])
    seen.update(dict.fromkeys(keys.values(), number))


def _person(
    row: Sequence[str] | str, plan: Layout, mapping: RosterMapping
) -> tuple[Participant | None, Contact | None]:
    """What a row says; raises _Bad with all that is wrong with it."""
    if isinstance(row, str):
        if "unexpected end" in row:
            raise _Bad([("", "A quote is opened here and never closed; the rest was not read.", "Close it.")])
        raise _Bad([("", f"The quotes are broken ({row}).", "Double a quote inside quotes.")])
    if len(row) > len(plan.header):
        count = f"{len(row)} cells under {len(plan.header)} columns."
        raise _Bad([("", count, "Put a text that holds the delimiter into quotes.")])
    texts, faults = _texts(row, plan, mapping)
    facts: dict[str, Any] = {}
    for field, text in texts.items():
        try:
            facts[field] = cells.value(field, text)
        except ValueError as error:
            faults.append((field, str(error), cells.FIXES[field]))
    if "id" not in facts and "email" in facts:
        facts["id"] = cells.person_id(facts["email"])
    is_staff = facts.get("role") == "staff"
    person = None if is_staff else _build(Participant, facts, faults)
    contact = _build(Contact, facts, faults) if is_staff or {"name"} & {*plan.places, *facts} else None
    if faults:
        raise _Bad(faults)
    return person, contact


def _texts(row: Sequence[str], plan: Layout, mapping: RosterMapping) -> tuple[dict[str, str], list[Fault]]:
    """The text of each field in a row, joined, translated and filled in."""
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for field in FIELDS:
        parts = [row[place].strip() for place in plan.places.get(field, ()) if place < len(row)]
        text = " ".join(" ".join(parts).split())
        if text and field in mapping.values:
            meanings = {key.strip().casefold(): value for key, value in mapping.values[field].items()}
            if text.casefold() in meanings:
                text = cells.plain(meanings[text.casefold()])
            else:
                shown = "This value" if field in NEVER_VALUES else repr(text)
                faults.append((field, f"{shown} is not in the mapping's values.{field}.", "Add it there."))
                continue
        if not text and field in mapping.constants:
            text = cells.plain(mapping.constants[field])
        if text:
            texts[field] = text
    return texts, faults


def _build(model: type[M], facts: Mapping[str, Any], faults: list[Fault]) -> M | None:
    """A model from what a row says, or None with a fault more for each field that does not fit. No fault
    repeats a name or an address."""
    try:
        return model.model_validate({name: facts[name] for name in model.model_fields if name in facts})
    except ValidationError as error:
        known = {field for field, _, _ in faults}
        for fault in error.errors():
            field = str(fault["loc"][0])
            if field in known:
                continue
            known.add(field)
            if fault["type"] == "missing" or not facts.get(field):
                reason = "The cell is empty."
            elif field in NEVER_VALUES:
                reason = "This cannot be read."
            else:
                reason = f"{fault['input']!r} cannot be read: {said(fault)}."
            faults.append((field, reason, cells.FIXES.get(field, "Fill it in.")))
        return None
