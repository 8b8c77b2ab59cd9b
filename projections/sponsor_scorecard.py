"""The sponsor's scorecard (R28, K13): each duty, when it is due and how it stands. Pure fold.

For everyone in the program, the sponsor first: it speaks of no pair.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.cohort_closing import CohortCancelled
from events.cohort_corrections import DutyCorrected
from events.cohort_governance import DutyFulfilled, DutyMissed, DutyRescheduled, SponsorshipCommitted
from events.cohort_offices import SponsorReplaced
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class Duty:
    """A duty of the sponsor who holds it: due, fulfilled, late, missed, or off where the cohort was cancelled
    before. `settled_at` is when it ceased to be due."""

    cohort: str
    duty: str
    sponsor: str
    due_at: str
    state: str = "due"
    settled_at: str | None = None


DUTIES = Table("duties", Duty, key=("cohort", "duty"), scope="cohort")

sponsor_scorecard = Projection("sponsor_scorecard", __file__, version=1, tables=(DUTIES,))


def _duty(batch: Batch, event: StoredEvent) -> Duty:
    return batch[DUTIES].change(place(event.stream).cohort, event.data["duty"])


def _open(batch: Batch, event: StoredEvent) -> list[Duty]:
    cohort = place(event.stream).cohort
    due = [row.duty for row in batch[DUTIES].under(cohort) if row.state == "due"]
    return [batch[DUTIES].change(cohort, duty) for duty in due]


@sponsor_scorecard.on(SponsorshipCommitted)
def committed(batch: Batch, event: StoredEvent) -> None:
    for duty, due_at in event.data["duties"].items():
        batch[DUTIES].put(Duty(place(event.stream).cohort, duty, event.data["by"], due_at))


@sponsor_scorecard.on(DutyRescheduled)
def rescheduled(batch: Batch, event: StoredEvent) -> None:
    _duty(batch, event).due_at = event.data["due_at"]


@sponsor_scorecard.on(DutyFulfilled)
def fulfilled(batch: Batch, event: StoredEvent) -> None:
    row = _duty(batch, event)
    row.state, row.settled_at = "fulfilled" if event.data["on_time"] else "late", at(event)


@sponsor_scorecard.on(DutyMissed)
def missed(batch: Batch, event: StoredEvent) -> None:
    row = _duty(batch, event)
    row.state, row.settled_at = "missed", at(event)


@sponsor_scorecard.on(DutyCorrected)
def corrected(batch: Batch, event: StoredEvent) -> None:
    row, state = _duty(batch, event), event.data["state"]
    row.state, row.settled_at = state, None if state == "due" else at(event)


@sponsor_scorecard.on(SponsorReplaced)
def replaced(batch: Batch, event: StoredEvent) -> None:
    """What is still due passes on; what was done or missed stays with whoever it was."""
    for row in _open(batch, event):
        row.sponsor = event.data["to"]["id"]


@sponsor_scorecard.on(CohortCancelled)
def cancelled(batch: Batch, event: StoredEvent) -> None:
    for row in _open(batch, event):
        row.state, row.settled_at = "off", at(event)
