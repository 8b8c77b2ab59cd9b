"""The pulse and the milestone check of its week (T10, T11, R56, R58)."""

from __future__ import annotations

from datetime import date

import pytest

from events.pair import PairItemExpired, PairReminded
from events.pair_closing import EndpointOpened
from events.pair_pulse import (
    MidpointOpened,
    MilestoneChecked,
    MilestoneOpened,
    PulseAnswered,
    PulseClosed,
    PulseOpened,
)
from events.pair_sessions import ActionCompleted
from tests.rules.bdd import like, moment
from tests.rules.pair.stage import BOTH, LEAD, MENTEE, MENTOR, Pair, active, held, in_pulse, prepared, pulse
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_pulse import CheckMilestone
from turnabout.commands.pair_sessions import CompleteAction
from turnabout.commands.pair_terms import NextStep

CLOSE = "2026-04-13T07:00Z"
ACTION = NextStep(what="Agree a review", owner=MENTEE, due_on=date(2026, 4, 30))
CHECK = CheckMilestone(
    progress=3, roadblocks=("reviews",), wins=("a post", "a habit"), actions=(ACTION, ACTION)
)


def invited(scene: Pair, kind: str) -> list[tuple[str, tuple[str, ...], str]]:
    return [
        (mail.template, mail.to, f"{mail.due_at:%m-%d %H:%M}")
        for mail in scene.of(PairReminded)
        if mail.kind == kind
    ]


def test_the_pulse_opens_on_monday_of_week_six_with_the_milestone_check() -> None:
    scene = held(active(), 1, 2, 3, 4, 5).until("2026-04-06T06:59Z")
    scene.run().then(
        like(PairItemExpired, item="pulse-1:open"),
        like(PulseOpened, wave=1, week=6, closes_at=moment(CLOSE)),
        like(MilestoneOpened, due_at=moment(CLOSE)),
    )


def test_a_holiday_moves_the_pulse() -> None:
    scene = active(holidays=(date(2026, 4, 6),)).until("2026-04-08T00:00Z")
    assert [(event.week, event.closes_at) for event in scene.of(PulseOpened)] == [
        (6, moment("2026-04-14T07:00Z"))
    ]


def test_both_are_invited_and_the_silent_reminded_twice() -> None:
    scene = active().until(CLOSE)
    assert invited(scene, "pulse") == [
        ("pulse_invitation", BOTH, "04-06 07:00"),
        ("pulse_reminder", BOTH, "04-07 07:00"),
        ("pulse_reminder", BOTH, "04-09 07:00"),
    ]
    assert invited(scene, "milestone") == [
        ("milestone_invitation", BOTH, "04-06 07:00"),
        ("milestone_reminder", BOTH, "04-09 07:00"),
    ]


def test_who_has_answered_is_not_reminded() -> None:
    scene = in_pulse().when(pulse(), by=MENTOR).then(like(PulseAnswered, respondent=MENTOR, settles=()))
    assert invited(scene.until("2026-04-08T00:00Z"), "pulse") == [
        ("pulse_reminder", (MENTEE,), "04-07 07:00")
    ]
    scene = scene.when(pulse(), by=MENTEE).then(like(PulseAnswered, respondent=MENTEE, settles=("pulse-1",)))
    assert invited(scene.until(CLOSE), "pulse") == []


def test_one_answer_each_and_only_while_it_is_open() -> None:
    active().when(pulse(), by=MENTOR).rejected("T10")
    scene = in_pulse().when(pulse(), by=MENTOR)
    scene.when(pulse(), by=MENTOR).rejected("R58")
    scene.until(CLOSE).when(pulse(), by=MENTEE).rejected("T10")


def test_the_pulse_closes_after_five_business_days_and_counts_the_answers() -> None:
    scene = in_pulse().when(pulse(), by=MENTOR).until("2026-04-13T06:59Z")
    scene = scene.run()
    assert [event.answered for event in scene.of(PulseClosed)] == [1]
    assert scene.of(MidpointOpened)


def test_empty_texts_are_no_answer_and_long_ones_are_kept() -> None:
    texts = pulse().model_copy(update={"worked": "  ", "improve": "m" * 500})
    in_pulse().when(texts, by=MENTOR).then(like(PulseAnswered, worked=None, improve="m" * 500))


def test_a_pair_that_is_late_for_the_pulse_has_one_of_its_own() -> None:
    """It starts on Tuesday of week 6 with nothing to say yet; the decision follows its own pulse."""
    late = prepared().until("2026-04-07T09:00Z").when(NoteKickoffAttended(people=BOTH))
    closed = late.until("2026-05-12T00:00Z")
    assert [event.week for event in closed.of(PulseOpened)] == [10]
    assert closed.of(MidpointOpened)
    assert closed.state.waves[-1].number == 2


