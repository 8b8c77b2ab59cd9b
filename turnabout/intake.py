"""The short survey at recruitment (R35): its questions, and what each of them is asked for (R58). Pure."""

from __future__ import annotations

from typing import Final, Literal

from turnabout.model import Line, Model

INSTRUMENT: Final = "house-intake-1"
"""The version that is recorded with each answer."""


class Question(Model):
    """A question of the survey. `field` is where `answer_intake` takes the answer, `action` what the answer
    leads to; one for `both` roles or for one of them."""

    field: str
    role: Literal["mentor", "mentee", "both"]
    text: Line
    action: Line


QUESTIONS: Final[tuple[Question, ...]] = (
    Question(
        field="hope",
        role="both",
        text="What would you like to be able to say when the program is over?",
        action="Confidential. Your own words to begin from when you agree the goal with your partner.",
    ),
    Question(
        field="skills",
        role="mentor",
        text="Which skills could you teach somebody senior? Up to five.",
        action="Decides on whose shortlist you stand, and is shown there.",
    ),
    Question(
        field="gaps",
        role="mentee",
        text="Which skills do you want, from which level to which (1-5)? Up to three.",
        action="Decides who stands on your shortlist, and is shown there.",
    ),
    Question(
        field="interests",
        role="both",
        text="What else interests you? Up to five words.",
        action="Shared interests count for the shortlist, and are shown there.",
    ),
    Question(
        field="confidence",
        role="both",
        text="How sure are you of this skill today (1 not at all, 5 very)?",
        action="Confidential. Where your learning starts from; shown only in groups of five or more.",
    ),
)
