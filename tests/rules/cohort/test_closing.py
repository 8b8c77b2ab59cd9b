"""The cohort's memo, its close, the archive, and cancelling (G9, R75, R98, T16, T19)."""

from __future__ import annotations

import pytest

from events.cohort import CohortReminded
from events.cohort_closing import CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_governance import DutyRescheduled
from events.cohort_measurement import SurveyClosed
from events.cohort_running import PairEndNoted
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    S,
    closing,
    enrolling,
    kickoff_day,
    memo,
    mentee,
    mentor,
    notices,
    ok,
    planned,
    proposed,
    ready,
    running,
    told,
    wound_up,
)
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort
from turnabout.commands.cohort_enrolment import Decline, OpenEnrolment
from turnabout.commands.cohort_governance import FulfilDuty, SignCharter
from turnabout.commands.cohort_running import HoldKickoff, NoteMemoFiled, NotePairEnded
from workflows.rules.cohort import COHORT


def test_no_cohort_closes_without_every_memo() -> None:
    scene = closing()
    scene.when(CloseCohort(), by=LEAD).rejected("G9", "pair-q1-01, pair-q1-02")
    *most, last = scene.state.pairs
    for pair in most:
        scene = ok(scene, NoteMemoFiled(pair=pair), "system")
    scene.when(CloseCohort(), by=LEAD).rejected("G9", last)
    scene = ok(scene, NoteMemoFiled(pair=last, waived=True), "system")
    scene.when(CloseCohort(), by=LEAD).rejected("R75")
    scene = ok(scene, memo(), LEAD).then(CohortMemoFiled)
    scene.when(memo(), by=LEAD).rejected("R75")
    assert (
        ok(scene, CloseCohort(), LEAD).then(CohortClosed, DutyRescheduled, SurveyClosed).state.phase
        == "closed"
    )


def test_memo_and_close_have_their_time() -> None:
    running().when(memo(), by=LEAD).rejected("R75")
    running().when(CloseCohort(), by=LEAD).rejected("G9")


def test_a_filed_memo_is_not_chased() -> None:
    scene = ok(closing(), memo(), LEAD).later(days=40)
    assert notices(scene, "cohort_memo_due") == []


@pytest.mark.parametrize("memo_last", [True, False])
def test_a_lead_who_does_not_close_is_reminded_and_then_the_sponsor_told(memo_last: bool) -> None:
    """Whichever memo comes last: before it there is nothing to close."""
    scene = closing() if memo_last else ok(closing(), memo(), LEAD)
    for pair in scene.state.pairs:
        assert "close" not in scene.state.ledger.open
        scene = ok(scene, NoteMemoFiled(pair=pair), "system")
    if memo_last:
        assert "close" not in scene.state.ledger.open
        scene = ok(scene, memo(), LEAD)
    assert scene.at.date().isoformat() == "2026-05-27"
    later = scene.later(days=30)
    days = [(one.to, one.due_at.date().isoformat()) for one in later.of(CohortReminded)]
    assert [day for to, day in days if to == (LEAD,)] == ["2026-05-29", "2026-06-02"]
    assert notices(later, "cohort_not_closed") == [SPONSOR]
    assert COHORT.summarize(later.state).attention
    done = ok(scene, CloseCohort(), LEAD).later(days=30)
    assert notices(done, "cohort_to_close") + notices(done, "cohort_not_closed") == []


def closed() -> S:
    return ok(wound_up(), CloseCohort(), LEAD)


@pytest.mark.parametrize(
    "command",
    [
        SignCharter(text="x"),
        OpenEnrolment(),
        CloseCohort(),
        CancelCohort(reason="x"),
        NotePairEnded(pair="pair-q1-01", state="graduated"),
        HoldKickoff(attended=(), sponsor_present=True, agenda_minutes=(90,)),
    ],
)
def test_a_closed_cohort_takes_nothing_but_recognition(command: Command) -> None:
    for who in (LEAD, SPONSOR, "system"):
        closed().when(command, by=who).rejected("G9")


