"""The launch checklist on one page (R77): every item ticks from an event, never by hand. Pure fold.

For everyone in the program, sponsors too: it speaks of the cohort only. An item is listed here once an event
exists that ticks it.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.base import Event
from events.cohort import CohortReminded
from events.cohort_closing import ClosingBegan, CohortMemoFiled
from events.cohort_enrolment import EnrolmentClosed
from events.cohort_governance import CharterSigned, CohortPlanned, SponsorshipCommitted
from events.cohort_measurement import SurveyOpened
from events.cohort_rounds import ShortlistsPrepared
from events.cohort_running import CohortReady, EndpointReached, KickoffHeld
from events.contracts import StoredEvent
from events.pair_preparation import PairActivated
from events.pair_pulse import PulseOpened
from events.templates import Template
from projections.projection import Batch, Projection, Table, at, place, wire


@dataclass
class Item:
    """One line of a cohort's checklist, and the first event that ticked it."""

    cohort: str
    number: int
    item: str
    title: str
    done_at: str | None = None
    stream: str | None = None
    position: int | None = None


CHEAT_SHEET: Template = "kickoff_cheat_sheet"

LINES: tuple[tuple[str, str, type[Event]], ...] = (
    ("charter_signed", "The sponsor has signed the charter", CharterSigned),
    ("sponsor_committed", "The sponsor has committed to the duties", SponsorshipCommitted),
    ("people_recruited", "Enrolment is closed", EnrolmentClosed),
    ("shortlists_sent", "The mentees have their shortlists", ShortlistsPrepared),
    ("pairs_chosen", "The pairs stand", CohortReady),
    ("cheat_sheet_sent", "The cheat sheet has gone out", CohortReminded),
    ("baseline_sent", "The baseline has gone out", SurveyOpened),
    ("kickoff_held", "The kickoff was held", KickoffHeld),
    ("first_pair_active", "The first pair is at work", PairActivated),
    ("pulse_sent", "The pulse has gone out", PulseOpened),
    ("endpoint_reached", "The last week has begun", EndpointReached),
    ("pilot_completed", "Every pair has ended", ClosingBegan),
    ("memo_filed", "The closure memo is filed", CohortMemoFiled),
)
"""Each item in its order, its words, and the event that ticks it."""

_NUMBERS = {wire(event): number for number, (_, _, event) in enumerate(LINES, 1)}

ITEMS = Table("items", Item, key=("cohort", "number"), scope="cohort")

launch_checklist = Projection("launch_checklist", __file__, version=2, tables=(ITEMS,))


@launch_checklist.on(CohortPlanned)
def planned(batch: Batch, event: StoredEvent) -> None:
    for number, (item, title, _) in enumerate(LINES, 1):
        batch[ITEMS].put(Item(place(event.stream).cohort, number, item, title))


@launch_checklist.on(*(event for _, _, event in LINES))
def ticked(batch: Batch, event: StoredEvent) -> None:
    if event.type == wire(CohortReminded) and event.data["template"] != CHEAT_SHEET:
        return
    if event.type == wire(SurveyOpened) and event.data["wave"] != "baseline":
        return
    key = (place(event.stream).cohort, _NUMBERS[event.type])
    row = batch[ITEMS].find(*key)
    if row is None or row.done_at is None:
        row = batch[ITEMS].change(*key)
        row.done_at, row.stream, row.position = at(event), event.stream, event.position
