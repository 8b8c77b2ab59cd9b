"""`turnabout events ...`: read the log as operators may; confidential fields read `sealed`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter, validators

from turnabout.cli import session
from turnabout.cli.output import Format, cell, render, show, show_document
from turnabout.errors import NotFound

if TYPE_CHECKING:
    from turnabout.reads import Reads
    from turnabout.results import LoggedEvent

app = App(name="events", help="Read the log.")
LINE = "{position:>8}  {occurred_at:<17}  {stream:<24}  {version:>7}  {type:<28}  {actor}"
Count = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]


@app.command
def tail(
    *,
    stream: str | None = None,
    last: Count = 20,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"], negative=())] = False,
    output: Format = "table",
) -> None:
    """Print the latest events, oldest first.

    Parameters
    ----------
    stream
        Only those of this stream, such as `pair-q3-07`.
    last
        How many to begin with.
    follow
        Go on printing new ones until Ctrl-C; JSON then comes in lines.
    """
    import asyncio

    async def work(reads: Reads) -> None:
        if stream is not None and await reads.stream(stream) is None:
            raise NotFound(f"There is no {stream} in the log.", hint="See `turnabout cohort list`.")
        rows = await reads.latest_events(stream, limit=last)
        if output == "table":
            render(LINE.format(**{name: name.replace("_", " ") for name in _COLUMNS}))
        elif output == "json" and not follow:
            show(rows, output)
            return
        _lines(rows, output)
        position = rows[-1].position if rows else 0
        while follow:
            rows = await reads.events(stream, after=position)
            _lines(rows, output)
            if rows:
                position = rows[-1].position
            else:
                await asyncio.sleep(0.2)

    session.reading(work)


@app.command(name="show")
def show_event(position: session.Position, /, *, output: Format = "table") -> None:
    """Print one event, whole.

    Parameters
    ----------
    position
        Its global position in the log.
    """

    async def work(reads: Reads) -> None:
        rows = await reads.events(after=position - 1, limit=1)
        if not rows or rows[0].position != position:
            raise NotFound(f"There is no event at position {position}.", hint="See `turnabout events tail`.")
        if output == "table":
            from turnabout.cli.views import event_page

            render(*event_page(rows[0]))
        else:
            show_document(rows[0], output)

    session.reading(work)


_COLUMNS = ("position", "occurred_at", "stream", "version", "type", "actor")


def _lines(rows: Iterable[LoggedEvent], output: Format) -> None:
    if output != "table":
        show(rows, "jsonl")
        return
    for row in rows:
        plain = row.model_dump(mode="json", include=set(_COLUMNS))
        render(LINE.format(**{name: cell(plain[name]) for name in _COLUMNS}))
