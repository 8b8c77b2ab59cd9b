"""What happens while people are asked to join. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.cohort_enrolment import DeclineReason
from turnabout.model import Instant, Line, PersonId


class EnrolmentOpened(Chasing):
    """Everyone on the roster was invited; enrolment closes at `closes_at`."""

    type: Literal["cohort.enrolment_opened"] = "cohort.enrolment_opened"
    closes_at: Instant


class PersonJoined(Chasing):
    """Somebody opted in and is eligible; `criteria` names what was met (R33, R34)."""

    type: Literal["cohort.person_joined"] = "cohort.person_joined"
    person: PersonId
    criteria: tuple[str, ...]


class PersonDeclined(Chasing):
    """Somebody stays out, with a reason code, which nobody else learns."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.person_declined"] = "cohort.person_declined"
    person: PersonId
    reason: Annotated[DeclineReason | None, Sealed("person")] = None


class EnrolmentClosed(Chasing):
    """Nobody else joins. Matching begins with round 1."""

    type: Literal["cohort.enrolment_closed"] = "cohort.enrolment_closed"
    mentors: tuple[PersonId, ...]
    mentees: tuple[PersonId, ...]


class EnrolmentReopened(Chasing):
    """Too few pairs came about: who is not in may still join. Those who had not answered were invited again;
    `opening` counts how often enrolment has been open."""

    type: Literal["cohort.enrolment_reopened"] = "cohort.enrolment_reopened"
    opening: int
    closes_at: Instant


class SmallCohortApproved(Event):
    """The lead goes on with `pairs` pairs, fewer than a cohort should have, for a reason (G13)."""

    type: Literal["cohort.small_cohort_approved"] = "cohort.small_cohort_approved"
    by: PersonId
    pairs: int
    reason: Line


CohortEnrolmentEvent = (
    EnrolmentOpened
    | PersonJoined
    | PersonDeclined
    | EnrolmentClosed
    | EnrolmentReopened
    | SmallCohortApproved
)
