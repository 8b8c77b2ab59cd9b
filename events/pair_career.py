"""What the junior hopes for, and goals that may not fit. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.model import Line, PersonId
from turnabout.presets import PresetName


class CareerOutcomeStated(Chasing):
    """The junior said where they would like their career to go (R4); the latest word counts. It is sealed:
    the two partners read it, no report does, and who said it can have it forgotten."""

    type: Literal["pair.career_outcome_stated"] = "pair.career_outcome_stated"
    by: PersonId
    outcome: Annotated[Line | None, Sealed("by")]


class GoalMisfitFound(Event):
    """The proposed goal means another behaviour, and the program is short for that (R50)."""

    type: Literal["pair.goal_misfit_found"] = "pair.goal_misfit_found"
    number: int
    preset: PresetName


PairCareerEvent = CareerOutcomeStated | GoalMisfitFound
