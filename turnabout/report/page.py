"""The page of a report: its parts in order, filled into one file that asks for nothing else (G19).

It takes what was published, and for sponsors that which is for everybody, so it can tell no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from turnabout import kpi_units, kpi_words
from turnabout.dashboard import SAYS, dashboard, quality
from turnabout.kpi import Estimate, Figure, ReturnInputs, told_to
from turnabout.kpi_names import KPIS
from turnabout.kpi_series import tabled
from turnabout.kpi_words import day
from turnabout.pooling import pooled
from turnabout.report import words
from turnabout.report.engagement import GAP as ENGAGED
from turnabout.report.engagement import engagement
from turnabout.report.forest import forest
from turnabout.report.goals import goals
from turnabout.report.picture import WIDTH, Picture
from turnabout.report.retention import GAP as STAYS
from turnabout.report.retention import retention
from turnabout.report.sessions import TITLE as SESSIONS
from turnabout.report.sessions import sessions
from turnabout.results import KpiReport

FOLDER = Path(__file__).parent / "templates"
FOR_LEAD = "For the lead and the analyst. It holds no pair, no person and no answer."
FOR_SPONSOR = "For everybody in the program: what is for the lead alone is left out."
HORIZON = "365 days"
KIND = {one: one.replace(" ", "-") for one in SAYS}
"""The verdicts as classes of the style sheet."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def cohort_report(
    report: KpiReport,
    name: str | None = None,
    days: tuple[date, date] | None = None,
    *,
    sponsor: bool = False,
) -> str:
    """The report of a cohort, in HTML, under its `name` (default: its id), with the `days` of its kickoff and
    end."""
    figures = told_to(report.figures, sponsor=sponsor)
    shown = report.model_copy(update={"figures": figures})
    glance = dashboard(shown)
    when = "" if days is None else f", {' to '.join(map(day, days))}"
    own = [] if sponsor else [sessions(figures)]
    return _page(
        title=name or report.cohort,
        about=f"Program {report.program}{when}",
        seen_by=FOR_SPONSOR if sponsor else FOR_LEAD,
        as_of=report.as_of,
        stamp=f"Publication {report.number}, of the log up to position {report.up_to}",
        tiles=glance.tiles,
        figures=figures,
        pictures=[retention(figures), engagement(figures), goals(figures), *own],
        quality=[
            *quality(report, tabled(figures), glance.tiles),
            *([f"{SESSIONS}: for the lead."] if sponsor else []),
        ],
        inputs=list(_inputs(report.inputs)),
        cohorts=[],
    )


def program_report(program: str, reports: Sequence[KpiReport], *, sponsor: bool = False) -> str:
    """The report of a program: K1 to K4 over the latest publication of each cohort, and where they differ.
    Raises ValueError without any."""
    told = {one.cohort: told_to(one.figures, sponsor=sponsor) for one in reports}
    figures = pooled(told.values())
    days = [one.as_of for one in reports]
    pictures = [
        forest("stays", "Who stays, against the controls", *_by_cohort(told, figures, STAYS, HORIZON)),
        forest("engaged", "Engagement, against the controls", *_by_cohort(told, figures, ENGAGED)),
    ]
    return _page(
        title=program,
        about=f"Program, {len(reports)} cohort{'' if len(reports) == 1 else 's'}",
        seen_by=FOR_SPONSOR if sponsor else FOR_LEAD,
        as_of=max(days),
        stamp="Each cohort as it was last published",
        tiles=(),
        figures=figures,
        pictures=pictures,
        quality=[f"Published between {day(min(days))} and {day(max(days))}; what came later is not in it."],
        inputs=[],
        cohorts=[(one.cohort, day(one.as_of), one.number) for one in reports],
    )


def _by_cohort(
    told: Mapping[str, Sequence[Figure]], over_all: Sequence[Figure], what: str, window: str | None = None
) -> tuple[dict[str, Figure | None], Figure | None]:
    def find(lines: Iterable[Figure]) -> Figure | None:
        return next((one for one in lines if one.what == what and window in {None, one.window}), None)

    return {who: find(lines) for who, lines in told.items()}, find(over_all)


def _page(*, as_of: date, figures: Sequence[Figure], pictures: Sequence[Picture], **parts: Any) -> str:
    lines = tabled(figures)
    groups = [(kpi, list(some)) for kpi, some in groupby(lines, lambda one: one.kpi)]
    page = _TEMPLATES.get_template("report.html.j2").render(
        **parts,
        as_of=day(as_of),
        style=(FOLDER / "report.css").read_text(encoding="utf-8"),
        width=WIDTH,
        kind=KIND,
        pictures=pictures,
        charter=[_summary(kpi, some) for kpi, some in groups if some[0].named],
        kpis=[(kpi, KPIS[kpi], some[0].named, [_row(one) for one in some]) for kpi, some in groups],
        flags=words.flags(lines),
        methods=words.methods(figures),
    )
    return page.replace(" %", "\N{NO-BREAK SPACE}%")


def _summary(kpi: str, some: Sequence[Figure]) -> Mapping[str, str]:
    one = words.headline(some)
    name = KPIS[kpi]
    return {
        "kpi": kpi,
        "name": name[0].upper() + name[1:],
        "verdict": one.verdict,
        "value": kpi_units.value(one) or "-",
        "says": words.sentence(one),
    }


def _row(one: Figure) -> Mapping[str, str]:
    told = one.verdict != "suppressed"
    return {
        "what": one.what,
        "window": one.window,
        "value": kpi_units.value(one) or "-",
        "share": (kpi_words.share(one) or "") if told else "",
        "interval": kpi_units.interval(one) or "-",
        "n": "-" if one.n is None else str(one.n),
        "missing": "-" if one.missing is None else kpi_units.percent(one.missing),
        "verdict": one.verdict,
        "method": one.method if told else "",
        "notes": kpi_words.notes(one),
        "seen": "told" if told else "untold",
    }


def _inputs(inputs: ReturnInputs | None) -> Iterator[tuple[str, str]]:
    for name in ReturnInputs.model_fields if inputs is not None else ():
        value = getattr(inputs, name)
        if isinstance(value, Estimate):
            value = f"{value.low:g} / {value.base:g} / {value.high:g}"
        yield name.replace("_", " "), str(value)
