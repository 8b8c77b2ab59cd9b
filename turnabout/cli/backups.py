"""`turnabout backup ...`: which backups were taken, as whoever takes them says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter, validators

from turnabout.cli import session
from turnabout.cli.output import Format, note, show, show_document
from turnabout.errors import InvalidInput

app = App(name="backup", help="Say that a backup was taken, and see when. [engine]")


@app.command
def record(*, taken_at: str, place: str, output: Format = "table") -> None:
    """Note that a backup is whole: the alert about a stale one counts from here. [engine]

    Run it last in the script that takes the backup, after the backup was checked.

    Parameters
    ----------
    taken_at
        When it began, with its offset, such as 2027-01-25T02:00:00Z.
    place
        Where it lies, such as a bucket or a tape; never with a password in it.
    """
    try:
        moment = datetime.fromisoformat(taken_at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            f"{taken_at!r} is no moment.", hint="Write it with its offset, such as 2027-01-25T02:00:00Z."
        )
    made = session.job("record_backup", moment, place, module="workers.backups")
    if output == "table":
        note(f"The backup of {made.taken_at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ} is recorded.")
    else:
        show_document(made, output)


@app.command(name="list")
def list_backups(
    *,
    limit: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=1000))] = 10,
    output: Format = "table",
) -> None:
    """List the newest backups. [engine]

    Parameters
    ----------
    limit
        How many.
    """
    show(session.job("list_backups", limit, module="workers.backups"), output)
