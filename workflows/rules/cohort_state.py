"""What is known of a cohort, folded from its events. Pure and never mutated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from turnabout.commands.cohort_governance import Duty
from turnabout.commands.cohort_rounds import RoundCause
from turnabout.commands.pair_terms import ShownEnd
from turnabout.consent import Consent
from turnabout.errors import Rejected
from turnabout.model import Actor, Role
from turnabout.policy import Policy
from turnabout.presets import Preset
from turnabout.spec import CohortSpec, Participant, Sponsor, Staff
from workflows.rules.chases import Clock, Ledger
from workflows.rules.cohort_holidays_state import Holidays
from workflows.rules.cohort_measurement_state import Measurement

Phase = Literal[
    "unborn",
    "planned",
    "chartered",
    "enrolling",
    "matching",
    "ready",
    "running",
    "endpoint",
    "closing",
    "closed",
    "archived",
    "cancelled",
]
OVER: frozenset[Phase] = frozenset({"closed", "archived", "cancelled"})
"""Where nobody is asked for anything any more."""
Stage = Literal["shortlisting", "choosing", "solving", "consenting"]
Edge = tuple[str, str]
"""A mentor and a mentee."""


def nothing() -> Mapping[Any, Any]:
    """An empty, read-only mapping."""
    return MappingProxyType({})


@dataclass(frozen=True)
class Charter:
    """The signed charter. `signed_at` is the first signature's time: the launch clock never starts again."""

    signed_at: datetime
    version: int
    text_hash: str


@dataclass(frozen=True)
class DutyState:
    """One thing that the sponsor shows up for (R28)."""

    due_at: datetime
    fulfilled: bool = False
    missed: bool = False


@dataclass(frozen=True)
class Record:
    """`version` is that of the last event folded; `facts` maps what may be corrected to the event that said
    so last."""

    version: int = 0
    facts: Mapping[str, int] = field(default_factory=nothing)


@dataclass(frozen=True)
class Offices:
    """Who holds an office that changed hands: `sponsors` and `stewards` count how often; `must_commit` says
    that the kickoff waits for the new sponsor; `zones` holds those of former holders. `next_cohort` follows
    this one."""

    sponsor: Sponsor | None = None
    steward: Staff | None = None
    sponsors: int = 0
    stewards: int = 0
    must_commit: bool = False
    zones: Mapping[str, str] = field(default_factory=nothing)
    next_cohort: str | None = None


@dataclass(frozen=True)
class Asked:
    """Somebody who asked for the steward, when, and who that was then."""

    person: str
    since: datetime
    steward: str


@dataclass(frozen=True)
class Care:
    """How many concerns were raised beside the pairs, and who still waits, by their number."""

    raised: int = 0
    waiting: Mapping[int, Asked] = field(default_factory=nothing)


