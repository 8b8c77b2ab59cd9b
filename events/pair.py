"""What can happen to a pair: one union of what its concerns may say. Ratings, free text and concerns are
sealed; the levels drawn from them are not.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from events.base import Event
from events.chase import Escalated, Expired, Postponed, Reminded, Suppressed
from events.pair_calendar import PairCalendarEvent
from events.pair_care import PairCareEvent
from events.pair_career import PairCareerEvent
from events.pair_closing import PairClosingEvent
from events.pair_corrections import PairCorrectionsEvent
from events.pair_preparation import PairPreparationEvent
from events.pair_pulse import PairPulseEvent
from events.pair_sessions import PairSessionsEvent


class PairReminded(Reminded):
    """A reminder went to the outbox."""

    type: Literal["pair.reminded"] = "pair.reminded"


class PairReminderSuppressed(Suppressed):
    """A reminder had lost its use."""

    type: Literal["pair.reminder_suppressed"] = "pair.reminder_suppressed"


class PairReminderPostponed(Postponed):
    """A reminder or a word to the lead waits for working hours."""

    type: Literal["pair.reminder_postponed"] = "pair.reminder_postponed"


class PairEscalated(Escalated):
    """A person was told."""

    type: Literal["pair.escalated"] = "pair.escalated"


class PairItemExpired(Expired):
    """The waiting for an item ended."""

    type: Literal["pair.item_expired"] = "pair.item_expired"


PairEvent = (
    PairPreparationEvent
    | PairSessionsEvent
    | PairCalendarEvent
    | PairCareerEvent
    | PairPulseEvent
    | PairCareEvent
    | PairClosingEvent
    | PairCorrectionsEvent
    | PairReminded
    | PairReminderSuppressed
    | PairReminderPostponed
    | PairEscalated
    | PairItemExpired
)
PAIR_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[PairEvent, Field(discriminator="type")])
