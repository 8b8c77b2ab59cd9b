"""Fills a document's template and turns its Markdown into a page of HTML or a PDF. Pure but for reading
templates.

A template `templates/<language>/documents/<name>.md.j2` sets its `version` (raised with every change of its
text) and begins with its title. Beside CommonMark and tables it may hold `[ ]` (a box to tick), a paragraph
of sixteen dots (a line to write on) and `---` (a new page).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt

from activities.languages import DEFAULT, STANDARD, Templates

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
LINE_TO_WRITE_ON = "." * 16
BOX = "[ ]"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Document:
    """A filled document. `digest` says from which text it was made: the same digest, the same template."""

    name: str
    title: str
    markdown: str
    version: int
    digest: str
    language: str = DEFAULT
    pages: int | None = None
    """How many pages it must have; None for as many as it needs."""

    @property
    def footer(self) -> str:
        return f"Turnabout · {self.name.replace('_', ' ')} · version {self.version} · {self.digest}"

    @property
    def html(self) -> str:
        """The whole page, which prints well, too."""
        content = MARKDOWN.render(self.markdown)
        content = content.replace(f"<p>{LINE_TO_WRITE_ON}</p>", '<div class="write"></div>').replace(BOX, "☐")
        page = STANDARD.find("_document.html.j2").template
        told = page.render(title=self.title, content=content, footer=self.footer, language=self.language)
        return told + "\n"

    @property
    def pdf(self) -> bytes:
        """The document for paper (A4), the same bytes for the same text."""
        from activities.documents.pdf import paper  # noqa: PLC0415 -- half a second that letters need not pay

        return paper(self)


def fill(
    name: str,
    values: Mapping[str, Any],
    *,
    zone: str = "UTC",
    language: str = DEFAULT,
    pages: int | None = None,
    templates: Templates = STANDARD,
) -> Document:
    """The document `name` with these values; a name that a template asks for and nobody gives is an error.

    Raises jinja2.TemplateError.
    """
    found = templates.find(f"documents/{name}.md.j2", language)
    context = {"zone": ZoneInfo(zone), **{key: _plain(value) for key, value in values.items()}}
    module = found.template.make_module(context)
    text = _BLANK_LINES.sub("\n\n", str(module)).strip() + "\n"
    return written(
        name,
        text,
        version=int(vars(module)["version"]),
        digest=found.digest,
        language=found.language.tag,
        pages=pages,
    )


def written(
    name: str,
    text: str,
    *,
    version: int,
    digest: str | None = None,
    language: str = DEFAULT,
    pages: int | None = None,
) -> Document:
    """A document from Markdown that is there already; its digest is then that of the text (SHA-256)."""
    own = hashlib.sha256(text.encode()).hexdigest()[:12]
    title = text.partition("\n")[0].removeprefix("# ").strip()
    return Document(name, title, text, version, digest or own, language, pages)


def _plain(value: Any) -> Any:
    """What people wrote is text, not Markdown."""
    if isinstance(value, str):
        return _SPECIAL.sub(r"\\\1", " ".join(value.split()))
    return value
