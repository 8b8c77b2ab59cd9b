"""The fields of forms: how each is shown, and how what a browser sends becomes a command's value. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.errors import InvalidInput
from turnabout.faults import said

Kind = Literal[
    "line",
    "text",
    "number",
    "date",
    "time",
    "datetime",
    "rating",
    "yes_no",
    "choice",
    "several",
    "rank",
    "lines",
    "rows",
    "group",
]
"""`lines` is a text with one entry a line; `several` are any of its options, `rank` an order over them;
`rows` a small table, `group` fields that are one value together."""

_PARTED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
TWICE = "Two have the same place. Give each place once."


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from. `about` says more, such as why somebody is on a shortlist."""

    value: str
    label: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One question. `name` is the command's field; `why` says what the answer leads to (R58); `options` are
    those to choose from, or for a `line` what a browser proposes while one types; a `rows` field
    has its columns in `columns` and shows `rows` of them; `low` and `high` name the ends of a rating."""

    name: str
    label: str
    kind: Kind = "line"
    help: str = ""
    why: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    columns: tuple[Field, ...] = ()
    rows: int = 1
    low: str = ""
    high: str = ""
    limit: int | None = None

    def read(self, sent: Mapping[str, Sequence[str]], prefix: str = "") -> Any:
        """The JSON value that the browser sent; None where it is empty. An order in which two share a place
        is no order yet: it stays places by option."""
        name = prefix + self.name
        values = [one.strip() for one in sent.get(name, ()) if one.strip()]
        match self.kind:
            case "rows":
                read = [
                    {column.name: column.read(sent, f"{name}.{row}.") for column in self.columns}
                    for row in range(self.rows)
                ]
                told = [{key: value for key, value in row.items() if value is not None} for row in read]
                return [row for row in told if row] or None
            case "group":
                parts = {column.name: column.read(sent, f"{name}.") for column in self.columns}
                return {key: value for key, value in parts.items() if value is not None} or None
            case "lines":
                return [
                    line.strip() for value in values for line in value.splitlines() if line.strip()
                ] or None
            case "rank":
                places = {
                    option.value: (sent.get(f"{name}.{option.value}") or [""])[0] for option in self.options
                }
                known = {str(place) for place in range(1, len(self.options) + 1)}
                ranked = {value: int(place) for value, place in places.items() if place in known}
                if len(set(ranked.values())) < len(ranked):
                    return ranked
                return sorted(ranked, key=ranked.__getitem__) or None
            case "several":
                return values or None
            case "yes_no":
                return values[0] == "yes" if values else None
            case "number" | "rating":
                return _number(values[0]) if values else None
            case _:
                return values[0] if values else None

    def faults(self, value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
        """The same of the field and what it is made of, each by its name as a browser sends it."""
        name = prefix + self.name
        if (unclear := self.fault(value)) is not None:
            yield name, unclear
        parts = {f"{name}.": value} if self.kind == "group" else {}
        if self.kind == "rows":
            parts = {f"{name}.{row}.": one for row, one in enumerate(value or ())}
        for within, one in parts.items():
            for column in self.columns:
                yield from column.faults((one or {}).get(column.name), within)

    def place(self, within: Sequence[Any], prefix: str = "") -> str:
        """The name, as a browser sends it, of what a fault is about that lies `within` the value."""
        name = prefix + self.name
        if self.kind == "rows" and within:
            name, within = f"{name}.{within[0]}", within[1:]
        column = next((one for one in self.columns if within and one.name == within[0]), None)
        return column.place(within[1:], f"{name}.") if column else prefix + self.name

    def labels(self, prefix: str = "", before: str = "") -> Iterator[tuple[str, str]]:
        """What the field and what it is made of are called, by the name that a browser sends."""
        name, label = prefix + self.name, before + self.label
        yield name, label
        within = {f"{name}.": f"{label}: "} if self.kind == "group" else {}
        if self.kind == "rows":
            counts = (f" {row + 1}" if self.rows > 1 else "" for row in range(self.rows))
            within = {f"{name}.{row}.": f"{label}{count}: " for row, count in enumerate(counts)}
        for part, told in within.items():
            for column in self.columns:
                yield from column.labels(part, told)

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value as it was read, where the command could not say it clearly."""
        if self.kind == "rank" and isinstance(value, dict):
            return TWICE
        if self.kind == "number" and isinstance(value, str):
            if _PARTED.fullmatch(value):
                whole, part = re.split("[.,]", value)
                return f"This reads as two numbers. Write {whole}{part} or {float(f'{whole}.{part}'):g}."
            return "Write a number in digits, such as 1200 or 12.5."
        return None


@dataclass(frozen=True)
class Mark:
    """What a check says of one thing that an answer must have: whether it does, else what to do."""

    letter: str
    name: str
    holds: bool
    hint: str = ""


@dataclass(frozen=True)
class Form:
    """What a page asks, and the command that it becomes. `fixed` are values that the page knows, `about`
    lists what whoever answers should know. `name` tells the occasion where there may be another one, such as
    the number of the pulse: on one occasion one answer counts. A `repeatable` form may be sent as often as
    somebody likes. `check` says of what is typed so far how it would be taken, and changes nothing."""

    command: type[Command]
    fields: tuple[Field, ...] = ()
    submit: str = "Save"
    title: str = ""
    intro: str = ""
    about: tuple[str, ...] = ()
    fixed: Mapping[str, Any] | None = None
    repeatable: bool = False
    name: str = ""
    check: Callable[[Mapping[str, Any]], tuple[Mark, ...]] | None = None

    @property
    def id(self) -> str:
        """What the form is called on its page."""
        return self.name or self.command_type

    @property
    def command_type(self) -> str:
        """What its command is called, on the wire, too."""
        return str(self.command.model_fields["type"].default)

    def read(self, sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The command's values as the browser sent them, with those that the page knows."""
        read = {field.name: field.read(sent) for field in self.fields}
        return {**{key: value for key, value in read.items() if value is not None}, **(self.fixed or {})}

    def command_of(self, values: Mapping[str, Any], zone: ZoneInfo) -> Command | dict[str, str]:
        """The command, or what is wrong, by field (`""`: with the form as a whole). A day and time is meant
        as the clock in `zone` shows it."""
        moments: dict[str, datetime] = {}
        for field in self.fields:
            if unclear := dict(field.faults(values.get(field.name))):
                return unclear
            if field.kind == "datetime" and field.name in values:
                try:
                    moments[field.name] = calendar.shown(values[field.name], zone.key)
                except InvalidInput as error:
                    return {field.name: str(error)}
        try:
            return self.command.model_validate({**values, **moments})
        except ValidationError as error:
            known = {field.name: field for field in self.fields}
            wrong: dict[str, str] = {}
            for fault in error.errors(include_url=False, include_input=False):
                first, *within = fault["loc"] or ("",)
                asked = known.get(str(first))
                wrong.setdefault(asked.place(within) if asked is not None else "", _told(fault))
            return wrong

    def faulty(self, wrong: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is wrong, in the order of the page: the name that a browser sends, and what it is called."""
        return [(name, told) for field in self.fields for name, told in field.labels() if name in wrong]


def _told(fault: Any) -> str:
    words = "please answer this" if fault["type"] == "missing" else said(fault)
    return f"{words[:1].upper()}{words[1:]}."


def _number(text: str) -> int | float | str:
    """The number; what is none, or may be one in thousands, stays as it was typed."""
    if _PARTED.fullmatch(text):
        return text
    for kind in (int, float):
        try:
            return kind(text.replace(",", "."))
        except ValueError:
            continue
    return text
