"""Turns a message's name and values into a subject and a text for one person. Pure but for reading
templates.

A template `templates/<language>/<name>.txt.j2` has the blocks `subject` and `body` and sees: `recipient`,
`cohort`, `cohort_name` and `pair` (None where unknown), `item`, `due_at` and `values`; instants become
readable in the recipient's zone and language with the filter `when`, fixed words in the language with
`word`. Values that templates look for: `starts_at` (of a meeting), `closes_at` (until when an answer
counts), `number` and `prompt` (of a session), `duty`, `cohort_name`, `partner` (a name), `consent` (the
version of a text), `pairs` and `pairs_needed`, `phase`, `asked` (what it asks for) and `missing`, and what
the policy says: `days`, `limit`, `days_left`, `hours`, `minutes`. Rows of words become a sentence with
`listed`. The text is the source of the page in HTML: a paragraph that is indented by two spaces is something
to type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from textwrap import fill
from typing import Any
from zoneinfo import ZoneInfo

from activities.languages import DEFAULT, STANDARD, Templates
from turnabout import prompts

WIDTH = 76
_PAIR = re.compile(r"^pair-(?P<pair>(?P<cohort>.+)-\d+)$")


@dataclass(frozen=True)
class Ways:
    """Where a letter's recipient can answer: the addresses of the page for what it asks (None where it asks
    for nothing), of their own pair and of the way to the safety steward (None for staff), and of what
    waits for them once they have signed in (None where another page is named, or nobody signs in)."""

    link: str | None = None
    home: str | None = None
    concern: str | None = None
    desk: str | None = None


NO_WAYS = Ways()


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
    language: str = DEFAULT

    @property
    def html(self) -> str:
        """The page, made only where somebody wants it: the outbox and the log never do."""
        page = STANDARD.find("_page.html.j2").template
        told = page.render(subject=self.subject, paragraphs=self.paragraphs, language=self.language)
        return told + "\n"


def render(
    template: str,
    *,
    recipient: str,
    zone: str,
    stream: str,
    due_at: datetime,
    values: Mapping[str, Any],
    language: str = DEFAULT,
    templates: Templates = STANDARD,
    ways: Ways = NO_WAYS,
) -> Letter:
    """The message `template` of `stream` for one recipient, whose name, IANA zone and language are given,
    with the addresses where they can answer.

    Raises jinja2.TemplateError for an unknown name.
    """
    found = templates.find(f"{template}.txt.j2", language)
    loaded = found.template
    pair = _PAIR.match(stream)
    context = loaded.new_context(
        {
            "recipient": " ".join(recipient.split()),
            "zone": ZoneInfo(zone),
            "cohort": pair["cohort"] if pair else stream.partition("-")[2],
            "cohort_name": values.get("cohort_name"),
            "pair": pair["pair"] if pair else None,
            "item": values.get("item"),
            "due_at": found.language.moment(due_at, ZoneInfo(zone)),
            "values": values,
            "ways": ways,
        }
    )
    subject = " ".join("".join(loaded.blocks["subject"](context)).split())
    text = "".join(loaded.root_render_func(context)).strip()
    paragraphs = tuple(paragraph.strip("\n") for paragraph in text.split("\n\n") if paragraph.strip())
    body = "\n\n".join(map(_filled, paragraphs)) + "\n"
    return Letter(subject, body, paragraphs, language=found.language.tag)


def _filled(paragraph: str) -> str:
    """The paragraph in lines; what is to be typed stays as it is."""
    return paragraph if paragraph.startswith("  ") else fill(paragraph, WIDTH, break_on_hyphens=False)


def sample(template: str, language: str = DEFAULT) -> Letter:
    """The message with made-up values, as its recipient might get it. Raises jinja2.TemplateError for an
    unknown name."""
    return render(
        template,
        language=language,
        recipient="Ada Lovelace",
        zone="Europe/Berlin",
        stream="pair-q1-2027-04",
        due_at=datetime(2027, 1, 25, 8, tzinfo=UTC),
        values={
            "cohort_name": "Future Skills",
            "starts_at": "2027-01-26T09:00:00+00:00",
            "closes_at": "2027-01-29T16:00:00+00:00",
            "number": 4,
            "duty": "the kickoff",
            "days": 45,
            "limit": 60,
            "days_left": 15,
            "hours": 48,
            "minutes": 90,
            "phase": "iterate",
            "asked": ["an experiment with its verdict", "an insight written down"],
            "missing": ["2 drafts with feedback"],
            "prompt": prompts.LIBRARY[0].text,
        },
    )
