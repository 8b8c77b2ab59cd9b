"""What happens at a pulse and at mid-point: answers (sealed), milestone check, decision. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.pair_terms import Answer, Decision, NextStep
from turnabout.model import Instant, Line, PersonId, Rating


class PulseOpened(Chasing):
    """A pulse asks both partners; it closes at `closes_at`."""

    type: Literal["pair.pulse_opened"] = "pair.pulse_opened"
    wave: int
    week: int
    closes_at: Instant


class PulseAnswered(Chasing):
    """One partner answered; that somebody answered is known, what they said is sealed."""

    type: Literal["pair.pulse_answered"] = "pair.pulse_answered"
    wave: int
    respondent: PersonId
    progress: Annotated[Rating | None, Sealed("respondent")]
    safety: Annotated[Rating | None, Sealed("respondent")]
    recommend: Annotated[bool | None, Sealed("respondent")] = None
    worked: Annotated[Answer | None, Sealed("respondent")] = None
    improve: Annotated[Answer | None, Sealed("respondent")] = None


class PulseClosed(Chasing):
    """The wave is over: who was silent, by count."""

    type: Literal["pair.pulse_closed"] = "pair.pulse_closed"
    wave: int
    answered: int


class MilestoneOpened(Chasing):
    """The milestone check is asked for."""

    type: Literal["pair.milestone_opened"] = "pair.milestone_opened"
    due_at: Instant


class MilestoneChecked(Chasing):
    """The pair looked back and ahead together."""

    type: Literal["pair.milestone_checked"] = "pair.milestone_checked"
    by: PersonId
    progress: Rating
    roadblocks: tuple[Line, ...]
    wins: tuple[Line, ...]
    actions: tuple[NextStep, ...]


class StagnationAssessed(Event):
    """The verdict of G7 at mid: the signs found and what follows."""

    type: Literal["pair.stagnation_assessed"] = "pair.stagnation_assessed"
    signs: tuple[Literal["adherence", "progress", "quiet", "unbooked"], ...]
    verdict: Literal["fine", "nudge", "reshuffle_proposed"]


class MidpointOpened(Chasing):
    """The lead is asked to decide."""

    type: Literal["pair.midpoint_opened"] = "pair.midpoint_opened"
    proposed: Decision


class MidpointDecided(Chasing):
    """How the pair goes on. `by_default` says that nobody decided in time (T14)."""

    type: Literal["pair.midpoint_decided"] = "pair.midpoint_decided"
    decision: Decision
    reason: Line
    by_default: bool = False


PairPulseEvent = (
    PulseOpened
    | PulseAnswered
    | PulseClosed
    | MilestoneOpened
    | MilestoneChecked
    | StagnationAssessed
    | MidpointOpened
    | MidpointDecided
)
