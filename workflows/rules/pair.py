"""The pair's decider: which rule answers which command, and which fold takes which event. Pure.

Commands pass three checks before their rule: the pair exists and is not over, the actor has a role that may
ask (G21), and the pair's life still takes such a command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from events import pair as happened
from events.base import Event
from events.chase import Chasing, Escalated, Expired, Reminded, Suppressed
from turnabout.commands import pair as asked
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules import (
    chases,
    pair_care,
    pair_closing,
    pair_midpoint,
    pair_preparation,
    pair_pulse,
    pair_resume,
    pair_sessions,
    pair_steps,
)
from workflows.rules.decider import Decider, Due, Moment
from workflows.rules.pair_effects import react
from workflows.rules.pair_state import PairState, name_of
from workflows.rules.pair_summary import summarize

Rule = Callable[[PairState, Any, Moment], list[Event]]
Fold = Callable[[PairState, Any, datetime], PairState]

RULES: Mapping[type[Command], Rule] = {
    asked.FormPair: pair_preparation.form,
    asked.NoteKickoffAttended: pair_preparation.note_kickoff,
    asked.AgreeExchange: pair_preparation.agree_exchange,
    asked.AgreeCadence: pair_preparation.agree_cadence,
    asked.ProposeGoal: pair_preparation.propose_goal,
    asked.RateGoal: pair_preparation.rate_goal,
    asked.ConfirmGoal: pair_preparation.confirm_goal,
    asked.SignGroundRules: pair_preparation.sign_ground_rules,
    asked.ChangeLead: pair_preparation.change_lead,
    asked.LogSession: pair_sessions.log,
    asked.RescheduleSession: pair_sessions.reschedule,
    asked.RecordDeliverable: pair_sessions.record_deliverable,
    asked.CompleteAction: pair_sessions.complete_action,
    asked.AnswerPulse: pair_pulse.answer,
    asked.CheckMilestone: pair_pulse.check_milestone,
    asked.DecideMidpoint: pair_midpoint.decide,
    asked.RaiseConcern: pair_care.raise_concern,
    asked.RecordStewardContact: pair_care.record_contact,
    asked.ConsentToResume: pair_resume.consent,
    asked.EndPair: pair_closing.end_pair,
    asked.AnswerEndpoint: pair_closing.answer_endpoint,
    asked.RecordOutcome: pair_closing.record_outcome,
    asked.FileMemo: pair_closing.file_memo,
    asked.WaiveMemo: pair_closing.waive_memo,
    asked.RunPairStep: pair_steps.run,
}

AFTER_MEMO: frozenset[type[Command]] = frozenset(
    {
        asked.AnswerEndpoint,
        asked.RaiseConcern,
        asked.RecordStewardContact,
        asked.ChangeLead,
        asked.RunPairStep,
    }
)
"""What a pair takes whose memo is filed, as long as something is due."""

AFTER_END: frozenset[type[Command]] = AFTER_MEMO | {
    asked.NoteKickoffAttended,
    asked.LogSession,
    asked.RecordDeliverable,
    asked.CompleteAction,
    asked.RecordOutcome,
    asked.FileMemo,
    asked.WaiveMemo,
}
"""What a pair takes between its end and its memo: also a session that nobody has logged yet."""

FOLDS: Mapping[type[Event], Fold] = {
    happened.PairFormed: pair_preparation.formed,
    happened.KickoffAttended: pair_preparation.attended,
    happened.ExchangeAgreed: pair_preparation.exchanged,
    happened.CadenceAgreed: pair_preparation.paced,
    happened.GoalProposed: pair_preparation.proposed,
    happened.GoalRated: pair_preparation.rated,
    happened.GoalAccepted: pair_preparation.accepted,
    happened.GroundRulesSigned: pair_preparation.signed,
    happened.PairActivated: pair_preparation.activated,
    happened.PairLeadChanged: pair_preparation.led,
    happened.SessionHeld: pair_sessions.held,
    happened.SessionMissed: pair_sessions.not_held,
    happened.SessionRescheduled: pair_sessions.rescheduled,
    happened.SessionsCancelled: pair_sessions.called_off,
    happened.InactivityFlagged: pair_sessions.flagged,
    happened.DeliverableRecorded: pair_sessions.produced,
    happened.ActionCompleted: pair_sessions.completed,
    happened.PulseOpened: pair_pulse.opened,
    happened.PulseAnswered: pair_pulse.answered,
    happened.PulseClosed: pair_pulse.closed,
    happened.MilestoneOpened: pair_pulse.milestone_opened,
    happened.MilestoneChecked: pair_pulse.milestone_checked,
    happened.SafetyAssessed: pair_care.assessed,
    happened.ConcernRaised: pair_care.concerned,
    happened.PairPaused: pair_care.paused,
    happened.PauseAnnounced: pair_care.announced,
    happened.StewardContactRecorded: pair_care.contacted,
    happened.ResumptionConsented: pair_care.consented,
    happened.PairResumed: pair_care.resumed,
    happened.MidpointOpened: pair_midpoint.opened,
    happened.MidpointDecided: pair_midpoint.decided,
    happened.EndpointOpened: pair_closing.endpoint_opened,
    happened.EndpointAnswered: pair_closing.endpoint_answered,
    happened.EndpointClosed: pair_closing.endpoint_closed,
    happened.OutcomeRecorded: pair_closing.measured,
    happened.PairEnded: pair_closing.ended,
    happened.MemoFiled: pair_closing.filed,
    happened.MemoWaived: pair_closing.waived,
}
"""Events that are not here change nothing but the open items."""


def decide(state: PairState, command: Command, moment: Moment) -> list[Event]:
    _check(state, command, moment)
    events = RULES[type(command)](state, command, moment)
    after = state
    for event in events:
        after = evolve(after, event, moment.now)
    return [*events, *pair_preparation.activate(after, moment.now)]


def evolve(state: PairState, event: Event, at: datetime) -> PairState:
    fold = FOLDS.get(type(event))
    state = replace(fold(state, event, at) if fold else state, at=at)
    if isinstance(event, Chasing | Reminded | Suppressed | Escalated | Expired):
        return replace(state, ledger=state.ledger.evolve(event))
    return state


def agenda(state: PairState) -> tuple[Due, ...]:
    return chases.agenda(state.ledger.open, asked.RunPairStep, paused=state.paused)


def policy_version(state: PairState) -> str:
    return state.terms.policy.version if state.terms else ""


def opens(command: Command) -> str | None:
    return name_of(command.terms) if isinstance(command, asked.FormPair) else None


def is_terminal(state: PairState) -> bool:
    return state.terminal


def _check(state: PairState, command: Command, moment: Moment) -> None:
    if state.terms is None:
        if not isinstance(command, asked.FormPair):
            raise Rejected("E6", "this pair does not exist yet.", hint="The cohort forms its pairs.")
        held = frozenset({Role.SYSTEM} if moment.actor.is_system else ())
    else:
        if state.terminal or (state.memo is not None and type(command) not in AFTER_MEMO):
            raise Rejected("E5", "the pair is over.", hint="Read its record instead.")
        held = state.roles(moment.actor)
    if not held & command.roles:
        raise Rejected("G21", f"you may not ask for {command.type} here.", hint="Ask the program lead.")
    if state.life == "ended" and type(command) not in AFTER_END:
        raise Rejected("T16", "the pair has ended.", hint="Its memo is what is left.")


PAIR: Decider[PairState] = Decider(
    kind="pair",
    initial=PairState(),
    decide=decide,
    evolve=evolve,
    agenda=agenda,
    react=react,
    is_terminal=is_terminal,
    policy_version=policy_version,
    summarize=summarize,
    commands=asked.PAIR_COMMANDS,
    events=happened.PAIR_EVENTS,
    opens=opens,
)
