"""What people say of themselves: that they agree, what they hope for, that they leave. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.cohort_enrolment import DeclineReason
from turnabout.model import Line, PersonId, Rating, Text
from turnabout.spec import Gap


class ConsentPublished(Event):
    """The text that everybody agrees to who joins from now on; `text_hash` is SHA-256 of it."""

    type: Literal["cohort.consent_published"] = "cohort.consent_published"
    version: Line
    text: Text
    text_hash: str


class ConsentGiven(Event):
    """Somebody who joined agreed to the published text of that version and hash."""

    type: Literal["cohort.consent_given"] = "cohort.consent_given"
    person: PersonId
    version: Line
    text_hash: str


class IntakeAnswered(Event):
    """Somebody's answers at recruitment (R35). `skills`, `gaps` and `interests` go into the shortlists, where
    others read them; the hope and the rating stay confidential."""

    type: Literal["cohort.intake_answered"] = "cohort.intake_answered"
    person: PersonId
    instrument: Line
    hope: Annotated[Text | None, Sealed("person")] = None
    confidence: Annotated[Rating | None, Sealed("person")] = None
    skills: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    interests: tuple[Line, ...] = ()


class PersonWithdrew(Chasing):
    """Somebody who had joined leaves of their own will, with a reason code (R102). What was awaited of them
    is settled, and their pairs end. Nobody else learns the reason."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.person_withdrew"] = "cohort.person_withdrew"
    person: PersonId
    reason: Annotated[DeclineReason | None, Sealed("person")] = None


CohortPeopleEvent = ConsentPublished | ConsentGiven | IntakeAnswered | PersonWithdrew
