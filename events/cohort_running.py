"""What happens from the kickoff to the last week, and what pairs tell their cohort. Pure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from events.base import Event
from events.chase import Chasing
from turnabout.commands.cohort_running import PairEnd
from turnabout.model import PersonId


class CohortReady(Chasing):
    """The pairs stand and the kickoff can be held."""

    type: Literal["cohort.ready"] = "cohort.ready"
    pairs: tuple[str, ...]
    can_report_by_role: bool


class KickoffHeld(Chasing):
    """The joint kickoff took place on `held_on`; the program runs. `absent` people owe a make-up."""

    type: Literal["cohort.kickoff_held"] = "cohort.kickoff_held"
    held_on: date
    attended: tuple[PersonId, ...]
    absent: tuple[PersonId, ...]
    days_since_charter: int


class MakeUpAttended(Chasing):
    """An absentee caught up."""

    type: Literal["cohort.make_up_attended"] = "cohort.make_up_attended"
    person: PersonId


class PairActivationNoted(Event):
    """A pair is active."""

    type: Literal["cohort.pair_activation_noted"] = "cohort.pair_activation_noted"
    pair: str


class PairPauseNoted(Chasing):
    """A pair is paused; its people are asked for nothing until it goes on."""

    type: Literal["cohort.pair_pause_noted"] = "cohort.pair_pause_noted"
    pair: str


class PairResumptionNoted(Chasing):
    """A pair goes on."""

    type: Literal["cohort.pair_resumption_noted"] = "cohort.pair_resumption_noted"
    pair: str


class PairEndNoted(Chasing):
    """A pair ended; `waiting` are the people who join the waiting list because of it, `left` those who left
    the program. The cohort never learns that it was for safety."""

    schema_version: ClassVar[int] = 2
    type: Literal["cohort.pair_end_noted"] = "cohort.pair_end_noted"
    pair: str
    state: PairEnd
    waiting: tuple[PersonId, ...] = ()
    left: tuple[PersonId, ...] = ()


class PairMemoNoted(Chasing):
    """A pair's memo is filed or waived."""

    type: Literal["cohort.pair_memo_noted"] = "cohort.pair_memo_noted"
    pair: str
    waived: bool


class EndpointReached(Chasing):
    """The last week has begun."""

    type: Literal["cohort.endpoint_reached"] = "cohort.endpoint_reached"


CohortRunningEvent = (
    CohortReady
    | KickoffHeld
    | MakeUpAttended
    | PairActivationNoted
    | PairPauseNoted
    | PairResumptionNoted
    | PairEndNoted
    | PairMemoNoted
    | EndpointReached
)
