"""The reciprocity ledger (R10): what each partner of a pair put into the exchange, side by side. Pure fold.

For the lead, the steward and the two partners; not for sponsors (R110). It counts the work on record and
holds no answer of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.contracts import StoredEvent
from events.pair_corrections import DeliverableCorrected, SessionCorrected
from events.pair_practice import (
    DecisionChanged,
    DecisionImplemented,
    DecisionMeasured,
    ExperimentRecorded,
    FeedbackGiven,
    InsightRecorded,
)
from events.pair_preparation import ExchangeAgreed, PairFormed
from events.pair_sessions import ActionCompleted, DeliverableRecorded, SessionHeld
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class Pair:
    """The two, what they agreed, and what they did together. `withdrawn` counts deliverables that turned out
    to be none."""

    pair: str
    cohort: str
    number: int
    mentor: str
    mentee: str
    teaches: str | None = None
    gives: str | None = None
    held: int = 0
    withdrawn: int = 0


@dataclass
class Effort:
    """What one person put on record in a pair."""

    pair: str
    person: str
    deliverables: int
    feedback: int
    experiments: int
    insights: int
    decisions: int
    actions: int
    first_at: str
    last_at: str


PAIRS = Table("pairs", Pair, key=("pair",), scope="pair")
EFFORTS = Table("efforts", Effort, key=("pair", "person"), scope="pair")

reciprocity = Projection("reciprocity", __file__, version=1, tables=(PAIRS, EFFORTS))


def _pair(batch: Batch, event: StoredEvent) -> Pair:
    return batch[PAIRS].change(place(event.stream).pair)


def _effort(batch: Batch, event: StoredEvent) -> Effort:
    pair, person, now = str(place(event.stream).pair), event.data["by"], at(event)
    if batch[EFFORTS].find(pair, person) is None:
        batch[EFFORTS].put(Effort(pair, person, 0, 0, 0, 0, 0, 0, now, now))
    row = batch[EFFORTS].change(pair, person)
    # A fact that is recorded late may be the first. All texts are in UTC, so they sort as their instants do.
    row.first_at, row.last_at = min(row.first_at, now), max(row.last_at, now)
    return row


@reciprocity.on(PairFormed)
def formed(batch: Batch, event: StoredEvent) -> None:
    where, terms = place(event.stream), event.data["terms"]
    batch[PAIRS].put(Pair(str(where.pair), where.cohort, terms["number"], terms["mentor"], terms["mentee"]))


@reciprocity.on(ExchangeAgreed)
def exchange_agreed(batch: Batch, event: StoredEvent) -> None:
    pair = _pair(batch, event)
    pair.teaches, pair.gives = event.data["teaches"], event.data["gives"]


@reciprocity.on(SessionHeld)
def session_held(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).held += 1
    _effort(batch, event).deliverables += len(event.data["deliverables"])


@reciprocity.on(SessionCorrected)
def session_corrected(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).held += 1 if event.data["held"] else -1


@reciprocity.on(DeliverableCorrected)
def deliverable_corrected(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).withdrawn += event.data["what"] is None


@reciprocity.on(DeliverableRecorded)
def deliverable_recorded(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).deliverables += 1


@reciprocity.on(FeedbackGiven)
def feedback_given(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).feedback += 1


@reciprocity.on(ExperimentRecorded)
def experiment_recorded(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).experiments += 1


@reciprocity.on(InsightRecorded)
def insight_recorded(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).insights += 1


@reciprocity.on(DecisionChanged, DecisionImplemented, DecisionMeasured)
def decision_moved(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).decisions += 1


@reciprocity.on(ActionCompleted)
def action_completed(batch: Batch, event: StoredEvent) -> None:
    _effort(batch, event).actions += 1
