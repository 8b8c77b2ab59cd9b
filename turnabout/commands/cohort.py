"""The commands of a cohort: what the lead, the sponsor, its people and the engine may ask for. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from turnabout.commands.base import Command
from turnabout.commands.pair import ENGINE, LEAD, PARTNERS, NextStep, ShownEnd, shown_end
from turnabout.model import Line, Model, PersonId, Role, Text
from turnabout.spec import CohortSpec, Staff

SPONSOR = frozenset({Role.SPONSOR})
Duty = Literal["kickoff", "checkpoint", "recognition"]
DeclineReason = Literal["time", "workload", "not_interested", "leaving", "manager", "other"]


def _neutral(value: Any) -> Any:
    return shown_end(value) if isinstance(value, str) else value


PairEnd = Annotated[ShownEnd, BeforeValidator(_neutral)]
"""How a pair ended as far as its cohort may know: never that it was for safety (G6)."""


class Candidate(Model):
    """One person on a mentee's shortlist, with the score (0-100) and why (R36)."""

    mentor: PersonId
    score: float
    reasons: tuple[Line, ...]


class Shortlist(Model):
    """The candidates for one mentee, best first; `short` marks a pool too small for the minimum."""

    mentee: PersonId
    candidates: tuple[Candidate, ...]
    short: bool = False


class Edge(Model):
    """One proposed pair and the rank that the mentee gave the mentor (1 is the first choice)."""

    mentor: PersonId
    mentee: PersonId
    rank: int


class Unmatched(Model):
    """Someone without a partner, and why (R41)."""

    person: PersonId
    reason: Line


class MatchQuality(Model):
    """How good a solve is (R37, K15). `profile` counts the pairs by the mentee's rank, first choices first;
    its length is the worst rank. A pair blocks when both would rather have each other than what they got."""

    profile: tuple[int, ...]
    blocking_pairs: int

    @property
    def matched(self) -> int:
        """How many pairs were proposed."""
        return sum(self.profile)

    @property
    def total_rank(self) -> int:
        """The sum of the ranks; the number of pairs at best."""
        return sum(rank * count for rank, count in enumerate(self.profile, start=1))


class PlanCohort(Command):
    """Open the cohort's stream with its spec and policy."""

    type: Literal["plan_cohort"] = "plan_cohort"
    roles: ClassVar = LEAD | ENGINE
    spec: CohortSpec


class SignCharter(Command):
    """Sign the charter (R26): at most 600 words; its text, version and hash are recorded."""

    type: Literal["sign_charter"] = "sign_charter"
    roles: ClassVar = SPONSOR
    text: Annotated[str, Field(min_length=1, max_length=8000)]


class CommitSponsorship(Command):
    """Commit to the three sponsor duties (R28, R30)."""

    type: Literal["commit_sponsorship"] = "commit_sponsorship"
    roles: ClassVar = SPONSOR


class OpenEnrolment(Command):
    """Invite the people of the roster (G8)."""

    type: Literal["open_enrolment"] = "open_enrolment"
    roles: ClassVar = LEAD


class OptIn(Command):
    """Join the cohort of one's own will (R102, G11)."""

    type: Literal["opt_in"] = "opt_in"
    roles: ClassVar = PARTNERS


class Decline(Command):
    """Stay out of the cohort, with a reason code (R102)."""

    type: Literal["decline"] = "decline"
    roles: ClassVar = PARTNERS
    reason: DeclineReason


class CloseEnrolment(Command):
    """Close enrolment before its window ends."""

    type: Literal["close_enrolment"] = "close_enrolment"
    roles: ClassVar = LEAD


class ReopenEnrolment(Command):
    """Invite again those who are not in, where too few pairs came about (G13)."""

    type: Literal["reopen_enrolment"] = "reopen_enrolment"
    roles: ClassVar = LEAD


class ProceedSmall(Command):
    """Go on with fewer pairs than a cohort should have, with a reason (G13)."""

    type: Literal["proceed_small"] = "proceed_small"
    roles: ClassVar = LEAD
    reason: Line


class RecordShortlists(Command):
    """Record the computed shortlists of a round, with the algorithm's version and seed."""

    type: Literal["record_shortlists"] = "record_shortlists"
    roles: ClassVar = ENGINE
    round: int
    algorithm: str
    seed: int
    shortlists: tuple[Shortlist, ...]
    unmatched: tuple[Unmatched, ...] = ()


class RankShortlist(Command):
    """Rank one's shortlist, best first (R37)."""

    type: Literal["rank_shortlist"] = "rank_shortlist"
    roles: ClassVar = frozenset({Role.MENTEE})
    mentors: Annotated[tuple[PersonId, ...], Field(min_length=1)]


class RecordMatch(Command):
    """Record a solve of a round: the proposed pairs and who is left out."""

    type: Literal["record_match"] = "record_match"
    roles: ClassVar = ENGINE
    round: int
    solve: int
    algorithm: str
    edges: tuple[Edge, ...]
    unmatched: tuple[Unmatched, ...] = ()
    quality: MatchQuality | None = None


