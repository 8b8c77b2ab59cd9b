"""Turns a message's name and values into a subject and a text for one person. Pure but for reading templates.

A template `templates/<name>.txt.j2` has the blocks `subject` and `body` and sees: `recipient`, `cohort`,
`cohort_name` and `pair` (None where unknown), `item`, `due_at` and `values`; instants become readable in the
recipient's zone with the filter `when`. Values that templates look for: `starts_at` (of a meeting),
`closes_at` (until when an answer counts), `number` (of a session), `duty`, `cohort_name`, `partner` (a name),
`pairs` and `pairs_needed`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

FOLDER = Path(__file__).with_name("templates")
WIDTH = 76
_PAIR = re.compile(r"^pair-(?P<pair>(?P<cohort>.+)-\d+)$")


@dataclass(frozen=True)
class Letter:
    """What a recipient reads: one line of subject and a plain text."""

    subject: str
    body: str


def render(
    template: str, *, recipient: str, zone: str, stream: str, due_at: datetime, values: Mapping[str, Any]
) -> Letter:
    """The message `template` of `stream` for one recipient, whose name and IANA zone are given.

    Raises jinja2.TemplateError for an unknown name.
    """
    loaded = _template(template)
    pair = _PAIR.match(stream)
    context = loaded.new_context(
        {
            "recipient": " ".join(recipient.split()),
            "zone": ZoneInfo(zone),
            "cohort": pair["cohort"] if pair else stream.partition("-")[2],
            "cohort_name": values.get("cohort_name"),
            "pair": pair["pair"] if pair else None,
            "item": values.get("item"),
            "due_at": readable(due_at, ZoneInfo(zone)),
            "values": values,
        }
    )
    subject = " ".join("".join(loaded.blocks["subject"](context)).split())
    paragraphs = "".join(loaded.root_render_func(context)).strip().split("\n\n")
    return Letter(subject, "\n\n".join(fill(text, WIDTH) for text in paragraphs if text.strip()) + "\n")


def readable(moment: datetime, zone: ZoneInfo) -> str:
    """An instant as people write it, in their zone and with its name: nobody has to convert."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.key})"


@pass_context
def _when(context: Context, value: object, prefix: str = "") -> str:
    """An ISO instant or date of `values` as text after `prefix`; nothing for a value that is not given."""
    if value is None:
        return ""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return f"{prefix}{value}"
    if moment.tzinfo is None:
        day: date = moment.date()
        return f"{prefix}{day:%A} {day.day} {day:%B %Y}"
    return prefix + readable(moment, context["zone"])


@cache
def _environment() -> Environment:
    # Plain text, so nothing to escape; a header takes the subject as one line.
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 -- text/plain
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["when"] = _when
    return made


def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.txt.j2")
