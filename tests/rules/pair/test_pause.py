"""The pause (G6, T18): who sees it from when on, how it ends, and how a pair goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest

from events.contracts import Tell
from events.pair import PairEscalated, PairReminded, PairReminderPostponed
from events.pair_care import (
    PairPaused,
    PairResumed,
    PauseAnnounced,
    ResumptionConsented,
    SafetyAssessed,
    StewardContactRecorded,
)
from events.pair_closing import EndpointAnswered, PairEnded
from events.pair_pulse import MidpointDecided, MidpointOpened, PulseClosed, PulseOpened
from events.pair_sessions import SessionHeld, SessionMissed, SessionsCancelled
from tests.rules.bdd import like, moment
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    endpoint,
    formed,
    held,
    in_pulse,
    notified,
    paused,
    pulse,
    resumed,
)
from turnabout.commands.base import Command
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence
from turnabout.commands.pair_care import ConsentToResume, RecordStewardContact
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_pulse import CheckMilestone, DecideMidpoint
from turnabout.commands.pair_reshuffle import ProposeReshuffle
from turnabout.commands.pair_sessions import LogSession, RescheduleSession

CLOSE = "2026-04-13T07:00Z"


# --- the announcement -----------------------------------------------------------------------------------


def test_the_lead_hears_nothing_of_a_pause_before_partners_who_are_away_do() -> None:
    scene = active().until("2026-03-10T09:00Z")
    for who in BOTH:
        scene = scene.when(NoteAbsence(first_on=date(2026, 3, 16), last_on=date(2026, 3, 27)), by=who)
    scene = scene.until("2026-03-16T09:00Z").when(CONCERN, by=MENTEE).until("2026-03-27T23:00Z")
    assert not scene.of(PauseAnnounced)
    assert not scene.of(PairEscalated)
    scene = scene.until("2026-03-30T20:00Z")
    seen = [type(event) for event in scene.events if isinstance(event, PauseAnnounced | PairEscalated)]
    assert seen == [PauseAnnounced, PairEscalated, PairEscalated]


def test_the_lead_who_works_before_the_partners_do_waits_for_the_announcement() -> None:
    zones = {MENTOR: "Europe/Berlin", MENTEE: "Europe/Berlin", LEAD: "Asia/Tokyo"}
    scene = active(zones=zones).until("2026-03-13T18:00Z").when(CONCERN, by=MENTEE)
    assert not scene.until("2026-03-16T06:30Z").of(PairEscalated)
    # The partners get a day off in the meantime: the announcement comes later than was planned.
    for who in BOTH:
        scene = scene.when(NoteAbsence(first_on=date(2026, 3, 14), last_on=date(2026, 3, 17)), by=who)
    scene = scene.until("2026-03-18T06:59Z")
    assert {event.item for event in scene.of(PairReminderPostponed)} == {"check-in-1", "check-in-1:contact"}
    assert not scene.of(PairEscalated)
    scene = scene.until("2026-03-18T20:00Z")
    assert scene.state.care.announced
    assert notified(scene).count(("pause_overdue", (LEAD,))) == 1


def test_partners_read_the_neutral_text_when_the_wave_closes_and_nothing_else() -> None:
    scene = paused().until("2026-04-27T00:00Z")
    reached = [
        (mail.template, mail.to, mail.due_at) for mail in scene.of(PairReminded) if set(mail.to) & set(BOTH)
    ]
    assert reached == [("routine_check_in", BOTH, moment(CLOSE))]


def test_without_a_wave_the_neutral_text_comes_in_the_next_working_hour() -> None:
    scene = active().until("2026-03-06T20:00Z").when(CONCERN, by=MENTOR).until("2026-03-10T00:00Z")
    reached = [(mail.template, mail.to, mail.due_at) for mail in scene.of(PairReminded)]
    assert reached == [
        ("routine_check_in", BOTH, moment("2026-03-09T07:00Z")),
        ("steward_alert", (STEWARD,), moment("2026-03-09T12:00Z")),  # on Sunday nobody works
    ]


def test_a_pause_cannot_be_probed_before_it_is_announced() -> None:
    """Who asks gets the answers of a pair that is well."""
    hidden, well = paused(), in_pulse()
    for scene in (hidden, well):
        scene.when(ConsentToResume(), by=MENTOR).rejected("G6", "not paused")
        scene.when(LogSession(number=99), by=MENTOR).rejected("T9", "no session 99")
        scene.when(LogSession(number=5), by=MENTOR).rejected("T9", "held")
        scene.when(LogSession(number=6), by=MENTOR).rejected("T9", "has not begun")
    hidden.when(ConsentToResume(), by=STEWARD).then(ResumptionConsented)
    told = hidden.until(CLOSE)
    told.when(ConsentToResume(), by=MENTOR).then(ResumptionConsented)


SATURDAY = "2026-04-11T10:00Z"
"""Before the wave closes; session 6 is over."""
UNTOLD: tuple[Command, ...] = (
    LogSession(number=6),
    LogSession(number=6, held=False),
    LogSession(number=7),
    RescheduleSession(number=7, starts_at=moment("2026-04-20T10:00Z")),
    RescheduleSession(number=7, starts_at=moment("2026-04-12T10:00Z")),
    MoveSessions(weekday=4, at=time(10), timezone="Europe/Berlin", minutes=60, channel="room"),
    NoteAbsence(first_on=date(2026, 4, 14), last_on=date(2026, 4, 16)),
    CheckMilestone.model_validate(
        {
            "progress": 4,
            "roadblocks": ["no time"],
            "wins": ["a draft", "a reader"],
            "actions": [{"what": "write", "owner": MENTEE, "due_on": "2026-04-20"}],
        }
    ),
    ProposeReshuffle(reason="It does not fit."),
)


@pytest.mark.parametrize("command", UNTOLD, ids=lambda one: one.type)
@pytest.mark.parametrize("who", [MENTOR, LEAD])
def test_no_command_tells_a_pair_with_an_untold_pause_from_one_that_is_well(
    command: Command, who: str
) -> None:
    """G6: the same refusal in the same words, or the same events but for who is nudged later."""
    hidden, well = (scene.until(SATURDAY).when(command, by=who) for scene in (paused(), in_pulse()))
    assert hidden.state.paused
    assert not hidden.state.resting
    assert str(hidden.rejection) == str(well.rejection)
    silent = {"opens", "settles"}
    assert [one.model_dump(exclude=silent) for one in hidden.events] == [
        one.model_dump(exclude=silent) for one in well.events
    ]


def test_a_session_that_was_held_before_the_announcement_stays_held() -> None:
    """G6: a fact is a fact, and nobody could know."""
    scene = paused().until(SATURDAY).when(LogSession(number=6), by=MENTOR).then(like(SessionHeld, number=6))
    scene = scene.until(CLOSE)
    assert scene.state.sessions[6].status == "held"
    assert notified(scene.until("2026-04-30T00:00Z")).count(("inactivity", (LEAD,))) == 0


def test_a_session_that_is_moved_before_the_announcement_is_off_all_the_same() -> None:
    """G6: both hear that it was moved, and with the announcement that it does not take place; who would have
    been reminded of it is not."""
    scene = paused().until("2026-04-09T08:00Z")
    later = moment("2026-04-20T10:00Z")
    scene = scene.when(RescheduleSession(number=7, starts_at=later), by=MENTOR).until("2026-04-09T12:00Z")
    assert scene.state.sessions[7].starts_at == later
    assert ("session_moved", BOTH) in [(mail.template, mail.to) for mail in scene.of(PairReminded)]
    scene = scene.until("2026-04-13T08:00Z")
    (announced,) = scene.of(PauseAnnounced)
    assert announced.sessions == (7, 8, 9, 10, 11, 12)
    scene = scene.until("2026-04-24T08:00Z")
    assert not [mail for mail in scene.of(PairReminded) if mail.item.startswith("session-07")]
    assert {one.number for one in resumed(scene).state.upcoming(scene.at)} == {7, 8, 9, 10}


def test_the_steward_is_reminded_after_an_outage_too() -> None:
    back = active().when(CONCERN, by=MENTOR).after_outage(days=9).later(hours=12)
    assert [mail.kind for mail in back.of(PairReminded) if mail.to == (STEWARD,)] == ["steward"]


def test_a_pause_is_announced_when_the_wave_closes_and_once() -> None:
    """Before that nobody sees it: not the cohort, and not who looks at the workflow."""
    scene = paused()
    assert scene.decider.summarize(scene.state).phase == "iterate"
    assert not [effect for effect in scene.effects if isinstance(effect, Tell)]
    before = scene.until("2026-04-13T06:59Z")
    assert not before.of(PauseAnnounced)
    scene = before.until("2026-04-30T00:00Z")
    (announced,) = scene.of(PauseAnnounced)
    assert (announced.pause, announced.sessions) == (1, (7, 8, 9, 10, 11, 12))
    assert scene.decider.summarize(scene.state).phase == "paused"


@pytest.mark.parametrize(
    "begin", [in_pulse, lambda: active().until("2026-04-06T07:00Z")], ids=["busy", "idle"]
)
def test_whoever_looks_at_the_workflow_does_not_see_a_pause_before_it_is_announced(
    begin: Callable[[], Pair],
) -> None:
    """Neither by what is listed nor by what is not; `idle` is a pair of which the lead has been told."""
    low, high = (begin().when(pulse(safety=rating), by=MENTEE) for rating in (2, 4))
    assert low.state.paused
    assert low.decider.summarize(low.state) == high.decider.summarize(high.state)
    announced = low.until("2026-04-13T08:00Z")
    assert "check-in-1:resolution" in announced.decider.summarize(announced.state).details


def test_a_pause_that_nobody_was_told_of_leaves_no_trace_but_its_sessions() -> None:
    scene = paused().when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    assert [event.numbers for event in scene.of(SessionsCancelled)] == [(6, 7, 8, 9, 10, 11, 12)]
    later = scene.until("2026-06-01T00:00Z")
    assert not later.of(PauseAnnounced)


@pytest.mark.parametrize(
    ("answered_at", "announced_at"),
    [("2026-05-18T09:00Z", "2026-05-22T07:00Z"), ("2026-05-22T09:00Z", None)],
)
def test_a_red_in_the_last_wave_changes_no_end_and_is_told_a_day_before_or_never(
    answered_at: str, announced_at: str | None
) -> None:
    scene = held(active(), 1).until(answered_at).when(endpoint(safety=1), by=MENTEE)
    scene.then(EndpointAnswered, SafetyAssessed, PairPaused)
    scene = scene.until("2026-05-28T00:00Z")
    told = [at for at, event in scene.history if isinstance(event, PauseAnnounced)]
    assert told == ([moment(announced_at)] if announced_at else [])
    overdue = [mail.to for mail in scene.of(PairEscalated) if mail.template == "pause_overdue"]
    assert overdue == ([(LEAD,)] if announced_at else [])
    assert [event.state for event in scene.of(PairEnded)] == ["graduated"]
    assert [mail.kind for mail in scene.of(PairReminded) if mail.to == (STEWARD,)] == ["steward"]


@pytest.mark.parametrize("contacted", [True, False])
def test_the_steward_still_has_to_see_the_people_of_a_pair_that_ended_in_a_pause(contacted: bool) -> None:
    scene = paused()
    if contacted:
        scene = scene.when(RecordStewardContact(), by=STEWARD)
    scene = scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD).until("2026-04-10T00:00Z")
    waits = [(mail.to, mail.due_at) for mail in scene.of(PairReminded) if mail.kind == "steward"]
    # 48 hours after the pause it is night in New York.
    assert waits == ([] if contacted else [((STEWARD,), moment("2026-04-08T12:00Z"))])


def test_nobody_graduates_in_a_pause_or_without_having_met() -> None:
    graduate = DecideMidpoint(decision="graduate", reason="Done.")
    asked = "2026-04-14T00:00Z"
    paused().until(asked).when(graduate, by=LEAD).rejected("G6", "routine check-in")
    active().until(asked).when(graduate, by=LEAD).rejected("R61", "not met")
    in_pulse().until(asked).when(graduate, by=LEAD).then(MidpointDecided, PairEnded, SessionsCancelled)


def test_a_lead_who_graduates_a_pair_does_not_learn_that_it_is_paused() -> None:
    """G6: before the announcement it is decided as for a pair that is well; nothing is announced."""
    graduate = DecideMidpoint(decision="graduate", reason="Done.")
    scene = in_pulse().until("2026-04-14T20:00Z").when(CONCERN, by=MENTEE)
    assert scene.state.paused
    assert not scene.state.resting
    scene = scene.when(graduate, by=LEAD).then(MidpointDecided, PairEnded, SessionsCancelled)
    scene = scene.until("2026-04-24T00:00Z")
    assert scene.state.end_state == "graduated_early"
    assert not scene.of(PauseAnnounced)


# --- the pause itself -------------------------------------------------------------------------------------


def test_a_steward_who_makes_no_contact_and_a_pause_that_lasts_reach_the_lead() -> None:
    scene = paused().until("2026-04-30T00:00Z")
    told = [(mail.template, mail.to, f"{mail.due_at:%m-%d %H:%M}") for mail in scene.of(PairEscalated)]
    assert told[:2] == [
        ("pause_overdue", (LEAD,), "04-13 07:01"),  # not before the announcement
        ("pause_overdue", (LEAD,), "04-20 07:00"),
    ]


def test_a_contact_settles_the_first_of_them() -> None:
    scene = paused().later(hours=20).when(RecordStewardContact(), by=STEWARD)
    scene.then(StewardContactRecorded(pause=1, settles=("follow-up-pause-1", "check-in-1:contact")))
    scene.when(RecordStewardContact(), by=STEWARD).rejected("T18")
    told = scene.until("2026-04-30T00:00Z").of(PairEscalated)
    assert [f"{mail.due_at:%m-%d}" for mail in told if mail.template == "pause_overdue"] == ["04-20"]


def test_a_pair_goes_on_when_steward_and_both_partners_agree() -> None:
    scene = paused().later(days=8)
    active().when(ConsentToResume(), by=MENTOR).rejected("G6")
    scene = scene.when(ConsentToResume(), by=STEWARD).then(ResumptionConsented(pause=1, by=STEWARD))
    scene.when(ConsentToResume(), by=STEWARD).rejected("G6")
    scene.when(ConsentToResume(), by=LEAD).rejected("G21")
    scene = scene.when(ConsentToResume(), by=MENTOR).then(ResumptionConsented)
    scene = scene.when(ConsentToResume(), by=MENTEE).then(ResumptionConsented, like(PairResumed, pause=1))
    planned = {one.number: (one.starts_at.date(), one.revision) for one in scene.state.upcoming(scene.at)}
    assert planned == {
        7: (date(2026, 4, 15), 2),
        8: (date(2026, 4, 22), 2),
        9: (date(2026, 4, 29), 2),
        10: (date(2026, 5, 6), 2),
        11: (date(2026, 5, 13), 2),
        12: (date(2026, 5, 20), 2),
    }
    # Nobody had called off the sixth when its time came, so the two may have met.
    scene.when(LogSession(number=6), by=MENTOR).then(like(SessionHeld, number=6))
    mails = [mail.template for mail in scene.later(days=2).of(PairReminded)]
    assert mails == ["check_in_over", "session_log", "session_reminder", "session_log"]
    tells = [effect.command_id for effect in scene.effects if isinstance(effect, Tell)]
    assert tells == ["pair-q1-07:resumed-1"]


def test_a_session_before_the_pause_is_asked_for_after_it() -> None:
    scene = held(active(), 1).until("2026-03-11T13:30Z").when(CONCERN, by=MENTOR)
    in_pause = scene.until("2026-04-20T09:00Z")
    assert not in_pause.of(SessionMissed)
    scene = resumed(in_pause)
    scene.when(LogSession(number=2), by=MENTOR).then(like(SessionHeld, number=2))
    week = scene.later(days=6, hours=23)
    asked = [mail.template for mail in week.of(PairReminded) if mail.item == "session-02"]
    assert asked == ["session_log"]
    assert not week.of(SessionMissed)
    assert [event.number for event in week.later(hours=1).of(SessionMissed)] == [2]


def test_nobody_is_asked_anything_while_paused_but_the_midpoint_and_the_end_come() -> None:
    scene = held(active(), 1).until("2026-03-20T09:00Z").when(CONCERN, by=MENTOR).until("2026-05-26T12:00Z")
    reached = [mail.template for mail in scene.of(PairReminded) if set(mail.to) & set(BOTH)]
    assert reached == ["routine_check_in", "pair_ended"]
    # The same weeks without a pause ask for sessions, the pulse and the check: the pause is what is silent.
    other = held(active(), 1).until("2026-03-20T09:00Z").until("2026-05-26T12:00Z")
    asked = {mail.template for mail in other.of(PairReminded) if set(mail.to) & set(BOTH)}
    assert {"session_reminder", "session_log", "pulse_invitation", "milestone_invitation"} <= asked
    assert not scene.of(PulseOpened)
    assert [event.proposed for event in scene.of(MidpointOpened)] == ["continue"]
    assert [(event.decision, event.by_default) for event in scene.of(MidpointDecided)] == [("continue", True)]
    assert [event.state for event in scene.of(PairEnded)] == ["ended_by_choice"]
    assert not scene.state.paused


def test_a_pause_in_the_decision_week_is_no_stagnation() -> None:
    scene = paused().until("2026-04-14T00:00Z")
    assert scene.of(PulseClosed)
    assert [event.proposed for event in scene.of(MidpointOpened)] == ["continue"]


def test_the_steward_may_end_a_paused_pair_and_the_record_does_not_say_why() -> None:
    end = EndPair(state="ended_for_safety", reason="he shouts at her")
    scene = paused()
    scene.when(end, by=LEAD).rejected("G21")
    scene = scene.when(end, by=STEWARD)
    ended = scene.of(PairEnded)
    assert [(event.state, "shouts" in event.reason) for event in ended] == [("ended_for_safety", False)]
    by_choice = paused().when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    assert scene.decider.summarize(scene.state) == by_choice.decider.summarize(by_choice.state)


def test_a_second_pause_has_items_of_its_own() -> None:
    scene = resumed(paused().later(days=8)).later(days=1).when(CONCERN, by=MENTOR)
    assert [event.pause for event in scene.of(PairPaused)] == [2]
    assert {"check-in-2", "check-in-2:contact", "check-in-2:resolution"} <= set(scene.state.ledger.open)
    assert notified(scene) == [("concern_received", (STEWARD,)), ("offer_end", (STEWARD,))]
    assert resumed(scene.later(days=3)).state.life == "active"


def test_a_paused_pair_that_still_forms_is_not_asked_to_prepare() -> None:
    scene = formed().until("2026-02-24T09:00Z").when(CONCERN, by=MENTEE).until("2026-03-20T00:00Z")
    assert [mail.template for mail in scene.of(PairReminded)] == ["routine_check_in", "steward_alert"]
    assert {mail.template for mail in scene.of(PairEscalated)} == {"pause_overdue"}
