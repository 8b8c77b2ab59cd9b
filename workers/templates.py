"""Shows what the engine sends and hands out, with made-up values or those of a cohort's file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from activities.documents.catalog import DOCUMENTS, document
from activities.documents.page import Document
from activities.documents.sample import COHORT
from activities.languages import DEFAULT, STANDARD
from activities.letters import sample
from events.templates import TEMPLATES
from turnabout.errors import InvalidInput, NotFound
from turnabout.load import load_spec
from turnabout.model import Model
from turnabout.spec import CohortSpec

Kind = Literal["message", "document"]


class TemplateLine(Model):
    """One template. Another `digest` is another text; `version` counts what a document went through.
    `languages` are those in which it is written."""

    template: str
    kind: Kind
    title: str
    version: int | None
    digest: str
    languages: tuple[str, ...]


class Preview(TemplateLine):
    """A template filled: `text` is a message's plain text or a document's Markdown."""

    language: str
    text: str
    html: str


def everything() -> list[TemplateLine]:
    """All documents and all messages, with made-up values."""
    names = (*DOCUMENTS, *TEMPLATES)
    return [
        TemplateLine.model_construct(**show(name).model_dump(include=set(TemplateLine.model_fields)))
        for name in names
    ]


def show(name: str, language: str = DEFAULT, cohort: Path | None = None) -> Preview:
    """One template in a language, a document with the values of a cohort's file. Raises NotFound."""
    if name in DOCUMENTS:
        made = _document(name, language, cohort)
        return Preview(
            template=name,
            kind="document",
            title=made.title,
            version=made.version,
            digest=made.digest,
            languages=_languages(f"documents/{name}.md.j2") if DOCUMENTS[name].values else (DEFAULT,),
            language=made.language,
            text=made.markdown,
            html=made.html,
        )
    if name not in TEMPLATES:
        raise NotFound(f"There is no template {name!r}.", hint="See `turnabout template list`.")
    if cohort is not None:
        raise InvalidInput(f"{name} is a message.", hint="Only documents take values from a cohort's file.")
    letter = sample(name, language)
    return Preview(
        template=name,
        kind="message",
        title=letter.subject,
        version=None,
        digest=STANDARD.find(f"{name}.txt.j2", language).digest,
        languages=_languages(f"{name}.txt.j2"),
        language=letter.language,
        text=letter.body,
        html=letter.html,
    )


def paper(name: str, language: str = DEFAULT, cohort: Path | None = None) -> bytes:
    """A document as PDF. Raises InvalidInput for a message, NotFound."""
    if name in TEMPLATES:
        raise InvalidInput(f"{name} is a message.", hint="Only documents have a PDF.")
    if name not in DOCUMENTS:
        raise NotFound(f"There is no template {name!r}.", hint="See `turnabout template list`.")
    return _document(name, language, cohort).pdf


def _document(name: str, language: str, cohort: Path | None) -> Document:
    spec: CohortSpec = COHORT if cohort is None else load_spec(cohort).spec
    return document(name, spec, language)


def _languages(file: str) -> tuple[str, ...]:
    return tuple(tag for tag in STANDARD.shipped if STANDARD.find(file, tag).language.tag == tag)
