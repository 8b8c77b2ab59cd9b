"""The cohort's decider: who may ask for what, and which rule answers. Pure: no I/O, no clock."""

from __future__ import annotations

from events.base import Event
from events.cohort import COHORT_EVENTS
from turnabout.commands.base import Command
from turnabout.commands.cohort import COHORT_COMMANDS, RunCohortStep
from turnabout.commands.cohort_care import RaiseCohortConcern, RecordCohortContact
from turnabout.commands.cohort_corrections import CorrectDuty, CorrectEmployment
from turnabout.commands.cohort_governance import (
    FulfilDuty,
    PlanCohort,
)
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.commands.cohort_measurement import NoteFirstSession, RecordEmployment, RecordMetric
from turnabout.commands.cohort_offices import PlanNextCohort
from turnabout.commands.cohort_running import (
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
)
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules import chases
from workflows.rules import cohort_baseline as baseline
from workflows.rules import cohort_care as care
from workflows.rules import cohort_changes as changes
from workflows.rules import cohort_circles as circles
from workflows.rules import cohort_closing as closing
from workflows.rules import cohort_corrections as corrections
from workflows.rules import cohort_employment as employment
from workflows.rules import cohort_enrolment as enrolment
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_holidays as holidays
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules import cohort_kpis as kpis
from workflows.rules import cohort_observations as observations
from workflows.rules import cohort_offices as offices
from workflows.rules import cohort_pairs as pairs
from workflows.rules import cohort_people as people
from workflows.rules import cohort_rounds as rounds
from workflows.rules import cohort_running as running
from workflows.rules import cohort_steps as steps
from workflows.rules import cohort_surveys as surveys
from workflows.rules.cohort_effects import react
from workflows.rules.cohort_evolve import evolve, fold
from workflows.rules.cohort_state import CohortState
from workflows.rules.cohort_summary import summarize
from workflows.rules.decider import Decider, Due, Moment, Rules

NOTES = (
    NotePairActivated,
    NotePairPaused,
    NotePairResumed,
    NotePairEnded,
    NoteMemoFiled,
    NoteFirstSession,
)

CARE = (RaiseCohortConcern, RecordCohortContact)
"""What a cohort takes as long as its workflow runs (R73)."""

OBSERVES = (RecordEmployment, CorrectEmployment, RecordMetric)
"""What is learned of people and metrics whenever it is known."""

AFTER_CLOSE = (RunCohortStep, PlanNextCohort, *OBSERVES, PublishKpis, *CARE)
"""What a closed cohort takes, besides the duties that outlive it."""

RULES: Rules[CohortState] = {
    **governance.RULES,
    **offices.RULES,
    **changes.RULES,
    **corrections.RULES,
    **enrolment.RULES,
    **people.RULES,
    **holidays.RULES,
    **rounds.RULES,
    **pairs.RULES,
    **kickoff.RULES,
    **running.RULES,
    **circles.RULES,
    **closing.RULES,
    **baseline.RULES,
    **surveys.RULES,
    **observations.RULES,
    **employment.RULES,
    **kpis.RULES,
    **care.RULES,
    **steps.RULES,
}


def decide(state: CohortState, command: Command, moment: Moment) -> list[Event]:
    """The events that the command leads to. Raises Rejected with the rule that refuses it."""
    if isinstance(command, PlanCohort):
        if state.plan is not None:
            raise Rejected(
                "R103",
                f"cohort {state.plan.id} exists with another spec or was planned by another command.",
                hint="Choose another id, or cancel that cohort.",
            )
        return governance.plan(state, command, moment)
    _open(state, command)
    _allowed(state, command, moment)
    events = RULES[type(command)](state, command, moment)
    if state.measurement.baseline is None:
        return events
    return [*events, *baseline.extended(fold(state, events, moment.now), moment.now)]


def _open(state: CohortState, command: Command) -> None:
    """A cohort that is over takes almost nothing (domain.md section 2)."""
    phase = state.phase
    if state.plan is None:
        raise Rejected("E6", "this cohort does not exist yet.", hint="Start it with plan_cohort.")
    duty = isinstance(command, FulfilDuty | CorrectDuty) and command.duty in {"recognition", "closing"}
    takes: bool
    match phase:
        case "closed":
            takes = isinstance(command, AFTER_CLOSE) or duty
        case "cancelled":
            takes = not state.terminal and isinstance(command, (RunCohortStep, *NOTES, *CARE))
        case "archived":
            takes = False
        case _:
            takes = True
    if not takes:
        raise Rejected(
            "G9", f"the cohort is {phase} and does not take {command.type}.", hint="Read its record instead."
        )


def _allowed(state: CohortState, command: Command, moment: Moment) -> None:
    held = state.roles(moment.actor)
    if not held & command.roles:
        asked = ", ".join(sorted(role.value for role in command.roles if role is not Role.SYSTEM))
        who = moment.actor.id
        raise Rejected(
            "G21",
            f"{who} may not {command.type} here." if held else f"{who} has no role in this cohort.",
            hint=f"Ask the {asked}." if asked else "Only the engine does that.",
        )


def agenda(state: CohortState) -> tuple[Due, ...]:
    """Everything that a cohort owes itself."""
    return chases.agenda(state.ledger.open, RunCohortStep)


COHORT: Decider[CohortState] = Decider(
    kind="cohort",
    initial=CohortState(),
    decide=decide,
    evolve=evolve,
    agenda=agenda,
    react=react,
    is_terminal=lambda state: state.terminal,
    policy_version=lambda state: state.policy.version,
    summarize=summarize,
    commands=COHORT_COMMANDS,
    events=COHORT_EVENTS,
    opens=lambda command: f"cohort-{command.spec.id}" if isinstance(command, PlanCohort) else None,
    stricter={"record_employment": "contradictions-refused"},
)
