"""The cohort's decider: who may ask for what, and which rule answers. Pure: no I/O, no clock."""

from __future__ import annotations

from events.base import Event
from events.cohort import COHORT_EVENTS
from turnabout.commands import cohort as ask
from turnabout.commands.base import Command
from turnabout.commands.cohort import COHORT_COMMANDS
from turnabout.errors import InternalError, Rejected
from turnabout.model import Role
from workflows.rules import chases
from workflows.rules import cohort_closing as closing
from workflows.rules import cohort_enrolment as enrolment
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules import cohort_pairs as pairs
from workflows.rules import cohort_rounds as rounds
from workflows.rules import cohort_running as running
from workflows.rules import cohort_steps as steps
from workflows.rules.cohort_effects import react
from workflows.rules.cohort_evolve import evolve
from workflows.rules.cohort_state import CohortState
from workflows.rules.cohort_summary import summarize
from workflows.rules.decider import Decider, Due, Moment

NOTES = (
    ask.NotePairActivated,
    ask.NotePairPaused,
    ask.NotePairResumed,
    ask.NotePairEnded,
    ask.NoteMemoFiled,
)


def decide(state: CohortState, command: Command, moment: Moment) -> list[Event]:
    """The events that the command leads to. Raises Rejected with the rule that refuses it."""
    if isinstance(command, ask.PlanCohort):
        if state.plan is not None:
            raise Rejected(
                "R103",
                f"cohort {state.plan.id} exists with another spec or was planned by another command.",
                hint="Choose another id, or cancel that cohort.",
            )
        return governance.plan(state, command, moment)
    _open(state, command)
    _allowed(state, command, moment)
    return _decide(state, command, moment)


def _open(state: CohortState, command: Command) -> None:
    """A cohort that is over takes almost nothing (domain.md section 2)."""
    phase = state.phase
    if state.plan is None:
        raise Rejected("E6", "this cohort does not exist yet.", hint="Start it with plan_cohort.")
    recognition = isinstance(command, ask.FulfilDuty) and command.duty == "recognition"
    takes: bool
    match phase:
        case "closed":
            takes = isinstance(command, ask.RunCohortStep) or recognition
        case "cancelled":
            takes = not state.terminal and isinstance(command, (ask.RunCohortStep, *NOTES))
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
        raise Rejected(
            "G21",
            f"{moment.actor.id} may not {command.type} here.",
            hint=f"Ask the {asked}." if asked else "Only the engine does that.",
        )


def _decide(state: CohortState, command: Command, moment: Moment) -> list[Event]:
    match command:
        case ask.RunCohortStep():
            return steps.run(state, command, moment)
        case ask.SignCharter():
            return governance.sign(state, command, moment)
        case ask.CommitSponsorship():
            return governance.commit(state, command, moment)
        case ask.FulfilDuty():
            return governance.fulfil(state, command, moment)
        case ask.HandOverLead():
            return governance.hand_over(state, command, moment)
        case ask.OpenEnrolment():
            return enrolment.open_enrolment(state, command, moment)
        case ask.OptIn():
            return enrolment.opt_in(state, command, moment)
        case ask.Decline():
            return enrolment.decline(state, command, moment)
        case ask.CloseEnrolment():
            return enrolment.close(state, command, moment)
        case ask.ReopenEnrolment():
            return enrolment.reopen(state, command, moment)
        case ask.ProceedSmall():
            return kickoff.proceed_small(state, command, moment)
        case ask.RecordShortlists():
            return rounds.record_shortlists(state, command, moment)
        case ask.RankShortlist():
            return rounds.rank(state, command, moment)
        case ask.RecordMatch():
            return rounds.record_match(state, command, moment)
        case ask.AcceptMatch():
            return rounds.accept(state, command, moment)
        case ask.DeclineMatch():
            return rounds.refuse(state, command, moment)
        case ask.AssignPair():
            return pairs.assign(state, command, moment)
        case ask.HoldKickoff():
            return kickoff.hold(state, command, moment)
        case ask.RecordMakeUp():
            return kickoff.record_make_up(state, command, moment)
        case ask.NotePairActivated():
            return running.activated(state, command, moment)
        case ask.NotePairPaused():
            return running.paused(state, command, moment)
        case ask.NotePairResumed():
            return running.resumed(state, command, moment)
        case ask.NotePairEnded():
            return running.ended(state, command, moment)
        case ask.NoteMemoFiled():
            return running.memo_filed(state, command, moment)
        case ask.FileCohortMemo():
            return closing.file_memo(state, command, moment)
        case ask.CloseCohort():
            return closing.close(state, command, moment)
        case ask.CancelCohort():
            return closing.cancel(state, command, moment)
    raise InternalError(f"The cohort has no rule for {command.type}.")


def agenda(state: CohortState) -> tuple[Due, ...]:
    """Everything that a cohort owes itself."""
    return chases.agenda(state.ledger.open, ask.RunCohortStep)


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
    opens=lambda command: f"cohort-{command.spec.id}" if isinstance(command, ask.PlanCohort) else None,
)
