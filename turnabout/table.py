"""Reads a CSV file with named columns, row by row; what cannot be read is told with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from turnabout.errors import InvalidInput
from turnabout.mapping import TRAITS, normal
from turnabout.textfile import read_text


class Row(NamedTuple):
    """A row by our names for its columns; the header is row 1, as in a spreadsheet."""

    number: int
    cells: Mapping[str, str]


def read_table(
    path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> tuple[list[Row], list[str], tuple[str, ...]]:
    """The rows of a file with comma, semicolon or tab; the rows that cannot be read, in words; notices.

    `columns` holds for each of our names the headings that mean it. Raises InvalidInput where the file has no
    such columns.
    """
    text, notices = read_text(path)
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    problems: list[str] = []
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            problems.append(f"row {number}: the quotes are broken ({error}).")
            continue
        if any(cell.strip() for cell in row):
            rows.append((number, row))
    heading, body = (rows[0], rows[1:]) if rows else ((1, [""]), [])
    traits = [cell.strip() for cell in heading[1] if TRAITS.search(normal(cell))]
    notices += tuple(f"[R39] column {name!r} holds a protected trait and was not read." for name in traits)
    names = _names(heading[1], columns)
    missing = [name for name in needed if name not in names]
    if missing:
        given = ", ".join(filter(None, (cell.strip() for cell in heading[1])))
        raise InvalidInput(
            f"{path} has no column {' and no column '.join(missing)}.",
            hint=f"Its columns are {given or 'none'}; name the first row's cells {', '.join(columns)}.",
        )
    found: list[Row] = []
    for at, row in body:
        if len(row) > len(names):
            problems.append(f"row {at}: {len(row)} cells under {len(names)} columns.")
            continue
        pairs = zip(names, row, strict=False)
        found.append(Row(at, {name: cell.strip() for name, cell in pairs if name and cell.strip()}))
    return found, problems, notices


def _names(heading: Sequence[str], columns: Mapping[str, Sequence[str]]) -> list[str]:
    meant = {word: name for name, words in columns.items() for word in (name, *words)}
    taken: set[str] = set()
    names: list[str] = []
    for cell in heading:
        name = meant.get("_".join(cell.strip().lower().replace("-", " ").split()), "")
        names.append("" if name in taken else name)
        taken.add(name)
    return names
