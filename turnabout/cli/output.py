"""How results are shown: a table for people, JSON or JSON lines for programs; data alone on stdout."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console, RenderableType
    from rich.table import Table

Format = Annotated[
    Literal["table", "json", "jsonl"],
    Parameter(name=["--output", "-o"], help="How to print: table, json or jsonl."),
]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def note(text: str) -> None:
    """Tell the person at the terminal something that is not data."""
    print(_CONTROL.sub("\ufffd", text), file=sys.stderr, flush=True)  # noqa: T201 - the one place that writes for people


def write(text: str) -> None:
    """Write data to stdout."""
    print(text, flush=True)  # noqa: T201 - the one place that writes data


def show(
    rows: Iterable[BaseModel],
    output: Format,
    columns: Sequence[str] | None = None,
    *,
    shortens: str | None = None,
) -> None:
    """Print many results: a table of `columns` (all fields where None), a JSON list, or a line each."""
    plain = [row.model_dump(mode="json") for row in rows]
    if output == "json":
        write_json(plain)
    elif output == "jsonl":
        for row in plain:
            write_json(row, indent=None)
    elif plain:
        names = list(columns or plain[0])
        titles = [name.replace("_", " ") for name in names]
        render(table(titles, [[row.get(name) for name in names] for row in plain], shortens=shortens))
    else:
        note("Nothing to show.")


def show_document(document: BaseModel | Mapping[str, Any], output: Format) -> None:
    """Print one result as JSON, over several lines or (`jsonl`) in one."""
    plain = document if isinstance(document, Mapping) else document.model_dump(mode="json")
    write_json(plain, indent=None if output == "jsonl" else 2)


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Write JSON to stdout, in plain ASCII where the terminal knows no more."""
    import json

    unicode = "utf" in (sys.stdout.encoding or "").lower()
    write(json.dumps(value, indent=indent, ensure_ascii=not unicode))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, shortens: str | None = None) -> Table:
    """A table without lines; on a narrow terminal long cells fold, and one column may be cut."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold", no_wrap=shortens not in {None, name})
    for row in rows:
        # Text, for what people wrote may look like markup.
        made.add_row(
            *(
                Text(cell(value), no_wrap=True, overflow="ellipsis")
                if name == shortens
                else Text(cell(value))
                for name, value in zip(columns, row, strict=True)
            )
        )
    return made


def render(*parts: RenderableType) -> None:
    """Print for people. What goes to a pipe is neither folded nor cut nor padded, so that the next program
    sees whole lines."""
    made = console()
    with made.capture() as captured:
        for part in parts:
            made.print(part, soft_wrap=not made.is_terminal and isinstance(part, str))
    write("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def console() -> Console:
    """Where tables go: as wide as the terminal, without colour or weight if NO_COLOR is set."""
    from rich.console import Console

    return Console(
        width=None if sys.stdout.isatty() else 10_000,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )


def cell(value: Any) -> str:
    """A value as a short text for a table."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {cell(entry)}" for key, entry in value.items()) or "-"
    if isinstance(value, list | tuple):
        return "; ".join(cell(entry) for entry in value) or "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return _CONTROL.sub("\ufffd", instant(value)) if isinstance(value, str) else str(value)


def instant(text: str) -> str:
    """An ISO instant as `2027-01-04 09:00Z` (or with its offset); any other text as it is."""
    if len(text) < 20 or text[10:11] != "T":
        return text
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M%z").replace("+0000", "Z")
    except ValueError:
        return text
