"""The ids of the specification, each with the scope it belongs to and a title in our own words. Pure data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("rules.csv")
LETTERS = "RTG"
DUE = frozenset({"cohort", "pair"})
"""The scopes whose rules must be at home in the code and tested; the others belong to later work."""

_MENTION = re.compile(r"\b([RTG])([1-9]\d?|1[01]\d)(?!:\d)(?:\s?[-\u2013]\s?\1?(\d{1,3}))?\b")


@dataclass(frozen=True)
class Entry:
    """One requirement (R), timer (T) or guard (G)."""

    id: str
    scopes: frozenset[str]
    title: str

    @property
    def due(self) -> bool:
        """Whether it must be true today."""
        return bool(self.scopes & DUE)


@cache
def entries() -> dict[str, Entry]:
    """Everything in the catalog by id, in its order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Entry(row["id"], frozenset(row["scope"].split()), row["title"]) for row in csv.DictReader(file)
        ]
    return {entry.id: entry for entry in rows}


def ids_in(text: str) -> Iterator[str]:
    """The ids that a text names; of a range such as `R36-R41` those that exist."""
    for letter, first, last in _MENTION.findall(text):
        yield f"{letter}{first}"
        within = (f"{letter}{number}" for number in range(int(first) + 1, int(last or first) + 1))
        yield from (id_ for id_ in within if id_ in entries())
