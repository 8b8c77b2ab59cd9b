"""`turnabout report ...`: the published KPIs of a cohort or a program as one page, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.kpis import Sponsor, latest, latest_of_program
from turnabout.cli.output import note
from turnabout.cli.session import After, AsOf
from turnabout.errors import InvalidInput

if TYPE_CHECKING:
    from turnabout.reads import Reads

app = App(
    name="report", help="Write what was published of the KPIs as one page, for screen, phone and paper."
)
Out = Annotated[Path, Parameter(help="The file that is written, such as report.html.")]


@app.command(name="cohort")
def of_cohort(
    cohort: str, /, *, out: Out, sponsor: Sponsor = False, after: After = None, as_of: AsOf = None
) -> None:
    """Write a cohort's report: what the charter asked for, retention, engagement, goals, sessions, all KPIs
    and how good the data are, as last published. The file needs nothing else and asks for nothing.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        from turnabout.report import cohort_report

        await session.caught_up(reads, after, as_of)
        report = await latest(reads, cohort)
        board = await reads.board(cohort)
        name, days = (None, None) if board is None else (board.name, (board.kickoff_on, board.ends_on))
        _write(out, cohort_report(report, name, days, sponsor=sponsor))
        note(f"{out}: {cohort}, publication {report.number}, as of {report.as_of}.")

    session.reading(work, as_of=as_of, models=("kpis", "cohort_board"), cohort=cohort)


@app.command(name="program")
def of_program(
    program: str, /, *, out: Out, sponsor: Sponsor = False, after: After = None, as_of: AsOf = None
) -> None:
    """Write a program's report: K1 to K4 over all its cohorts, and cohort beside cohort.

    Parameters
    ----------
    program
        Its id, as the cohorts' files name it.
    """

    async def work(reads: Reads) -> None:
        from turnabout.report import program_report

        await session.caught_up(reads, after, as_of)
        reports = await latest_of_program(reads, program)
        _write(out, program_report(program, reports, sponsor=sponsor))
        note(f"{out}: {program}, {len(reports)} cohorts.")

    session.reading(work, as_of=as_of, models=("kpis",))


def _write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"{out} cannot be written: {error.strerror}.", hint="Name a file in a folder that exists."
        ) from error
