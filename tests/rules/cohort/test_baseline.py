"""The baseline (T6, A10, G5, R55, R58, R59): who is asked when, whose answer is late; nobody waits for it."""

from __future__ import annotations

from collections import Counter

import pytest

from events.base import Event
from events.cohort import CohortEscalated, CohortReminded
from events.cohort_measurement import (
    BaselineFlaggedLate,
    ComparisonRefused,
    FirstSessionNoted,
    SurveyAnswered,
    SurveyExtended,
    SurveyOpened,
)
from events.upcasts import upcast
from tests.rules.bdd import given, like
from tests.rules.cohort.world import (
    LEAD,
    S,
    hold,
    kickoff_day,
    make_spec,
    notices,
    ok,
    planned,
    ready,
    running,
)
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_governance import HandOverLead
from turnabout.commands.cohort_measurement import AnswerSurvey, FreezeControls, NoteFirstSession
from turnabout.commands.cohort_people import Withdraw
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.cohort_running import NotePairEnded, NotePairPaused
from workflows.rules.cohort import COHORT

OPENS = "2026-02-24T08:00Z"
"""K-7, 09:00 in Berlin."""
ANSWERS = {"house.energy": 4, "house.meaning": 5, "house.voice": 2, "house.staying": 3, "house.skill": 1}


def baseline(form: str = "house@1", **answers: int) -> AnswerSurvey:
    named = {f"house.{name}": value for name, value in answers.items()}
    return AnswerSurvey(wave="baseline", form=form, answers=named or ANSWERS)


def opened() -> S:
    """The baseline has just opened."""
    return ready().until(OPENS)


def everybody(scene: S) -> list[str]:
    return [who for pair in scene.state.living for who in pair.people]


def asked(scene: S, template: str) -> dict[str, int]:
    """How many people got a message on which day."""
    days: Counter[str] = Counter()
    for at, event in scene.history:
        if isinstance(event, CohortReminded) and event.template == template:
            days[at.date().isoformat()] += len(event.to)
    return dict(days)


def test_t6_everybody_in_a_pair_is_asked_a_week_before_the_kickoff_and_reminded_twice() -> None:
    scene = opened()
    (wave,) = scene.of(SurveyOpened)
    assert sorted(wave.people) == sorted(everybody(scene))
    assert (wave.wave, wave.form, wave.closes_at.date().isoformat()) == ("baseline", "house@1", "2026-05-18")
    later = scene.until("2026-04-01T00:00Z")
    assert asked(later, "baseline_invitation") == {"2026-02-24": 10}
    assert asked(later, "baseline_reminder") == {"2026-02-27": 10, "2026-03-02": 10}, "K-3 is a Saturday"


def test_t6_who_has_answered_is_reminded_no_more_and_the_lead_hears_how_many_are_missing() -> None:
    scene = opened()
    *most, last = everybody(scene)
    for who in most:
        scene = ok(scene, baseline(), who)
    later = scene.until("2026-03-10T00:00Z")
    assert set(notices(later, "baseline_reminder")) == {last}
    (told,) = [one for one in later.effects if getattr(one, "template", "") == "baseline_missing"]
    assert told.to == (LEAD,)  # type: ignore[union-attr]
    assert told.values["asked"] == 10  # type: ignore[union-attr]
    assert told.values["answered"] == 9  # type: ignore[union-attr]
    assert last not in str(told), "who is missing stands in the read model"


def test_t6_who_left_is_not_missed() -> None:
    """R102: the letter counts those who still take part; nothing is told where only they are silent."""
    scene = opened()
    one, two, *most = everybody(scene)
    for who in most:
        scene = ok(scene, baseline(), who)
    scene = ok(scene, Withdraw(reason="time"), one)
    later = scene.until("2026-03-10T00:00Z")
    (told,) = [one for one in later.effects if getattr(one, "template", "") == "baseline_missing"]
    assert (told.values["asked"], told.values["answered"]) == (9, 8)  # type: ignore[union-attr]
    gone = ok(scene, Withdraw(reason="time"), two).until("2026-03-10T00:00Z")
    assert not notices(gone, "baseline_missing")


def test_t6_the_lead_hears_nothing_where_all_have_answered() -> None:
    scene = opened()
    for who in everybody(scene):
        scene = ok(scene, baseline(), who)
    later = scene.until("2026-03-20T00:00Z")
    assert not notices(later, "baseline_missing")
    assert not notices(later, "baseline_reminder")


