"""The commands by which people speak for themselves: the intake survey and leaving. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from turnabout.commands.base import PARTNERS, Command
from turnabout.commands.cohort_enrolment import DeclineReason
from turnabout.model import Rating, Text
from turnabout.spec import Gap

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""A skill or an interest in a few words."""


class AnswerIntake(Command):
    """Answer the short survey on goal and skills, once, between joining and the shortlists (R35). `hope`
    (what you want from it) and `confidence` (how sure you are of the skill, 1-5) stay confidential;
    `skills` (a mentor's), `gaps` (a mentee's) and `interests` replace the roster's and show on
    shortlists."""

    type: Literal["answer_intake"] = "answer_intake"
    roles: ClassVar = PARTNERS
    hope: Text
    confidence: Rating | None = None
    skills: Annotated[tuple[Word, ...], Field(max_length=5)] = ()
    gaps: Annotated[tuple[Gap, ...], Field(max_length=3)] = ()
    interests: Annotated[tuple[Word, ...], Field(max_length=5)] = ()


class Withdraw(Command):
    """Leave the cohort of one's own will, at any time and with a reason code (R102). Pairs of one's own end
    as withdrawn; nobody else learns the reason."""

    type: Literal["withdraw"] = "withdraw"
    roles: ClassVar = PARTNERS
    reason: DeclineReason


CohortPeopleCommand = AnswerIntake | Withdraw
