"""The pair's card: who works with whom, on what, how far they are. Pure fold.

For the lead, the steward and the two partners; not for sponsors (R110). It holds no answer of anybody and no
word on safety: a pause is just `paused`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.contracts import StoredEvent
from events.pair_calendar import CadenceChanged, SessionsMoved
from events.pair_care import PairResumed, PairStewardChanged, PauseAnnounced
from events.pair_closing import MemoFiled, MemoWaived, OutcomeRecorded, PairEnded
from events.pair_corrections import DeliverableCorrected, OutcomeCorrected, SessionCorrected
from events.pair_preparation import (
    CadenceAgreed,
    ExchangeAgreed,
    GoalAccepted,
    GoalProposed,
    PairActivated,
    PairFormed,
    PairLeadChanged,
)
from events.pair_pulse import MidpointDecided, MilestoneChecked
from events.pair_sessions import (
    ActionCompleted,
    DeliverableRecorded,
    SessionHeld,
    SessionMissed,
    SessionRescheduled,
    SessionsCancelled,
)
from projections.privacy import shown_end
from projections.projection import Batch, Projection, Table, at, place
from projections.sessions import session_changes
from turnabout.commands.pair_terms import Terms


@dataclass
class Card:
    """`life` is what the pair goes back to after a pause; `sessions` all of the plan, by number; `goal` is
    the accepted one, `proposal` the one that awaits acceptance."""

    pair: str
    cohort: str
    program: str
    number: int
    mentor: str
    mentee: str
    lead: str
    support_contact: str
    preset: str
    weeks: int
    interval_weeks: int
    timezone: str
    ends_on: str
    assigned: bool
    replaces: str | None
    formed_at: str
    life: str = "forming"
    paused: bool = False
    pauses: int = 0
    activated_at: str | None = None
    ended_at: str | None = None
    goal: dict[str, Any] | None = None
    proposal: dict[str, Any] | None = None
    teaches: str | None = None
    gives: str | None = None
    cadence: dict[str, Any] | None = None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    deliverables: int = 0
    milestone_checked_at: str | None = None
    actions: int = 0
    actions_done: list[int] = field(default_factory=list)
    decision: str | None = None
    decision_by_default: bool = False
    outcome: float | None = None
    attainment: int | None = None
    memo: str | None = None
    memo_at: str | None = None
    summary: str | None = None
    lesson: str | None = None
    next_steps: list[dict[str, Any]] = field(default_factory=list)


CARDS = Table("cards", Card, key=("pair",), scope="pair")

pair_card = Projection("pair_card", __file__, version=1, tables=(CARDS,))


def _card(batch: Batch, event: StoredEvent) -> Card:
    return batch[CARDS].change(place(event.stream).pair)


@pair_card.on(PairFormed)
def formed(batch: Batch, event: StoredEvent) -> None:
    terms = Terms.model_validate(event.data["terms"])
    batch[CARDS].put(
        Card(
            pair=str(place(event.stream).pair),
            cohort=terms.cohort,
            program=terms.program,
            number=terms.number,
            mentor=terms.mentor,
            mentee=terms.mentee,
            lead=terms.lead,
            support_contact=terms.support_contact,
            preset=terms.preset,
            weeks=terms.weeks,
            interval_weeks=terms.interval_weeks,
            timezone=terms.timezone,
            ends_on=terms.ends_on.isoformat(),
            assigned=terms.assigned,
            replaces=terms.replaces,
            formed_at=at(event),
        )
    )


@pair_card.on(ExchangeAgreed)
def exchange_agreed(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.teaches, card.gives = event.data["teaches"], event.data["gives"]


@pair_card.on(CadenceAgreed, CadenceChanged)
def cadence_agreed(batch: Batch, event: StoredEvent) -> None:
    names = ("weekday", "at", "timezone", "minutes", "channel")
    _card(batch, event).cadence = {name: event.data[name] for name in names}


@pair_card.on(GoalProposed)
def goal_proposed(batch: Batch, event: StoredEvent) -> None:
    names = ("number", "statement", "metric", "baseline", "target", "unit", "due_on")
    _card(batch, event).proposal = {name: event.data[name] for name in names}


@pair_card.on(GoalAccepted)
def goal_accepted(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    if card.proposal is not None and card.proposal["number"] == event.data["number"]:
        card.goal, card.proposal = card.proposal, None


@pair_card.on(PairActivated)
def activated(batch: Batch, event: StoredEvent) -> None:
    card = _sessions_changed(batch, event)
    card.life, card.activated_at = "active", at(event)


@pair_card.on(SessionRescheduled, SessionsMoved, SessionMissed, SessionCorrected, SessionsCancelled)
def sessions_changed(batch: Batch, event: StoredEvent) -> None:
    _sessions_changed(batch, event)


@pair_card.on(SessionHeld)
def session_held(batch: Batch, event: StoredEvent) -> None:
    _sessions_changed(batch, event).deliverables += len(event.data["deliverables"])


def _sessions_changed(batch: Batch, event: StoredEvent) -> Card:
    card = _card(batch, event)
    book = {session["number"]: session for session in card.sessions}
    for number, values in session_changes(event):
        book[number] = {**book.get(number, {"number": number}), **values}
    card.sessions = [book[number] for number in sorted(book)]
    return card


@pair_card.on(DeliverableRecorded)
def deliverable_recorded(batch: Batch, event: StoredEvent) -> None:
    _card(batch, event).deliverables += 1


@pair_card.on(DeliverableCorrected)
def deliverable_corrected(batch: Batch, event: StoredEvent) -> None:
    _card(batch, event).deliverables -= event.data["what"] is None


@pair_card.on(PauseAnnounced)
def paused(batch: Batch, event: StoredEvent) -> None:
    card = _sessions_changed(batch, event)
    card.paused, card.pauses = True, card.pauses + 1


@pair_card.on(PairResumed)
def resumed(batch: Batch, event: StoredEvent) -> None:
    _sessions_changed(batch, event).paused = False


@pair_card.on(MilestoneChecked)
def milestone_checked(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.milestone_checked_at = at(event)
    card.actions += len(event.data["actions"])


@pair_card.on(ActionCompleted)
def action_completed(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.actions_done = sorted({*card.actions_done, event.data["number"]})


@pair_card.on(MidpointDecided)
def midpoint_decided(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.decision, card.decision_by_default = event.data["decision"], event.data["by_default"]


@pair_card.on(OutcomeRecorded, OutcomeCorrected)
def outcome_recorded(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.outcome, card.attainment = event.data["value"], event.data["attainment"]


@pair_card.on(PairStewardChanged)
def steward_changed(batch: Batch, event: StoredEvent) -> None:
    _card(batch, event).support_contact = event.data["support_contact"]


@pair_card.on(PairLeadChanged)
def lead_changed(batch: Batch, event: StoredEvent) -> None:
    _card(batch, event).lead = event.data["lead"]


@pair_card.on(PairEnded)
def ended(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.life, card.paused, card.ended_at = shown_end(event.data["state"]), False, at(event)
    card.sessions = [
        {**session, "state": "cancelled"}
        if session["state"] == "planned" and datetime.fromisoformat(session["starts_at"]) > event.occurred_at
        else session
        for session in card.sessions
    ]


@pair_card.on(MemoFiled)
def memo_filed(batch: Batch, event: StoredEvent) -> None:
    card, data = _card(batch, event), event.data
    card.memo, card.memo_at = "filed", at(event)
    card.summary, card.lesson, card.next_steps = data["summary"], data["lesson"], data["next_steps"]


@pair_card.on(MemoWaived)
def memo_waived(batch: Batch, event: StoredEvent) -> None:
    card = _card(batch, event)
    card.memo, card.memo_at = "waived", at(event)
