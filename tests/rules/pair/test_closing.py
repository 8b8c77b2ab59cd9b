"""Endpoint, end states, outcome and memo (T15, T16, R57, R75)."""

from __future__ import annotations

from datetime import date

import pytest

from events.pair import PairEscalated, PairReminded
from events.pair_care import ConcernRaised, SafetyAssessed
from events.pair_closing import (
    EndpointAnswered,
    EndpointClosed,
    EndpointOpened,
    MemoFiled,
    MemoWaived,
    OutcomeRecorded,
    PairEnded,
)
from events.pair_pulse import PulseClosed
from events.pair_sessions import SessionHeld, SessionsCancelled
from tests.rules.bdd import like, moment
from tests.rules.pair.stage import (
    BOTH,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    SYSTEM,
    Pair,
    active,
    endpoint,
    formed,
    held,
    in_pulse,
    paused,
    pulse,
    resumed,
)
from turnabout.commands.pair_care import RaiseConcern, RecordStewardContact
from turnabout.commands.pair_closing import EndPair, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_preparation import SignGroundRules
from turnabout.commands.pair_sessions import LogSession
from turnabout.commands.pair_terms import NextStep

DOOR_CLOSES = "2026-07-01T00:00Z"
"""Thirty days after a memo that is filed with June."""
LAST_WEEK, END, WAVE_CLOSES = "2026-05-18T07:00Z", "2026-05-25T16:00Z", "2026-05-29T07:00Z"
OUTCOME = RecordOutcome(value=1440, attainment=0)
MEMO = FileMemo(
    summary="The leader publishes without help.",
    lesson="Short drafts beat long lessons.",
    next_steps=(NextStep(what="Hand over the brief", owner=MENTEE, due_on=date(2026, 7, 1)),),
)
WAIVER = WaiveMemo(reason="Both have left.")


