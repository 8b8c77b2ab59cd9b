"""`turnabout employment ...` and `turnabout instrument ...`, and who has answered a cohort's surveys."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.cohorts import app as cohort
from turnabout.cli.cohorts import missing
from turnabout.cli.output import Format, note, show, show_document
from turnabout.cli.session import Actor, After, AsOf, CommandId
from turnabout.errors import InvalidInput, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from turnabout.client import Turnabout
    from turnabout.commands.cohort_measurement import Employment
    from turnabout.hris import Snapshot
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
    batches. So it is with rows that contradict what is recorded: each is told, with what is to be corrected.
    A file may be given again, also with more rows: what is recorded already is left out.

    Parameters
    ----------
    file
        The list, in CSV.
    cohort
        The cohort's id, such as `q3`. It may be closed.
    source
        Where rows come from that name no source; the file's name where left out.
    """
    from turnabout.employment_file import read_employment

    found = read_employment(file, source)
    for notice in found.notices:
        note(f"note: {notice}")
    _record(file, found.rows, cohort, actor, output)


@employment.command(name="list")
def list_employment(
    *,
    cohort: str,
    person: str | None = None,
    after: After = None,
    as_of: AsOf = None,
    output: Format = "table",
) -> None:
    """List what HR told of a cohort's people, each with the number by which it is corrected.

    For members of `turnabout_auditor`.

    Parameters
    ----------
    cohort
        The cohort's id, such as `q3`.
    person
        One person's id; everybody where left out.
    """

    async def work(reads: Reads) -> None:
        await session.caught_up(reads, after, as_of)
        found = await reads.employment(cohort)
        if not found and await reads.board(cohort) is None:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        rows = [row for row in found if person in {None, row.person}]
        show(rows, output, ("number", "person", "on_day", "what", "level", "corrects", "recorded_at"))

    session.reading(work, as_of=as_of, models=("cohort_board", "employment"), cohort=cohort)


@employment.command
def correct(
    number: int,
    /,
    *,
    cohort: str,
    person: str,
    reason: str,
    what: str | None = None,
    taken_back: Annotated[bool, Parameter(negative="")] = False,
    on: str | None = None,
    level: int | None = None,
    source: str | None = None,
    actor: Actor = None,
    id: CommandId = None,  # noqa: A002 - the flag's name
    output: Format = "table",
) -> None:
    """Put right what HR told of somebody: say what was so instead, or that nothing of it was.

    Nothing is erased: the wrong fact stays in the log, and what was published stays as it was. For the lead.

    Parameters
    ----------
    number
        That of the observation, as `employment list` and a refused import name it.
    cohort
        The cohort's id, such as `q3`. It may be closed.
    person
        Whom it is about, by id.
    reason
        Why it was wrong, in one line.
    what
        What was so: employed, voluntary_exit, involuntary_exit, transfer or level_change.
    taken_back
        Nothing of it was so.
    on
        The day on which it was so, as YYYY-MM-DD; that of the wrong one where left out.
    level
        The new level, of a level change.
    source
        Where that comes from; that of the wrong one where left out.
    """
    if (what is None) is not taken_back:
        raise InvalidInput("It is not said what was so.", hint="Give --what, or --taken-back.")
    from turnabout.commands.cohort import CohortCommand

    fields = {"replaces": number, "person": person, "what": what, "on": on, "level": level, "source": source}
    body = json.dumps(
        {**{name: value for name, value in fields.items() if value is not None}, "reason": reason}
    )
    receipt = session.execute(f"cohort-{cohort}", CohortCommand, "correct-employment", body, actor, id)
    session.show_receipt(receipt, output)