class AcceptMatch(Command):
    """Accept a proposed mentee (the mentor's consent)."""

    type: Literal["accept_match"] = "accept_match"
    roles: ClassVar = frozenset({Role.MENTOR})
    mentee: PersonId


class DeclineMatch(Command):
    """Decline a proposed mentee; no reason is owed."""

    type: Literal["decline_match"] = "decline_match"
    roles: ClassVar = frozenset({Role.MENTOR})
    mentee: PersonId


class AssignPair(Command):
    """Pair two willing people without their choice, with a reason (R38, G18)."""

    type: Literal["assign_pair"] = "assign_pair"
    roles: ClassVar = LEAD
    mentor: PersonId
    mentee: PersonId
    reason: Line


class HoldKickoff(Command):
    """Record the joint kickoff: who came, whether the sponsor did, the agenda's minutes (R51, R54). `held_on`
    is the day in the cohort's zone, today where None: it may be recorded afterwards."""

    type: Literal["hold_kickoff"] = "hold_kickoff"
    roles: ClassVar = LEAD
    attended: tuple[PersonId, ...]
    sponsor_present: bool
    agenda_minutes: Annotated[tuple[int, ...], Field(min_length=1)]
    held_on: date | None = None


class RecordMakeUp(Command):
    """Record that an absentee attended the make-up of the kickoff (R52)."""

    type: Literal["record_make_up"] = "record_make_up"
    roles: ClassVar = LEAD
    person: PersonId


class FulfilDuty(Command):
    """Record that the sponsor fulfilled a duty (R28)."""

    type: Literal["fulfil_duty"] = "fulfil_duty"
    roles: ClassVar = SPONSOR | LEAD
    duty: Duty


class NotePairActivated(Command):
    """Learn from a pair that it is active."""

    type: Literal["note_pair_activated"] = "note_pair_activated"
    roles: ClassVar = ENGINE
    pair: str


class NotePairPaused(Command):
    """Learn from a pair that it is paused; never why."""

    type: Literal["note_pair_paused"] = "note_pair_paused"
    roles: ClassVar = ENGINE
    pair: str


class NotePairResumed(Command):
    """Learn from a pair that it goes on."""

    type: Literal["note_pair_resumed"] = "note_pair_resumed"
    roles: ClassVar = ENGINE
    pair: str


class NotePairEnded(Command):
    """Learn from a pair that it ended, and who of it `left` the program; never that it was for safety."""

    type: Literal["note_pair_ended"] = "note_pair_ended"
    roles: ClassVar = ENGINE
    pair: str
    state: PairEnd
    left: tuple[PersonId, ...] = ()


class NoteMemoFiled(Command):
    """Learn from a pair that its memo is filed or waived."""

    type: Literal["note_memo_filed"] = "note_memo_filed"
    roles: ClassVar = ENGINE
    pair: str
    waived: bool = False


class FileCohortMemo(Command):
    """File the cohort's closure memo with at least one next step (R75)."""

    type: Literal["file_cohort_memo"] = "file_cohort_memo"
    roles: ClassVar = LEAD
    summary: Text
    next_steps: Annotated[tuple[NextStep, ...], Field(min_length=1)]


class CloseCohort(Command):
    """Close the cohort; every pair's memo must be filed or waived (G9)."""

    type: Literal["close_cohort"] = "close_cohort"
    roles: ClassVar = LEAD


class CancelCohort(Command):
    """Cancel the cohort at any time before it is closed; its pairs end by choice."""

    type: Literal["cancel_cohort"] = "cancel_cohort"
    roles: ClassVar = LEAD | SPONSOR
    reason: Line


class HandOverLead(Command):
    """Make somebody else the program lead (R27: exactly one at a time)."""

    type: Literal["hand_over_lead"] = "hand_over_lead"
    roles: ClassVar = LEAD
    to: Staff


class RunCohortStep(Command):
    """Run the next step of an open item; the engine's own command."""

    type: Literal["run_cohort_step"] = "run_cohort_step"
    roles: ClassVar = ENGINE
    item: str
    revision: int
    step: int


CohortCommand = (
    PlanCohort
    | SignCharter
    | CommitSponsorship
    | OpenEnrolment
    | OptIn
    | Decline
    | CloseEnrolment
    | ReopenEnrolment
    | ProceedSmall
    | RecordShortlists
    | RankShortlist
    | RecordMatch
    | AcceptMatch
    | DeclineMatch
    | AssignPair
    | HoldKickoff
    | RecordMakeUp
    | FulfilDuty
    | NotePairActivated
    | NotePairPaused
    | NotePairResumed
    | NotePairEnded
    | NoteMemoFiled
    | FileCohortMemo
    | CloseCohort
    | CancelCohort
    | HandOverLead
    | RunCohortStep
)
COHORT_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[CohortCommand, Field(discriminator="type")])
