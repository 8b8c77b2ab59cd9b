"""What pydantic finds wrong with a value, in our words: the one place that knows its vocabulary. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from turnabout.contact import EMAIL_PATTERN, LANGUAGE_PATTERN
from turnabout.model import KEY_PATTERN, PERSON_PATTERN
from turnabout.spec import KPI_PATTERN

FORMS = {
    PERSON_PATTERN: "an id has lower-case letters, digits, - and _, at most 63",
    KEY_PATTERN: "an id has lower-case letters, digits and -, at most 63",
    KPI_PATTERN: "it must be one of K1 to K16",
    EMAIL_PATTERN: "it must be one address, such as someone@example.org",
    LANGUAGE_PATTERN: "it must be a language's tag, such as en or pt-br",
}
"""What a text must look like, by its pattern."""

WORDS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "union_tag_not_found": "it does not say its type",
    "finite_number": "it must be a finite number",
    "timezone_aware": "it must say its offset, such as 2027-01-25T14:30+01:00",
}
"""Faults by pydantic's name for them."""

KINDS = {
    "string": "it must be text",
    "int": "it must be a whole number",
    "float": "it must be a number",
    "bool": "it must be true or false",
    "date": "it must be a date, such as 2027-01-25",
    "datetime": "it must be an instant, such as 2027-01-25T14:30+01:00",
    "time_delta": "it must be a span of time, such as P3D",
    "time": "it must be a time, such as 14:30",
    "tuple": "it must be a list",
    "list": "it must be a list",
    "set": "it must be a list",
    "frozenset": "it must be a list",
    "dict": "it must have fields of its own",
    "mapping": "it must have fields of its own",
    "model": "it must have fields of its own",
}
"""Faults by how their names begin, longer ones first: `int_parsing` and `int_type` are one to us."""


def said(fault: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()` in our words, without a full stop. Of what was given it repeats a
    command's type and what our own validators quote, no more."""
    name, context = str(fault["type"]), fault.get("ctx") or {}
    least, most = context.get("min_length", 0), context.get("max_length", 0)
    match name:
        case "literal_error" | "enum":
            return f"it must be {context['expected']}"
        case "union_tag_invalid":
            return f"there is no command of the type {context['tag']!r}"
        case "string_pattern_mismatch":
            return FORMS.get(context["pattern"], "it is not written as it should be")
        case "string_too_short":
            return "it is empty" if least == 1 else f"it needs at least {least} characters"
        case "string_too_long":
            return f"it may have at most {most} characters"
        case "too_short":
            return f"it needs at least {count(least, 'entry', 'entries')}"
        case "too_long":
            return f"it may have at most {count(most, 'entry', 'entries')}"
        case "greater_than_equal":
            return f"it must be at least {context['ge']}"
        case "less_than_equal":
            return f"it must be at most {context['le']}"
        case "greater_than":
            return f"it must be more than {context['gt']}"
        case "less_than":
            return f"it must be less than {context['lt']}"
        case _ if name in WORDS:
            return WORDS[name]
        case _ if kind := next((kind for kind in KINDS if name.startswith(f"{kind}_")), None):
            return KINDS[kind]
        case _:
            return str(fault["msg"]).removeprefix("Value error, ").removesuffix(".")


def told(error: ValidationError) -> tuple[str, ...]:
    """Every fault of an error as `place: what is wrong`."""
    faults = error.errors(include_url=False, include_input=False)
    return tuple(": ".join(filter(None, (place(fault["loc"]), said(fault)))) for fault in faults)


def place(path: Iterable[str | int]) -> str:
    """Where a fault is, as `people[0].level`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def count(number: int, one: str, more: str | None = None) -> str:
    """How many there are, such as `1 row` or `2 rows`."""
    return f"{number} {one if number == 1 else more or one + 's'}"
