"""Turns a message's name and values into a subject and a text for one person. Pure but for reading templates.

A template `templates/<name>.txt.j2` has the blocks `subject` and `body` and sees: `recipient`, `cohort`,
`cohort_name` and `pair` (None where unknown), `item`, `due_at` and `values`; instants become readable in the
recipient's zone with the filter `when`. Values that templates look for: `starts_at` (of a meeting),
`closes_at` (until when an answer counts), `number` and `prompt` (of a session), `duty`, `cohort_name`,
`partner` (a name), `pairs` and `pairs_needed`, `phase`, `asked` (what it asks for) and `missing`. The text is
the source of the page in HTML: a paragraph that is indented by two spaces is something to type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context, select_autoescape
from jinja2.runtime import Context

from turnabout import prompts

FOLDER = Path(__file__).with_name("templates")
WIDTH = 76
_PAIR = re.compile(r"^pair-(?P<pair>(?P<cohort>.+)-\d+)$")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter. `media_type` may carry parameters: a calendar with a method, such as
    `text/calendar; method=REQUEST`, is shown by mail programs as an invitation."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a recipient reads: one line of subject and a plain text, or its paragraphs as a page of HTML; and
    the files that come with it."""

    subject: str
    body: str
    paragraphs: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def html(self) -> str:
        """The page, made only where somebody wants it: the outbox and the log never do."""
        page = _environment().get_template("_page.html.j2")
        return page.render(subject=self.subject, paragraphs=self.paragraphs) + "\n"


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
    text = "".join(loaded.root_render_func(context)).strip()
    paragraphs = tuple(paragraph.strip("\n") for paragraph in text.split("\n\n") if paragraph.strip())
    return Letter(subject, "\n\n".join(map(_filled, paragraphs)) + "\n", paragraphs)


def _filled(paragraph: str) -> str:
    """The paragraph in lines; what is to be typed stays as it is."""
    return paragraph if paragraph.startswith("  ") else fill(paragraph, WIDTH, break_on_hyphens=False)


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


def _listed(values: object) -> str:
    """Words in a row: `a, b and c`."""
    given = [str(one) for one in values] if isinstance(values, list | tuple) else [str(values)]
    return " and ".join([*([", ".join(given[:-1])] if given[1:] else []), *given[-1:]])


@cache
def _environment() -> Environment:
    # In plain text there is nothing to escape; a header takes the subject as one line.
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["when"] = _when
    made.filters["listed"] = _listed
    return made


def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.txt.j2")


def sample(template: str) -> Letter:
    """The message with made-up values, as its recipient might get it. Raises jinja2.TemplateError for an
    unknown name."""
    return render(
        template,
        recipient="Ada Lovelace",
        zone="Europe/Berlin",
        stream="pair-q1-2027-04",
        due_at=datetime(2027, 1, 25, 8, tzinfo=UTC),
        values={
            "cohort_name": "Future Skills",
            "starts_at": "2027-01-26T09:00:00+00:00",
            "closes_at": "2027-01-29T16:00:00+00:00",
            "number": 4,
            "phase": "iterate",
            "asked": ["an experiment with its verdict", "an insight written down"],
            "missing": ["2 drafts with feedback"],
            "duty": "kickoff",
            "prompt": prompts.LIBRARY[0].text,
        },
    )
