"""Which column of a file means which of our fields, and which columns are never read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Literal, get_args

from pydantic import Field

from turnabout.model import Model

FieldName = Literal[
    "id",
    "role",
    "name",
    "email",
    "timezone",
    "language",
    "level",
    "function",
    "location",
    "background",
    "reports_to",
    "skills",
    "gaps",
    "interests",
    "conflicts",
    "high_potential",
    "customer_facing",
    "digitally_skilled",
]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
NEVER_VALUES = frozenset({"id", "name", "email"})
"""Fields whose values no message repeats."""

TRAITS = re.compile(
    r"\b(gender|sex|sexual\w*|orientation|lgbt\w*|trans\w*gender|pronouns?|salutation|honorific"
    r"|ethnic\w*|race|racial|colou?r|nationality|national origin|citizenship|caste|migrat\w*|immigra\w*"
    r"|religio\w*|faith|beliefs?|disab\w*|health|medical|neuro\w*|pregnan\w*|maternity|parental|marital"
    r"|age|birth\w*|dob|born|veteran|politic\w*|union membership|characteristics?|identit(y|ies)|protected)\b"
)
FREE_TEXT = re.compile(
    r"\b(biograph\w*|bio|about( me)?|notes?|comments?|remarks?|motivation|personal statement|free text)\b"
)


SHAPES = {
    "columns": "{our field: the file's column, or several as a list}",
    "values": "{our field: {what the file says: what we mean}}",
    "constants": "{our field: one value for all rows}",
}
"""What stands at the top level of a mapping, and how it is written."""


class RosterMapping(Model):
    """How a file's columns become our fields.

    `columns`: our field -> the file's column, or several that are joined by a space (first and last name).
    `values`: our field -> {what the file says: what we mean}, such as grades to levels; once given, it must
    know every value of the column. `constants`: our field -> the value where there is no column or the cell
    is empty. A field that is not mapped is looked for under its own name.
    """

    columns: dict[FieldName, str | tuple[str, ...]] = Field(default_factory=dict)
    values: dict[FieldName, dict[str, str | bool | int]] = Field(default_factory=dict)
    constants: dict[FieldName, str | bool | int] = Field(default_factory=dict)


class Layout(Model):
    """Where each field stands in one file: the indices of its columns. The rest is not read, for a reason."""

    header: tuple[str, ...]
    places: dict[FieldName, tuple[int, ...]]
    traits: tuple[str, ...]
    free_text: tuple[str, ...]
    unused: tuple[str, ...]

    def column(self, field: str) -> str:
        """The file's name for a field."""
        places = next((places for known, places in self.places.items() if known == field), ())
        return " + ".join(self.header[place] for place in places) or field


def mapping_fault(fault: Mapping[str, Any]) -> str:
    """What is wrong with a mapping itself, with its place in it and the fix; `fault` is pydantic's."""
    part, *within = *(str(step) for step in fault["loc"] if step != "[key]"), ""
    if part not in SHAPES:
        up = f" Take what is in {part!r} one level up." if part == "mapping" else ""
        return f"{part!r} is no part of it. Its top level has {', '.join(SHAPES)} and nothing else.{up}"
    if len(within) < 2:
        return f"{part}: it must be {SHAPES[part]}."
    if within[0] not in FIELDS:
        return f"{part}.{within[0]}: we have no field {within[0]!r}."
    return f"{part}.{within[0]}: it does not fit. Write {part} as {SHAPES[part]}."


def normal(name: str) -> str:
    """A column's name without case, punctuation and spare spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", name).lower().split())


def layout(header: Iterable[str], mapping: RosterMapping) -> tuple[Layout, tuple[str, ...]]:
    """Lay a mapping over a header; also returns what is wrong with it, in words."""
    names = tuple(name.strip() for name in header)
    known = {normal(name): index for index, name in enumerate(names) if name}
    problems: list[str] = []
    twice = sorted({name for name in names if name and known[normal(name)] != names.index(name)})
    problems += [f"column {name!r} stands twice in the header. Remove or rename one." for name in twice]
    places: dict[FieldName, tuple[int, ...]] = {}
    for field in FIELDS:
        wanted = mapping.columns.get(field, field)
        columns = (wanted,) if isinstance(wanted, str) else wanted
        for column in columns if field in mapping.columns else ():
            if normal(column) not in known:
                near = get_close_matches(normal(column), known, n=1)
                hint = f"Did you mean {names[known[near[0]]]!r}?" if near else f"It has: {', '.join(names)}."
                problems.append(f"mapping: columns.{field}: there is no column {column!r}. {hint}")
            elif TRAITS.search(normal(column)):
                problems.append(
                    f"mapping: columns.{field}: [R39] column {column!r} holds a protected trait and is never "
                    "read. Map another column."
                )
        found = tuple(known[normal(column)] for column in columns if normal(column) in known)
        if found:
            places[field] = found
    read = {index for found in places.values() for index in found}
    rest = [name for index, name in enumerate(names) if name and index not in read]
    traits = tuple(name for name in rest if TRAITS.search(normal(name)))
    free_text = tuple(name for name in rest if name not in traits and FREE_TEXT.search(normal(name)))
    unused = tuple(name for name in rest if name not in traits and name not in free_text)
    return (
        Layout(header=names, places=places, traits=traits, free_text=free_text, unused=unused),
        tuple(problems),
    )