def test_after_a_year_the_stream_ends() -> None:
    scene = closed()
    assert not COHORT.is_terminal(scene.state)
    scene = scene.later(days=364)
    assert scene.of(CohortArchived) == ()
    assert notices(scene, "next_cohort_late") == [LEAD], "fourteen days after the close, once"
    scene = scene.later(days=2)
    assert len(scene.of(CohortArchived)) == 1
    assert COHORT.is_terminal(scene.state)
    for command in (FulfilDuty(duty="recognition"), CancelCohort(reason="x")):
        scene.when(command, by=LEAD).rejected("G9")


def test_the_next_cohort_is_on_the_leads_mind_before_the_end() -> None:
    assert notices(running().until("2026-05-05T12:00Z"), "next_cohort_due") == [LEAD]


def test_a_cohort_cancelled_before_anyone_was_invited_ends_at_once() -> None:
    scene = ok(planned(), CancelCohort(reason="no budget"), SPONSOR).then(CohortCancelled)
    assert not COHORT.is_terminal(scene.state)
    scene = scene.later(days=1)
    assert sorted(notices(scene, "cohort_cancelled")) == [LEAD, SPONSOR]
    assert COHORT.is_terminal(scene.state)
    assert notices(scene, "charter_due") == []


def test_those_who_were_invited_are_told_but_not_those_who_declined() -> None:
    scene = ok(enrolling(), Decline(reason="time"), mentor(1))
    scene = ok(scene, CancelCohort(reason="no budget"), LEAD).later(days=1)
    reached = notices(scene, "cohort_cancelled")
    assert mentee(1) in reached
    assert mentor(1) not in reached
    assert len(reached) == len(scene.state.roster) - 1 + 2


def test_the_pairs_of_a_cancelled_cohort_end_and_are_waited_for() -> None:
    scene = running()
    scene = ok(scene, NotePairEnded(pair="pair-q1-01", state="withdrawn"), "system")
    scene = ok(scene, NotePairEnded(pair="pair-q1-02", state="withdrawn"), "system")
    scene = ok(scene, NoteMemoFiled(pair="pair-q1-02"), "system")
    scene = ok(scene, CancelCohort(reason="merger"), LEAD)
    assert [stream for stream, _ in told(scene, "end_pair")] == [f"pair-q1-0{n}" for n in (3, 4, 5)]
    assert [stream for stream, _ in told(scene, "waive_memo")] == [f"pair-q1-0{n}" for n in (1, 3, 4, 5)]
    order = [effect.envelope.command["type"] for effect in scene.effects if effect.effect == "tell"]
    assert order == ["waive_memo", *["end_pair", "waive_memo"] * 3]
    scene = scene.later(days=3)
    scene.when(OpenEnrolment(), by=LEAD).rejected("G9")
    for number in (3, 4, 5):
        assert not COHORT.is_terminal(scene.state)
        ended = NotePairEnded(pair=f"pair-q1-0{number}", state="ended_by_choice")
        scene = ok(scene, ended, "system").then(PairEndNoted)
    for number in (1, 3, 4, 5):
        assert not COHORT.is_terminal(scene.state)
        scene = ok(scene, NoteMemoFiled(pair=f"pair-q1-0{number}", waived=True), "system")
    assert COHORT.is_terminal(scene.state)
    scene.when(NoteMemoFiled(pair="pair-q1-01")).rejected("G9")


def test_a_reshuffle_in_flight_when_the_cohort_is_cancelled_opens_no_round() -> None:
    scene = ok(running(), CancelCohort(reason="merger"), LEAD)
    ok(scene, NotePairEnded(pair="pair-q1-01", state="reshuffled"), "system").then(PairEndNoted)


@pytest.mark.parametrize("scene", [proposed, ready, lambda: kickoff_day(ready())])
def test_cancelling_stops_every_reminder(scene: object) -> None:
    assert callable(scene)
    after = ok(scene(), CancelCohort(reason="merger"), LEAD).later(days=100)
    assert {effect.template for effect in after.effects if effect.effect == "notify"} == {"cohort_cancelled"}
    assert after.state.rounds == {}