def test_r55_an_answer_is_sealed_and_nothing_of_it_is_kept_or_sent() -> None:
    """G6: neither the state nor an effect or the summary holds what somebody answered."""
    scene = opened()
    who = everybody(scene)[0]
    scene = ok(scene, baseline(energy=3), who).then(
        like(SurveyAnswered, respondent=who, form="house@1", late=False, answers={"house.energy": 3})
    )
    assert SurveyAnswered.sealed_fields() == {"answers": "respondent"}
    assert scene.effects == ()
    assert "energy" not in repr(scene.state.measurement)
    assert "baseline: 1 of 10 answered" in COHORT.summarize(scene.state).details


def test_r58_one_answer_is_enough_and_r55_only_of_those_who_are_asked() -> None:
    scene = opened()
    who = everybody(scene)[0]
    stranger = next(one for one in scene.state.waiting)
    scene.when(baseline(), by=stranger).rejected("R55")
    ok(scene, baseline(), who).when(baseline(), by=who).rejected("R58")
    ready().when(baseline(), by=who).rejected("T6", "not open")


@pytest.mark.parametrize(
    ("command", "saying"),
    [
        (baseline(form="house@2"), "house@1, not house@2"),
        (baseline(mood=3), "house.mood is no question"),
        (baseline(energy=0), "from 1 to 5"),
        (baseline(energy=6), "from 1 to 5"),
    ],
)
def test_r59_only_the_questions_of_the_wave_are_answered_on_their_scale(
    command: AnswerSurvey, saying: str
) -> None:
    scene = opened()
    refused = scene.when(command, by=everybody(scene)[0]).rejected("R59", saying)
    assert refused.state == scene.state


def with_session(scene: S, number: int, at: str) -> S:
    pair = scene.state.living[number].pair
    return ok(scene, NoteFirstSession(pair=pair, starts_at=at), "system")


def test_a10_a_baseline_before_the_first_session_is_in_time_and_later_it_is_flagged() -> None:
    """G5: late, and left out of pre/post; the answer is taken all the same."""
    scene = with_session(running(), 0, "2026-03-05T13:00Z").then(FirstSessionNoted)
    pair = scene.state.living[0]
    scene = scene.until("2026-03-05T12:00Z")
    scene = ok(scene, baseline(), pair.mentor).then(like(SurveyAnswered, late=False))
    scene = scene.until("2026-03-06T00:00Z")
    assert scene.of(BaselineFlaggedLate) == (BaselineFlaggedLate(people=(pair.mentee,)),)
    ok(scene, baseline(), pair.mentee).then(like(SurveyAnswered, late=True))
    other = scene.state.living[1]
    ok(scene, baseline(), other.mentee).then(like(SurveyAnswered, late=False))


def test_a10_a_first_session_that_moves_ahead_moves_the_flag() -> None:
    scene = with_session(running(), 0, "2026-03-05T13:00Z")
    pair = scene.state.living[0]
    scene = with_session(scene, 0, "2026-03-05T13:00Z").then(FirstSessionNoted)
    scene = with_session(scene, 0, "2026-03-09T13:00Z").until("2026-03-09T12:00Z")
    assert not scene.of(BaselineFlaggedLate)
    ok(scene, baseline(), pair.mentor).then(like(SurveyAnswered, late=False))
    assert scene.until("2026-03-10T00:00Z").of(BaselineFlaggedLate)


def test_g5_a_flag_is_no_gate_and_comes_once() -> None:
    """Nobody is kept from a session, a pause or a concern by a missing baseline: nothing of a pair asks."""
    scene = with_session(running(), 0, "2026-03-05T13:00Z").until("2026-03-07T00:00Z")
    pair = scene.state.living[0]
    scene = ok(scene, NotePairPaused(pair=pair.pair), "system")
    scene = with_session(scene, 0, "2026-03-20T13:00Z").until("2026-03-21T00:00Z")
    assert not scene.of(BaselineFlaggedLate), "they are flagged"


def test_a10_a_control_is_in_time_as_long_as_a_pair_may_take_to_meet() -> None:
    scene = ok(ready(), FreezeControls(), LEAD).until(OPENS)
    (control,) = scene.state.measurement.controls or ()
    assert control in notices(scene, "baseline_invitation")
    scene = kickoff_day(scene)
    scene = ok(scene, hold(scene), LEAD).until("2026-03-10T07:00Z")
    ok(scene, baseline(), control).then(like(SurveyAnswered, late=False))
    late = scene.until("2026-03-10T09:00Z")
    assert BaselineFlaggedLate(people=(control,)) in late.of(BaselineFlaggedLate)
    ok(late, baseline(), control).then(like(SurveyAnswered, late=True))


def test_r60_controls_who_are_frozen_after_the_opening_are_asked_then() -> None:
    scene = ok(opened(), FreezeControls(), LEAD)
    (control,) = scene.state.measurement.controls or ()
    assert [event.people for event in scene.of(SurveyExtended)] == [(control,)]
    assert notices(scene.later(hours=1), "baseline_invitation") == [control]


