"""The mentors' circles (T13, R5, R90)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.cohort_circles import CircleHeld, CircleOpened
from events.upcasts import upcast
from tests.rules.bdd import like
from tests.rules.cohort.world import LEAD, S, mentee, mentor, notices, ok, running
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.commands.cohort_running import NotePairEnded, NotePairPaused
from turnabout.presets import preset
from turnabout.schedule import circle_opens
from workflows.rules.cohort_circles import planned
from workflows.rules.cohort_planner import Planner

PLANNED_1 = {"spec": {"policy": {}, "people": []}, "policy": {}, "shape": {"name": "sprint_90"}}


def opened(scene: S, week: int) -> S:
    """The Monday of that week."""
    return scene.until(circle_opens(scene.state.spec, week))


@pytest.mark.parametrize(
    ("name", "weeks", "circle_weeks"),
    [
        ("skills_sprint", 8, (3, 7)),
        ("skills_sprint", 10, (4, 8)),
        ("skills_sprint", 12, (4, 8, 12)),
        ("sprint_90", 12, (4, 8, 12)),
        ("behaviour_change", 22, (4, 8, 12, 16, 20)),
        ("monthly_dialogue", 26, (4, 8, 12, 16, 20, 24)),
    ],
)
def test_t13_the_weeks_are_those_of_the_length(name: str, weeks: int, circle_weeks: tuple[int, ...]) -> None:
    assert preset(name, weeks).circle_weeks == circle_weeks


def test_t13_mentors_alone_are_invited_at_the_weeks_of_the_preset() -> None:
    scene, invited = running(), []
    for week in (4, 8, 12):
        scene = opened(scene, week)
        (event,) = scene.of(CircleOpened)
        assert event.week == week
        reached = notices(scene, "circle_invitation")
        assert set(reached) == set(event.mentors)
        invited += reached
    assert {person.partition("-")[0] for person in invited} == {"mentor"}
    assert len(invited) == 3 * len(scene.state.pairs)


def test_t13_who_has_no_pair_at_work_is_not_invited() -> None:
    scene = running()
    first, second, *_ = scene.state.pairs.values()
    scene = ok(scene, NotePairEnded(pair=first.pair, state="graduated"), "system")
    scene = ok(scene, NotePairPaused(pair=second.pair), "system")
    (event,) = opened(scene, 4).of(CircleOpened)
    others = [pair.mentor for pair in scene.state.living if pair != second and pair.status == "active"]
    assert set(event.mentors) == set(others)
    assert not {first.mentor, second.mentor} & set(event.mentors)


def test_t13_one_mentor_makes_no_circle() -> None:
    scene = running()
    for pair in tuple(scene.state.pairs)[1:]:
        scene = ok(scene, NotePairEnded(pair=pair, state="graduated"), "system")
    after = opened(scene, 4)
    assert [event.mentors for event in after.of(CircleOpened)] == [()]
    assert not notices(after, "circle_invitation")


def test_t13_attendance_is_recorded_by_the_lead_or_a_mentor_and_may_be_corrected() -> None:
    scene = opened(running(), 4)
    came = (mentor(1), mentor(2), mentor(1))
    scene = scene.when(RecordCircle(week=4, attended=came), by=mentor(1))
    scene.then(CircleHeld(week=4, attended=(mentor(1), mentor(2))))
    scene.when(RecordCircle(week=4, attended=(mentor(3),)), by=LEAD).then(like(CircleHeld, week=4))


@pytest.mark.parametrize(
    ("command", "saying"),
    [
        (RecordCircle(week=5, attended=(mentor(1),)), "4, 8, 12"),
        (RecordCircle(week=8, attended=(mentor(1),)), "still to come"),
        (RecordCircle(week=4, attended=(mentor(1), mentee(1))), "no mentor"),
        (RecordCircle(week=4, attended=("stranger",)), "no mentor"),
    ],
)
def test_t13_a_circle_is_recorded_once_it_has_begun_and_is_the_mentors_alone(
    command: RecordCircle, saying: str
) -> None:
    opened(running(), 4).when(command, by=LEAD).rejected("T13", saying)


def test_t13_cohorts_of_earlier_releases_have_none() -> None:
    scene = running()
    old = replace(scene.state, preset=scene.state.shape.model_copy(update={"circle_weeks": ()}))
    assert planned(Planner(scene.state, scene.at))
    assert planned(Planner(old, scene.at)) == ()
    assert upcast("cohort.planned", 1, PLANNED_1)["shape"]["circle_weeks"] == []
