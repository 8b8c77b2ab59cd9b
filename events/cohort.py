"""What can happen to a cohort. What people answer in its surveys is sealed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from events.base import Event
from events.chase import Escalated, Expired, Postponed, Reminded, Suppressed
from events.cohort_care import CohortCareEvent
from events.cohort_changes import CohortChangesEvent
from events.cohort_circles import CohortCirclesEvent
from events.cohort_closing import CohortClosingEvent
from events.cohort_corrections import CohortCorrectionsEvent
from events.cohort_enrolment import CohortEnrolmentEvent
from events.cohort_governance import CohortGovernanceEvent
from events.cohort_holidays import CohortHolidaysEvent
from events.cohort_kpis import CohortKpisEvent
from events.cohort_measurement import CohortMeasurementEvent
from events.cohort_offices import CohortOfficesEvent
from events.cohort_people import CohortPeopleEvent
from events.cohort_rounds import CohortRoundsEvent
from events.cohort_running import CohortRunningEvent


class CohortReminded(Reminded):
    """A reminder went to the outbox."""

    type: Literal["cohort.reminded"] = "cohort.reminded"


class CohortReminderSuppressed(Suppressed):
    """A reminder had lost its use."""

    type: Literal["cohort.reminder_suppressed"] = "cohort.reminder_suppressed"


class CohortReminderPostponed(Postponed):
    """A reminder or a word to the lead waits for working hours."""

    type: Literal["cohort.reminder_postponed"] = "cohort.reminder_postponed"


class CohortEscalated(Escalated):
    """A person was told."""

    type: Literal["cohort.escalated"] = "cohort.escalated"


class CohortItemExpired(Expired):
    """The waiting for an item ended."""

    type: Literal["cohort.item_expired"] = "cohort.item_expired"


CohortEvent = (
    CohortGovernanceEvent
    | CohortOfficesEvent
    | CohortChangesEvent
    | CohortCorrectionsEvent
    | CohortEnrolmentEvent
    | CohortPeopleEvent
    | CohortHolidaysEvent
    | CohortRoundsEvent
    | CohortRunningEvent
    | CohortCirclesEvent
    | CohortClosingEvent
    | CohortMeasurementEvent
    | CohortKpisEvent
    | CohortCareEvent
    | CohortReminded
    | CohortReminderSuppressed
    | CohortReminderPostponed
    | CohortEscalated
    | CohortItemExpired
)
COHORT_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[CohortEvent, Field(discriminator="type")])
