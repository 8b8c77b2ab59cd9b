"""Who may give which command: every command of a cohort for every role, as the table says (G21)."""

from __future__ import annotations

from functools import cache

import pytest

from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    STEWARD,
    TEXT,
    S,
    make_spec,
    memo,
    mentee,
    mentor,
    nothing,
    running,
)
from turnabout.commands import cohort as ask
from turnabout.commands.base import Command
from turnabout.commands.cohort import COHORT_COMMANDS

PEOPLE = {
    "lead": LEAD,
    "sponsor": SPONSOR,
    "steward": STEWARD,
    "mentor": mentor(1),
    "mentee": mentee(1),
    "engine": "system",
    "stranger": "stranger",
}
PAIR = "pair-q1-01"
TABLE: tuple[tuple[Command, str], ...] = (
    (ask.PlanCohort(spec=make_spec()), "lead engine"),
    (ask.SignCharter(text=TEXT), "sponsor"),
    (ask.CommitSponsorship(), "sponsor"),
    (ask.OpenEnrolment(), "lead"),
    (ask.OptIn(), "mentor mentee"),
    (ask.Decline(reason="time"), "mentor mentee"),
    (ask.CloseEnrolment(), "lead"),
    (ask.ReopenEnrolment(), "lead"),
    (ask.ProceedSmall(reason="x"), "lead"),
    (ask.RecordShortlists(round=1, algorithm="x", seed=1, shortlists=()), "engine"),
    (ask.RankShortlist(mentors=(mentor(1),)), "mentee"),
    (ask.RecordMatch(round=1, solve=1, algorithm="x", edges=()), "engine"),
    (ask.AcceptMatch(mentee=mentee(1)), "mentor"),
    (ask.DeclineMatch(mentee=mentee(1)), "mentor"),
    (ask.AssignPair(mentor=mentor(1), mentee=mentee(1), reason="x"), "lead"),
    (ask.HoldKickoff(attended=(), sponsor_present=True, agenda_minutes=(90,)), "lead"),
    (ask.RecordMakeUp(person=mentor(1)), "lead"),
    (ask.FulfilDuty(duty="checkpoint"), "lead sponsor"),
    (ask.NotePairActivated(pair=PAIR), "engine"),
    (ask.NotePairPaused(pair=PAIR), "engine"),
    (ask.NotePairResumed(pair=PAIR), "engine"),
    (ask.NotePairEnded(pair=PAIR, state="graduated"), "engine"),
    (ask.NoteMemoFiled(pair=PAIR), "engine"),
    (memo(), "lead"),
    (ask.CloseCohort(), "lead"),
    (ask.CancelCohort(reason="x"), "lead sponsor"),
    (ask.HandOverLead.model_validate({"to": {"id": "lou", "timezone": "Asia/Tokyo"}}), "lead"),
    (ask.RunCohortStep(item="end", revision=1, step=0), "engine"),
)
"""Every command and who may give it."""


@cache
def work() -> S:
    return running()


def test_the_table_has_every_command_once() -> None:
    known = COHORT_COMMANDS.json_schema()["discriminator"]["mapping"]
    assert sorted(command.type for command, _ in TABLE) == sorted(known)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize(("command", "allowed"), TABLE, ids=[command.type for command, _ in TABLE])
def test_each_command_is_for_those_of_the_table(command: Command, allowed: str, role: str) -> None:
    scene = nothing() if isinstance(command, ask.PlanCohort) else work()
    after = scene.when(command, by=PEOPLE[role])
    refused = after.rejection is not None and after.rejection.rule == "G21"
    assert refused == (role not in allowed.split()), str(after.rejection)
    if refused:
        assert after.events == ()
        hint = str(after.rejection)
        people = [one for one in allowed.split() if one != "engine"]
        assert all(one in hint for one in people or ["engine"]), "the refusal names who may"
