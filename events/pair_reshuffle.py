"""A reshuffle outside of the midpoint, and more time for a pair that came of one (G7). Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.base import Event
from events.chase import Chasing
from events.pair_preparation import PlannedSession
from turnabout.model import Instant, Line, PersonId


class ReshuffleProposed(Chasing):
    """Both partners are asked whether they want new partners; who is silent until `closes_at` does not. For
    the log alone: `by` and that it came at all may tell of a concern (G6)."""

    type: Literal["pair.reshuffle_proposed"] = "pair.reshuffle_proposed"
    number: int
    by: PersonId
    reason: Line
    closes_at: Instant


class ReshuffleAgreed(Event):
    """One partner agreed."""

    type: Literal["pair.reshuffle_agreed"] = "pair.reshuffle_agreed"
    number: int
    by: PersonId


class ReshuffleDeclined(Chasing):
    """The pair goes on as it is: a partner did not want new ones, or did not answer (`by` None)."""

    type: Literal["pair.reshuffle_declined"] = "pair.reshuffle_declined"
    number: int
    by: PersonId | None = None


class PairExtended(Chasing):
    """A pair that came of a reshuffle has more time, to `ends_on`, with the sessions planned for it."""

    type: Literal["pair.extended"] = "pair.extended"
    weeks: int
    ends_on: date
    reason: Line
    sessions: tuple[PlannedSession, ...]


PairReshuffleEvent = ReshuffleProposed | ReshuffleAgreed | ReshuffleDeclined | PairExtended
