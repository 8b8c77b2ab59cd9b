"""What happens where somebody may not be well: verdicts, concerns (sealed), pauses. Pure.

An event that leaves the confidential area carries a level and a rule id, never a score (G6).
"""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from events.pair_preparation import PlannedSession
from turnabout.model import PersonId, Text

Level = Literal["green", "amber", "red"]


class SafetyAssessed(Chasing):
    """A verdict on safety: a level and the rule it comes from, never a score."""

    type: Literal["pair.safety_assessed"] = "pair.safety_assessed"
    level: Level
    rule: str
    wave: int | None = None


class ConcernRaised(Chasing):
    """Somebody spoke to the steward. Who and what are the steward's to know."""

    type: Literal["pair.concern_raised"] = "pair.concern_raised"
    number: int
    respondent: PersonId
    text: Annotated[Text | None, Sealed("respondent")]
    about_safety: bool


class PairPaused(Chasing):
    """Nudges stop, and the sessions with these numbers are off. Nobody but the steward hears of it before it
    is announced: when it began would tell whose answer led to it. `decoy`: no answer did; the pair was
    drawn."""

    type: Literal["pair.paused"] = "pair.paused"
    pause: int
    sessions: tuple[int, ...] = ()
    decoy: bool = False


class PauseAnnounced(Event):
    """Both partners read the same neutral words (`routine check-in`); from here on others see the pause."""

    type: Literal["pair.pause_announced"] = "pair.pause_announced"
    pause: int
    sessions: tuple[int, ...]


class LotDrawn(Event):
    """By what it is decided whether the pair has a routine check-in while it is well. Every pair has a lot;
    nobody reads it."""

    type: Literal["pair.lot_drawn"] = "pair.lot_drawn"
    steward: PersonId
    secret: Annotated[str | None, Sealed("steward")]


class StewardContactRecorded(Chasing):
    """The steward has spoken with the people of the paused pair."""

    type: Literal["pair.steward_contact_recorded"] = "pair.steward_contact_recorded"
    pause: int


class ResumptionConsented(Event):
    """One of the three who must agree has agreed."""

    type: Literal["pair.resumption_consented"] = "pair.resumption_consented"
    pause: int
    by: PersonId


class PairResumed(Chasing):
    """The pair goes on with the sessions planned from here."""

    type: Literal["pair.resumed"] = "pair.resumed"
    pause: int
    sessions: tuple[PlannedSession, ...]


class PairStewardChanged(Event):
    """Somebody else is the pair's safety steward, and its support contact where the old one was that too."""

    type: Literal["pair.steward_changed"] = "pair.steward_changed"
    steward: PersonId
    timezone: str
    support_contact: PersonId


PairCareEvent = (
    SafetyAssessed
    | ConcernRaised
    | PairPaused
    | PauseAnnounced
    | LotDrawn
    | StewardContactRecorded
    | ResumptionConsented
    | PairResumed
    | PairStewardChanged
)
