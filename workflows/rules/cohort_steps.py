"""Runs what a cohort owes itself: reminders, words to a person, and what follows when waiting ends. Pure."""

from __future__ import annotations

from datetime import datetime

from events.base import Event
from events.chase import Chase, Step
from events.cohort import (
    CohortEscalated,
    CohortItemExpired,
    CohortReminded,
    CohortReminderPostponed,
    CohortReminderSuppressed,
)
from turnabout.commands.cohort import RunCohortStep
from workflows.rules import chases
from workflows.rules import cohort_baseline as baseline
from workflows.rules import cohort_circles as circles
from workflows.rules import cohort_closing as closing
from workflows.rules import cohort_enrolment as enrolment
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules import cohort_rounds as rounds
from workflows.rules import cohort_running as running
from workflows.rules import cohort_surveys as surveys
from workflows.rules.cohort_evolve import consent_item, fold
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

TO_WHO_LEFT = frozenset({"withdrawal_confirmed", "cohort_cancelled"})
"""The messages that also reach who has left."""


def run(state: CohortState, command: RunCohortStep, moment: Moment) -> list[Event]:
    """Run the next step of an open item."""
    chase, step = chases.due_step(state.ledger.open, command.item, command.revision, command.step)
    names = {"item": chase.item, "revision": chase.revision, "step": command.step, "kind": chase.kind}
    if step.action == "expire":
        expired = CohortItemExpired.model_validate(names)
        return [expired, *_after(fold(state, [expired], moment.now), state, chase, moment.now)]
    to = _recipients(state, chase, step)
    found = chases.deliver(state.ledger, chase, command.step, to, state.clock, moment.now)
    events: list[Event] = []
    if found.now:
        sent = {**names, "template": step.template, "to": found.now, "due_at": step.at}
        if step.action == "remind":
            events.append(CohortReminded.model_validate({**sent, "useful_until": step.useful_until}))
        else:
            events.append(CohortEscalated.model_validate(sent))
    if found.later:
        waiting = tuple(person for person in to if person not in found.now)
        events.append(
            CohortReminderPostponed.model_validate({**names, "to": waiting, "opens": (found.later,)})
        )
    return events or [CohortReminderSuppressed.model_validate({**names, "reason": found.why})]


def _recipients(state: CohortState, chase: Chase, step: Step) -> tuple[str, ...]:
    """Those of a step who still have to do with the item. Who left hears only that it is so, and of a cohort
    that is given up (R102)."""
    to = step.to if step.template in TO_WHO_LEFT else tuple(who for who in step.to if not _left(state, who))
    match chase.kind:
        case kind if kind in surveys.ASKING:
            return surveys.silent(state, kind, to)
        case "baseline_report":
            return to if _awaited(state) else ()
        case "control_group":
            return to if any(person in state.joined for person in state.waiting) else ()
        case "too_few":
            return to if len(state.living) < kickoff.pairs_needed(state) else ()
        case "kickoff":
            return tuple(person for person in to if person not in state.roster or person in state.engaged)
    return to


def _left(state: CohortState, person: str) -> bool:
    """Whether somebody of the roster, who holds no office, declined, withdrew or left the company."""
    offices = {state.lead.id, state.sponsor.id, state.steward.id}
    return person in state.roster and person in state.declined and person not in offices


def _awaited(state: CohortState) -> bool:
    """Whether somebody who takes part still owes the baseline."""
    baseline = state.measurement.baseline
    return baseline is not None and any(who not in state.declined for who in baseline.silent)


def _after(state: CohortState, before: CohortState, chase: Chase, now: datetime) -> list[Event]:
    """What follows from the end of waiting; `before` still holds the item."""
    match chase.kind:
        case "enrolment":
            return enrolment.closed(state, now)
        case "choice":
            return rounds.progress_all(state, now)
        case "consent":
            for one in before.rounds.values():
                for mentor, mentee in one.pending:
                    if consent_item(one.number, mentor, mentee) == chase.item:
                        return rounds.refused(state, one, mentor, mentee, now, by_default=True)
        case "launch":
            return governance.launch_overdue(state, now)
        case "duty":
            for duty in governance.DUTIES:
                if chase.item == f"duty-{duty}":
                    return governance.duty_missed(state, duty, now)
        case "circle":
            return circles.opened(state, circles.week_of(chase.item), now)
        case "endpoint":
            return running.endpoint(state, now)
        case "end":
            return running.closing(state, now)
        case "baseline_open":
            return baseline.opened(state, now)
        case "first_session":
            return baseline.began(state, chase.item)
        case "survey_close":
            return surveys.close(state, "endpoint")
        case "archive":
            return closing.archived(state)
    return []


RULES: Rules[CohortState] = {
    RunCohortStep: run,
}
