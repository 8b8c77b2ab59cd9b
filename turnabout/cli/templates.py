"""The verbs for what the engine sends and hands out: messages and documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.output import Format, note, show, show_document, write
from turnabout.errors import InvalidInput

app = App(name="template", help="Read the messages that the engine sends, and its documents. [engine]")

Shape = Literal["text", "md", "html", "pdf"]


@app.command(name="list")
def list_templates(*, output: Format = "table") -> None:
    """List the documents and messages that there are, with version and digest. [engine]"""
    columns = ("template", "kind", "title", "version", "digest", "languages")
    show(session.engine("workers.templates").everything(), output, columns)


@app.command(name="show")
def show_template(
    name: str,
    /,
    *,
    shape: Annotated[Shape, Parameter(name="--format")] = "text",
    out: Path | None = None,
    cohort: Path | None = None,
    language: str = "en",
    output: Format = "table",
) -> None:
    """Show a message or a document with made-up values, as people would read it. [engine]

    Parameters
    ----------
    name
        The template, as `template list` names it.
    shape
        `text` or `md` (the same: a document is Markdown), `html`, or `pdf` (documents only).
    out
        Write it to this file.
    cohort
        A cohort's spec, whose values a document takes instead of made-up ones.
    language
        The reader's language, such as de; English where there is no such text.
    """
    templates = session.engine("workers.templates")
    if shape == "pdf":
        if out is None:
            raise InvalidInput("A PDF is no text for a terminal.", hint="Add --out FILE.")
        keep(out, templates.paper(name, language, cohort))
        return
    shown = templates.show(name, language, cohort)
    text = shown.html if shape == "html" else shown.text
    if shape != "html" and shown.kind == "message":
        text = f"Subject: {shown.title}\n\n{text}"
    if out is not None:
        keep(out, text.encode())
    elif output != "table":
        show_document(shown, output)
    else:
        write(text.rstrip())
        version = f"version {shown.version}, " if shown.version else ""
        note(f"{name}: {version}digest {shown.digest}, language {shown.language}.")


def keep(file: Path, content: bytes) -> None:
    """Write a file and say so. Raises InvalidInput where that cannot be."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error.strerror}.") from None
    note(f"Wrote {file}.")
