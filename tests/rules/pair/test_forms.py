"""The two forms of mid-pilot, word by word: milestone check (R79) and feedback (R81)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from events.pair_pulse import MilestoneChecked, PulseAnswered
from events.registry import standard
from tests.rules.bdd import like
from tests.rules.pair.stage import MENTEE, MENTOR, in_pulse
from turnabout.commands.pair_pulse import AnswerPulse, CheckMilestone

ACTION = {"what": "Film a demo", "owner": MENTOR, "due_on": "2026-04-30"}
CHECK: dict[str, Any] = {
    "progress": 3,
    "roadblocks": ["time"],
    "wins": ["reach", "tone"],
    "actions": [ACTION],
}
FORM: dict[str, Any] = {"progress": 4, "safety": 5}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"progress": 1},
        {"progress": 5},
        {"roadblocks": ["time", "tools"]},
        {"actions": [ACTION] * 7},
    ],
)
def test_r79_a_milestone_check_that_fits(changes: dict[str, Any]) -> None:
    command = CheckMilestone.model_validate({**CHECK, **changes})
    in_pulse().when(command, by=MENTEE).then(like(MilestoneChecked, by=MENTEE, progress=command.progress))


@pytest.mark.parametrize(
    "changes",
    [
        {"progress": 0},
        {"progress": 6},
        {"roadblocks": []},
        {"roadblocks": ["a", "b", "c"]},
        {"wins": ["one"]},
        {"wins": ["one", "two", "three"]},
        {"actions": []},
        {"actions": [{"what": "Film a demo", "owner": MENTOR}]},
        {"actions": [{"what": "Film a demo", "due_on": "2026-04-30"}]},
    ],
    ids=str,
)
def test_r79_one_or_two_roadblocks_two_wins_and_actions_with_owner_and_date(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CheckMilestone.model_validate({**CHECK, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"recommend": True},
        {"recommend": False, "worked": "x" * 500, "improve": "y" * 500},
        {"progress": 1, "safety": 3},
    ],
)
def test_r81_a_feedback_form_that_fits(changes: dict[str, Any]) -> None:
    command = AnswerPulse.model_validate({**FORM, **changes})
    answered = in_pulse().when(command, by=MENTEE).of(PulseAnswered)[0]
    asked = command.model_dump(exclude={"type"})
    assert {name: getattr(answered, name) for name in asked} == asked


@pytest.mark.parametrize(
    "changes",
    [
        {"progress": 0},
        {"progress": 6},
        {"safety": 0},
        {"safety": 6},
        {"recommend": "perhaps"},
        {"worked": "x" * 501},
        {"improve": "x" * 501},
        {"another": "question"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_r81_two_ratings_a_yes_or_no_and_two_short_answers(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AnswerPulse.model_validate({**FORM, **changes})


def test_r81_every_answer_of_the_form_is_sealed() -> None:
    answers = set(AnswerPulse.model_fields) - {"type"}
    assert set(standard().sealed_fields("pair.pulse_answered")) == answers
    assert len(answers) == 5, "R58: five questions at most"
