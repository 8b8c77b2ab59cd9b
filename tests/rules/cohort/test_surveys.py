"""The endpoint of what the baseline asked (T15, R57, R59), of pairs and controls, one survey a week (G17)."""

from __future__ import annotations

from dataclasses import replace

from events.cohort_measurement import SurveyAnswered, SurveyClosed, SurveyOpened
from tests.rules.bdd import like
from tests.rules.cohort.test_baseline import ANSWERS, baseline, everybody
from tests.rules.cohort.world import LEAD, S, hold, kickoff_day, notices, ok, ready, wound_up
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_measurement import AnswerSurvey, FreezeControls, SurveyWave
from turnabout.commands.cohort_running import NotePairActivated, NotePairEnded
from workflows.rules.cohort_measurement_state import Survey

OPENS = "2026-05-18T07:00Z"
AGAIN = AnswerSurvey(wave="endpoint", form="house@1", answers=ANSWERS)


def launched() -> S:
    """A control group is frozen, the kickoff is held, everybody has answered the baseline."""
    scene = kickoff_day(ok(ready(), FreezeControls(), LEAD))
    for who in (*everybody(scene), *(scene.state.measurement.controls or ())):
        scene = ok(scene, baseline(), who)
    scene = ok(scene, hold(scene), LEAD)
    for pair in tuple(scene.state.pairs):
        scene = ok(scene, NotePairActivated(pair=pair), "system")
    return scene


def test_t15_the_last_week_asks_the_same_of_pairs_and_controls() -> None:
    scene = launched().until(OPENS)
    closed, opened = scene.of(SurveyClosed)[0], scene.of(SurveyOpened)[0]
    assert (closed.wave, closed.asked, closed.answered, closed.late) == ("baseline", 11, 11, 0)
    assert (opened.wave, opened.form, opened.comparable) == ("endpoint", "house@1", True)
    assert sorted(opened.people) == sorted([*everybody(scene), *(scene.state.measurement.controls or ())])
    who = everybody(scene)[0]
    scene.when(baseline(), by=who).rejected("T6")
    ok(scene, AGAIN, who).then(like(SurveyAnswered, wave="endpoint", late=False))


def test_g17_people_in_pairs_are_invited_by_their_pair_and_reminded_here_once() -> None:
    """One survey with a section for each partner, so one invitation a pair; controls get theirs here."""
    scene = launched().until(OPENS)
    controls = list(scene.state.measurement.controls or ())
    assert notices(scene, "survey_invitation") == controls
    later = scene.until("2026-06-10T00:00Z")
    reminded = notices(later, "survey_reminder")
    assert {who: reminded.count(who) for who in reminded} == {
        **dict.fromkeys(everybody(scene), 1),
        **dict.fromkeys(controls, 2),
    }


def test_r57_who_was_in_a_pair_is_asked_whatever_became_of_it_and_who_left_is_not() -> None:
    scene = launched()
    first, second, *_ = scene.state.living
    scene = ok(scene, NotePairEnded(pair=first.pair, state="ended_by_choice"), "system")
    gone = NotePairEnded(pair=second.pair, state="withdrawn", left=(second.mentor,))
    scene = ok(scene, gone, "system").until(OPENS)
    (opened,) = scene.of(SurveyOpened)
    assert {*first.people, second.mentee} <= set(opened.people)
    assert second.mentor not in opened.people
    scene.when(AGAIN, by=second.mentor).rejected("R55")
    assert set(first.people) <= set(notices(scene, "survey_invitation")), "no pair invites them"


def test_t15_the_wave_closes_some_days_after_the_end() -> None:
    scene = launched().until(OPENS)
    one, other = everybody(scene)[:2]
    scene = ok(scene, AGAIN, one)
    scene = scene.until("2026-05-30T06:00Z")
    ok(scene, AGAIN, other)
    scene = scene.until("2026-05-30T07:00Z")
    assert [(event.wave, event.asked, event.answered) for event in scene.of(SurveyClosed)] == [
        ("endpoint", 11, 1)
    ]
    scene.when(AGAIN, by=other).rejected("T15")


def test_a_close_before_the_waves_end_ends_it() -> None:
    scene = wound_up()
    scene = ok(scene, CloseCohort(), LEAD)
    assert [event.wave for event in scene.of(SurveyClosed)] == ["endpoint"]
    assert not scene.later(days=20).of(SurveyClosed)


def test_r59_an_endpoint_without_a_baseline_cannot_be_compared() -> None:
    """The event says so, so that nothing is computed from two waves that asked different things."""
    scene = launched()
    known = scene.state.measurement
    other_form = replace(known.surveys["baseline"], form="house@0")
    before: tuple[dict[SurveyWave, Survey], ...] = ({}, {"baseline": other_form})
    for surveys in before:
        other = replace(scene.state, measurement=replace(known, surveys=surveys))
        opened = replace(scene, state=other).until(OPENS).of(SurveyOpened)
        assert [event.comparable for event in opened] == [False]


def test_nobody_is_asked_for_anything_after_the_wave() -> None:
    scene = launched().until(OPENS).until("2026-05-31T00:00Z")
    assert not notices(scene.later(days=30), "survey_reminder")
