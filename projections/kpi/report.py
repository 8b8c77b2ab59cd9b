"""All KPIs of a cohort in one list, each with its rules applied: what a publication holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from projections.kpi import (
    employment,
    engagement,
    matching,
    metric,
    ratings,
    returns,
    sessions,
    skill,
    work,
)
from projections.kpi.facts import Facts
from projections.kpi.guard import Guard
from turnabout.kpi import Disclosed, Figure, Publication, ReturnInputs


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
        *employment.promotion(people, today, found.k, found.refused),
        work.insights(found, today),
        *work.goals(found, today, guard),
        *ratings.progress(found, guard),
        *ratings.safety(found, guard),
        ratings.recommend(found, guard),
        sessions.adherence(found, now),
        *sessions.by_week(found, now),
        work.launch(found),
        *metric.tied_metric(found, today, guard),
        work.duties(found, today),
        work.memos(found, today),
        *matching.matching(found),
        *returns.returns(found, year, inputs),
    )
    named = {kpi.id for kpi in found.spec.kpis}
    return tuple(line.model_copy(update={"named": line.kpi in named}) for line in lines)


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
