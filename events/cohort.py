"""What can happen to a cohort. It holds no answer of any person, only that people joined, chose and came."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from events.base import Event
from events.chase import Chasing, Escalated, Expired, Postponed, Reminded, Suppressed
from turnabout.commands.cohort import DeclineReason, Duty, Edge, MatchQuality, PairEnd, Shortlist, Unmatched
from turnabout.commands.pair import NextStep, Terms
from turnabout.model import Instant, Line, PersonId, Text
from turnabout.policy import Policy
from turnabout.presets import Preset
from turnabout.spec import CohortSpec, Staff


class CohortPlanned(Chasing):
    """The cohort exists; its spec is fixed here, and so are the policy and the shape that followed from it:
    what a preset says later changes no cohort that runs. The charter is due."""

    type: Literal["cohort.planned"] = "cohort.planned"
    spec: CohortSpec
    spec_digest: str
    policy: Policy
    shape: Preset


class CharterSigned(Chasing):
    """The executive sponsor signed; `version` counts signatures, `text_hash` is SHA-256 of the text."""

    type: Literal["cohort.charter_signed"] = "cohort.charter_signed"
    by: PersonId
    version: int
    words: int
    text: Annotated[str, Field(max_length=8000)]
    text_hash: str


class SponsorshipCommitted(Chasing):
    """The sponsor committed to the three duties, each due at an instant; recognition as if the cohort closed
    when expected."""

    type: Literal["cohort.sponsorship_committed"] = "cohort.sponsorship_committed"
    by: PersonId
    duties: dict[Duty, Instant]


class EnrolmentOpened(Chasing):
    """Everyone on the roster was invited; enrolment closes at `closes_at`."""

    type: Literal["cohort.enrolment_opened"] = "cohort.enrolment_opened"
    closes_at: Instant


class PersonJoined(Chasing):
    """Somebody opted in and is eligible; `criteria` names what was met (R33, R34)."""

    type: Literal["cohort.person_joined"] = "cohort.person_joined"
    person: PersonId
    criteria: tuple[str, ...]


class PersonDeclined(Chasing):
    """Somebody stays out, with a reason code."""

    type: Literal["cohort.person_declined"] = "cohort.person_declined"
    person: PersonId
    reason: DeclineReason


class EnrolmentClosed(Chasing):
    """Nobody else joins. Matching begins with round 1."""

    type: Literal["cohort.enrolment_closed"] = "cohort.enrolment_closed"
    mentors: tuple[PersonId, ...]
    mentees: tuple[PersonId, ...]


class EnrolmentReopened(Chasing):
    """Too few pairs came about: who is not in may still join. Those who had not answered were invited again;
    `opening` counts how often enrolment has been open."""

    type: Literal["cohort.enrolment_reopened"] = "cohort.enrolment_reopened"
    opening: int
    closes_at: Instant


class SmallCohortApproved(Event):
    """The lead goes on with `pairs` pairs, fewer than a cohort should have, for a reason (G13)."""

    type: Literal["cohort.small_cohort_approved"] = "cohort.small_cohort_approved"
    by: PersonId
    pairs: int
    reason: Line


class RoundOpened(Chasing):
    """A matching round for these mentees over these mentors: of everybody without a partner, or (`replaces`)
    of one mentee whose pair ended."""

    type: Literal["cohort.round_opened"] = "cohort.round_opened"
    round: int
    mentees: tuple[PersonId, ...]
    mentors: tuple[PersonId, ...]
    replaces: str | None = None


class ShortlistsPrepared(Chasing):
    """Each mentee of the round has candidates to rank."""

    type: Literal["cohort.shortlists_prepared"] = "cohort.shortlists_prepared"
    round: int
    algorithm: str
    seed: int
    shortlists: tuple[Shortlist, ...]
    unmatched: tuple[Unmatched, ...] = ()


class ShortlistRanked(Chasing):
    """A mentee ranked the shortlist, best first."""

    type: Literal["cohort.shortlist_ranked"] = "cohort.shortlist_ranked"
    round: int
    mentee: PersonId
    mentors: tuple[PersonId, ...]


class SolveRequested(Chasing):
    """The choices of a round are in; a solve over what is left is asked for."""

    type: Literal["cohort.solve_requested"] = "cohort.solve_requested"
    round: int
    solve: int


class MatchProposed(Chasing):
    """A solve proposed pairs; each mentor is asked to consent."""

    type: Literal["cohort.match_proposed"] = "cohort.match_proposed"
    round: int
    solve: int
    algorithm: str
    edges: tuple[Edge, ...]
    unmatched: tuple[Unmatched, ...] = ()
    quality: MatchQuality | None = None


class MatchAccepted(Chasing):
    """A mentor accepted."""

    type: Literal["cohort.match_accepted"] = "cohort.match_accepted"
    round: int
    mentor: PersonId
    mentee: PersonId


class MatchDeclined(Chasing):
    """A mentor declined, or did not answer in time (`by_default`)."""

    type: Literal["cohort.match_declined"] = "cohort.match_declined"
    round: int
    mentor: PersonId
    mentee: PersonId
    by_default: bool = False


class PairAssigned(Event):
    """The lead paired two willing people without their choice, for a reason (G18)."""

    type: Literal["cohort.pair_assigned"] = "cohort.pair_assigned"
    mentor: PersonId
    mentee: PersonId
    reason: Line


class PairArranged(Chasing):
    """A pair has a number and terms; its own stream begins."""

    type: Literal["cohort.pair_arranged"] = "cohort.pair_arranged"
    pair: str
    terms: Terms
    attended: tuple[PersonId, ...] = ()


class RoundClosed(Chasing):
    """The round is over; the unmatched wait, each with a reason."""

    type: Literal["cohort.round_closed"] = "cohort.round_closed"
    round: int
    unmatched: tuple[Unmatched, ...] = ()


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


class LaunchOverdue(Chasing):
    """Sixty days have passed since the charter without a kickoff (T3, R31)."""

    type: Literal["cohort.launch_overdue"] = "cohort.launch_overdue"


class DutyRescheduled(Chasing):
    """What a duty's due time counts from has come: it is due at `due_at`."""

    type: Literal["cohort.duty_rescheduled"] = "cohort.duty_rescheduled"
    duty: Duty
    due_at: Instant


