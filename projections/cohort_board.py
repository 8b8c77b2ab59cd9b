"""The operators' board: one row for each cohort, with its people and pairs counted by state. Pure fold.

For the lead, the steward and the analyst. Not for sponsors: it counts pauses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from events.cohort_changes import PersonExited
from events.cohort_closing import ClosingBegan, CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_corrections import DutyCorrected
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    PersonDeclined,
    PersonJoined,
)
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    LaunchOverdue,
    LeadHandedOver,
    SponsorshipCommitted,
)
from events.cohort_offices import NextCohortPlanned, SponsorReplaced
from events.cohort_people import PersonWithdrew
from events.cohort_rounds import PairArranged, RoundClosed, RoundOpened
from events.cohort_running import CohortReady, EndpointReached, KickoffHeld, PairEndNoted
from events.contracts import StoredEvent
from events.pair_care import PairResumed, PauseAnnounced
from events.pair_closing import MemoFiled, MemoWaived, PairEnded
from events.pair_corrections import SessionCorrected
from events.pair_preparation import PairActivated, PairFormed
from events.pair_pulse import MidpointDecided, MidpointOpened
from events.pair_sessions import InactivityFlagged, SessionHeld
from projections.privacy import shown_end
from projections.projection import Batch, Projection, Table, at, place, wire
from turnabout.spec import CohortSpec


@dataclass
class Cohort:
    """`duties` maps each sponsor duty to when it is due and how it stands: due, fulfilled, late, missed, or
    off where the cohort was cancelled before."""

    cohort: str
    program: str
    name: str
    kind: str
    preset: str
    weeks: int
    timezone: str
    starts_on: str
    kickoff_on: str
    ends_on: str
    lead: str
    sponsor: str
    policy_version: str
    retention_days: int | None = None
    state: str = "planned"
    duties: dict[str, dict[str, str]] = field(default_factory=dict)
    launch_overdue: bool = False
    charter_signed_at: str | None = None
    sponsorship_committed_at: str | None = None
    enrolment_opened_at: str | None = None
    enrolment_closes_at: str | None = None
    kickoff_held_on: str | None = None
    kickoff_held_at: str | None = None
    endpoint_at: str | None = None
    memo_filed_at: str | None = None
    closed_at: str | None = None
    archived_at: str | None = None
    next_cohort: str | None = None
    next_cohort_on: str | None = None
    cancelled_at: str | None = None
    last_event: str = ""
    last_event_at: str | None = None
    last_position: int = 0


@dataclass
class Person:
    """Somebody on the roster: listed, invited, joined, declined or left, and perhaps on the waiting list."""

    cohort: str
    person: str
    role: str
    state: str = "listed"
    waiting: bool = False


@dataclass
class Pair:
    """A pair as far as the board counts it; `life` is what it goes back to after a pause."""

    pair: str
    cohort: str
    life: str = "forming"
    paused: bool = False
    assigned: bool = False
    inactive: bool = False
    decision_due: bool = False
    defaulted: bool = False
    memo: str | None = None


COHORTS = Table("cohorts", Cohort, key=("cohort",), scope="cohort")
PEOPLE = Table("people", Person, key=("cohort", "person"), scope="cohort")
PAIRS = Table("pairs", Pair, key=("pair",), scope="pair")

cohort_board = Projection("cohort_board", __file__, version=2, tables=(COHORTS, PEOPLE, PAIRS))


def _touch(batch: Batch, event: StoredEvent) -> Cohort:
    """The event's cohort, with the event as its last."""
    row = batch[COHORTS].change(place(event.stream).cohort)
    row.last_event, row.last_event_at, row.last_position = event.type, at(event), event.position
    return row


def _pair(batch: Batch, event: StoredEvent) -> Pair:
    _touch(batch, event)
    return batch[PAIRS].change(place(event.stream).pair)


