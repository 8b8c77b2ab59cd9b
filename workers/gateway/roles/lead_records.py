"""What a lead records about people: exits, reporting lines, attendance, employment, the metric, holidays."""

from __future__ import annotations

from typing import get_args

from turnabout import schedule
from turnabout.commands.base import LEAD
from turnabout.commands.cohort_changes import ChangeReportingLine, RecordExit
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.commands.cohort_corrections import CorrectAttendance, CorrectEmployment
from turnabout.commands.cohort_holidays import RefreshHolidays
from turnabout.commands.cohort_measurement import EmploymentKind, RecordEmployment, RecordMetric
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.roles.people import options
from workers.gateway.visit import Page, View, Visit

_KINDS = {
    "employed": "Was at work on that day",
    "voluntary_exit": "Left of their own will",
    "involuntary_exit": "Was let go",
    "transfer": "Went to another part of the organisation",
    "level_change": "Has another level",
}
_KIND_OPTIONS = tuple(Option(kind, _KINDS[kind]) for kind in get_args(EmploymentKind))
_CHANGING = frozenset({"chartered", "enrolling", "matching", "ready", "running", "endpoint", "closing"})


async def _people(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    here = await options(gateway, (one for one in state.roster if one not in state.exited))
    forms: list[Form] = []
    if state.phase in _CHANGING:
        who = Field("person", "Who?", "choice", options=here)
        leave = Field("last_day", "Their last day", "date", required=False, help="Empty means today.")
        line = Field("reports_to", "Their managers' ids, nearest first, one a line", "lines", required=False)
        forms += [
            Form(
                RecordExit,
                (who, leave),
                title="Somebody has left the company",
                intro="Their pairs end, and nothing more is asked of them.",
                submit="Record the exit",
                repeatable=True,
            ),
            Form(
                ChangeReportingLine,
                (who, line),
                title="Somebody has another manager",
                submit="Record the line",
                repeatable=True,
            ),
            Form(RefreshHolidays, title="Public holidays", submit="Fetch them again", repeatable=True),
        ]
    if state.launched:
        joined = await options(gateway, state.joined)
        asked = (
            Field("person", "Who?", "choice", options=joined),
            Field("attended", "Were they at the kickoff?", "yes_no"),
            Field("reason", "What was wrong?", limit=280),
        )
        forms.append(
            Form(
                CorrectAttendance,
                asked,
                title="Put attendance right",
                submit="Put it right",
                repeatable=True,
            )
        )
        forms += await _circles(gateway, visit)
    return View(tuple(forms), closed=None if forms else "There is nothing to record now.")


async def _circles(gateway: Gateway, visit: Visit) -> list[Form]:
    state = visit.cohort
    weeks = [
        week for week in state.shape.circle_weeks if schedule.circle_opens(state.spec, week) <= visit.now
    ]
    mentors = await options(gateway, state.of_role("mentor"))
    came = Field("attended", "Who came?", "several", options=mentors)
    return [
        Form(
            RecordCircle,
            (came,),
            title=f"The mentors' circle of week {week}",
            submit="Record who came",
            fixed={"week": week},
            name=f"circle-{week}",
            repeatable=True,
        )
        for week in weeks[-1:]
    ]


async def _measures(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    if not state.launched:
        return View(closed="What is measured begins with the kickoff.")
    metric = state.spec.priority_metric
    rows = (
        Field("person", "Who?", "choice", options=await options(gateway, state.roster)),
        Field("on", "On which day?", "date"),
        Field("what", "What?", "choice", options=_KIND_OPTIONS),
        Field("level", "The new level, if it is another", "number", required=False),
        Field("source", "From where do you know?", limit=280),
    )
    value = (
        Field("on", "On which day was it measured?", "date"),
        Field("value", metric.name, "number", help=f"In {metric.unit}, of the whole cohort."),
        Field("exposures", "Of how many?", "number", required=False),
        Field("source", "From where?", limit=280),
    )
    forms = (
        Form(
            RecordEmployment,
            (Field("rows", "What HR knows", "rows", columns=rows),),
            title="Employment",
            intro="A whole list is imported with: turnabout employment import.",
            submit="Record it",
            repeatable=True,
        ),
        *await _put_right(gateway, visit),
        Form(RecordMetric, value, title="The tied metric", submit="Record it", repeatable=True),
    )
    return View(forms, given={"record_metric": {"source": metric.source}})


async def _put_right(gateway: Gateway, visit: Visit) -> list[Form]:
    """What HR told wrongly, once it told something."""
    told = visit.cohort.measurement.employment
    names = await gateway.names(tuple(dict.fromkeys(row.person for row in told.values())))
    facts = [
        Option(str(number), f"{names[row.person]}, {row.on}: {_KINDS[row.what].lower()} (number {number})")
        for number, row in sorted(told.items(), key=lambda one: (names[one[1].person], one[1].on))
    ]
    if not facts:
        return []
    fields = (
        Field("replaces", "What was wrong?", "choice", options=tuple(facts)),
        Field(
            "what",
            "What was so?",
            "choice",
            options=_KIND_OPTIONS,
            required=False,
            help="Empty means that nothing of it was so.",
        ),
        Field("on", "On which day?", "date", required=False, help="Empty means on the same day."),
        Field("level", "The new level, if it is another", "number", required=False),
        Field("reason", "Why was it wrong?", limit=280),
    )
    return [
        Form(
            CorrectEmployment,
            fields,
            title="Put employment right",
            intro="The record keeps both, and KPIs that were published stay as they were.",
            submit="Put it right",
            repeatable=True,
        )
    ]


PAGES = (
    Page(
        name="records",
        title="People of the cohort",
        of="cohort",
        roles=LEAD,
        seen_by="You; what concerns a pair is told to its two partners.",
        show=_people,
    ),
    Page(
        name="measures",
        title="What is measured",
        of="cohort",
        roles=LEAD,
        seen_by="You. Others see aggregates of five people and more.",
        show=_measures,
    ),
)
