"""Who turned to the safety steward beside their pair, or without one. The words are sealed. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Sealed
from events.chase import Chasing
from turnabout.model import PersonId, Text


class CohortConcernRaised(Chasing):
    """Somebody spoke to the steward, who `steward` was then. Who and what are the steward's to know."""

    type: Literal["cohort.concern_raised"] = "cohort.concern_raised"
    number: int
    respondent: PersonId
    steward: PersonId
    text: Annotated[Text | None, Sealed("respondent")]


class CohortContactRecorded(Chasing):
    """The steward has spoken with who raised the concern of that number."""

    type: Literal["cohort.steward_contact_recorded"] = "cohort.steward_contact_recorded"
    number: int


CohortCareEvent = CohortConcernRaised | CohortContactRecorded