@dataclass(frozen=True)
class Round:
    """A matching round that is open. `mentees` are those still without a partner in it; `pending` are the
    proposals that mentors have not answered, `declined` those they refused; `reasons` say why people go
    without."""

    number: int
    mentees: tuple[str, ...]
    mentors: tuple[str, ...]
    replaces: str | None = None
    cause: RoundCause = "matching"
    stage: Stage = "shortlisting"
    solves: int = 0
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=nothing)
    rankings: Mapping[str, tuple[str, ...]] = field(default_factory=nothing)
    pending: frozenset[Edge] = frozenset()
    declined: frozenset[Edge] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=nothing)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The mentees who may still rank their shortlist."""
        return tuple(
            mentee
            for mentee in self.mentees
            if mentee in self.scores and mentee not in self.rankings and mentee not in self.reasons
        )


@dataclass(frozen=True)
class PairRecord:
    """What the cohort knows of one of its pairs; never why it paused."""

    pair: str
    number: int
    mentor: str
    mentee: str
    status: Literal["forming", "active", "paused"] | ShownEnd = "forming"
    activated: bool = False
    memo: Literal["filed", "waived"] | None = None
    assigned: bool = False
    replaces: str | None = None
    support_contact: str = ""

    @property
    def people(self) -> tuple[str, str]:
        return self.mentor, self.mentee

    @property
    def living(self) -> bool:
        """Whether the pair has not ended; a paused one has not."""
        return self.status in {"forming", "active", "paused"}


@dataclass(frozen=True)
class CohortState:
    """A cohort. `charter` and `duties` are its governance; `openings` counts how often enrolment was opened,
    `small_reason` says why few pairs are enough; `consent` is the text that joining agrees to and `agreed`
    the version that each person did, `surveyed` who answered the intake survey; `joined` holds who opted
    in, `declined` who stays out or left, `waiting` who has no partner and why; `rounds` the open matching
    rounds; `ready_at` is when the pairs stood; `attended` holds who was at the kickoff or its make-up;
    `ended` says that the last day of work has passed; `exited` left the company; `conflicts` says of pairs
    why they would not be made today."""

    phase: Phase = "unborn"
    plan: CohortSpec | None = None
    rules: Policy | None = None
    preset: Preset | None = None
    roster: Mapping[str, Participant] = field(default_factory=nothing)
    leader: Staff | None = None
    leads: int = 0
    offices: Offices = Offices()
    care: Care = field(default_factory=Care)
    record: Record = Record()
    holidays: Holidays = field(default_factory=Holidays)
    exited: frozenset[str] = frozenset()
    conflicts: Mapping[str, str] = field(default_factory=nothing)
    charter: Charter | None = None
    duties: Mapping[Duty, DutyState] = field(default_factory=nothing)
    launch_overdue: bool = False
    enrolment_closes: datetime | None = None
    openings: int = 0
    small_reason: str | None = None
    consent: Consent | None = None
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=nothing)
    agreed: Mapping[str, str] = field(default_factory=nothing)
    surveyed: frozenset[str] = frozenset()
    declined: Mapping[str, str] = field(default_factory=nothing)
    rounds: Mapping[int, Round] = field(default_factory=nothing)
    last_round: int = 0
    refreshed: Mapping[str, int] = field(default_factory=nothing)
    waiting: Mapping[str, str] = field(default_factory=nothing)
    pairs: Mapping[str, PairRecord] = field(default_factory=nothing)
    ready_at: datetime | None = None
    kickoff_held_at: datetime | None = None
    attended: frozenset[str] = frozenset()
    ended: bool = False
    memo_filed: bool = False
    closed_at: datetime | None = None
    measurement: Measurement = field(default_factory=Measurement)
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def spec(self) -> CohortSpec:
        """The spec of a cohort that has been planned."""
        if self.plan is None:
            raise Rejected("E6", "this cohort does not exist yet.", hint="Start it with plan_cohort.")
        return self.plan

    @property
    def policy(self) -> Policy:
        """The policy that the cohort was planned with, and what its preset overrides."""
        return self.rules or self.spec.rules

    @property
    def shape(self) -> Preset:
        """The preset of a cohort that has been planned."""
        return self.preset or self.spec.shape

    @property
    def lead(self) -> Staff:
        return self.leader or self.spec.lead

    @property
    def sponsor(self) -> Sponsor:
        return self.offices.sponsor or self.spec.sponsor

    @property
    def steward(self) -> Staff:
        return self.offices.steward or self.spec.steward

    @property
    def launched(self) -> bool:
        return self.kickoff_held_at is not None

    @property
    def governed(self) -> bool:
        """Whether the charter is signed and the sponsor has committed (R30)."""
        return self.charter is not None and bool(self.duties)

    @property
    def living(self) -> tuple[PairRecord, ...]:
        """The pairs that have not ended, in the order of their numbers."""
        return tuple(pair for pair in self.pairs.values() if pair.living)

    @property
    def engaged(self) -> frozenset[str]:
        """Everyone in a living pair."""
        return frozenset(person for pair in self.living for person in pair.people)

    @property
    def on_hold(self) -> frozenset[str]:
        """Everyone whose living pairs are all paused: nudges to them stop (G20)."""
        at_work = {person for pair in self.living if pair.status != "paused" for person in pair.people}
        return self.engaged - at_work

    @property
    def terminal(self) -> bool:
        """Whether the stream is over: archived; or cancelled, with everyone told and every pair wound up."""
        if self.phase == "cancelled":
            wound_up = all(not pair.living and pair.memo for pair in self.pairs.values())
            return wound_up and all(item.next is None for item in self.ledger.open.values())
        return self.phase == "archived"

    @property
    def clock(self) -> Clock:
        """When whom may be nudged; who has no zone of their own has the cohort's."""
        spec = self.spec
        zones = {**self.offices.zones} | {person.id: person.timezone for person in spec.people}
        business = (spec.business_sponsor,) if spec.business_sponsor else ()
        at_first = (*spec.support_contacts, *business, spec.steward, spec.sponsor, spec.lead)
        for staff in (*at_first, self.steward, self.sponsor, self.lead):
            zones[staff.id] = staff.timezone
        known = self.holidays
        off = {person.id: known.of_site(person.location) for person in spec.people} if known.sites else {}
        return Clock(zones, spec.holidays, self.policy.nudges, off)

    def of_role(self, role: Literal["mentor", "mentee"]) -> tuple[str, ...]:
        """Those who joined in a role, in the order of the roster."""
        return tuple(
            person.id for person in self.roster.values() if person.role == role and person.id in self.joined
        )

    @property
    def former(self) -> frozenset[Edge]:
        """Those who were a pair; they never become one again, whatever ended it (G6)."""
        return frozenset(pair.people for pair in self.pairs.values() if not pair.living)

    def load(self, mentor: str) -> int:
        """A mentor's living pairs and the proposals that await an answer (G12)."""
        held = sum(pair.mentor == mentor for pair in self.living)
        return held + sum(edge[0] == mentor for one in self.rounds.values() for edge in one.pending)

    def room(self, mentor: str) -> int:
        """How many more pairs a mentor may get (G12)."""
        return max(0, self.policy.matching.mentor_capacity - self.load(mentor))

    @property
    def places(self) -> int:
        """How many more pairs the cohort may get (G13)."""
        pending = sum(len(one.pending) for one in self.rounds.values())
        return max(0, self.policy.matching.max_pairs - len(self.living) - pending)

    def round_of(self, mentee: str) -> Round | None:
        """The open round in which a mentee looks for a partner."""
        return next((one for one in self.rounds.values() if mentee in one.mentees), None)

    def roles(self, actor: Actor) -> frozenset[Role]:
        """All roles that somebody has in this cohort (G21); a stranger has none."""
        if actor.is_system:
            return frozenset({Role.SYSTEM})
        spec = self.spec
        held = {
            Role.LEAD: self.lead.id,
            Role.SPONSOR: self.sponsor.id,
            Role.STEWARD: self.steward.id,
        }
        if spec.business_sponsor is not None:
            held[Role.BUSINESS_SPONSOR] = spec.business_sponsor.id
        roles = {role for role, person in held.items() if person == actor.id}
        if actor.id in self.roster:
            roles.add(Role(self.roster[actor.id].role))
        return frozenset(roles)


def pair_stream(cohort: str, number: int) -> str:
    """The stream of a cohort's n-th pair."""
    return f"pair-{cohort}-{number:02d}"


def line_item(number: int) -> str:
    """The item under which the lead is told of a pair that its reporting lines are against."""
    return f"line-{number:02d}"