@cohort_board.on(CohortPlanned)
def planned(batch: Batch, event: StoredEvent) -> None:
    spec = CohortSpec.model_validate(event.data["spec"])
    weeks = event.data["shape"]["weeks"]
    batch[COHORTS].put(
        Cohort(
            cohort=place(event.stream).cohort,
            program=spec.program,
            name=spec.name,
            kind=spec.kind,
            preset=spec.preset,
            weeks=weeks,
            timezone=spec.timezone,
            starts_on=spec.starts_on.isoformat(),
            kickoff_on=spec.kickoff_on.isoformat(),
            ends_on=(spec.kickoff_on + timedelta(weeks=weeks)).isoformat(),
            lead=spec.lead.id,
            sponsor=spec.sponsor.id,
            policy_version=event.policy_version,
            retention_days=event.data["policy"]["closing"]["retention"],
        )
    )
    for person in spec.people:
        batch[PEOPLE].put(Person(place(event.stream).cohort, person.id, person.role))
    _touch(batch, event)


@cohort_board.on(CharterSigned)
def charter_signed(batch: Batch, event: StoredEvent) -> None:
    row = _touch(batch, event)
    row.charter_signed_at = row.charter_signed_at or at(event)
    _chartered(row)


@cohort_board.on(SponsorshipCommitted)
def sponsorship_committed(batch: Batch, event: StoredEvent) -> None:
    row = _touch(batch, event)
    row.sponsorship_committed_at = row.sponsorship_committed_at or at(event)
    row.duties = {duty: {"due_at": due, "state": "due"} for duty, due in event.data["duties"].items()}
    _chartered(row)


def _chartered(row: Cohort) -> None:
    if row.state == "planned" and row.charter_signed_at and row.sponsorship_committed_at:
        row.state = "chartered"


@cohort_board.on(EnrolmentOpened, EnrolmentReopened)
def enrolment_opened(batch: Batch, event: StoredEvent) -> None:
    row = _touch(batch, event)
    row.state, row.enrolment_opened_at = "enrolling", row.enrolment_opened_at or at(event)
    row.enrolment_closes_at = event.data["closes_at"]
    for person in batch[PEOPLE].under(row.cohort):
        if person.state == "listed":
            batch[PEOPLE].change(row.cohort, person.person).state = "invited"


@cohort_board.on(PersonJoined)
def joined(batch: Batch, event: StoredEvent) -> None:
    _person(batch, event, event.data["person"]).state = "joined"


@cohort_board.on(PersonDeclined)
def declined(batch: Batch, event: StoredEvent) -> None:
    row = _person(batch, event, event.data["person"])
    row.state, row.waiting = "declined", False


@cohort_board.on(PersonWithdrew)
def withdrew(batch: Batch, event: StoredEvent) -> None:
    row = _person(batch, event, event.data["person"])
    row.state, row.waiting = "left", False


def _person(batch: Batch, event: StoredEvent, person: str) -> Person:
    return batch[PEOPLE].change(_touch(batch, event).cohort, person)


@cohort_board.on(PersonExited)
def exited(batch: Batch, event: StoredEvent) -> None:
    row = _person(batch, event, event.data["person"])
    row.state, row.waiting = "left", False


@cohort_board.on(RoundOpened)
def round_opened(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event)
    for mentee in event.data["mentees"]:
        _person(batch, event, mentee).waiting = False


@cohort_board.on(RoundClosed)
def round_closed(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event)
    for entry in event.data["unmatched"]:
        _person(batch, event, entry["person"]).waiting = True


@cohort_board.on(PairArranged)
def pair_arranged(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event)
    for role in ("mentor", "mentee"):
        _person(batch, event, event.data["terms"][role]).waiting = False


@cohort_board.on(PairEndNoted)
def pair_end_noted(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event)
    for person in event.data["waiting"]:
        _person(batch, event, person).waiting = True
    for person in event.data["left"]:
        row = _person(batch, event, person)
        row.state, row.waiting = "left", False


_MOVES: dict[str, tuple[str, str | None]] = {
    "cohort.enrolment_closed": ("matching", None),
    "cohort.ready": ("ready", None),
    "cohort.kickoff_held": ("running", "kickoff_held_at"),
    "cohort.endpoint_reached": ("endpoint", "endpoint_at"),
    "cohort.closing_began": ("closing", None),
    "cohort.closed": ("closed", "closed_at"),
    "cohort.archived": ("archived", "archived_at"),
    "cohort.cancelled": ("cancelled", "cancelled_at"),
}
"""The state that an event leads to, and the column that keeps when."""


