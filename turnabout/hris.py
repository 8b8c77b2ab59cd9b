"""Reads a snapshot of an HR system from CSV: who was hired when, and who has left, how and when. A bad row is
told with its number, column and reason, and the others are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError

from turnabout.cells import person_id
from turnabout.commands.cohort_measurement import Employment
from turnabout.errors import InvalidInput
from turnabout.faults import count, said
from turnabout.mapping import TRAITS, normal
from turnabout.model import Model, PersonId
from turnabout.roster import BadRow
from turnabout.table import Row, read_table

Column = Literal["person", "hired_on", "left_on", "reason"]
Leaving = Literal["voluntary_exit", "involuntary_exit", "transfer"]
Days = Literal["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD", "YYYYMMDD", "excel"]

HEADINGS: Mapping[Column, tuple[str, ...]] = {
    "person": ("id", "person_id", "employee", "employee_id", "email"),
    "hired_on": ("hire_date", "start_date", "entry_date", "hired"),
    "left_on": ("leave_date", "exit_date", "end_date", "termination_date", "left"),
    "reason": ("leaving_reason", "exit_reason", "termination_reason", "exit_type"),
}
REASONS: Mapping[str, Leaving] = {
    **{name: name for name in get_args(Leaving)},
    "voluntary": "voluntary_exit",
    "resignation": "voluntary_exit",
    "resigned": "voluntary_exit",
    "involuntary": "involuntary_exit",
    "dismissal": "involuntary_exit",
    "dismissed": "involuntary_exit",
    "transferred": "transfer",
}
"""What files say without a mapping. Whatever may mean either (`terminated`) is asked for."""
_PARTS = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{1,2})"}
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")
_EXCEL = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar, as it counts since March 1900."""
_FIXES = {
    "person": "Use the id or the address of the roster.",
    "hired_on": "Write the day on which they began.",
    "left_on": "Write the last day, or leave it empty for somebody who is still there.",
    "reason": "Map it under `reasons` to voluntary_exit, involuntary_exit or transfer.",
}


class HrisMapping(Model):
    """How an HR system's columns, reasons and days become ours. `columns`: our column -> the file's.
    `reasons`: what the file says of a leaving -> what it is. `dates`: how it writes days; ISO days and
    DD.MM.YYYY need no telling, and days with slashes are never guessed."""

    columns: dict[Column, str] = Field(default_factory=dict)
    reasons: dict[str, Leaving] = Field(default_factory=dict)
    dates: Days | None = None


class Spell(Model):
    """One employment of a person, until `left_on` where it has ended."""

    person: PersonId
    hired_on: date
    left_on: date | None = None
    what: Leaving | None = None


class Snapshot(Model):
    """What a file says as of a day, each thing once, and the rows that were left out."""

    on: date
    spells: tuple[Spell, ...]
    rejected: tuple[BadRow, ...] = ()
    notices: tuple[str, ...] = ()

    def observations(self, roster: Iterable[str], source: str, since: date) -> tuple[Employment, ...]:
        """What it says of these people for K1: who has left and how, and who was at work on its day. Somebody
        who left on or after `since`, the kickoff, and came back has left: the later spell is passed over."""
        known = frozenset(roster)
        gone: dict[str, date] = {}
        for one in self.spells:
            if one.left_on is not None and one.left_on >= since:
                gone[one.person] = min(gone.get(one.person, one.left_on), one.left_on)
        listed = [
            one
            for one in self.spells
            if one.person in known
            and (one.hired_on < gone.get(one.person, date.max) or one.left_on == gone.get(one.person))
        ]
        return tuple(
            Employment(
                person=one.person, on=one.left_on or self.on, what=one.what or "employed", source=source
            )
            for one in listed
        )


def read_mapping(given: Mapping[str, Any]) -> HrisMapping:
    """A mapping as a file holds it. Raises InvalidInput with everything that is wrong with it."""
    try:
        made = HrisMapping.model_validate(given)
    except ValidationError as error:
        problems = [f"mapping: {'.'.join(map(str, one['loc']))}: {said(one)}." for one in error.errors()]
        hint = f"It has columns ({', '.join(HEADINGS)}), reasons and dates ({', '.join(get_args(Days))})."
        raise InvalidInput("The mapping cannot be used.", tuple(problems), hint=hint) from None
    traits = [name for name in made.columns.values() if TRAITS.search(normal(name))]
    if traits:
        raise InvalidInput(
            "The mapping cannot be used.",
            tuple(f"[R39] column {name!r} holds a protected trait and is never read." for name in traits),
        )
    return made


def read_snapshot(path: str | Path, on: date, mapping: HrisMapping | None = None) -> Snapshot:
    """The spells of employment in a CSV file (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252) as of
    the day `on`. Raises InvalidInput where the file as a whole cannot be used."""
    file, rules = Path(path), mapping or HrisMapping()
    headings: dict[str, tuple[str, ...]] = {
        name: (*words, *_heading(rules.columns.get(name))) for name, words in HEADINGS.items()
    }
    rows, broken, notices = read_table(file, headings, ("person", "hired_on"))
    reader = _Reader(rules, on)
    read = [(row.number, reader.spell(row)) for row in rows]
    spells, repeated = reader.settled([(number, spell) for number, spell in read if spell is not None])
    rejected = [*map(_broken, broken), *reader.rejected]
    if repeated:
        notices = (*notices, f"{file.name}: {count(repeated, 'row')} stood there twice.")
    return Snapshot(
        on=on,
        spells=tuple(spells),
        rejected=tuple(sorted(rejected, key=lambda one: (one.row, one.column))),
        notices=notices,
    )


