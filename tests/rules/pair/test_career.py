"""What the junior hopes for (R4), and goals that are too much for a short program (R50)."""

from __future__ import annotations

from datetime import date

import pytest

from events.contracts import Notify
from events.pair_career import CareerOutcomeStated, GoalMisfitFound
from events.pair_preparation import GoalProposed
from tests.rules.bdd import like
from tests.rules.pair.stage import GOAL, LEAD, MENTEE, MENTOR, STEWARD, Pair, active, formed, policy, prepared
from turnabout.commands.pair_career import StateCareerOutcome
from turnabout.commands.pair_preparation import RateGoal
from turnabout.presets import PresetName
from workflows.rules.goal_fit import misfit

HOPE = StateCareerOutcome(outcome="lead the community team in two years")
LISTEN = "The mentee will ask 3 open questions in every meeting by 20 April."
POST = "The mentee will publish 3 platform-specific posts and gain 250 followers by 20 April."


def sprint(**changes: object) -> Pair:
    return formed(preset="skills_sprint", policy=policy("skills_sprint"), **changes)


def test_the_junior_may_say_where_their_career_should_go_at_any_time() -> None:
    """R4: the latest word counts; the partner is told that there is one, never what it says."""
    for before in (formed(), active()):
        scene = before.when(HOPE, by=MENTOR)
        scene.then(like(CareerOutcomeStated, by=MENTOR, outcome=HOPE.outcome))
        after = scene.later(hours=1)
        told = [one for one in after.effects if isinstance(one, Notify) and one.template.startswith("career")]
        assert [one.to for one in told] == [(MENTEE,)]
        assert "community" not in str([one.model_dump() for one in after.effects])
        other = StateCareerOutcome(outcome="stay where I am")
        after.when(other, by=MENTOR).then(CareerOutcomeStated)


@pytest.mark.parametrize("who", [MENTEE, LEAD, STEWARD])
def test_nobody_says_it_for_the_junior(who: str) -> None:
    """R4, G21."""
    active().when(HOPE, by=who).rejected("G21")


@pytest.mark.parametrize("preset", ["behaviour_change", "sprint_90", "monthly_dialogue"])
def test_a_long_program_fits_every_goal(preset: PresetName) -> None:
    """R50."""
    assert not misfit(LISTEN, preset)


@pytest.mark.parametrize(
    "statement",
    [
        LISTEN,
        "The mentee will delegate 4 decisions to the team by 20 April.",
        "The mentee will thank 10 colleagues in public by 20 April.",
        "The mentee will hold 2 office hours per week for 6 weeks.",
        "The mentee will involve 5 juniors in the budget by 20 April.",
    ],
)
def test_another_behaviour_is_too_much_for_a_skills_sprint(statement: str) -> None:
    """R50."""
    assert misfit(statement, "skills_sprint")


@pytest.mark.parametrize(
    "statement",
    [POST, "The mentee will build 1 dashboard by 20 April.", "The mentee will pass 2 tests in 8 weeks."],
)
def test_a_skill_fits_a_skills_sprint(statement: str) -> None:
    """R50."""
    assert not misfit(statement, "skills_sprint")


def test_the_lead_hears_of_a_goal_that_takes_longer_and_may_confirm_it() -> None:
    """R50: a warning, no refusal."""
    goal = GOAL.model_copy(update={"statement": LISTEN, "due_on": date(2026, 4, 20)})
    scene = sprint().when(goal, by=MENTEE)
    scene.then(GoalProposed, like(GoalMisfitFound, number=1, preset="skills_sprint"))
    scene = scene.when(RateGoal(attainability=4), by=MENTOR).when(RateGoal(attainability=4), by=MENTEE)
    scene = scene.later(hours=1)
    (told,) = [one for one in scene.effects if isinstance(one, Notify) and one.template == "goal_to_confirm"]
    assert told.values["misfit"] is True


def test_the_lead_hears_nothing_of_a_goal_that_fits() -> None:
    """R50: nor in a program that is long enough."""
    sprint().when(GOAL.model_copy(update={"statement": POST}), by=MENTEE).then(GoalProposed)
    goal = GOAL.model_copy(update={"statement": LISTEN, "replaces_because": "we know better now"})
    prepared().when(goal, by=MENTEE).then(GoalProposed)