@cohort_board.on(
    EnrolmentClosed,
    CohortReady,
    KickoffHeld,
    EndpointReached,
    ClosingBegan,
    CohortClosed,
    CohortArchived,
    CohortCancelled,
)
def moved(batch: Batch, event: StoredEvent) -> None:
    row = _touch(batch, event)
    row.state, column = _MOVES[event.type]
    if column is not None:
        setattr(row, column, at(event))
    if event.type == wire(KickoffHeld):
        row.kickoff_held_on = event.data["held_on"]
    if event.type == wire(CohortCancelled):
        row.duties = {
            duty: {**held, "state": "off"} if held["state"] == "due" else held
            for duty, held in row.duties.items()
        }


@cohort_board.on(CohortMemoFiled)
def memo_filed(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event).memo_filed_at = at(event)


@cohort_board.on(LaunchOverdue)
def launch_overdue(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event).launch_overdue = True


_FULFILLED = {True: "fulfilled", False: "late", None: "missed"}


@cohort_board.on(DutyFulfilled, DutyMissed, DutyRescheduled)
def duty(batch: Batch, event: StoredEvent) -> None:
    row, data = _touch(batch, event), event.data
    moved = "due_at" in data
    change = {"due_at": data["due_at"]} if moved else {"state": _FULFILLED[data.get("on_time")]}
    row.duties = {**row.duties, data["duty"]: {**row.duties.get(data["duty"], {}), **change}}


@cohort_board.on(DutyCorrected)
def duty_corrected(batch: Batch, event: StoredEvent) -> None:
    row, data = _touch(batch, event), event.data
    row.duties = {**row.duties, data["duty"]: {**row.duties.get(data["duty"], {}), "state": data["state"]}}


@cohort_board.on(SessionCorrected)
def session_corrected(batch: Batch, event: StoredEvent) -> None:
    row = _pair(batch, event)
    row.inactive = row.inactive and not event.data["held"]


@cohort_board.on(LeadHandedOver)
def lead_handed_over(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event).lead = event.data["to"]["id"]


@cohort_board.on(SponsorReplaced)
def sponsor_replaced(batch: Batch, event: StoredEvent) -> None:
    _touch(batch, event).sponsor = event.data["to"]["id"]


@cohort_board.on(NextCohortPlanned)
def next_planned(batch: Batch, event: StoredEvent) -> None:
    row = _touch(batch, event)
    row.next_cohort, row.next_cohort_on = event.data["cohort"], event.data["starts_on"]


@cohort_board.on(PairFormed)
def formed(batch: Batch, event: StoredEvent) -> None:
    cohort, pair = _touch(batch, event).cohort, place(event.stream).pair
    batch[PAIRS].put(Pair(str(pair), cohort, assigned=event.data["terms"]["assigned"]))


@cohort_board.on(PairActivated)
def activated(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).life = "active"


@cohort_board.on(PauseAnnounced)
def paused(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).paused = True


@cohort_board.on(PairResumed)
def resumed(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).paused = False


@cohort_board.on(PairEnded)
def ended(batch: Batch, event: StoredEvent) -> None:
    row = _pair(batch, event)
    row.life, row.paused = shown_end(event.data["state"]), False
    row.inactive = row.decision_due = row.defaulted = False


@cohort_board.on(SessionHeld)
def session_held(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).inactive = False


@cohort_board.on(InactivityFlagged)
def inactivity_flagged(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).inactive = True


@cohort_board.on(MidpointOpened)
def midpoint_opened(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).decision_due = True


@cohort_board.on(MidpointDecided)
def midpoint_decided(batch: Batch, event: StoredEvent) -> None:
    row = _pair(batch, event)
    row.decision_due, row.defaulted = False, event.data["by_default"]


@cohort_board.on(MemoFiled, MemoWaived)
def pair_memo(batch: Batch, event: StoredEvent) -> None:
    _pair(batch, event).memo = "filed" if event.type == "pair.memo_filed" else "waived"
