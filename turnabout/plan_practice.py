"""The part of a cohort's calendar that is about its phases and the mentors' circles. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from turnabout import schedule
from turnabout.spec import CohortSpec


class Due(NamedTuple):
    """A deadline, or a message to somebody; `unless` is what makes it needless."""

    at: datetime
    rule: str
    what: str
    to: Literal["pairs", "mentors"] | None = None
    template: str = ""
    unless: str = ""


def phases(spec: CohortSpec) -> Iterator[Due]:
    """When each phase's evidence is due, what begins then, and what reminds of the missing (R62-R66)."""
    rules, every = spec.rules, spec.shape.phases
    for number, phase in enumerate(every, start=1):
        ends = schedule.phase_ends(spec, rules, every, number)
        yield Due(ends, "R66", f"Evidence due: {phase.name}", unless="recorded")
        if number == len(every):
            return
        yield Due(ends, "R66", f"Phase begins: {every[number].name}", "pairs", "phase_begins")
        for days in rules.practice.evidence_reminders:
            at = schedule.on_day(spec, schedule.day_of(spec, ends) + timedelta(days=days))
            missing = f"Evidence still missing: {phase.name}"
            yield Due(at, "R66", missing, "pairs", "phase_evidence", "recorded")


def circles(spec: CohortSpec) -> Iterator[Due]:
    """The mentors' circles after the kickoff (T13)."""
    for week in spec.shape.circle_weeks:
        at = schedule.circle_opens(spec, week)
        if at > spec.kickoff:
            what = f"Mentors' circle of week {week}"
            yield Due(at, "T13", what, "mentors", "circle_invitation", "without a pair")
