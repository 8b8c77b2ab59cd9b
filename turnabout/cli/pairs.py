"""`turnabout pair ...`: show and command pairs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.cohorts import missing
from turnabout.cli.output import Format, render, show, show_document, write
from turnabout.cli.session import Actor, After, AsOf, Body, CommandId, show_receipt

if TYPE_CHECKING:
    from turnabout.reads import Reads

app = App(name="pair", help="Look at pairs and speak for them.")


@app.command(name="show")
def show_pair(pair: str, /, *, after: After = None, as_of: AsOf = None, output: Format = "table") -> None:
    """Show a pair: its goal, its cadence, its sessions, what became of it.

    Parameters
    ----------
    pair
        Its id, such as `q3-07`.
    """

    async def work(reads: Reads) -> None:
        await session.caught_up(reads, after, as_of)
        card = await reads.pair(pair)
        if card is None:
            raise await missing(reads, f"pair-{pair}", "See `turnabout cohort show ID`.")
        if output == "table":
            from turnabout.cli.views import pair_page

            render(*pair_page(card))
        else:
            show_document(card, output)

    session.reading(work, as_of=as_of, models=("pair_card",), cohort=_cohort(pair))


@app.command(name="work")
def show_work(pair: str, /, *, as_of: AsOf = None, output: Format = "table") -> None:
    """Show what a pair did: phases and what they lack, deliverables, experiments, insights.

    Parameters
    ----------
    pair
        Its id, such as `q3-07`.
    """

    async def work(reads: Reads) -> None:
        found, card = await reads.work(pair), await reads.pair(pair)
        if found is None or card is None:
            raise await missing(reads, f"pair-{pair}", "See `turnabout cohort show ID`.")
        if output == "table":
            from turnabout.cli.work_view import work_page

            render(*work_page(found, card.timezone))
        else:
            show_document(found, output)

    session.reading(work, as_of=as_of, models=("pair_card", "pair_work"), cohort=_cohort(pair))


@app.command
def execute(
    pair: str,
    command: str,
    /,
    *,
    json: Body = "{}",
    actor: Actor = None,
    id: CommandId = None,  # noqa: A002 - the caller's word for it
    output: Format = "table",
) -> None:
    """Give a pair a command, such as `log-session --json '{"number": 3}' --actor p-014`.

    Prints the receipt once the command is stored. `turnabout pair commands` lists them all.

    Parameters
    ----------
    pair
        The pair's id, such as `q3-07`.
    command
        The command's name, such as `log-session`; `log_session` is the same.
    """
    from turnabout.commands.pair import PairCommand

    show_receipt(session.execute(f"pair-{pair}", PairCommand, command, json, actor, id), output)


@app.command
def concerns(pair: str, /, *, actor: Actor = None, output: Format = "table") -> None:
    """Read what people of a pair told its safety steward; for the steward alone. [engine]

    Parameters
    ----------
    pair
        Its id, such as `q3-07`.
    """
    show(
        session.job("read_concerns", pair, actor),
        output,
        ("occurred_at", "person", "about_safety", "erased", "text"),
    )


@app.command
def career(pair: str, /, *, actor: Actor = None) -> None:
    """Read where the mentor of a pair would like their career to go; for the two partners alone. [engine]

    Parameters
    ----------
    pair
        Its id, such as `q3-07`.
    """
    sys.stdout.write(session.job("read_career_outcome", pair, actor) + "\n")


@app.command
def calendar(pair: str, /) -> None:
    """Write the sessions of a pair as a calendar file (iCalendar), such as with `> sessions.ics`. [engine]

    Parameters
    ----------
    pair
        Its id, such as `q3-07`.
    """
    sys.stdout.write(session.job("pair_calendar", pair))


@app.command
def certificate(
    pair: str,
    person: str,
    /,
    *,
    shape: Annotated[Literal["md", "html", "pdf"], Parameter(name="--format")] = "md",
    out: Path | None = None,
) -> None:
    """Write the certificate of a partner of a pair that graduated; for anybody else there is none. [engine]

    Parameters
    ----------
    pair
        The pair's id, such as `q3-07`.
    person
        The id of one of its partners.
    shape
        `md`, `html` or `pdf`.
    out
        Write it to this file; needed for a PDF.
    """
    from turnabout.cli.templates import keep
    from turnabout.errors import InvalidInput

    if shape == "pdf" and out is None:
        raise InvalidInput("A PDF is no text for a terminal.", hint="Add --out FILE.")
    made = session.job("pair_certificate", pair, person)
    if out is None:
        write((made.html if shape == "html" else made.markdown).rstrip())
    else:
        text = made.html if shape == "html" else made.markdown
        keep(out, made.pdf if shape == "pdf" else text.encode())


@app.command
def commands(*, output: Format = "table") -> None:
    """List the commands that a pair takes: their fields, who may give them, and why.

    A field is written as `name: what it takes`; with `?` it may be left out, and `= ...` is what it then is.
    """
    from turnabout.cli.commands import listing
    from turnabout.commands.pair import PairCommand

    show(listing(PairCommand), output)


def _cohort(pair: str) -> str:
    """The cohort of a pair: `q3` of `q3-07`."""
    return pair.rpartition("-")[0]
