"""Reads what HR knows of people's employment from CSV: all of it, or none and every fault of the file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from turnabout.cells import person_id
from turnabout.commands.cohort_measurement import Employment
from turnabout.errors import InvalidInput
from turnabout.faults import count, said
from turnabout.model import Model
from turnabout.table import read_table

COLUMNS = {
    "person": ("id", "person_id", "employee", "employee_id", "email"),
    "on": ("date", "day", "effective_date"),
    "what": ("kind", "event", "change"),
    "level": ("new_level", "grade"),
    "source": ("origin", "system"),
}
"""Our columns, and other headings that mean them."""
NEEDED = ("person", "on", "what")
FIXES = {
    "person": "Use the id or the address of the roster.",
    "on": "Write a day as 2027-03-31.",
    "what": "Write employed, voluntary_exit, involuntary_exit, transfer or level_change.",
    "level": "Write a whole number from 1 to 20, and only for a level change.",
    "source": "Say in a few words where it comes from.",
}


class EmploymentFile(Model):
    """What a file says, each thing once, in the order of its rows."""

    rows: tuple[Employment, ...]
    notices: tuple[str, ...] = ()


def in_order(rows: Iterable[Employment]) -> tuple[Employment, ...]:
    """The rows with each person's latest first: whatever the cohort refuses of a file (a strange id, a day to
    come) stands as far ahead as can be, so that nothing is recorded before it is refused."""
    listed = tuple(rows)
    latest: dict[str, Employment] = {}
    for row in listed:
        if row.person not in latest or row.on > latest[row.person].on:
            latest[row.person] = row
    chosen = set(map(id, latest.values()))
    return (*latest.values(), *(row for row in listed if id(row) not in chosen))


def read_employment(path: str | Path, source: str | None = None) -> EmploymentFile:
    """The rows of a CSV file with the columns person, on, what, and level and source where they apply;
    `source` is for rows that name none (the file's name, where nobody says).

    Raises InvalidInput that names every bad row; then nothing of the file is to be used.
    """
    file = Path(path)
    rows, problems, notices = read_table(file, COLUMNS, NEEDED)
    found: dict[Employment, int] = {}
    repeated = 0
    for number, cells in rows:
        fields = {**cells, "source": cells.get("source") or source or file.name}
        if "person" in cells:
            fields["person"] = person_id(cells["person"])
        if "what" in cells:
            fields["what"] = "_".join(cells["what"].lower().replace("-", " ").split())
        try:
            one = Employment.model_validate(fields)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                name = str(fault["loc"][0]) if fault["loc"] else "level"
                fix = FIXES.get(name, "")
                problems.append(f"row {number}, {name}: {said(fault)}. {fix}".rstrip())
            continue
        repeated += one in found
        found.setdefault(one, number)
    if problems:
        bad = count(len(problems), "problem")
        raise InvalidInput(f"{file} has {bad}; nothing of it was imported.", tuple(problems))
    if not found:
        raise InvalidInput(f"{file} has a header and no rows.")
    if repeated:
        notices = (*notices, f"{file.name}: {count(repeated, 'row')} stood there twice.")
    return EmploymentFile(rows=tuple(found), notices=notices)