class DutyFulfilled(Chasing):
    """The sponsor showed up."""

    type: Literal["cohort.duty_fulfilled"] = "cohort.duty_fulfilled"
    duty: Duty
    on_time: bool


class DutyMissed(Chasing):
    """A sponsor duty passed its due time."""

    type: Literal["cohort.duty_missed"] = "cohort.duty_missed"
    duty: Duty


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


class ClosingBegan(Chasing):
    """Every pair has ended; memos are due."""

    type: Literal["cohort.closing_began"] = "cohort.closing_began"


class CohortMemoFiled(Chasing):
    """The cohort's closure memo."""

    type: Literal["cohort.memo_filed"] = "cohort.memo_filed"
    by: PersonId
    summary: Text
    next_steps: tuple[NextStep, ...]


class CohortClosed(Chasing):
    """The cohort is closed."""

    type: Literal["cohort.closed"] = "cohort.closed"


class CohortArchived(Chasing):
    """A year after the close the stream ends."""

    type: Literal["cohort.archived"] = "cohort.archived"


class CohortCancelled(Chasing):
    """The cohort will not go on."""

    type: Literal["cohort.cancelled"] = "cohort.cancelled"
    by: PersonId
    reason: Line


class LeadHandedOver(Chasing):
    """Somebody else leads the program; what the lead was to be told goes to the new one."""

    type: Literal["cohort.lead_handed_over"] = "cohort.lead_handed_over"
    to: Staff


class CohortReminded(Reminded):
    """A reminder went to the outbox."""

    type: Literal["cohort.reminded"] = "cohort.reminded"


class CohortReminderSuppressed(Suppressed):
    """A reminder had lost its use."""

    type: Literal["cohort.reminder_suppressed"] = "cohort.reminder_suppressed"


class CohortReminderPostponed(Postponed):
    """A reminder or a word to the lead waits for working hours."""

    type: Literal["cohort.reminder_postponed"] = "cohort.reminder_postponed"


class CohortEscalated(Escalated):
    """A person was told."""

    type: Literal["cohort.escalated"] = "cohort.escalated"


class CohortItemExpired(Expired):
    """The waiting for an item ended."""

    type: Literal["cohort.item_expired"] = "cohort.item_expired"


CohortEvent = (
    CohortPlanned
    | CharterSigned
    | SponsorshipCommitted
    | EnrolmentOpened
    | PersonJoined
    | PersonDeclined
    | EnrolmentClosed
    | EnrolmentReopened
    | SmallCohortApproved
    | RoundOpened
    | ShortlistsPrepared
    | ShortlistRanked
    | SolveRequested
    | MatchProposed
    | MatchAccepted
    | MatchDeclined
    | PairAssigned
    | PairArranged
    | RoundClosed
    | CohortReady
    | KickoffHeld
    | MakeUpAttended
    | LaunchOverdue
    | DutyRescheduled
    | DutyFulfilled
    | DutyMissed
    | PairActivationNoted
    | PairPauseNoted
    | PairResumptionNoted
    | PairEndNoted
    | PairMemoNoted
    | EndpointReached
    | ClosingBegan
    | CohortMemoFiled
    | CohortClosed
    | CohortArchived
    | CohortCancelled
    | LeadHandedOver
    | CohortReminded
    | CohortReminderSuppressed
    | CohortReminderPostponed
    | CohortEscalated
    | CohortItemExpired
)
COHORT_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[CohortEvent, Field(discriminator="type")])