def test_t6_who_joins_a_pair_later_is_asked_on_their_own() -> None:
    scene = running()
    free = next(who for who in scene.state.waiting)
    ended = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=ended.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=free, mentee=ended.mentee, reason="both agreed"), LEAD)
    (more,) = scene.of(SurveyExtended)
    assert more.people == (free,), "the mentee has been asked"
    later = scene.until("2026-03-20T00:00Z")
    assert notices(later, "baseline_invitation") == [free]
    assert notices(later, "baseline_reminder") == [free]
    assert more.asks_at == scene.at


@pytest.mark.parametrize(
    ("when", "asks"),
    [
        ("2026-03-27T12:00Z", "2026-03-27"),
        ("2026-04-01T12:00Z", "2026-04-13"),  # Easter Monday is no holiday here; the pulse opens on 6 April
        ("2026-04-08T12:00Z", "2026-04-13"),
    ],
)
def test_g17_a_late_baseline_keeps_its_distance_to_the_pulse(when: str, asks: str) -> None:
    scene = running().until(when)
    free = next(who for who in scene.state.waiting)
    ended = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=ended.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=free, mentee=ended.mentee, reason="both agreed"), LEAD)
    (more,) = scene.of(SurveyExtended)
    assert more.asks_at.date().isoformat() == asks
    later = scene.later(days=14)
    days = {event.due_at.date().isoformat() for event in later.of(CohortReminded) if free in event.to}
    assert asks in days
    assert notices(later, "baseline_invitation") == [free]


def test_g17_nobody_is_asked_for_a_baseline_when_the_endpoint_is_near() -> None:
    scene = running().until("2026-05-13T12:00Z")
    free = next(who for who in scene.state.waiting)
    ended = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=ended.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=free, mentee=ended.mentee, reason="both agreed"), LEAD)
    assert not scene.of(SurveyExtended)


def test_g20_who_rests_or_has_left_is_not_reminded() -> None:
    scene = opened()
    first, second, *_ = scene.state.living
    scene = ok(scene, NotePairPaused(pair=first.pair), "system")
    gone = NotePairEnded(pair=second.pair, state="withdrawn", left=second.people)
    later = ok(scene, gone, "system").until("2026-03-10T00:00Z")
    later.when(baseline(), by=second.mentor).rejected("R102", "left the program")
    reminded = set(notices(later, "baseline_reminder"))
    assert not reminded & {*first.people, *second.people}
    assert reminded


def test_a_cohort_that_is_ready_late_opens_its_baseline_at_once() -> None:
    spec = make_spec(kickoff_on="2026-01-08")
    scene = ready(spec).later(hours=1)
    assert scene.of(SurveyOpened)
    later = scene.until("2026-02-01T00:00Z")
    assert asked(later, "baseline_invitation") == {"2026-01-05": 10}
    assert asked(later, "baseline_reminder") == {"2026-01-07": 10}, "K-3 is over"


def test_after_an_outage_one_mail_comes_and_not_two() -> None:
    scene = ready().until("2026-02-24T07:00Z").after_outage(days=9)
    later = scene.until("2026-03-12T00:00Z")
    assert len(notices(later, "baseline_reminder")) == 0
    assert len(notices(later, "baseline_invitation")) == 10


def test_a_cancelled_cohort_asks_nobody() -> None:
    scene = ok(opened(), CancelCohort(reason="merger"), LEAD)
    assert not asked(scene.later(days=30), "baseline_reminder")


def test_the_words_to_the_lead_follow_the_office() -> None:
    new = HandOverLead.model_validate({"to": {"id": "lou", "timezone": "Europe/Berlin"}})
    later = ok(opened(), new, LEAD).until("2026-03-10T00:00Z")
    assert [event.to for event in later.of(CohortEscalated) if event.template == "baseline_missing"] == [
        ("lou",)
    ]


def test_a_cohort_of_version_1_is_asked_nothing() -> None:
    """Streams of an earlier release go on as they were: no waves, no comparison, no budget."""
    (event,) = planned().of(Event)
    old = event.model_dump(mode="json", exclude={"type"})
    del old["spec"]["instruments"], old["spec"]["policy"]["measurement"], old["policy"]["measurement"]
    plan = type(event).model_validate(upcast("cohort.planned", 1, old))
    scene = given(COHORT, plan, at="2026-01-05T08:00Z")
    assert not scene.state.policy.measurement.waves
    assert scene.state.policy.measurement.survey_gap == 0


def test_waves_may_be_switched_off() -> None:
    spec = make_spec(policy={"measurement": {"waves": False}})
    scene = running(spec).until("2026-06-05T00:00Z")
    assert not [one for _, one in scene.history if isinstance(one, SurveyOpened | ComparisonRefused)]
