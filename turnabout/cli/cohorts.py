"""`turnabout cohort ...`: plan, start, show, list and command cohorts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from turnabout.cli import session
from turnabout.cli.output import Format, note, render, show, show_document, write
from turnabout.cli.session import Actor, After, AsOf, Body, CommandId, show_receipt
from turnabout.errors import NotFound, ReadsLagging, Unreachable

if TYPE_CHECKING:
    from turnabout.client import Stream, Turnabout
    from turnabout.reads import Reads
    from turnabout.spec import CohortSpec

app = App(name="cohort", help="Plan, start and run cohorts.")


@app.command
def plan(file: Path, /, *, output: Format = "table") -> None:
    """Check a cohort's file and print everything that will fire, before anything starts.

    Needs no server.

    Parameters
    ----------
    file
        The cohort's spec, in YAML or JSON.
    """
    from turnabout.plan import plan as calendar_of

    calendar = calendar_of(_load(file))
    if output == "table":
        from turnabout.cli.views import plan_page

        render(*plan_page(calendar))
    elif output == "json":
        show_document(calendar, output)
    else:
        show(calendar.items, output)
    note(f"{len(calendar.items)} items for {calendar.cohort}. Nothing was started.")


@app.command
def charter(file: Path, /, *, output: Format = "table") -> None:
    """Draft the charter of a cohort's file: one page in Markdown for the executive sponsor to sign.

    Needs no server. With `-o json` it prints what `cohort execute ID sign-charter --json @-` takes.

    Parameters
    ----------
    file
        The cohort's spec, in YAML or JSON.
    """
    from hashlib import sha256

    from turnabout.charter import draft
    from turnabout.commands.cohort_governance import SignCharter

    spec = _load(file)
    text = draft(spec)
    if output == "table":
        write(text.rstrip())
    else:
        show_document({"text": SignCharter(text=text).text}, output)
    page = f"{len(text.split())} of {spec.rules.charter.max_words} words"
    note(f"{page}, SHA-256 {sha256(text.encode()).hexdigest()[:12]}. Nothing was signed.")


@app.command
def start(file: Path, /, *, output: Format = "table") -> None:
    """Start the cohort of a file in its lead's name, or find it started and say how it stands.

    Another spec under its id is rejected, and nothing is started.

    Parameters
    ----------
    file
        The cohort's spec, in YAML or JSON.
    """
    spec = _load(file)

    async def work(turnabout: Turnabout) -> None:
        cohort = await turnabout.start_cohort(spec)
        if (receipt := cohort.receipt) is None:
            return
        if output != "table":
            told = {"found": cohort.found, "unknown": list(cohort.unknown)}
            show_document({**receipt.model_dump(mode="json"), **told}, output)
        elif cohort.found:
            render(f"cohort {cohort.id} was found: {await _standing(turnabout.reads, cohort)}.")
        else:
            place = f"version {receipt.version}, log position {receipt.position}"
            render(f"cohort {cohort.id} was started: {place}.")
        if unknown := cohort.unknown:
            note(
                f"The people directory lacks {len(unknown)} of this cohort, so no letter reaches them: "
                f"{', '.join(unknown)}. Next: turnabout people import FILE."
            )

    session.connected(work)


@app.command(name="show")
def show_cohort(cohort: str, /, *, after: After = None, as_of: AsOf = None, output: Format = "table") -> None:
    """Show a cohort with its launch checklist and pairs.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        await session.caught_up(reads, after, as_of)
        board = await reads.board(cohort)
        if board is None:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        checklist, pairs = await reads.checklist(cohort), await reads.pairs(cohort)
        if output == "table":
            from turnabout.cli.views import cohort_page

            render(*cohort_page(board, checklist, pairs))
            return
        document = {
            "cohort": board.model_dump(mode="json"),
            "checklist": [item.model_dump(mode="json") for item in checklist],
            "pairs": [card.model_dump(mode="json") for card in pairs],
        }
        show_document(document, output)

    session.reading(
        work, as_of=as_of, models=("cohort_board", "launch_checklist", "pair_card"), cohort=cohort
    )


