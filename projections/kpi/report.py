"""All KPIs of a cohort in one list, each with its rules applied: what a publication holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from projections.kpi import (
    employment,
    engagement,
    matching,
    metric,
    promotion,
    ratings,
    returns,
    sessions,
    skill,
    work,
)
from projections.kpi.facts import Facts
from projections.kpi.guard import Guard
from projections.kpi.values import OPEN
from projections.kpi.waves import END_WITHIN
from turnabout.kpi import Disclosed, Figure, Publication, ReturnInputs, Verdict

CLOSED_AFTER: Mapping[str, int] = {
    "K2": END_WITHIN,
    "K3": END_WITHIN,
    "K5": work.INSIGHTS_UNTIL,
    "K6": work.OUTCOMES_UNTIL,
    "K12": 0,
}
"""Days after the cohort's end with which a window closes."""
CONCLUSIONS: frozenset[Verdict] = frozenset({"better", "worse", "cannot tell yet"})


def figures(
    found: Facts, now: datetime, guard: Guard, inputs: ReturnInputs | None = None
) -> tuple[Figure, ...]:
    """All of them, in order; what the charter names is marked."""
    today, people = found.day(now), found.watched()
    stays = employment.retention(people, today, found.k, found.refused, found.went_through())
    year = next(one for one in stays if one.what == employment.GAP and one.window == returns.HORIZON)
    lines: tuple[Figure, ...] = (
        *stays,
        *employment.curves(people, today, found.k, found.refused),
        *engagement.engagement(found, today, guard),
        *skill.skill(found, today, guard),
        *promotion.promotion(people, today, found.k, found.refused, found.went_through()),
        *work.insights(found, today),
        *work.goals(found, today, guard),
        *ratings.progress(found, guard),
        *ratings.safety(found, guard),
        ratings.recommend(found, guard),
        *sessions.adherence(found, now),
        *sessions.by_week(found, now),
        work.launch(found),
        *metric.tied_metric(found, today, guard),
        work.duties(found, today),
        work.memos(found, today),
        *matching.matching(found),
        *returns.returns(found, year, inputs),
    )
    named = {kpi.id for kpi in found.spec.kpis}
    return tuple(
        settled(line.model_copy(update={"named": line.kpi in named}), found, today) for line in lines
    )


def settled(line: Figure, found: Facts, today: date) -> Figure:
    """A line with the day from which its window is closed; before that day it concludes nothing. One that
    stands as of earlier, when its window was open, never does: what came since is not in it."""
    if line.kpi not in CLOSED_AFTER or OPEN not in line.flags:
        return line
    end = found.work_ends_on if line.kpi in {"K5", "K6"} else found.spec.ends_on
    due_on = end + timedelta(days=CLOSED_AFTER[line.kpi] + 1)
    said: Verdict = "not yet" if line.verdict in CONCLUSIONS else line.verdict
    return line.model_copy(update={"due_on": due_on if today < due_on else None, "verdict": said})


def falls_due(found: Facts, today: date, last: Sequence[Figure], then: Facts | None = None) -> date | None:
    """The first day from which a publication tells more than the `last` one did, which counted what was known
    `then`: today where none was made, a wave has closed for every running pair since, or a window has; None
    before the kickoff and where no window is open any more."""
    if found.kickoff_on is None:
        return None
    if not last or found.whole_waves() - (then.whole_waves() if then else set()):
        return today
    return min((line.due_on for line in last if line.due_on is not None), default=None)


def publication(
    found: Facts,
    now: datetime,
    asked_by: str,
    *,
    previous: int = 0,
    before: Iterable[Disclosed] = (),
    old: Iterable[Figure] = (),
    inputs: ReturnInputs | None = None,
) -> Publication:
    """What is published now, given all that was disclosed `before` and the figures of the previous one."""
    known = tuple(before)
    guard = Guard(found.k, known, old)
    lines = figures(found, now, guard, inputs)
    return Publication(
        previous=previous,
        as_of=found.day(now),
        position=found.position,
        figures=lines,
        disclosed=tuple(guard.disclosed[len(known) :]),
        inputs=inputs,
        asked_by=asked_by,
    )
