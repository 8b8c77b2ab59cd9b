"""What is known of a pair, folded from its events. Pure and never mutated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from turnabout import calendar, schedule
from turnabout.commands.pair_terms import Decision, EndState, Terms
from turnabout.errors import Rejected
from turnabout.model import Actor, Role
from turnabout.policy import Policy
from workflows.rules.chases import Clock, Ledger
from workflows.rules.pair_record import Record
from workflows.rules.pair_work import Reshuffle, Work

Life = Literal["unborn", "forming", "active", "ended"]
SessionStatus = Literal["planned", "held", "missed", "cancelled"]


@dataclass(frozen=True)
class Cadence:
    """When the pair meets; `at` is local to `timezone`."""

    weekday: int
    at: time
    timezone: str
    minutes: int
    channel: str = ""


@dataclass(frozen=True)
class Goal:
    """A proposed or accepted goal, from `baseline` to `target` in `unit`. `attainable` is each partner's view
    so far (G2, letter A); `misfit` says that the program is short for it (R50)."""

    number: int
    statement: str
    metric: str
    baseline: float
    target: float
    unit: str
    due_on: date
    attainable: Mapping[str, bool] = field(default_factory=dict)
    misfit: bool = False


@dataclass(frozen=True)
class Preparation:
    """What must be in place before the first session (G2-G4, R10, R45)."""

    attended: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    exchange: bool = False
    teaches: str = ""
    gives: str = ""
    cadence: Cadence | None = None
    proposed: Goal | None = None
    accepted: Goal | None = None
    goals: int = 0


@dataclass(frozen=True)
class Session:
    """One meeting. `revision` counts its times, `moves` those that the partners chose. In people's calendars
    it is the meeting of its `series` (from 1) at `slot`, whenever it really begins."""

    number: int
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus = "planned"
    revision: int = 1
    moves: int = 0
    series: int = 0
    slot: datetime | None = None


@dataclass(frozen=True)
class Series:
    """Sessions that were planned together: one entry in people's calendars. Its rule has `count` slots, from
    `first_slot` on."""

    cadence: Cadence
    interval_weeks: int
    first_slot: datetime
    count: int

    def slot(self, place: int) -> datetime:
        """The start that the rule gives the session at a place, from 0, at a constant local hour."""
        zone = self.cadence.timezone
        first = calendar.local(self.first_slot, zone)
        day = first.date() + timedelta(weeks=self.interval_weeks * place)
        return calendar.instant(day, first.time(), zone)


@dataclass(frozen=True)
class Absence:
    """Days on which a partner is away, both included."""

    person: str
    first_on: date
    last_on: date

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(
            self.first_on + timedelta(days=n) for n in range((self.last_on - self.first_on).days + 1)
        )


@dataclass(frozen=True)
class Wave:
    """A pulse, or the endpoint wave (numbered after the last pulse). Erased answers read None."""

    number: int
    week: int
    closes_at: datetime
    closed: bool = False
    answered: frozenset[str] = frozenset()
    progress: Mapping[str, int | None] = field(default_factory=dict)
    safety: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Care:
    """Safety and pauses (G6, T18). Of the present pause, `off` are the sessions that it called off, `late`
    says that it began in the endpoint wave, `decoy` that the pair was drawn for it. `last_rating` leaves out
    what was erased; `resumed_at` is when the
    last pause ended; `silent` counts closed pulses in a row without an answer."""

    reds: int = 0
    concerns: int = 0
    pauses: int = 0
    paused: bool = False
    announced: bool = False
    late: bool = False
    decoy: bool = False
    off: tuple[int, ...] = ()
    contacted: bool = False
    consents: frozenset[str] = frozenset()
    resumed_at: datetime | None = None
    last_rating: Mapping[str, int] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Midpoint:
    """The decision at mid-point (R61): proposed, and once made, decided."""

    due_at: datetime
    proposed: Decision
    decided: Decision | None = None


@dataclass(frozen=True)
class PairState:
    """A pair. `at` is when its last event occurred; `fresh_at` when it last produced something, or began to
    work; `moved` the numbers of the sessions that were moved together, each time; `reshuffle` is the one that
    waits for answers, `proposals` counts them; `extended` are the weeks that it got beyond the cohort's."""

    terms: Terms | None = None
    at: datetime | None = None
    life: Life = "unborn"
    formed_at: datetime | None = None
    preparation: Preparation = Preparation()
    activated_at: datetime | None = None
    fresh_at: datetime | None = None
    sessions: Mapping[int, Session] = field(default_factory=dict)
    series: tuple[Series, ...] = ()
    moved: tuple[tuple[int, ...], ...] = ()
    absences: tuple[Absence, ...] = ()
    misses: int = 0
    inactive: bool = False
    actions: int = 0
    actions_done: frozenset[int] = frozenset()
    work: Work = field(default_factory=Work)
    milestone_due: datetime | None = None
    waves: tuple[Wave, ...] = ()
    endpoint: Wave | None = None
    midpoint: Midpoint | None = None
    reshuffle: Reshuffle | None = None
    proposals: int = 0
    extended: int = 0
    care: Care = Care()
    lot: str | None = None
    outcome: bool = False
    end_state: EndState | None = None
    ended_at: datetime | None = None
    memo: Literal["filed", "waived"] | None = None
    ledger: Ledger = field(default_factory=Ledger)
    record: Record = field(default_factory=Record)

    @property
    def agreed(self) -> Terms:
        """The terms of a pair that has been formed."""
        if self.terms is None:
            raise Rejected("E6", "this pair does not exist yet.", hint="The cohort forms its pairs.")
        return self.terms

    @property
    def policy(self) -> Policy:
        return self.agreed.policy

    @property
    def stream(self) -> str:
        return name_of(self.agreed)

    @property
    def partners(self) -> tuple[str, str]:
        return self.agreed.mentor, self.agreed.mentee

    @property
    def starts_on(self) -> date:
        """The day from which the pair's first weeks count: the kickoff's, or its own where it came later."""
        terms = self.agreed
        return max(schedule.day_of(terms, at) for at in (terms.kickoff, self.formed_at or terms.kickoff))

    @property
    def paused(self) -> bool:
        return self.care.paused

    @property
    def met(self) -> bool:
        """Whether any session was held."""
        return any(session.status == "held" for session in self.sessions.values())

    @property
    def resting(self) -> bool:
        """Whether the pair is paused and everybody may know (G6)."""
        return self.care.paused and self.care.announced

    @property
    def untold(self) -> tuple[int, ...]:
        """The sessions that a pause has called off of which nobody was told."""
        return () if self.resting else self.care.off

    @property
    def pulse(self) -> Wave | None:
        """The pulse that is open now."""
        return self.waves[-1] if self.waves and not self.waves[-1].closed else None

    @property
    def terminal(self) -> bool:
        """Whether the stream is over: the memo is filed or waived and nothing is due any more (an open
        endpoint wave is, somebody whom the steward has still to see, and the door to the steward)."""
        return self.memo is not None and not any(one.next for one in self.ledger.open.values())

    @property
    def clock(self) -> Clock:
        """When whom may be nudged; who has no zone of their own has the cohort's."""
        terms = self.agreed
        people = (*self.partners, terms.lead, terms.steward)
        zones = {person: terms.zones.get(person, terms.timezone) for person in people}
        return Clock(zones, terms.holidays, terms.policy.nudges, {one: self.days_off(one) for one in people})

    def days_off(self, person: str) -> tuple[date, ...]:
        """The days on which a person does not work, beside the cohort's holidays."""
        away = (day for one in self.absences if one.person == person for day in one.days)
        return (*self.agreed.days_off.get(person, ()), *away)

    @property
    def blocked(self) -> tuple[date, ...]:
        """The days on which the two cannot meet: holidays, and when one of them is away."""
        own = (day for person in self.partners for day in self.days_off(person))
        return (*self.agreed.holidays, *own)

    def roles(self, actor: Actor) -> frozenset[Role]:
        """All roles that somebody has in this pair (G21); a stranger has none."""
        if actor.is_system:
            return frozenset({Role.SYSTEM})
        terms = self.agreed
        held = {
            Role.MENTOR: terms.mentor,
            Role.MENTEE: terms.mentee,
            Role.LEAD: terms.lead,
            Role.STEWARD: terms.steward,
        }
        return frozenset(role for role, person in held.items() if person == actor.id)

    def upcoming(self, now: datetime) -> tuple[Session, ...]:
        """The planned sessions that have not begun, earliest first."""
        return _ahead(self.sessions.values(), now)

    def expected(self, now: datetime) -> tuple[Session, ...]:
        """The same as the partners know it: with what a pause has called off without a word (G6)."""
        return _ahead(map(self.as_told, self.sessions.values()), now)

    def as_told(self, session: Session) -> Session:
        """A session as the partners know it: one that was called off without a word stands (G6)."""
        silent = session.status == "cancelled" and session.number in self.untold
        return replace(session, status="planned") if silent else session

    def missing(self) -> tuple[str, str] | None:
        """The rule and the reason for which the pair cannot start; None where all is in place."""
        ready = self.preparation
        both = set(self.partners)
        if not both <= ready.signed:
            return "G3", "both partners must sign the ground rules first."
        if not both <= ready.attended:
            return "G4", "both partners must have been to the kickoff or its make-up first."
        if ready.accepted is None:
            return "G2", "the pair needs an accepted goal first."
        if not ready.exchange:
            return "R10", "the pair must agree first what each of the two gives."
        if ready.cadence is None:
            return "R45", "the pair must agree first when it meets."
        return None


def _ahead(sessions: Iterable[Session], now: datetime) -> tuple[Session, ...]:
    ahead = (one for one in sessions if one.status == "planned" and one.starts_at > now)
    return tuple(sorted(ahead, key=lambda session: session.starts_at))


def name_of(terms: Terms) -> str:
    """The stream of the pair with these terms, such as `pair-q3-07`."""
    return f"pair-{terms.cohort}-{terms.number:02d}"


def session_item(number: int) -> str:
    """The item under which a session is chased, such as `session-07`."""
    return f"session-{number:02d}"


def moved_item(time: int) -> str:
    """The item under which both are told of sessions that moved together, such as `moved-1`."""
    return f"moved-{time}"
