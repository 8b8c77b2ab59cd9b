"""Who may give which command: every command of a cohort for every role, as the table says (G21)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest

from tests.rules.cohort.test_kpis import publication
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
from turnabout.commands.base import Command
from turnabout.commands.cohort import COHORT_COMMANDS, RunCohortStep
from turnabout.commands.cohort_care import RaiseCohortConcern, RecordCohortContact
from turnabout.commands.cohort_changes import ChangeReportingLine, RecordExit
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort
from turnabout.commands.cohort_corrections import CorrectAttendance, CorrectDuty, CorrectEmployment
from turnabout.commands.cohort_enrolment import (
    CloseEnrolment,
    Decline,
    OpenEnrolment,
    OptIn,
    ProceedSmall,
    ReopenEnrolment,
)
from turnabout.commands.cohort_governance import (
    CommitSponsorship,
    FulfilDuty,
    HandOverLead,
    PlanCohort,
    SignCharter,
)
from turnabout.commands.cohort_holidays import RecordHolidays, RefreshHolidays
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.commands.cohort_measurement import (
    AnswerSurvey,
    Employment,
    FreezeControls,
    NoteFirstSession,
    RecordEmployment,
    RecordMetric,
)
from turnabout.commands.cohort_offices import PlanNextCohort, ReplaceSponsor, ReplaceSteward
from turnabout.commands.cohort_people import AnswerIntake, Withdraw
from turnabout.commands.cohort_rounds import (
    AcceptMatch,
    AssignPair,
    DeclineMatch,
    RankShortlist,
    RecordMatch,
    RecordShortlists,
)
from turnabout.commands.cohort_running import (
    HoldKickoff,
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
    RecordMakeUp,
)

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
EMPLOYED = Employment(person=mentor(1), on=date(2026, 3, 1), what="employed", source="HR")
LOU = {"id": "lou", "timezone": "Asia/Tokyo"}
TABLE: tuple[tuple[Command, str], ...] = (
    (PlanCohort(spec=make_spec()), "lead engine"),
    (SignCharter(text=TEXT), "sponsor"),
    (CommitSponsorship(), "sponsor"),
    (OpenEnrolment(), "lead"),
    (OptIn(), "mentor mentee"),
    (Decline(reason="time"), "mentor mentee"),
    (AnswerIntake(hope="x"), "mentor mentee"),
    (Withdraw(reason="time"), "mentor mentee"),
    (RefreshHolidays(holiday_place="DE"), "lead"),
    (
        RecordHolidays(source="x", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31), days={}),
        "engine",
    ),
    (CloseEnrolment(), "lead"),
    (ReopenEnrolment(), "lead"),
    (ProceedSmall(reason="x"), "lead"),
    (RecordShortlists(round=1, algorithm="x", seed=1, shortlists=()), "engine"),
    (RankShortlist(mentors=(mentor(1),)), "mentee"),
    (RecordMatch(round=1, solve=1, algorithm="x", edges=()), "engine"),
    (AcceptMatch(mentee=mentee(1)), "mentor"),
    (DeclineMatch(mentee=mentee(1)), "mentor"),
    (AssignPair(mentor=mentor(1), mentee=mentee(1), reason="x"), "lead"),
    (HoldKickoff(attended=(), sponsor_present=True, agenda_minutes=(90,)), "lead"),
    (RecordMakeUp(person=mentor(1)), "lead"),
    (FulfilDuty(duty="checkpoint"), "lead sponsor"),
    (RecordCircle(week=4, attended=(mentor(1),)), "lead mentor"),
    (NotePairActivated(pair=PAIR), "engine"),
    (NotePairPaused(pair=PAIR), "engine"),
    (NotePairResumed(pair=PAIR), "engine"),
    (NotePairEnded(pair=PAIR, state="graduated"), "engine"),
    (NoteMemoFiled(pair=PAIR), "engine"),
    (FreezeControls(), "lead"),
    (AnswerSurvey(wave="baseline", form="house@1", answers={"house.energy": 4}), "mentor mentee"),
    (NoteFirstSession(pair=PAIR, starts_at=datetime(2026, 3, 4, 13, tzinfo=UTC)), "engine"),
    (PublishKpis(publication=publication()), "engine"),
    (RecordEmployment(rows=(EMPLOYED,)), "lead"),
    (CorrectEmployment(replaces=1, reason="x"), "lead"),
    (RecordMetric(on=date(2026, 3, 1), value=3, source="x"), "lead mentor mentee"),
    (memo(), "lead"),
    (CloseCohort(), "lead"),
    (CancelCohort(reason="x"), "lead sponsor"),
    (HandOverLead.model_validate({"to": LOU}), "lead"),
    (ReplaceSponsor.model_validate({"to": {**LOU, "title": "cpo"}}), "lead sponsor"),
    (ReplaceSteward.model_validate({"to": LOU}), "lead steward"),
    (RaiseCohortConcern(text="x"), "mentor mentee"),
    (RecordCohortContact(number=1), "steward"),
    (ChangeReportingLine(person=mentor(1), reports_to=("x",)), "lead"),
    (RecordExit(person=mentor(1)), "lead"),
    (CorrectAttendance(person=mentor(1), attended=False, reason="x"), "lead"),
    (CorrectDuty(duty="checkpoint", was="late", reason="x"), "lead"),
    (PlanNextCohort(cohort="q2", starts_on=date(2026, 7, 6)), "lead"),
    (RunCohortStep(item="end", revision=1, step=0), "engine"),
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
    scene = nothing() if isinstance(command, PlanCohort) else work()
    after = scene.when(command, by=PEOPLE[role])
    refused = after.rejection is not None and after.rejection.rule == "G21"
    assert refused == (role not in allowed.split()), str(after.rejection)
    if refused:
        assert after.events == ()
        hint = str(after.rejection)
        people = [one for one in allowed.split() if one != "engine"]
        assert all(one in hint for one in people or ["engine"]), "the refusal names who may"
