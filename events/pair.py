"""What can happen to a pair. Ratings, free text and concerns are sealed; the levels drawn from them are not.

An event that leaves the confidential area carries a level and a rule id, never a score (G6).
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from events.base import Event, Sealed
from events.chase import Chasing, Escalated, Expired, Postponed, Reminded, Suppressed
from turnabout.commands.pair import Answer, Decision, EndState, NextStep, Terms
from turnabout.model import Instant, Line, Model, PersonId, Rating, Text

Level = Literal["green", "amber", "red"]


class PairFormed(Event):
    """The pair exists and prepares; its terms and policy are fixed here."""

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


class SessionRescheduled(Chasing):
    """A session has a new time; `revision` counts its moves."""

    type: Literal["pair.session_rescheduled"] = "pair.session_rescheduled"
    number: int
    revision: int
    starts_at: Instant
    ends_at: Instant


class SessionHeld(Chasing):
    """A session took place."""

    type: Literal["pair.session_held"] = "pair.session_held"
    number: int
    by: PersonId
    deliverables: tuple[Line, ...] = ()
    note: Annotated[Text | None, Sealed("by")] = None


class SessionMissed(Chasing):
    """A session did not take place, or nobody said so within the policy's days (`unlogged`)."""

    type: Literal["pair.session_missed"] = "pair.session_missed"
    number: int
    in_a_row: int
    unlogged: bool = False
    by: PersonId | None = None


class SessionsCancelled(Chasing):
    """The sessions that were still ahead are off, for the pair has ended."""

    type: Literal["pair.sessions_cancelled"] = "pair.sessions_cancelled"
    numbers: tuple[int, ...]


class InactivityFlagged(Event):
    """Nothing was completed for two intervals and three days (T9)."""

    type: Literal["pair.inactivity_flagged"] = "pair.inactivity_flagged"
    since: Instant


class DeliverableRecorded(Event):
    """The pair produced something."""

    type: Literal["pair.deliverable_recorded"] = "pair.deliverable_recorded"
    by: PersonId
    what: Line


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


class ActionCompleted(Event):
    """An action of the milestone check is done."""

    type: Literal["pair.action_completed"] = "pair.action_completed"
    number: int
    by: PersonId


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


class PairLeadChanged(Event):
    """Somebody else leads the program."""

    type: Literal["pair.lead_changed"] = "pair.lead_changed"
    lead: PersonId
    timezone: str


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
    | SessionRescheduled
    | SessionHeld
    | SessionMissed
    | SessionsCancelled
    | InactivityFlagged
    | DeliverableRecorded
    | PulseOpened
    | PulseAnswered
    | PulseClosed
    | SafetyAssessed
    | ConcernRaised
    | PairPaused
    | PauseAnnounced
    | StewardContactRecorded
    | ResumptionConsented
    | PairResumed
    | MilestoneOpened
    | MilestoneChecked
    | ActionCompleted
    | StagnationAssessed
    | MidpointOpened
    | MidpointDecided
    | EndpointOpened
    | EndpointAnswered
    | EndpointClosed
    | OutcomeRecorded
    | PairEnded
    | MemoFiled
    | MemoWaived
    | PairLeadChanged
    | PairReminded
    | PairReminderSuppressed
    | PairReminderPostponed
    | PairEscalated
    | PairItemExpired
)
PAIR_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[PairEvent, Field(discriminator="type")])
