"""`turnabout employment ...` and `turnabout instrument ...`, and who has answered a cohort's surveys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from turnabout.cli import session
from turnabout.cli.cohorts import app as cohort
from turnabout.cli.cohorts import missing
from turnabout.cli.output import Format, note, show, show_document
from turnabout.cli.session import Actor, After, AsOf
from turnabout.errors import InvalidInput, Rejected

if TYPE_CHECKING:
    from turnabout.client import Turnabout
    from turnabout.instruments import Instrument
    from turnabout.messages import Receipt
    from turnabout.reads import Reads

employment = App(name="employment", help="Record what HR knows of people's employment.")
instrument = App(name="instrument", help="Read what surveys ask, and check an instrument of your own.")

BATCH = 200
"""Rows in one command."""
KNOWN = "R107"
"""The rule that refuses what is recorded already."""


@cohort.command
def surveys(cohort: str, /, *, after: After = None, as_of: AsOf = None, output: Format = "table") -> None:
    """List who was asked in each wave and who has answered, the silent first; never what they answered.

    For the lead and the analyst.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        await session.caught_up(reads, after, as_of)
        rows = await reads.surveys(cohort)
        if not rows and await reads.board(cohort) is None:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        show(rows, output, ("wave", "person", "control", "status", "asked_at", "answered_at", "late"))
        for wave in dict.fromkeys(row.wave for row in rows):
            asked = [row for row in rows if row.wave == wave]
            answered = sum(row.status == "answered" for row in asked)
            note(f"{wave}: {answered} of {len(asked)} have answered.")

    session.reading(work, as_of=as_of, models=("cohort_board", "survey_status"), cohort=cohort)


@employment.command(name="import")
def import_employment(
    file: Path,
    /,
    *,
    cohort: str,
    source: str | None = None,
    actor: Actor = None,
    output: Format = "table",
) -> None:
    """Record a CSV file of exits, transfers, level changes and people still employed, for one cohort.

    Columns: person (id or address), on (a day), what (employed, voluntary_exit, involuntary_exit, transfer,
    level_change), level (of a level change) and source. With a bad row, an id that is not on the roster or a
    day to come nothing of a file about up to 200 people is recorded; a longer file may stop between two
    batches. A file may be given again, also with more rows: what is recorded already is left out.

    Parameters
    ----------
    file
        The list, in CSV.
    cohort
        The cohort's id, such as `q3`. It may be closed.
    source
        Where rows come from that name no source; the file's name where left out.
    """
    from turnabout.commands.cohort_measurement import RecordEmployment
    from turnabout.employment_file import in_order, read_employment
    from turnabout.faults import count
    from turnabout.model import digest

    found = read_employment(file, source)
    for notice in found.notices:
        note(f"note: {notice}")
    rows = in_order(found.rows)
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]

    async def work(turnabout: Turnabout) -> list[Receipt]:
        receipts: list[Receipt] = []
        for batch in batches:
            command = RecordEmployment(rows=batch)
            name = f"employment-{digest([command.wire(), actor])[:32]}"
            try:
                receipts.append(await turnabout.cohort(cohort).execute(command, id=name, actor=actor))
            except Rejected as refused:
                if refused.rule != KNOWN:
                    raise
        return receipts

    receipts = session.connected(work)
    if output != "table":
        show_document(
            {"rows": len(rows), "receipts": [one.model_dump(mode="json") for one in receipts]}, output
        )
    if receipts:
        note(f"{count(len(rows), 'row')} of {file.name} recorded; what was known already was left out.")
    else:
        note(f"All of {file.name} was recorded before.")


@instrument.command(name="list")
def list_instruments(*, output: Format = "table") -> None:
    """List the instruments of the house."""
    from turnabout.instruments import REGISTRY

    rows = list(REGISTRY.values())
    show(rows, output, ("id", "version", "name", "licence"))


@instrument.command(name="show")
def show_instrument(name: str, /, *, output: Format = "table") -> None:
    """Show the questions of an instrument, each with the action that its answers lead to; checks a file.

    Parameters
    ----------
    name
        An instrument of the house, as `instrument list` names it, or a YAML or JSON file.
    """
    found = _instrument(name)
    if output != "table":
        show_document(found, output)
        return
    show(found.items, output, ("id", "text", "measure", "reversed", "action"))
    note(f"{found.edition}: {found.name}. Licence: {found.licence}. Source: {found.source}.")


def _instrument(name: str) -> Instrument:
    from turnabout.checks.instruments import instrument_problems
    from turnabout.instrument_file import read_instrument
    from turnabout.instruments import REGISTRY

    if name in REGISTRY:
        return REGISTRY[name]
    if not Path(name).suffix:
        known = ", ".join(REGISTRY)
        raise InvalidInput(f"There is no instrument {name!r}.", hint=f"Choose {known}, or name a file.")
    loaded = read_instrument(name)
    for notice in loaded.notices:
        note(f"note: {notice}")
    problems = tuple(str(finding) for finding in instrument_problems(loaded.instrument))
    if problems:
        raise InvalidInput(f"{name} may not be used.", problems)
    return loaded.instrument
