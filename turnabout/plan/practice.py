"""The part of a cohort's calendar that is about its phases and the mentors' circles. Pure."""

from __future__ import annotations

from datetime import timedelta

from turnabout import schedule
from turnabout.plan.draft import Draft


def phases(draft: Draft) -> None:
    """When each phase's evidence is due, what begins then, and what reminds of the missing (R62-R66)."""
    spec, rules, every = draft.spec, draft.rules, draft.shape.phases
    for number, phase in enumerate(every, start=1):
        ends = schedule.phase_ends(spec, rules, every, number)
        draft.add(ends, "R66", f"Evidence due: {phase.name}", "deadline", unless="recorded")
        if number == len(every):
            return
        draft.tell(ends, "R66", f"Phase begins: {every[number].name}", "pairs", "phase_begins")
        for days in rules.practice.evidence_reminders:
            at = schedule.on_day(spec, schedule.day_of(spec, ends) + timedelta(days=days))
            missing = f"Evidence still missing: {phase.name}"
            draft.tell(at, "R66", missing, "pairs", "phase_evidence", unless="recorded")


def circles(draft: Draft) -> None:
    """The mentors' circles after the kickoff (T13)."""
    for week in draft.shape.circle_weeks:
        at = schedule.circle_opens(draft.spec, week)
        if at > draft.spec.kickoff:
            what = f"Mentors' circle of week {week}"
            draft.tell(at, "T13", what, "mentors", "circle_invitation", unless="without a pair")
