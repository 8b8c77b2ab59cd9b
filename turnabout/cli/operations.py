"""The operators' verbs for read models, schema and people. All but `projection list|lag` need the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.output import Format, note, show, show_document
from turnabout.errors import InvalidInput

if TYPE_CHECKING:
    from turnabout.reads import Reads

projection = App(name="projection", help="Look after the read models.")
db = App(name="db", help="Look after the schema. [engine]")
people = App(name="people", help="Look after the directory of names and addresses. [engine]")


SHOWN = 5
"""How many made ids a note names; `-o json` has them all."""


@projection.command(name="list")
def list_projections(*, output: Format = "table") -> None:
    """List the read models with their status and checkpoint."""
    columns = ("projection", "status", "live", "build", "position", "events", "moved_at", "error")

    async def work(reads: Reads) -> None:
        show(await reads.projections(), output, columns)

    session.reading(work)


@projection.command
def lag(*, output: Format = "table") -> None:
    """Show how far each read model is behind the log, in events and seconds."""

    async def work(reads: Reads) -> None:
        show(await reads.projections(), output, ("projection", "status", "lag_events", "lag_seconds"))

    session.reading(work)


@projection.command
def rebuild(
    name: str | None = None,
    /,
    *,
    all: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002 - the operator's word for it
    fresh: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Build a read model anew beside the live one, then swap them. [engine]

    A rebuild that was broken off is gone on with where it stopped.

    Parameters
    ----------
    name
        The read model, as `projection list` names it.
    all
        All of them, one after the other, in place of one.
    fresh
        Begin anew what was broken off.
    """
    if (name is None) is not all:
        raise InvalidInput("One read model or all?", hint="Name one, or say --all without a name.")
    if name is not None:
        session.job("rebuild", name, fresh)
        note(f"{name} is rebuilt.")
        return
    done = session.job("rebuild_all", fresh)
    before = f" ({', '.join(done.before)} were rebuilt before it was broken off)" if done.before else ""
    note(f"{', '.join(done.names)} are rebuilt{before}.")


@db.command
def migrate(*, output: Format = "table") -> None:
    """Bring the schema up to this release; safe to repeat and to run twice at once. [engine]"""
    applied = session.job("migrate")
    if applied or output != "table":
        show(applied, output)
    note(f"Applied {len(applied)}." if applied else "The schema is up to date.")


@db.command
def status(*, output: Format = "table") -> None:
    """List the migrations and when they were applied. [engine]"""
    show(session.job("migration_status"), output)


@people.command(name="list")
def list_people(*, output: Format = "table") -> None:
    """List everybody in the directory; erased people are not there any more. [engine]"""
    show(session.job("list_people"), output, ("id", "name", "email", "timezone", "language"))


@people.command(name="import")
def import_people(file: Path, /, *, mapping: Path | None = None, output: Format = "table") -> int:
    """Load names and addresses from a CSV file into the directory. [engine]

    Where the file has no ids they are made from the addresses: the same address always gives the same id.
    Rows that cannot be read are told and left out; the others are loaded, and the exit code is 2.

    Parameters
    ----------
    file
        The roster.
    mapping
        A YAML file that says which columns hold our fields: columns, values and constants at its top level.
    """
    from turnabout.faults import count

    report = session.job("import_people", file, mapping)
    for notice in report.notices:
        note(f"note: {notice}")
    for row in report.rejected:
        note(f"{file.name} {row}")
    if output == "table":
        rows = count(len({row.row for row in report.rejected}), "row")
        left_out = f", left out {rows}" if report.rejected else ""
        note(f"Added {report.added}, changed {report.changed}, unchanged {report.unchanged}{left_out}.")
        if report.running:
            note(f"{report.changed} changed, {report.running} of them in running cohorts.")
        made = report.made_ids
        if made:
            shown = ", ".join(f"{one.id} (row {one.row})" for one in made[:SHOWN])
            rest = f" and {len(made) - SHOWN} more" if len(made) > SHOWN else ""
            said = count(len(made), "id was", "ids were")
            note(f"{said} made from addresses: {shown}{rest}. See `turnabout people list`.")
    else:
        show_document(report, output)
    return InvalidInput.exit_code if report.rejected else 0


@people.command
def erase(person: str, /, *, yes: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Destroy a person's key: their answers become unreadable everywhere, for ever. [engine]

    What was decided because of their answers stands, and so do published values.

    Parameters
    ----------
    person
        The person's id.
    yes
        That you mean it.
    """
    if not yes:
        raise InvalidInput(f"Nobody can bring the answers of {person} back.", hint="Add --yes.")
    note(f"{person} is erased." if session.job("erase_person", person) else f"{person} was erased before.")


@people.command
def erasures(*, output: Format = "table") -> None:
    """List who is erased, and since when: keep it apart from backups, which hold them still. [engine]"""
    show(session.job("erasures"), output, ("person", "erased_at"))


@people.command
def repeat_erasures(file: Path, /, *, yes: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Erase once more who stands in a list of erasures, after a backup was restored. [engine]

    Parameters
    ----------
    file
        What `turnabout people erasures -o json` printed.
    yes
        That you mean it.
    """
    if not yes:
        raise InvalidInput("Nobody can bring their answers back.", hint="Add --yes.")
    again = session.job("repeat_erasures", file)
    note(f"Erased again: {', '.join(again) or 'nobody'}.")


@people.command
def retention(*, on: str | None = None, output: Format = "table") -> None:
    """List those whose retention period is over and whose key is still there. [engine]

    A report only: `turnabout people erase` destroys a key, and nobody can bring it back.

    Parameters
    ----------
    on
        The day that counts, as YYYY-MM-DD; today where left out.
    """
    from datetime import date

    try:
        day = date.fromisoformat(on) if on else date.today()  # noqa: DTZ011 - the operator's day
    except ValueError:
        raise InvalidInput(f"{on!r} is no day.", hint="Write it as YYYY-MM-DD.") from None
    show(session.job("due_for_erasure", day), output, ("person", "due_on", "cohorts"))


@people.command
def change(
    person: str,
    /,
    *,
    name: str | None = None,
    email: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
) -> None:
    """Change a person's entry in the directory. [engine]

    Parameters
    ----------
    person
        The person's id.
    name
        The name that letters use.
    email
        Where letters go.
    timezone
        The zone of their working hours, such as Europe/Berlin.
    language
        The language in which they read, such as en or pt-br.
    """
    session.job("change_person", person, name, email, timezone, language)
    note(f"{person} is changed.")
