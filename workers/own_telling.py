"""What is stored about somebody, as a person would say it: days in their zone, names, paragraphs.

Pure. It changes how a value reads and never which values there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from activities.languages import DEFAULT, FOLDER, Language
from turnabout.model import PERSON_PATTERN

SHORT = 160
"""Characters up to which a text stands in its line."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LABELS: Mapping[str, str] = {
    "first_on": "from",
    "last_on": "until",
    "due_at": "due",
    "due_on": "due",
    "held_on": "held on",
    "starts_at": "begins",
    "ends_at": "ends",
    "by_default": "for want of an answer",
    "timezone": "time zone",
    "about_safety": "about safety",
}
"""What a field is called, where its own name does not say it; else its name without underscores."""
PARTNERS = frozenset({"mentor", "mentee", "mentors"})
"""Fields that hold people whom the reader met by name: on a shortlist, in a proposal."""

_ENGLISH = Language(FOLDER, DEFAULT)
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_TIME = re.compile(r"^(\d\d:\d\d)(:00)?$")
_CODE = re.compile(r"^[a-z]+(_[a-z]+)+$")
_ID = re.compile(PERSON_PATTERN)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Line:
    """A value under its name: in a line, or as paragraphs."""

    name: str
    text: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Who reads: their id, their zone, and the names that they may know, by id."""

    person: str
    zone: ZoneInfo
    names: Mapping[str, str] = field(default_factory=dict)

    def lines(self, values: Mapping[str, Any]) -> tuple[Line, ...]:
        """Every value, in the order in which it is stored."""
        return tuple(self._line(name, value) for name, value in values.items())

    def _line(self, name: str, value: Any) -> Line:
        if isinstance(value, str) and (len(value) > SHORT or "\n" in value):
            return Line(_label(name), paragraphs=tuple(paragraphs(value)))
        return Line(_label(name), text=self._said(name, value))

    def _said(self, name: str, value: Any) -> str:
        match value:
            case bool():
                return "yes" if value else "no"
            case int() if name == "weekday" and value in range(7):
                return WEEKDAYS[value]
            case float():
                return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
            case {"skill": skill, "current": current, "target": target}:
                return f"{skill}, from level {current} to level {target}"
            case dict():
                return "; ".join(f"{_label(part)}: {self._said(part, one)}" for part, one in value.items())
            case list() | tuple():
                between = (
                    "; " if any(isinstance(one, dict | list) or "," in str(one) for one in value) else ", "
                )
                return between.join(self._said(name, one) for one in value)
            case str():
                return self._word(name, value)
        return str(value)

    def _word(self, name: str, text: str) -> str:
        if text == self.person:
            return "you"
        if text in self.names:
            return self.names[text]
        if name in PARTNERS and _ID.match(text):
            return "somebody who is not in the directory any more"
        if _INSTANT.match(text):
            return _ENGLISH.moment(datetime.fromisoformat(text), self.zone)
        if _DAY.match(text):
            return _ENGLISH.day(date.fromisoformat(text))
        if time := _TIME.match(text):
            return time.group(1)
        return text.replace("_", " ") if _CODE.match(text) else text


def people_in(values: Mapping[str, Any]) -> Iterator[str]:
    """The ids of those whom the reader met by name."""
    for name in PARTNERS & values.keys():
        value = values[name]
        yield from (one for one in ([value] if isinstance(value, str) else value) if isinstance(one, str))


def paragraphs(text: str) -> Iterator[str]:
    """A text in Markdown as plain paragraphs: one for each heading, entry of a list and run of lines."""
    run: list[str] = []
    for line in (*text.splitlines(), ""):
        bare = line.strip()
        entry = re.match(r"^(#+|[-*+]|\d+[.)])\s+", bare)
        if (not bare or entry) and run:
            yield _plain(" ".join(run))
            run = []
        if bare.startswith("#"):
            yield _plain(bare.lstrip("# "))
        elif bare and not re.fullmatch(r"[-=*_| :]{3,}", bare):
            run.append(re.sub(r"^[-*+]\s+", "• ", bare))


def _plain(text: str) -> str:
    """A line without Markdown's marks."""
    return re.sub(r"(\*\*|__|`)", "", _LINK.sub(r"\1", text)).replace("\\", "")


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))