def day(text: str, form: Days | None) -> date:
    """A day as a file writes it. Raises ValueError with the reason: what may be two days is no day."""
    plain = _MIDNIGHT.sub("", text.strip())
    if form == "excel":
        if not re.fullmatch(r"\d{5}(\.0+)?", plain):
            raise ValueError(f"{text!r} is no spreadsheet day, such as 46113")
        return _EXCEL + timedelta(days=int(float(plain)))
    for known in (form,) if form else ("YYYY-MM-DD", "DD.MM.YYYY"):
        found = re.fullmatch(_pattern(known), plain)
        if found:
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
    if form is None and re.fullmatch(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}", plain):
        raise ValueError(f"{text!r} may be two days. Say `dates: DD/MM/YYYY` or `MM/DD/YYYY` in a mapping")
    raise ValueError(f"{text!r} is no day written {form or 'YYYY-MM-DD or DD.MM.YYYY'}")


def _pattern(form: str) -> str:
    return re.sub("YYYY|MM|DD", lambda part: _PARTS[part[0]], re.escape(form).replace(r"\-", "-"))


def _heading(name: str | None) -> tuple[str, ...]:
    return () if name is None else ("_".join(name.strip().lower().replace("-", " ").split()),)


def _broken(problem: str) -> BadRow:
    place, _, reason = problem.partition(": ")
    return BadRow(row=int(place.removeprefix("row ")), column="", reason=reason)


class _Reader:
    """Reads rows one by one and keeps what is wrong with them."""

    def __init__(self, rules: HrisMapping, on: date) -> None:
        self._rules, self._on = rules, on
        self._reasons = {**REASONS, **{_word(name): what for name, what in rules.reasons.items()}}
        self.rejected: list[BadRow] = []

    def spell(self, row: Row) -> Spell | None:
        """The row as a spell; None for a bad one."""
        before = len(self.rejected)
        hired, left = self._day(row, "hired_on"), self._day(row, "left_on")
        what = self._what(row)
        if "person" not in row.cells:
            self._bad(row.number, "person", "it is missing.")
        if "hired_on" not in row.cells:
            self._bad(row.number, "hired_on", "it is missing.")
        if hired and left and left < hired:
            self._bad(row.number, "left_on", f"{left} is before {hired}, when they were hired.")
        if left and left > self._on:
            self._bad(row.number, "left_on", f"{left} is after the snapshot's day, {self._on}.")
        if hired and hired > self._on:
            self._bad(row.number, "hired_on", f"{hired} is after the snapshot's day, {self._on}.")
        if ("left_on" in row.cells) != ("reason" in row.cells):
            missing = "reason" if "left_on" in row.cells else "left_on"
            self._bad(row.number, missing, "it is missing, though the other of the two is there.")
        if len(self.rejected) > before or hired is None:
            return None
        return Spell(person=person_id(row.cells["person"]), hired_on=hired, left_on=left, what=what)

    def settled(self, spells: list[tuple[int, Spell]]) -> tuple[list[Spell], int]:
        """Each spell once, and how many rows stood there twice. Two rows that say different things of one
        time are both left out: nobody can tell which is right."""
        numbers: dict[Spell, list[int]] = defaultdict(list)
        for number, spell in spells:
            numbers[spell].append(number)
        by_person: dict[str, list[Spell]] = defaultdict(list)
        for spell in numbers:
            by_person[spell.person].append(spell)
        good: list[Spell] = []
        for spell, places in numbers.items():
            others = [one for one in by_person[spell.person] if one != spell and _overlap(one, spell)]
            if not others:
                good.append(spell)
                continue
            told = ", ".join(str(number) for one in others for number in numbers[one])
            for number in places:
                self._bad(number, "person", f"row {told} says otherwise of the same person and time.")
        return good, sum(len(found) - 1 for found in numbers.values())

    def _day(self, row: Row, column: Literal["hired_on", "left_on"]) -> date | None:
        if column not in row.cells:
            return None
        try:
            return day(row.cells[column], self._rules.dates)
        except ValueError as error:
            self._bad(row.number, column, f"{error}.")
            return None

    def _what(self, row: Row) -> Leaving | None:
        if "reason" not in row.cells:
            return None
        found = self._reasons.get(_word(row.cells["reason"]))
        if found is None:
            self._bad(row.number, "reason", f"we do not know what {row.cells['reason']!r} means.")
        return found

    def _bad(self, row: int, column: str, reason: str) -> None:
        self.rejected.append(BadRow(row=row, column=column, reason=reason, fix=_FIXES.get(column, "")))


def _word(text: str) -> str:
    return "_".join(text.lower().replace("-", " ").split())


def _overlap(one: Spell, other: Spell) -> bool:
    """Whether two spells share a day beyond the one on which the first ends and the second begins."""
    first, second = sorted((one, other), key=lambda spell: (spell.hired_on, spell.left_on or date.max))
    return first.left_on is None or second.hired_on < first.left_on or first.hired_on == second.hired_on
