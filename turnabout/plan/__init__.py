"""The whole calendar of a cohort before anything starts: what fires when, by which rule, and who is told.

Pure: spec, policy, preset and calendar in, items out. The dates are those of `turnabout.schedule`, which the
rules use too; nobody's answer is known yet, so what depends on one says under which condition it fires.
"""

from __future__ import annotations

from turnabout import schedule
from turnabout.checks.people import possible_pairs
from turnabout.plan import (
    closing,
    enrolment,
    governance,
    kickoff,
    measurement,
    practice,
    sessions,
    waves,
)
from turnabout.plan.draft import Draft
from turnabout.plan.items import Audience, Plan, PlanItem
from turnabout.power import CONTROLS_EACH, design
from turnabout.spec import CohortSpec

__all__ = ["Audience", "Plan", "PlanItem", "plan"]


def plan(spec: CohortSpec) -> Plan:
    """Everything that will fire for a cohort, from the charter to the archive. The spec has no problems."""
    draft = Draft(spec)
    governance.charter(draft)
    enrolment.enrolment_and_matching(draft)
    kickoff.kickoff(draft)
    measurement.baseline(draft)
    kickoff.first_meeting(draft)
    sessions.sessions(draft)
    practice.phases(draft)
    practice.circles(draft)
    for week in schedule.survey_weeks(spec, spec.rules, spec.shape.pulse_weeks):
        waves.pulse(draft, week)
    waves.midpoint(draft)
    waves.endpoint(draft)
    measurement.again(draft)
    closing.memos_and_close(draft)
    governance.sponsor_duties(draft)
    people = 2 * possible_pairs(spec)
    return Plan(
        cohort=spec.id,
        name=spec.name,
        timezone=spec.timezone,
        policy_version=spec.rules.version,
        starts_on=spec.starts_on,
        kickoff=spec.kickoff,
        ends_on=spec.ends_on,
        close_expected=schedule.close_expected(spec, spec.rules),
        design=design(people, people * CONTROLS_EACH) if people else None,
        items=tuple(sorted(draft.items, key=lambda item: item.at)),
    )