def mails(scene: Pair, kind: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [
        (mail.template, mail.to, f"{mail.due_at:%m-%d}")
        for mail in scene.of(PairReminded)
        if mail.kind == kind
    ]


# --- endpoint ---------------------------------------------------------------------------------------------


def test_the_endpoint_wave_asks_in_the_last_week_and_closes_after_the_end() -> None:
    scene = active().until(LAST_WEEK)
    assert scene.of(EndpointOpened)[0].closes_at == moment(WAVE_CLOSES)
    scene = scene.when(endpoint(), by=MENTOR).then(EndpointAnswered)
    scene.when(endpoint(), by=MENTOR).rejected("R58")
    scene = scene.until(WAVE_CLOSES)
    assert mails(scene, "endpoint") == [
        ("endpoint_reminder", (MENTEE,), "05-20"),
        ("endpoint_reminder", (MENTEE,), "05-25"),
    ]
    assert [event.answered for event in scene.of(EndpointClosed)] == [1]
    scene.when(endpoint(), by=MENTEE).rejected("T15")


def test_before_the_last_week_there_is_no_endpoint_and_no_outcome() -> None:
    active().when(endpoint(), by=MENTOR).rejected("T15")
    active().when(OUTCOME, by=MENTOR).rejected("R57", "last week")
    formed().until(LAST_WEEK).when(OUTCOME, by=MENTOR).rejected("R57", "no accepted goal")
    active().until(LAST_WEEK).when(OUTCOME, by=MENTEE).then(like(OutcomeRecorded, by=MENTEE, attainment=0))


def test_a_pair_that_was_paused_when_it_opened_is_asked_when_it_goes_on() -> None:
    concern = RaiseConcern(text="not well")
    scene = active().until("2026-05-16T07:00Z").when(concern, by=MENTOR).until("2026-05-20T09:00Z")
    assert not scene.of(EndpointOpened)
    assert resumed(scene).of(EndpointOpened)


def test_low_safety_at_the_end_reaches_the_steward_without_a_pause_once_the_pair_has_ended() -> None:
    scene = active().until(END).when(endpoint(safety=1), by=MENTEE)
    scene.then(EndpointAnswered, like(SafetyAssessed, level="red", wave=2))
    assert not scene.state.paused


# --- the end ----------------------------------------------------------------------------------------------


def test_an_active_pair_graduates_at_its_end_date() -> None:
    scene = held(active(), 1).until(END)
    assert [(event.state, scene.at) for event in scene.of(PairEnded)] == [("graduated", moment(END))]


def test_a_pair_that_never_met_does_not_graduate() -> None:
    (ended,) = active().until(END).of(PairEnded)
    assert (ended.state, ended.reason) == ("ended_by_choice", "The pair never met.")


def test_a_pair_that_never_started_ended_by_choice() -> None:
    scene = formed().until("2026-05-26T00:00Z")
    assert [event.state for event in scene.of(PairEnded)] == ["ended_by_choice"]
    assert not scene.of(EndpointOpened)


@pytest.mark.parametrize(("outcome", "state"), [(True, "graduated"), (False, "ended_by_choice")])
def test_a_paused_pair_graduates_only_with_an_outcome(outcome: bool, state: str) -> None:
    scene = paused().until(LAST_WEEK)
    if outcome:
        scene = scene.when(OUTCOME, by=MENTOR)
    (ended,) = scene.until("2026-05-26T00:00Z").of(PairEnded)
    assert ended.state == state
    assert "pause" not in ended.reason
    assert "safety" not in ended.reason


@pytest.mark.parametrize(
    ("state", "by", "rule"),
    [
        ("ended_by_choice", LEAD, ""),
        ("ended_by_choice", SYSTEM, ""),
        ("withdrawn", LEAD, ""),
        ("ended_by_exit", SYSTEM, ""),
        ("ended_for_safety", STEWARD, ""),
        ("ended_for_safety", LEAD, "G21"),
        ("ended_for_safety", SYSTEM, "G21"),
        ("withdrawn", STEWARD, "G21"),
        ("ended_by_choice", MENTOR, "G21"),
    ],
)
def test_who_may_end_a_pair_and_how(state: str, by: str, rule: str) -> None:
    left = [MENTEE] if state in {"withdrawn", "ended_by_exit"} else []
    command = EndPair.model_validate({"state": state, "reason": "They agreed.", "left": left})
    scene = active().when(command, by=by)
    if rule:
        scene.rejected(rule)
    else:
        scene.then(like(PairEnded, state=state), SessionsCancelled)


def test_who_left_the_company_is_asked_for_nothing() -> None:
    """T16: the memo is the other's, or the lead's."""
    gone = EndPair(state="ended_by_exit", reason="Left.", left=(MENTOR,))
    scene = active().when(gone, by=LEAD).later(days=30)
    to = {person for event in scene.of(PairReminded) for person in event.to}
    assert to == {MENTEE}
    both = active().when(gone.model_copy(update={"left": BOTH}), by=LEAD).later(days=30)
    assert both.of(PairReminded) == ()
    assert [event.template for event in both.of(PairEscalated)] == ["memo_overdue"]


@pytest.mark.parametrize("state", ["withdrawn", "ended_by_exit"])
def test_who_leaves_is_named(state: str) -> None:
    end = EndPair.model_validate({"state": state, "reason": "No time."})
    active().when(end, by=LEAD).rejected("R102", "nobody is named")
    active().when(end.model_copy(update={"left": (LEAD,)}), by=LEAD).rejected("R102", "only a partner")
    scene = active().when(end.model_copy(update={"left": (MENTOR,)}), by=LEAD)
    scene.then(like(PairEnded, state=state, left=(MENTOR,)), SessionsCancelled)
    (told,) = (effect for effect in scene.effects if effect.effect == "tell")
    assert told.envelope.command["left"] == [MENTOR]


def test_the_cohort_never_learns_that_an_end_was_for_safety() -> None:
    told = [
        [effect.model_dump_json() for effect in ended.effects if effect.effect == "tell"]
        for ended in (
            active().when(EndPair(state="ended_for_safety", reason="-"), by=STEWARD),
            active().when(EndPair(state="ended_by_choice", reason="-"), by=LEAD),
        )
    ]
    assert told[0] == told[1]
    assert "safety" not in told[0][0]


def test_an_early_end_settles_everything_but_the_memo() -> None:
    scene = in_pulse().when(EndPair(state="withdrawn", reason="No time.", left=(MENTOR,)), by=LEAD)
    scene.then(like(PulseClosed, answered=0), PairEnded, SessionsCancelled)
    assert set(scene.state.ledger.open) == {"ended", "memo"}
    scene.when(pulse(), by=MENTOR).rejected("T16")
    scene = scene.until("2026-06-01T00:00Z")
    assert {mail.kind for mail in scene.of(PairReminded)} == {"ended", "memo"}


def test_an_early_end_closes_the_endpoint_wave_and_the_end_date_does_not() -> None:
    scene = active().until(LAST_WEEK)
    withdrawn = scene.when(EndPair(state="withdrawn", reason="No time.", left=(MENTOR,)), by=LEAD)
    withdrawn.then(EndpointClosed, PairEnded, SessionsCancelled)
    scene.until(END).when(endpoint(), by=MENTOR).then(EndpointAnswered)


def test_the_last_session_can_be_logged_after_the_end() -> None:
    scene = active().until(END)
    scene.when(LogSession(number=12), by=MENTOR).then(like(SessionHeld, number=12, opens=()))
    scene.when(EndPair(state="withdrawn", reason="No time.", left=(MENTOR,)), by=LEAD).rejected("T16")


# --- the memo ---------------------------------------------------------------------------------------------


def test_the_memo_is_asked_for_and_then_the_lead_is_told() -> None:
    scene = active().until("2026-06-20T00:00Z")
    assert mails(scene, "ended") == [("pair_ended", BOTH, "05-26")]
    assert mails(scene, "memo") == [
        ("memo_due", BOTH, "05-29"),
        ("memo_reminder", BOTH, "06-02"),
        ("memo_reminder", BOTH, "06-04"),
    ]
    told = [(mail.template, mail.to, f"{mail.due_at:%m-%d}") for mail in scene.of(PairEscalated)]
    assert told[-1] == ("memo_overdue", (LEAD,), "06-08")


@pytest.mark.parametrize(("due_on", "rule"), [(date(2026, 6, 1), ""), (date(2026, 5, 31), "R75")])
def test_a_next_step_lies_ahead(due_on: date, rule: str) -> None:
    """R74, R75: somebody does it, by a day to come."""
    step = NextStep(what="Hand over the brief", owner=MENTEE, due_on=due_on)
    scene = active().until("2026-06-01T00:00Z").when(MEMO.model_copy(update={"next_steps": (step,)}), by=LEAD)
    if rule:
        scene.rejected(rule, "from 2026-06-01 on")
    else:
        scene.then(MemoFiled)


def test_a_memo_follows_the_end() -> None:
    active().when(MEMO, by=MENTOR).rejected("T16")
    active().when(WAIVER, by=LEAD).rejected("T16")


@pytest.mark.parametrize("by", [MENTOR, MENTEE, LEAD])
def test_a_filed_memo_closes_the_pair(by: str) -> None:
    scene = active().until("2026-06-01T00:00Z").when(MEMO, by=by).then(like(MemoFiled, by=by))
    for command, who in ((MEMO, LEAD), (WAIVER, LEAD), (SignGroundRules(), MENTOR)):
        scene.when(command, by=who).rejected("E5")
    over = scene.until(DOOR_CLOSES)
    assert over.state.terminal
    assert over.due() is None
    over.when(endpoint(), by=MENTOR).rejected("E5")


def test_the_steward_can_be_reached_for_a_month_after_the_memo() -> None:
    scene = active().until("2026-06-01T00:00Z").when(MEMO, by=LEAD).until("2026-06-30T23:59Z")
    assert not scene.state.terminal
    told = scene.when(RaiseConcern(text="not well"), by=MENTEE)
    told.then(like(ConcernRaised, respondent=MENTEE), like(SafetyAssessed, level="red"))
    assert [effect.template for effect in told.effects if effect.effect == "notify"] == ["concern_received"]
    waits = told.until("2026-07-03T15:00Z")
    assert [mail.to for mail in waits.of(PairReminded)] == [(STEWARD,)]
    assert told.later(hours=1).when(RecordStewardContact(), by=STEWARD).until(DOOR_CLOSES).state.terminal
    late = scene.until(DOOR_CLOSES)
    late.when(RaiseConcern(text="not well"), by=MENTEE).rejected("E5")


@pytest.mark.parametrize("by", [LEAD, SYSTEM])
def test_a_waived_memo_closes_the_pair(by: str) -> None:
    scene = active().until("2026-06-01T00:00Z").when(WAIVER, by=by).then(MemoWaived)
    assert scene.until(DOOR_CLOSES).state.terminal
    active().until("2026-06-01T00:00Z").when(WAIVER, by=MENTOR).rejected("G21")


def test_a_filed_pair_still_takes_endpoint_answers_until_the_wave_closes() -> None:
    scene = active().until("2026-05-26T09:00Z").when(MEMO, by=MENTOR)
    assert not scene.state.terminal
    scene.when(OUTCOME, by=MENTOR).rejected("E5")
    scene = scene.when(endpoint(), by=MENTOR).then(EndpointAnswered).until("2026-05-29T06:59Z")
    scene = scene.run()
    assert scene.of(EndpointClosed)
    scene.when(endpoint(), by=MENTEE).rejected("T15")
    assert scene.until(DOOR_CLOSES).state.terminal


def test_a_steward_who_waits_keeps_the_stream_open() -> None:
    scene = active().until(END).when(MEMO, by=MENTOR).until("2026-06-24T15:00Z")
    scene = scene.when(RaiseConcern(text="not well"), by=MENTEE)
    done = scene.later(minutes=10).when(RecordStewardContact(), by=STEWARD).until("2026-06-24T16:01Z")
    assert done.state.terminal
    waits = scene.until("2026-06-24T16:01Z")
    assert not waits.state.terminal
    over = waits.until("2026-06-27T00:00Z")
    assert [mail.to for mail in over.of(PairReminded) if mail.kind == "steward"] == [(STEWARD,)]
    assert over.state.terminal
