"""What a pair agrees on and how it may end: the words that its commands and events share. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from turnabout.model import Instant, Key, Line, Model, PersonId
from turnabout.policy import Policy
from turnabout.presets import Phase, PresetName
from turnabout.prompts import OwnPrompt
from turnabout.spec import Metric

EndState = Literal[
    "graduated",
    "graduated_early",
    "reshuffled",
    "ended_by_choice",
    "ended_for_safety",
    "ended_by_exit",
    "withdrawn",
]


ShownEnd = Literal["graduated", "graduated_early", "reshuffled", "ended", "ended_by_exit", "withdrawn"]


Decision = Literal["continue", "reshuffle", "graduate"]


_NEUTRAL_ENDS = {"ended_by_choice": "ended", "ended_for_safety": "ended"}


def shown_end(state: str) -> str:
    """An end state as everybody but the steward sees it: an end for safety looks like one by choice (G6)."""
    return _NEUTRAL_ENDS.get(state, state)


Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
"""A free answer of the feedback form (R81)."""


Amount = Annotated[float, Field(allow_inf_nan=False)]
"""A value of a metric."""


class Terms(Model):
    """What a pair starts with, fixed by the cohort. `weeks` is what is left for a reshuffled pair; `zones`
    holds the zone of everyone who may be written to, `days_off` the holidays of those of them who do not keep
    the cohort's; `phases` are the cohort's, `prompts` those that its organisation adds to the library; `seed`
    is the cohort's."""

    cohort: Key
    program: Key
    number: int = Field(ge=1)
    mentor: PersonId
    mentee: PersonId
    lead: PersonId
    steward: PersonId
    support_contact: PersonId
    zones: dict[PersonId, str]
    timezone: str
    preset: PresetName
    weeks: int
    kickoff: Instant
    first_week_on: date
    ends_on: date
    pulse_weeks: tuple[int, ...]
    decision_week: int | None
    session_minutes: int
    interval_weeks: int
    metric: Metric
    phases: tuple[Phase, ...] = ()
    prompts: tuple[OwnPrompt, ...] = ()
    holidays: tuple[date, ...] = ()
    days_off: dict[PersonId, tuple[date, ...]] = Field(default_factory=dict)
    assigned: bool = False
    replaces: str | None = None
    seed: int = 0
    policy: Policy


class NextStep(Model):
    """Something someone will do: what, who, by when (R74, R79)."""

    what: Line
    owner: PersonId
    due_on: date