def test_a_pair_that_is_late_for_the_decision_has_it_after_its_next_pulse() -> None:
    """Pulses in weeks 6, 12 and 18, the decision in week 12; it starts on Tuesday of that week."""
    scene = prepared(preset="behaviour_change").until("2026-05-19T09:00Z")
    life = scene.when(NoteKickoffAttended(people=BOTH)).until("2026-08-03T00:00Z")
    assert [event.week for event in life.of(PulseOpened)] == [18]
    assert len(life.of(MidpointOpened)) == 1
    assert life.state.midpoint is not None
    assert life.state.midpoint.due_at == moment("2026-07-13T07:00Z")


def test_a_pair_that_has_no_decision_gets_none_by_being_late() -> None:
    scene = prepared(decision_week=None).until("2026-04-07T09:00Z").when(NoteKickoffAttended(people=BOTH))
    life = scene.until("2026-05-12T00:00Z")
    assert life.of(PulseOpened)
    assert not life.of(MidpointOpened)


def test_a_pair_that_is_late_for_everything_has_the_endpoint_wave() -> None:
    late = prepared().until("2026-04-21T09:00Z").when(NoteKickoffAttended(people=BOTH))
    life = late.until("2026-05-26T00:00Z")
    assert not life.of(PulseOpened)
    assert not life.of(MidpointOpened)
    assert len(life.of(EndpointOpened)) == 1
    very_late = prepared().until("2026-05-20T09:00Z").when(NoteKickoffAttended(people=BOTH)).later(minutes=1)
    assert len(very_late.of(EndpointOpened)) == 1


def test_a_long_program_has_several_pulses() -> None:
    scene = active(preset="behaviour_change").until("2026-08-03T00:00Z")
    assert [event.week for event in scene.of(PulseOpened)] == [6, 12, 18]
    assert len(scene.of(MidpointOpened)) == 1


def test_the_engine_was_down_all_through_the_pulse() -> None:
    scene = active().until("2026-04-05T00:00Z")
    due = scene.due()
    assert due is not None
    assert due.command_id.startswith("pulse-1:open")
    scene = scene.when(due.command, at="2026-04-20T09:00Z").then(
        like(PairItemExpired, item="pulse-1:open"), like(MidpointOpened, proposed="continue")
    )
    scene.when(pulse(), by=MENTOR).rejected("T10")


# --- the milestone check ----------------------------------------------------------------------------------


def test_the_milestone_check_is_shared_and_done_once() -> None:
    active().when(CHECK, by=MENTOR).rejected("T11")
    scene = (
        in_pulse()
        .when(CHECK, by=MENTOR)
        .then(like(MilestoneChecked, by=MENTOR, actions=(ACTION, ACTION), settles=("milestone-1",)))
    )
    scene.when(CHECK, by=MENTEE).rejected("T11")
    assert invited(scene.until(CLOSE), "milestone") == []


def test_a_late_milestone_check_is_taken() -> None:
    in_pulse().until("2026-04-30T09:00Z").when(CHECK, by=MENTOR).then(MilestoneChecked)


@pytest.mark.parametrize(
    ("at", "owner", "due_on", "why"),
    [
        ("2026-04-06T07:00Z", LEAD, date(2026, 4, 6), ""),
        ("2026-04-06T07:00Z", MENTOR, date(2026, 5, 18), ""),  # six weeks
        ("2026-04-06T07:00Z", MENTOR, date(2026, 5, 19), "horizon"),
        ("2026-04-30T07:00Z", MENTOR, date(2026, 5, 25), ""),  # the pair's last day comes first
        ("2026-04-30T07:00Z", MENTOR, date(2026, 5, 26), "horizon"),
        ("2026-04-07T07:00Z", MENTEE, date(2026, 4, 6), "horizon"),
        ("2026-04-06T07:00Z", "p-99", date(2026, 4, 30), "owner"),
    ],
)
def test_an_action_has_an_owner_in_the_pair_and_a_day_within_the_horizon(
    at: str, owner: str, due_on: date, why: str
) -> None:
    action = NextStep(what="Agree a review", owner=owner, due_on=due_on)
    scene = in_pulse().until(at).when(CHECK.model_copy(update={"actions": (ACTION, action)}), by=MENTOR)
    if why:
        scene.rejected("R79", why)
    else:
        scene.then(MilestoneChecked)


@pytest.mark.parametrize(("number", "rule"), [(3, "R79"), (99, "R79")])
def test_actions_are_completed_once(number: int, rule: str) -> None:
    scene = in_pulse().when(CHECK, by=MENTOR)
    scene.when(CompleteAction(number=number), by=MENTEE).rejected(rule)
    scene = scene.when(CompleteAction(number=2), by=MENTEE).then(ActionCompleted(number=2, by=MENTEE))
    scene.when(CompleteAction(number=2), by=MENTEE).rejected("R79")
