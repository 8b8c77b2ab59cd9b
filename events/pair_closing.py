"""What happens at the end of a pair: endpoint answers (sealed), outcome, end, memo. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.pair_terms import EndState, NextStep
from turnabout.model import Instant, Line, PersonId, Rating, Text


class EndpointOpened(Chasing):
    """The endpoint wave asks both partners; it closes at `closes_at`."""

    type: Literal["pair.endpoint_opened"] = "pair.endpoint_opened"
    closes_at: Instant


class EndpointAnswered(Chasing):
    """One partner answered the endpoint wave."""

    type: Literal["pair.endpoint_answered"] = "pair.endpoint_answered"
    respondent: PersonId
    progress: Annotated[Rating | None, Sealed("respondent")]
    safety: Annotated[Rating | None, Sealed("respondent")]
    recommend: Annotated[bool | None, Sealed("respondent")] = None


class EndpointClosed(Chasing):
    """The endpoint wave is over."""

    type: Literal["pair.endpoint_closed"] = "pair.endpoint_closed"
    answered: int


class OutcomeRecorded(Event):
    """The goal's metric at the end and the attainment level, -2 to +2."""

    type: Literal["pair.outcome_recorded"] = "pair.outcome_recorded"
    by: PersonId
    value: float
    attainment: int


class PairEnded(Chasing):
    """The pair's work is over, in one of the distinct end states; a memo is due. `left` are the partners who
    left the program with it."""

    type: Literal["pair.ended"] = "pair.ended"
    state: EndState
    reason: Line
    left: tuple[PersonId, ...] = ()


class MemoFiled(Chasing):
    """The pair's closure memo."""

    type: Literal["pair.memo_filed"] = "pair.memo_filed"
    by: PersonId
    summary: Text
    lesson: Line
    next_steps: tuple[NextStep, ...]


class MemoWaived(Chasing):
    """The pair goes without a memo, for a reason."""

    type: Literal["pair.memo_waived"] = "pair.memo_waived"
    reason: Line


PairClosingEvent = (
    EndpointOpened | EndpointAnswered | EndpointClosed | OutcomeRecorded | PairEnded | MemoFiled | MemoWaived
)
