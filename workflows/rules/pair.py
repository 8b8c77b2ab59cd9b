"""The pair's decider: which rule answers which command, and which fold takes which event. Pure.

Commands pass three checks before their rule: the pair exists and is not over, the actor has a role that may
ask (G21), and the pair's life still takes such a command.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chasing, Escalated, Expired, Reminded, Suppressed
from events.pair import PAIR_EVENTS
from turnabout.commands.base import Command
from turnabout.commands.pair import PAIR_COMMANDS, RunPairStep
from turnabout.commands.pair_calendar import NoteDaysOff
from turnabout.commands.pair_care import ChangeSteward, RaiseConcern, RecordStewardContact
from turnabout.commands.pair_closing import AnswerEndpoint, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_corrections import CorrectDeliverable, CorrectOutcome, CorrectSession
from turnabout.commands.pair_preparation import (
    ChangeLead,
    FormPair,
    NoteKickoffAttended,
)
from turnabout.commands.pair_sessions import CompleteAction, LogSession, RecordDeliverable
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules import (
    chases,
    pair_care,
    pair_career,
    pair_closing,
    pair_corrections,
    pair_midpoint,
    pair_moves,
    pair_preparation,
    pair_pulse,
    pair_record,
    pair_resume,
    pair_sessions,
    pair_steps,
    pair_steward,
)
from workflows.rules.decider import Decider, Due, Folds, Moment, Rules
from workflows.rules.pair_effects import react
from workflows.rules.pair_state import PairState, name_of
from workflows.rules.pair_summary import summarize

RULES: Rules[PairState] = {
    **pair_preparation.RULES,
    **pair_sessions.RULES,
    **pair_moves.RULES,
    **pair_career.RULES,
    **pair_pulse.RULES,
    **pair_midpoint.RULES,
    **pair_care.RULES,
    **pair_resume.RULES,
    **pair_closing.RULES,
    **pair_corrections.RULES,
    **pair_steward.RULES,
    **pair_steps.RULES,
}

AFTER_MEMO: frozenset[type[Command]] = frozenset(
    {
        AnswerEndpoint,
        RaiseConcern,
        RecordStewardContact,
        ChangeLead,
        NoteDaysOff,
        ChangeSteward,
        CorrectSession,
        CorrectOutcome,
        CorrectDeliverable,
        RunPairStep,
    }
)
"""What a pair takes whose memo is filed, as long as something is due."""

AFTER_END: frozenset[type[Command]] = AFTER_MEMO | {
    NoteKickoffAttended,
    LogSession,
    RecordDeliverable,
    CompleteAction,
    RecordOutcome,
    FileMemo,
    WaiveMemo,
}
"""What a pair takes between its end and its memo: also a session that nobody has logged yet."""

FOLDS: Folds[PairState] = {
    **pair_preparation.FOLDS,
    **pair_sessions.FOLDS,
    **pair_moves.FOLDS,
    **pair_career.FOLDS,
    **pair_pulse.FOLDS,
    **pair_midpoint.FOLDS,
    **pair_care.FOLDS,
    **pair_closing.FOLDS,
    **pair_corrections.FOLDS,
    **pair_steward.FOLDS,
}


def decide(state: PairState, command: Command, moment: Moment) -> list[Event]:
    _check(state, command, moment)
    events = RULES[type(command)](state, command, moment)
    after = state
    for event in events:
        after = evolve(after, event, moment.now)
    return [*events, *pair_preparation.activate(after, moment.now)]


def evolve(state: PairState, event: Event, at: datetime) -> PairState:
    fold = FOLDS.get(type(event))
    record = pair_record.noted(state.record, event, at)
    state = replace(fold(state, event, at) if fold else state, at=at, record=record)
    if isinstance(event, Chasing | Reminded | Suppressed | Escalated | Expired):
        return replace(state, ledger=state.ledger.evolve(event))
    return state


def agenda(state: PairState) -> tuple[Due, ...]:
    return chases.agenda(state.ledger.open, RunPairStep, paused=state.paused)


def policy_version(state: PairState) -> str:
    return state.terms.policy.version if state.terms else ""


def opens(command: Command) -> str | None:
    return name_of(command.terms) if isinstance(command, FormPair) else None


def is_terminal(state: PairState) -> bool:
    return state.terminal


def _check(state: PairState, command: Command, moment: Moment) -> None:
    if state.terms is None:
        if not isinstance(command, FormPair):
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
    commands=PAIR_COMMANDS,
    events=PAIR_EVENTS,
    opens=opens,
)
