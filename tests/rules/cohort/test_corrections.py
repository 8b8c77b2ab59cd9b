"""Attendance and duties that were recorded wrongly are put right, never edited (R103, R28, R52, R54, G4)."""

from __future__ import annotations

import pytest

from events.base import Event
from events.cohort_corrections import AttendanceCorrected, DutyCorrected
from events.cohort_governance import DutyFulfilled, DutyMissed
from events.cohort_running import KickoffHeld
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    S,
    hold,
    kickoff_day,
    mentee,
    mentor,
    notices,
    ok,
    ready,
    running,
    told,
    wound_up,
)
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_corrections import CorrectAttendance, CorrectDuty
from turnabout.commands.cohort_governance import FulfilDuty
from turnabout.commands.cohort_running import RecordMakeUp


def named(scene: S, version: int) -> Event:
    """The event that a correction names: versions count from 1."""
    return scene.history[version - 1][1]


def attended(person: str, *, was: bool) -> CorrectAttendance:
    return CorrectAttendance(person=person, attended=was, reason="The list was wrong")


def duty(name: str, was: str) -> CorrectDuty:
    return CorrectDuty.model_validate({"duty": name, "was": was, "reason": "Wrong date"})


def launched(*absent: str) -> S:
    """The kickoff is held and recorded, and no pair works yet."""
    scene = kickoff_day(ready())
    there = [who for pair in scene.state.living for who in pair.people if who not in absent]
    return ok(scene, hold(scene, attended=there), LEAD)


def test_somebody_who_was_not_there_owes_a_make_up() -> None:
    """R52: the pair hears of it, and the kickoff's event is named."""
    scene = launched()
    who, pair = mentee(1), next(p for p in scene.state.living if p.mentee == mentee(1))
    scene = ok(scene, attended(who, was=False), LEAD).then(like(AttendanceCorrected, attended=False))
    assert isinstance(named(scene, scene.of(AttendanceCorrected)[0].corrects), KickoffHeld)
    assert told(scene, "withdraw_attendance") == [(pair.pair, {"type": "withdraw_attendance", "person": who})]
    assert who in notices(scene.later(days=1), "make_up_due")
    ok(scene, RecordMakeUp(person=who), LEAD)


def test_somebody_who_was_there_after_all_owes_nothing() -> None:
    """R52, G4."""
    scene = ok(launched(mentor(1)), attended(mentor(1), was=True), LEAD)
    assert notices(scene.later(days=10), "make_up_due") == []
    assert {command["people"][0] for _, command in told(scene, "note_kickoff_attended")} == {mentor(1)}
    scene.when(attended(mentor(1), was=True), by=LEAD).rejected("R52", "recorded as present")


def test_a_pair_that_has_started_keeps_the_record() -> None:
    """G4."""
    running().when(attended(mentee(1), was=False), by=LEAD).rejected("G4", "rests on it")


def test_nothing_recorded_nothing_to_correct() -> None:
    ready().when(attended(mentee(1), was=False), by=LEAD).rejected("R52", "nothing is recorded")
    running().when(duty("checkpoint", "late"), by=LEAD).rejected("R28", "nothing is recorded")


def test_a_duty_that_was_recorded_late_was_in_time() -> None:
    """R28, K13: its missing is named, and the lead needs not look any more."""
    scene = running().until("2026-04-21T09:00Z")
    assert scene.of(DutyMissed)
    scene = ok(scene, duty("checkpoint", "on_time"), LEAD).then(like(DutyCorrected, state="fulfilled"))
    assert isinstance(named(scene, scene.of(DutyCorrected)[0].corrects), DutyMissed)
    assert scene.state.duties["checkpoint"].fulfilled
    assert "duty-checkpoint-overdue" not in scene.state.ledger.open


def test_a_duty_that_was_not_fulfilled_is_asked_for_again() -> None:
    """R28, T12: reminded while there is time, and missed when that is over."""
    scene = ok(running().until("2026-04-01T09:00Z"), FulfilDuty(duty="checkpoint"), SPONSOR)
    scene = ok(scene, duty("checkpoint", "not_fulfilled"), LEAD).then(like(DutyCorrected, state="due"))
    assert isinstance(named(scene, scene.of(DutyCorrected)[0].corrects), DutyFulfilled)
    later = scene.until("2026-04-21T09:00Z")
    assert SPONSOR in notices(later, "duty_due")
    assert [event.duty for event in later.of(DutyMissed)] == ["checkpoint"]


def test_one_whose_time_has_passed_is_missed_without_more_letters() -> None:
    """R28: the lead says so, and need not be told."""
    scene = ok(running().until("2026-04-14T09:00Z"), FulfilDuty(duty="checkpoint"), SPONSOR)
    scene = scene.until("2026-04-22T09:00Z")
    scene = ok(scene, duty("checkpoint", "not_fulfilled"), LEAD).then(like(DutyCorrected, state="missed"))
    assert notices(scene.later(days=5), "duty_overdue") == []


def test_recognition_is_put_right_after_the_close_too() -> None:
    """T21: as the only duty besides the closing checkpoint."""
    scene = ok(wound_up(), FulfilDuty(duty="recognition"), SPONSOR)
    before = ok(scene, duty("recognition", "not_fulfilled"), LEAD).then(like(DutyCorrected, state="due"))
    assert notices(before.later(days=1), "duty_due") != []
    closed = ok(scene, CloseCohort(), LEAD)
    ok(closed, duty("recognition", "late"), LEAD).then(like(DutyCorrected, state="late"))
    closed.when(duty("checkpoint", "late"), by=LEAD).rejected("G9")
    closed.when(attended(mentee(1), was=False), by=LEAD).rejected("G9")


@pytest.mark.parametrize("was", ["on_time", "late", "not_fulfilled"])
def test_the_kickoff_stands(was: str) -> None:
    """R54: it could not be recorded without the sponsor."""
    running().when(duty("kickoff", was), by=LEAD).rejected("R54")


def test_a_sponsor_does_not_correct_their_own_record() -> None:
    """G21, K13."""
    running().when(duty("checkpoint", "on_time"), by=SPONSOR).rejected("G21")