@app.command(name="matching")
def show_matching(
    cohort: str, /, *, after: After = None, as_of: AsOf = None, output: Format = "table"
) -> None:
    """Show how a cohort's matching went: ranks, diversity, each solve, whose answer is open, and who waits.

    For the lead: it names people.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        await session.caught_up(reads, after, as_of)
        report = await reads.matching(cohort)
        if report is None:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        answers = await reads.open_answers(cohort)
        if output == "table":
            from turnabout.cli.matching_page import matching_page

            render(*matching_page(report, answers))
            return
        document = report.model_dump(mode="json")
        document["open_answers"] = [answer.model_dump(mode="json") for answer in answers]
        show_document(document, output)

    session.reading(work, as_of=as_of, models=("matching",), cohort=cohort)


@app.command
def traps(cohort: str, /, *, as_of: AsOf = None, output: Format = "table") -> None:
    """Show which of the six ways to fail a cohort is exposed to, and why (R76).

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """
    from turnabout import calendar
    from turnabout.traps import radar

    async def work(reads: Reads) -> None:
        board = await reads.board(cohort)
        if board is None:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        today = calendar.local(reads.now(), board.timezone).date()
        found = radar(board, await reads.pairs(cohort), await reads.reminders(cohort), today)
        show(found, output, ("trap", "exposed", "reasons"))

    session.reading(work, as_of=as_of, models=("cohort_board", "pair_card", "reminder_log"), cohort=cohort)


@app.command
def concerns(cohort: str, /, *, actor: Actor = None, output: Format = "table") -> None:
    """Read what people told the safety steward beside their pair, or without one; for the steward alone.
    [engine]

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """
    told = session.job("read_cohort_concerns", cohort, actor)
    show(told, output, ("occurred_at", "person", "erased", "text"))


@app.command
def waiting(cohort: str, /, *, actor: Actor = None, output: Format = "table") -> None:
    """Read who of a cohort waits for its safety steward, and until when; for the steward alone. [engine]

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """
    columns = (
        "pair",
        "person",
        "number",
        "what",
        "since",
        "contact_by",
        "contacted",
        "resolve_by",
        "to_agree",
    )
    show(session.job("read_queue", cohort, actor), output, columns)


@app.command(name="work")
def show_work(cohort: str, /, *, as_of: AsOf = None, output: Format = "table") -> None:
    """Show what each pair of a cohort did, and what its phases lack.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        found = await reads.works(cohort)
        if not found:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        if output == "table":
            from turnabout.cli.work_view import cohort_work

            render(cohort_work(found))
        else:
            show(found, output, ())

    session.reading(work, as_of=as_of, models=("pair_work",), cohort=cohort)


@app.command(name="list")
def list_cohorts(*, as_of: AsOf = None, output: Format = "table") -> None:
    """List all cohorts."""
    columns = ("cohort", "state", "kickoff_on", "ends_on", "pairs", "attention", "name")

    async def work(reads: Reads) -> None:
        show(await reads.boards(), output, columns, shortens="name")

    session.reading(work, as_of=as_of, models=("cohort_board",))


@app.command
def execute(
    cohort: str,
    command: str,
    /,
    *,
    json: Body = "{}",
    actor: Actor = None,
    id: CommandId = None,  # noqa: A002 - the caller's word for it
    output: Format = "table",
) -> None:
    """Give a cohort a command, such as `sign-charter --json '{"text": "..."}' --actor s-sponsor`.

    Prints the receipt once the command is stored. `turnabout cohort commands` lists them all.

    Parameters
    ----------
    cohort
        The cohort's id, such as `q3`.
    command
        The command's name, such as `sign-charter`; `sign_charter` is the same.
    """
    from turnabout.commands.cohort import CohortCommand

    show_receipt(session.execute(f"cohort-{cohort}", CohortCommand, command, json, actor, id), output)


@app.command
def commands(*, output: Format = "table") -> None:
    """List the commands that a cohort takes: their fields, who may give them, and why.

    A field is written as `name: what it takes`; with `?` it may be left out, and `= ...` is what it then is.
    """
    from turnabout.cli.commands import listing
    from turnabout.commands.cohort import CohortCommand

    show(listing(CohortCommand), output)


async def missing(reads: Reads, stream: str, hint: str) -> Exception:
    """Why a read model knows nothing of a stream."""
    if await reads.stream(stream) is None:
        return NotFound(f"There is no {stream} in the log.", hint=hint)
    return ReadsLagging(
        f"{stream} is in the log, but the read models have not come to it yet.",
        hint="Does a projector run? See `turnabout projection lag`.",
    )


async def _standing(reads: Reads, cohort: Stream) -> str:
    """The state and the version of a cohort, as far as the read models have come."""
    log, state = await reads.stream(cohort.name), ""
    with suppress(Unreachable):  # the log knows it, but no projector has ever run
        if board := await reads.board(cohort.id):
            state = f"{board.state.replace('_', ' ')}, "
    return f"{state}version {log.version if log else 1}"


def _load(file: Path) -> CohortSpec:
    from turnabout.load import load_spec

    loaded = load_spec(file)
    for notice in loaded.notices:
        note(f"note: {notice}")
    return loaded.spec
