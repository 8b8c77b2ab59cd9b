"""What was entered wrongly is put right by a new event that names the old one, not edited (R103, R6, G4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.base import Event
from events.pair import PairEscalated, PairReminded
from events.pair_closing import OutcomeRecorded
from events.pair_corrections import (
    AttendanceWithdrawn,
    DeliverableCorrected,
    OutcomeCorrected,
    SessionCorrected,
)
from events.pair_pulse import StagnationAssessed
from events.pair_sessions import DeliverableRecorded, SessionHeld, SessionMissed
from tests.rules.bdd import like
from tests.rules.pair.stage import (
    BOTH,
    FORMED,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    SYSTEM,
    Pair,
    active,
    formed,
    held,
    in_pulse,
    paused,
)
from turnabout.commands.pair_closing import RecordOutcome
from turnabout.commands.pair_corrections import (
    CorrectDeliverable,
    CorrectOutcome,
    CorrectSession,
    WithdrawAttendance,
)
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_sessions import LogSession, RecordDeliverable


def correct(number: int, *, held: bool) -> CorrectSession:
    return CorrectSession(number=number, held=held, reason="I mixed up the weeks")


def logged(scene: Pair, number: int, *, held: bool) -> Pair:
    scene = scene.until(scene.state.sessions[number].ends_at).later(hours=1)
    scene = scene.when(LogSession(number=number, held=held), by=MENTOR)
    assert scene.rejection is None, scene.rejection
    return scene


def named(scene: Pair, version: int) -> Event:
    """The event that a correction names: versions count from 1."""
    return scene.history[version - 1][1]


def put(scene: Pair, command: CorrectSession, by: str = MENTOR) -> Pair:
    after = scene.when(command, by=by)
    assert after.rejection is None, after.rejection
    return after


def test_a_session_that_was_logged_as_missed_took_place() -> None:
    """R103: the old event stays; nobody asks for a new time any more, and misses are counted anew."""
    scene = logged(logged(active(), 1, held=True), 2, held=False)
    scene = put(scene, correct(2, held=True)).then(like(SessionCorrected, number=2, held=True, in_a_row=0))
    assert named(scene, scene.of(SessionCorrected)[0].corrects) in [
        event for _, event in scene.history if isinstance(event, SessionMissed)
    ]
    assert scene.state.sessions[2].status == "held"
    assert "session_reschedule" not in [e.template for e in scene.later(days=3).of(PairReminded)]


def test_a_session_that_was_logged_as_held_did_not() -> None:
    """T9: a second miss in a row that comes to light is told like any other."""
    scene = logged(logged(logged(active(), 1, held=True), 2, held=False), 3, held=True)
    scene = put(scene, correct(3, held=False), by=LEAD)
    scene.then(like(SessionCorrected, number=3, held=False, in_a_row=2))
    told = [event.template for event in scene.later(days=1).of(PairEscalated)]
    assert "sessions_missed" in told
    back = put(scene, correct(3, held=True)).then(like(SessionCorrected, in_a_row=0))
    assert isinstance(named(back, back.of(SessionCorrected)[0].corrects), SessionCorrected)


def test_inactivity_counts_from_the_last_session_that_was_held() -> None:
    """T9: two intervals and three days after it, whatever was logged in between."""
    scene = logged(logged(active(), 1, held=True), 2, held=True)
    first = scene.state.sessions[1].ends_at
    scene = put(scene, correct(2, held=False))
    item = scene.state.ledger.open["inactivity"]
    (step,) = item.chase.steps
    assert first + timedelta(days=17) <= step.at <= first + timedelta(days=20)


def test_only_what_is_logged_can_be_wrong() -> None:
    scene = logged(active(), 1, held=True)
    scene.when(correct(1, held=True), by=MENTOR).rejected("T9", "held already")
    scene.when(correct(2, held=True), by=MENTOR).rejected("T9", "planned")
    scene.when(correct(99, held=True), by=MENTOR).rejected("T9")


def test_a_verdict_stands_so_what_it_rests_on_stands_too() -> None:
    """G7: the midpoint review counted these sessions; later ones may be put right."""
    scene = in_pulse().until("2026-04-20T08:00Z")
    assert scene.of(StagnationAssessed)
    scene.when(correct(3, held=False), by=LEAD).rejected("G7", "midpoint review rests on session 3")
    scene.when(CorrectDeliverable(number=2, reason="x"), by=LEAD).rejected("G7", "deliverable 2")
    scene.when(CorrectDeliverable(number=2, what="A plan", reason="x"), by=LEAD).then(DeliverableCorrected)
    later = logged(scene, 8, held=True)
    put(later, correct(8, held=False)).then(SessionCorrected)


def test_a_graduation_rests_on_having_met() -> None:
    """R57: the only session of a pair that graduated is not taken away, nor given to one that never met."""
    scene = held(active(), 1).until("2026-05-26T08:00Z")
    assert scene.state.end_state == "graduated"
    scene.when(correct(1, held=False), by=LEAD).rejected("R57", "rests on")
    never = active().until("2026-05-26T08:00Z")
    assert never.state.end_state == "ended_by_choice"
    never.when(correct(11, held=True), by=LEAD).rejected("R57", "rests on")


def test_what_was_logged_before_a_pause_is_not_spoken_of_in_it() -> None:
    """G20: once it is announced; before, the pair gets the answers of one that is well."""
    scene = paused()
    told = scene.until("2026-04-14T12:00Z")
    told.when(correct(3, held=False), by=MENTOR).rejected("G20")


def test_misses_before_a_pause_do_not_count_after_it() -> None:
    scene = logged(logged(active(), 1, held=True), 2, held=False)
    assert put(scene, correct(2, held=True)).state.misses == 0


def test_an_outcome_is_put_right() -> None:
    """R57."""
    scene = held(active(), 1).until("2026-05-20T08:00Z")
    wrong = CorrectOutcome(value=250, attainment=1, reason="a typo")
    scene.when(wrong, by=MENTEE).rejected("R57", "no outcome")
    scene = scene.when(RecordOutcome(value=2500, attainment=2), by=MENTEE)
    scene = scene.when(wrong, by=MENTEE).then(like(OutcomeCorrected, value=250, attainment=1))
    assert isinstance(named(scene, scene.of(OutcomeCorrected)[0].corrects), OutcomeRecorded)
    again = scene.when(wrong, by=LEAD)
    assert isinstance(named(again, again.of(OutcomeCorrected)[0].corrects), OutcomeCorrected)


def test_deliverables_are_counted_in_the_order_in_which_they_were_recorded() -> None:
    """R6: with a session or on their own; one that is withdrawn stays withdrawn."""
    scene = held(active(), 1, deliverables=("a draft", "a plan"))
    scene = scene.when(RecordDeliverable(what="a film"), by=MENTEE)
    scene = scene.when(CorrectDeliverable(number=2, what="two plans", reason="x"), by=MENTOR)
    assert isinstance(named(scene, scene.of(DeliverableCorrected)[0].corrects), SessionHeld)
    scene = scene.when(CorrectDeliverable(number=3, reason="there is none"), by=MENTOR)
    assert isinstance(named(scene, scene.of(DeliverableCorrected)[0].corrects), DeliverableRecorded)
    scene.when(CorrectDeliverable(number=3, what="a film", reason="x"), by=MENTOR).rejected("R6", "withdrawn")
    scene.when(CorrectDeliverable(number=4, reason="x"), by=MENTOR).rejected("R6", "no deliverable 4")


def test_a_pair_is_as_quiet_as_without_the_withdrawn_deliverable() -> None:
    """G7: what keeps a pair from being quiet is computed anew."""
    scene = held(active(), 1, deliverables=("a draft",))
    before = scene.state.fresh_at
    scene = scene.later(days=3).when(RecordDeliverable(what="a film"), by=MENTEE)
    assert scene.state.fresh_at != before
    scene = scene.when(CorrectDeliverable(number=2, reason="there is none"), by=MENTEE)
    assert scene.state.fresh_at == before
    first = scene.when(CorrectDeliverable(number=1, reason="there is none"), by=MENTEE)
    assert first.state.fresh_at == first.state.activated_at


@pytest.mark.parametrize("person", [STEWARD, SYSTEM, "stranger"])
def test_partners_and_lead_put_things_right_and_nobody_else(person: str) -> None:
    """G21."""
    logged(active(), 1, held=True).when(correct(1, held=False), by=person).rejected("G21")


def test_somebody_who_was_not_at_the_kickoff_after_all_must_catch_up() -> None:
    """G4: as long as the pair has not started on it."""
    scene = formed().until(KICKOFF).when(NoteKickoffAttended(people=BOTH), by=SYSTEM)
    away = WithdrawAttendance(person=MENTEE)
    scene = scene.when(away, by=SYSTEM).then(like(AttendanceWithdrawn, person=MENTEE))
    assert scene.state.preparation.attended == {MENTOR}
    scene.when(away, by=SYSTEM).rejected("G4", "not recorded")
    active().when(away, by=SYSTEM).rejected("G4", "start of the pair rests on it")
    assert FORMED < KICKOFF
