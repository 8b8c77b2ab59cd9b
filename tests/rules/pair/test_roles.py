"""Who may ask a pair for what (G21)."""

from __future__ import annotations

from datetime import date, time
from typing import get_args

import pytest

from events.pair_closing import PairEnded
from events.pair_sessions import SessionsCancelled
from tests.rules.bdd import moment
from tests.rules.pair.stage import (
    CADENCE,
    EXCHANGE,
    GOAL,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    SYSTEM,
    active,
    in_pulse,
    paused,
    pulse,
    terms,
)
from turnabout.commands.base import Command
from turnabout.commands.pair import PairCommand, RunPairStep
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence, NoteDaysOff
from turnabout.commands.pair_care import ChangeSteward, ConsentToResume, RaiseConcern, RecordStewardContact
from turnabout.commands.pair_career import StateCareerOutcome
from turnabout.commands.pair_closing import AnswerEndpoint, EndPair, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_corrections import (
    CorrectDeliverable,
    CorrectOutcome,
    CorrectSession,
    WithdrawAttendance,
)
from turnabout.commands.pair_preparation import (
    ChangeLead,
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_pulse import CheckMilestone, DecideMidpoint
from turnabout.commands.pair_sessions import CompleteAction, LogSession, RecordDeliverable, RescheduleSession
from turnabout.commands.pair_terms import NextStep
from turnabout.model import Actor, Role

STEP = NextStep(what="Agree a review", owner=MENTEE, due_on=date(2026, 4, 30))
SAMPLES: dict[type[Command], Command] = {
    type(command): command
    for command in (
        EXCHANGE,
        CADENCE,
        GOAL,
        pulse(),
        FormPair(terms=terms()),
        NoteKickoffAttended(people=(MENTOR,)),
        RateGoal(attainability=4),
        ConfirmGoal(),
        SignGroundRules(),
        LogSession(number=1),
        RescheduleSession(number=6, starts_at=moment("2026-04-20T10:00Z")),
        StateCareerOutcome(outcome="lead a team"),
        MoveSessions(weekday=1, at=time(9), timezone="Europe/Berlin", minutes=45, channel="video"),
        NoteAbsence(first_on=date(2026, 4, 20), last_on=date(2026, 4, 24)),
        NoteDaysOff(days_off={MENTOR: (date(2026, 5, 1),)}),
        RecordDeliverable(what="a draft"),
        CheckMilestone(progress=3, roadblocks=("time",), wins=("a", "b"), actions=(STEP,)),
        CompleteAction(number=1),
        DecideMidpoint(decision="continue", reason="fine"),
        RaiseConcern(text="not well"),
        RecordStewardContact(),
        ConsentToResume(),
        EndPair(state="withdrawn", reason="no time", left=(MENTOR,)),
        AnswerEndpoint(progress=4, safety=4),
        RecordOutcome(value=1, attainment=0),
        FileMemo(summary="done", lesson="short", next_steps=(STEP,)),
        WaiveMemo(reason="gone"),
        ChangeLead(lead="lead-2", timezone="Europe/Berlin"),
        CorrectSession(number=1, held=False, reason="x"),
        CorrectOutcome(value=1, attainment=0, reason="x"),
        CorrectDeliverable(number=1, what="a plan", reason="x"),
        WithdrawAttendance(person=MENTOR),
        ChangeSteward(steward="steward-2", timezone="Europe/Berlin"),
        RunPairStep(item="end", revision=1, step=0),
    )
}
IN_PULSE = in_pulse()
PEOPLE = {
    MENTOR: Role.MENTOR,
    MENTEE: Role.MENTEE,
    LEAD: Role.LEAD,
    STEWARD: Role.STEWARD,
    SYSTEM: Role.SYSTEM,
    "contact": None,
    "stranger": None,
}


def test_there_is_a_sample_of_every_command() -> None:
    assert set(SAMPLES) == set(get_args(PairCommand))


@pytest.mark.parametrize("command", SAMPLES.values(), ids=lambda command: command.type)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_command_is_refused_to_everybody_without_its_role(command: Command, person: str) -> None:
    refused = IN_PULSE.when(command, by=person).rejection
    by_role = refused is not None and refused.rule == "G21"
    may_ask = PEOPLE[person] in command.roles
    if not may_ask:
        assert by_role
    elif by_role:
        assert (command.type, person) == ("end_pair", STEWARD)  # only for safety


def test_a_person_with_two_roles_has_both() -> None:
    scene = active(steward=LEAD).until("2026-03-03T09:00Z")
    assert scene.state.roles(Actor(id=LEAD)) == {Role.LEAD, Role.STEWARD}
    scene.when(EndPair(state="ended_for_safety", reason="-"), by=LEAD).then(PairEnded, SessionsCancelled)
    scene = paused(steward=LEAD).when(ConsentToResume(), by=LEAD)
    assert scene.state.care.consents == {LEAD}


def test_nobody_but_the_engine_forms_a_pair() -> None:
    scene = active()
    scene.when(FormPair(terms=terms()), by=LEAD).rejected("G21")
