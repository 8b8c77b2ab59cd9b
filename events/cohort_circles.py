"""The circles in which the mentors of a cohort meet among themselves (T13, R5, R90). Pure."""

from __future__ import annotations

from typing import Literal

from events.base import Event
from events.chase import Chasing
from turnabout.model import PersonId


class CircleOpened(Chasing):
    """The mentors were invited to their circle of a week; nobody, where fewer than two could meet."""

    type: Literal["cohort.circle_opened"] = "cohort.circle_opened"
    week: int
    mentors: tuple[PersonId, ...]


class CircleHeld(Event):
    """The circle of a week met; what was said stays there."""

    type: Literal["cohort.circle_held"] = "cohort.circle_held"
    week: int
    attended: tuple[PersonId, ...]


CohortCirclesEvent = CircleOpened | CircleHeld
