"""What a cohort asks the solver for when it wants pairs across functions and places (R39)."""

from __future__ import annotations

from typing import Any

from events.contracts import Compute
from events.matching import MatchTask, ShortlistTask
from tests.rules.cohort.world import S, accepted, choosing, computed, make_spec, matching, person, ranked
from turnabout.commands.cohort_rounds import DeclineMatch
from turnabout.spec import CohortSpec


def spec(**minima: int) -> CohortSpec:
    """Four mentees in Berlin; of six mentors two are far away, and all but one of another function."""
    people = [person("mentor", number) for number in range(1, 4)]
    people += [person("mentor", number, location="Lisbon") for number in (4, 5)]
    people += [person("mentor", 6, function="finance")]
    people += [person("mentee", number) for number in range(1, 5)]
    return make_spec(people=people, policy={"matching": minima})


def task(scene: S) -> dict[str, Any]:
    return next(effect.payload for effect in scene.effects if isinstance(effect, Compute))


def test_r39_the_solver_gets_the_minima_and_what_each_ranked_pair_crosses() -> None:
    wanted = spec(min_cross_location=2)
    assert ShortlistTask.model_validate(task(matching(wanted))).minima == {"location": 2}
    scene = ranked(choosing(wanted))
    asked = MatchTask.model_validate(task(scene))
    assert asked.minima == {"location": 2}
    assert {who: given.get("mentor-4", ("function",)) for who, given in asked.crosses.items()} == {
        who: ("function", "location") if "mentor-4" in ranking else ("function",)
        for who, ranking in asked.rankings.items()
    }
    far = [pair for pair in accepted(computed(scene)).state.living if pair.mentor in {"mentor-4", "mentor-5"}]
    assert len(far) == 2


def test_r39_without_minima_nothing_of_it_is_asked() -> None:
    asked = MatchTask.model_validate(task(ranked(choosing(spec()))))
    assert asked.minima == {}
    assert asked.crosses == {}


def test_r39_the_next_solve_lacks_only_what_does_not_stand_yet() -> None:
    """Two across places are wanted; one accepts, the other declines, so one is missing."""
    scene = computed(ranked(choosing(spec(min_cross_location=2))))
    (one,) = scene.state.rounds.values()
    mentor, mentee = next(edge for edge in sorted(one.pending) if edge[0] == "mentor-4")
    scene = accepted(scene.when(DeclineMatch(mentee=mentee), by=mentor))
    assert MatchTask.model_validate(task(scene)).minima == {"location": 1}
