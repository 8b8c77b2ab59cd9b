"""`turnabout kpi ...`: publish the KPIs of a cohort, read what was published, and what it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from turnabout.cli import session
from turnabout.cli.cohorts import missing
from turnabout.cli.output import Format, note, render, show, show_document
from turnabout.cli.session import Actor, After, AsOf
from turnabout.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from turnabout.kpi_inputs import InputLine
    from turnabout.messages import Receipt
    from turnabout.reads import Reads
    from turnabout.results import KpiReport, LoggedEvent

app = App(name="kpi", help="Publish KPIs, read what was published, and see what a number is made of.")
Sponsor = Annotated[bool, Parameter(negative=(), help="Only what a sponsor may read.")]
PAGE = 500
"""Events that are read at a time."""


@app.command
def publish(
    cohort: str,
    /,
    *,
    inputs: Path | None = None,
    due: Annotated[bool, Parameter(negative="")] = False,
    actor: Actor = None,
    output: Format = "table",
) -> None:
    """Compute the KPIs of a cohort as of now and publish them; what is told is held against all that was told
    before. For the lead. [engine]

    Parameters
    ----------
    cohort
        Its id, such as `q3`. It may be closed.
    inputs
        What the return (K16) is counted with, in YAML or JSON; see docs/kpis.md.
    due
        Only where a window or a wave has closed since the last publication: for a scheduler that asks daily.
    """
    if due:
        from turnabout.kpi_words import day

        when = session.job("due", cohort, module="workers.kpis")
        if when.on is None or when.on > when.today:
            later = "any more" if when.on is None else f"before {day(when.on)}"
            note(f"Nothing new of {cohort} can be told {later}; nothing was published.")
            return
    receipt: Receipt = session.job("publish", cohort, actor, inputs, module="workers.kpis")
    session.show_receipt(receipt, output)


@app.command(name="cohort")
def of_cohort(
    cohort: str,
    /,
    *,
    sponsor: Sponsor = False,
    after: After = None,
    as_of: AsOf = None,
    output: Format = "table",
) -> None:
    """Show the KPIs of a cohort as they were last published.

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        from turnabout.kpi import told_to

        await session.caught_up(reads, after, as_of)
        report = await latest(reads, cohort)
        figures = told_to(report.figures, sponsor=sponsor)
        if output != "table":
            show_document(report.model_copy(update={"figures": figures}), output)
            return
        from turnabout.cli.kpi_page import kpi_page

        said = f"{report.cohort}, as of {report.as_of}, publication {report.number}"
        render(*kpi_page(said, figures, report.inputs))

    session.reading(work, as_of=as_of, models=("kpis", "cohort_board"), cohort=cohort)


@app.command(name="dashboard")
def quick_dashboard(
    cohort: str, /, *, after: After = None, as_of: AsOf = None, output: Format = "table"
) -> None:
    """Show a cohort at a glance: progress towards the goals, safety, the tied metric, and how good the data
    are, as last published (R86).

    Parameters
    ----------
    cohort
        Its id, such as `q3`.
    """

    async def work(reads: Reads) -> None:
        from turnabout.dashboard import dashboard

        await session.caught_up(reads, after, as_of)
        found = dashboard(await latest(reads, cohort))
        if output != "table":
            show_document(found, output)
            return
        from turnabout.cli.kpi_page import dashboard_page

        render(*dashboard_page(found))

    session.reading(work, as_of=as_of, models=("kpis", "cohort_board"), cohort=cohort)


@app.command(name="program")
def of_program(
    program: str,
    /,
    *,
    sponsor: Sponsor = False,
    after: After = None,
    as_of: AsOf = None,
    output: Format = "table",
) -> None:
    """Show K1 to K4 over all cohorts of a program, the cohort as stratum, from what each last published.

    Parameters
    ----------
    program
        Its id, as the cohorts' files name it.
    """

    async def work(reads: Reads) -> None:
        from turnabout.kpi import told_to
        from turnabout.pooling import pooled

        await session.caught_up(reads, after, as_of)
        reports = await latest_of_program(reads, program)
        figures = pooled(told_to(one.figures, sponsor=sponsor) for one in reports)
        if output != "table":
            rows = [one.model_dump(mode="json") for one in figures]
            cohorts = [one.cohort for one in reports]
            show_document({"program": program, "cohorts": cohorts, "figures": rows}, output)
            return
        from turnabout.cli.kpi_page import kpi_page

        render(*kpi_page(f"{program}, {len(reports)} cohorts", figures, None))

    session.reading(work, as_of=as_of, models=("kpis",))


@app.command
def explain(kpi: str, /, *, cohort: str, output: Format = "table") -> None:
    """List the events that a published KPI counted, by log position. What somebody answered is not shown, nor
    whose answer it is. A line that stands as of earlier counts what that publication did. For the lead and
    the auditor.

    Parameters
    ----------
    kpi
        Which one, such as `K1`.
    cohort
        The cohort's id, such as `q3`.
    """
    from turnabout.kpi_inputs import FEEDS, counted, inputs_of

    wanted = kpi.upper()
    if wanted not in FEEDS:
        raise InvalidInput(f"There is no KPI {kpi!r}.", hint=f"Choose one of {', '.join(FEEDS)}.")

    async def work(reads: Reads) -> None:
        report = await latest(reads, cohort)
        planned = await _stream(reads, f"cohort-{cohort}")
        events = list(planned)
        for one in planned:
            if one.type == "cohort.pair_arranged":
                events += await _stream(reads, one.data["pair"])
        told = counted(wanted, await reads.publications(cohort))
        up_to = max((line.up_to for line in told), default=report.up_to)
        lines: tuple[InputLine, ...] = inputs_of(wanted, events, up_to)
        show(lines, output, ("position", "occurred_at", "stream", "event", "what"), shortens="what")
        note(f"{wanted} of {cohort}, publication {report.number}: {len(lines)} events up to {up_to}.")
        for line in told:
            if line.number != report.number:
                which = f"publication {line.number} counted it, up to {line.up_to}"
                note(f"{line.what} ({line.window}) stands as {which}.")

    session.reading(work)


async def latest(reads: Reads, cohort: str) -> KpiReport:
    """What was last published of a cohort. Raises NotFound, with the next step."""
    report = await reads.kpis(cohort)
    if report is not None:
        return report
    if await reads.board(cohort) is None:
        raise await missing(reads, f"cohort-{cohort}", "See `turnabout cohort list`.")
    raise NotFound(
        f"No KPIs of {cohort!r} have been published.", hint=f"Publish them: `turnabout kpi publish {cohort}`."
    )


async def latest_of_program(reads: Reads, program: str) -> tuple[KpiReport, ...]:
    """What was last published of each cohort of a program. Raises NotFound where nothing was."""
    reports = await reads.program_kpis(program)
    if not reports:
        raise NotFound(
            f"No cohort of a program {program!r} has published KPIs.",
            hint="Publish those of a cohort: `turnabout kpi publish COHORT`.",
        )
    return reports


async def _stream(reads: Reads, name: str) -> list[LoggedEvent]:
    events: list[LoggedEvent] = []
    while page := await reads.events(name, after=events[-1].position if events else 0, limit=PAGE):
        events += page
    return events
