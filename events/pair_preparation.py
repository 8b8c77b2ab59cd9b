"""What happens while a pair prepares: exchange, cadence, goal, ground rules, the start of its work. Pure."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, ClassVar, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.pair_terms import Terms
from turnabout.model import Instant, Line, Model, PersonId, Rating


class PairFormed(Event):
    """The pair exists and prepares; its terms and policy are fixed here."""

    schema_version: ClassVar[int] = 2
    type: Literal["pair.formed"] = "pair.formed"
    terms: Terms


class KickoffAttended(Event):
    """These partners were at the kickoff or its make-up."""

    type: Literal["pair.kickoff_attended"] = "pair.kickoff_attended"
    people: tuple[PersonId, ...]


class ExchangeAgreed(Event):
    """What the junior teaches, and what the senior gives."""

    type: Literal["pair.exchange_agreed"] = "pair.exchange_agreed"
    teaches: Line
    gives: Line


class CadenceAgreed(Event):
    """When and how the pair meets; `at` is local to `timezone`."""

    type: Literal["pair.cadence_agreed"] = "pair.cadence_agreed"
    weekday: int
    at: time
    timezone: str
    minutes: int
    channel: Line


class GoalProposed(Chasing):
    """A goal that passed the gate (G2: S, M, T and the tie of R) and awaits ratings and confirmation."""

    type: Literal["pair.goal_proposed"] = "pair.goal_proposed"
    number: int
    by: PersonId
    statement: Line
    metric: Line
    baseline: float
    target: float
    unit: Line
    due_on: date
    replaces_because: Line | None = None


class GoalRated(Chasing):
    """One partner's view of how attainable the proposed goal is."""

    type: Literal["pair.goal_rated"] = "pair.goal_rated"
    number: int
    by: PersonId
    attainability: Annotated[Rating | None, Sealed("by")]
    attainable: bool


class GoalAccepted(Chasing):
    """The goal stands: all five letters hold. An earlier goal is superseded."""

    type: Literal["pair.goal_accepted"] = "pair.goal_accepted"
    number: int


class GroundRulesSigned(Event):
    """One partner signed the ground rules."""

    type: Literal["pair.ground_rules_signed"] = "pair.ground_rules_signed"
    by: PersonId


class PreparationOpened(Chasing):
    """The pair was asked to prepare: goal, exchange, cadence and ground rules."""

    type: Literal["pair.preparation_opened"] = "pair.preparation_opened"


class PlannedSession(Model):
    """One meeting of the series, as instants."""

    number: int
    starts_at: Instant
    ends_at: Instant


class PairActivated(Chasing):
    """The pair works (t0 of the KPIs): everything before the first session is in place. `late_pulse`: the
    week of a pulse of its own, where all others are over or under way. `late_decision`: the week whose pulse
    the midpoint decision follows, where the one of the terms is over."""

    type: Literal["pair.activated"] = "pair.activated"
    sessions: tuple[PlannedSession, ...]
    late_pulse: int | None = None
    late_decision: int | None = None


class PairLeadChanged(Event):
    """Somebody else leads the program."""

    type: Literal["pair.lead_changed"] = "pair.lead_changed"
    lead: PersonId
    timezone: str


PairPreparationEvent = (
    PairFormed
    | KickoffAttended
    | ExchangeAgreed
    | CadenceAgreed
    | GoalProposed
    | GoalRated
    | GoalAccepted
    | GroundRulesSigned
    | PreparationOpened
    | PairActivated
    | PairLeadChanged
)