@employment.command
def snapshot(
    file: Path,
    /,
    *,
    cohort: str,
    on: str,
    mapping: Path | None = None,
    source: str | None = None,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    actor: Actor = None,
    output: Format = "table",
) -> int:
    """Record from an export of the HR system who of a cohort has left, how, and who was still there.

    Columns: person (id or address), hired_on, left_on and reason; a mapping (YAML) names them otherwise under
    `columns`, what leavings mean under `reasons`, and how days are written under `dates`. People who are not
    of the cohort are passed over. A bad row is reported with its number, and the exit code is 2; the others
    are recorded. The same file again changes nothing. Rows that contradict what is recorded are told, and
    nothing of their batch is recorded. Who is of the cohort is read from the log: as `turnabout_auditor`.

    Parameters
    ----------
    file
        The export, in CSV.
    cohort
        The cohort's id, such as `q3`. It may be closed.
    on
        The day of the export, as YYYY-MM-DD.
    mapping
        How the file's columns, reasons and days become ours.
    source
        Where it comes from; the file's name where left out.
    dry_run
        Say what would be recorded, and record nothing.
    """
    from turnabout.faults import count

    found = _read_snapshot(file, on, mapping)

    async def people(reads: Reads) -> tuple[set[str], date]:
        first = await reads.events(f"cohort-{cohort}", limit=1)
        if not first:
            raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
        spec = first[0].data["spec"]
        return {one["id"] for one in spec["people"]}, date.fromisoformat(spec["kickoff_on"])

    roster, kickoff_on = session.reading(people)
    rows = found.observations(roster, source or file.name, kickoff_on)
    note(f"{count(len(rows), 'row')} about people of {cohort}, {len(found.spells) - len(rows)} about others.")
    if dry_run or not rows:
        show(rows, output, ("person", "on", "what", "source"))
    else:
        _record(file, rows, cohort, actor, output)
    return InvalidInput.exit_code if found.rejected else 0


@employment.command
def churn(file: Path, /, *, on: str, mapping: Path | None = None, output: Format = "table") -> int:
    """Count from an export of the HR system who left of their own will, by tenure, and whether it rose (R23).

    It suggests signal 1 of the readiness check, which a person confirms. Bands under five are suppressed.

    Parameters
    ----------
    file
        The export, in CSV, as `employment snapshot` reads it.
    on
        The day of the export, as YYYY-MM-DD.
    mapping
        How the file's columns, reasons and days become ours.
    """
    from turnabout.churn import churn as counted

    found = _read_snapshot(file, on, mapping)
    result = counted(found.spells, found.on)
    if output == "table":
        show([one.line for one in result.bands], output)
        note(result.words)
    else:
        show_document({**result.model_dump(mode="json"), "words": result.words}, output)
    return InvalidInput.exit_code if found.rejected else 0


def _read_snapshot(file: Path, on: str, mapping: Path | None) -> Snapshot:
    from turnabout.document import read_document
    from turnabout.hris import day, read_mapping, read_snapshot

    try:
        when = day(on, "YYYY-MM-DD")
    except ValueError as error:
        raise InvalidInput(f"--on: {error}.", hint="Write the day of the export as 2027-03-31.") from error
    rules = None
    if mapping is not None:
        document, _ = read_document(mapping)
        if document.problems or not isinstance(document.value, dict):
            raise InvalidInput(f"{mapping} cannot be used as a mapping.", tuple(map(str, document.problems)))
        rules = read_mapping(document.value)
    found = read_snapshot(file, when, rules)
    for notice in found.notices:
        note(f"note: {notice}")
    for bad in found.rejected:
        note(str(bad))
    return found


def _record(file: Path, given: Iterable[Employment], cohort: str, actor: str | None, output: Format) -> None:
    """Record rows in batches; what is known already is left out."""
    from turnabout.commands.cohort_measurement import RecordEmployment
    from turnabout.employment_file import in_order
    from turnabout.faults import count

    rows = in_order(given)
    batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]

    async def work(turnabout: Turnabout) -> list[Receipt]:
        receipts: list[Receipt] = []
        for batch in batches:
            command = RecordEmployment(rows=batch)
            try:
                # No id made of the rows: a list that was refused is given again when the record is put right.
                receipts.append(await turnabout.cohort(cohort).execute(command, actor=actor))
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
