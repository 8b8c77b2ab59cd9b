"""A seeded generator of plausible cohorts: what a log may hold, with less sense than the rules would allow.

It uses the real event types and plants secrets in every sealed field.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from events import cohort, pair
from events.base import Event
from events.chase import Chase, Step
from events.cohort_changes import PersonExited, ReportingLineChanged
from events.cohort_circles import CircleHeld, CircleOpened
from events.cohort_closing import ClosingBegan, CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_corrections import DutyCorrected
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    PersonDeclined,
    PersonJoined,
    SmallCohortApproved,
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
from events.cohort_kpis import KpisPublished
from events.cohort_measurement import (
    BaselineFlaggedLate,
    ComparisonRefused,
    ControlGroupFrozen,
    EmploymentObserved,
    FirstSessionNoted,
    MetricObserved,
    SurveyAnswered,
    SurveyClosed,
    SurveyExtended,
    SurveyOpened,
)
from events.cohort_offices import NextCohortPlanned, SponsorReplaced, SponsorshipTakenOver, StewardReplaced
from events.cohort_people import ConsentGiven, ConsentPublished, IntakeAnswered, PersonWithdrew
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    PairArranged,
    PairAssigned,
    RoundClosed,
    RoundOpened,
    ShortlistRanked,
    ShortlistsPrepared,
    SolveRequested,
)
from events.cohort_running import (
    CohortReady,
    EndpointReached,
    KickoffHeld,
    MakeUpAttended,
    PairActivationNoted,
    PairEndNoted,
    PairMemoNoted,
    PairPauseNoted,
    PairResumptionNoted,
)
from events.contracts import Append, NewEvent
from events.pair import PairReminderPostponed
from events.pair_calendar import MovedSession, SessionsMoved
from events.pair_care import (
    ConcernRaised,
    PairPaused,
    PairResumed,
    PairStewardChanged,
    PauseAnnounced,
    ResumptionConsented,
    SafetyAssessed,
    StewardContactRecorded,
)
from events.pair_closing import (
    EndpointAnswered,
    EndpointClosed,
    EndpointOpened,
    MemoFiled,
    MemoWaived,
    OutcomeRecorded,
    PairEnded,
)
from events.pair_corrections import DeliverableCorrected, OutcomeCorrected, SessionCorrected
from events.pair_preparation import (
    CadenceAgreed,
    ExchangeAgreed,
    GoalAccepted,
    GoalProposed,
    GoalRated,
    GroundRulesSigned,
    KickoffAttended,
    PairActivated,
    PairFormed,
    PlannedSession,
)
from events.pair_pulse import (
    MidpointDecided,
    MidpointOpened,
    MilestoneChecked,
    MilestoneOpened,
    PulseAnswered,
    PulseClosed,
    PulseOpened,
    StagnationAssessed,
)
from events.pair_sessions import (
    ActionCompleted,
    DeliverableRecorded,
    InactivityFlagged,
    SessionHeld,
    SessionMissed,
    SessionRescheduled,
)
from events.store import EventStore
from tests.projections.story_work import extended, work
from turnabout.commands.cohort_rounds import Candidate, Edge, MatchQuality, Shortlist, Unmatched
from turnabout.commands.pair_terms import NextStep, Terms
from turnabout.spec import CohortSpec, Kpi, Metric, Participant, Sponsor, Staff

SECRET = "whispered-secret"
START = datetime(2026, 1, 12, 9, tzinfo=UTC)
METRIC = Metric(name="followers", unit="followers", source="analytics")


@dataclass(frozen=True)
class Told:
    """One event at its time."""

    stream: str
    at: datetime
    event: Event


def spec_of(cohort: str, pairs: int, seed: int) -> CohortSpec:
    """A sprint with two people for each pair and two more who will find nobody."""
    people = [
        Participant(
            id=f"{cohort}-{role}-{number}",
            role=role,
            level=3 if role == "mentor" else 9,
            timezone="Europe/Berlin",
            function="sales",
            location="Berlin",
        )
        for role in ("mentor", "mentee")
        for number in range(1, pairs + 2)
    ]
    return CohortSpec(
        id=cohort,
        program="prog",
        name=f"Cohort {cohort}",
        preset="sprint_90",
        timezone="Europe/Berlin",
        starts_on=START.date(),
        kickoff_on=date(2026, 3, 3),
        lead=Staff(id="p-lead", timezone="Europe/Berlin"),
        sponsor=Sponsor(id="p-sponsor", timezone="Europe/Berlin", title="chro"),
        steward=Staff(id="p-steward", timezone="Europe/Berlin"),
        kpis=tuple(Kpi(id=f"K{n}", name=f"KPI {n}", outcome="retention") for n in (1, 6, 10)),
        priority_metric=METRIC,
        people=tuple(people),
        seed=seed,
    )


class Teller:
    """Tells one cohort's story, at random but the same for the same seed."""

    def __init__(self, cohort: str, pairs: int, seed: int) -> None:
        self.random = random.Random(f"{cohort}/{seed}")  # noqa: S311 -- a story, no secret
        self.spec = spec_of(cohort, pairs, seed)
        self.cohort = f"cohort-{cohort}"
        self.pairs = pairs
        self.told: list[Told] = []
        self.items: dict[str, int] = {}

    def tell(self) -> list[Told]:
        """The whole story, each stream in order, and no pair's event before its cohort's first."""
        self._before_kickoff()
        self._surveys()
        for number in range(1, self.pairs + 1):
            self._pair(number)
        self._after()
        return sorted(self.told, key=lambda told: told.at)

    # --- the cohort ---

    def planned(self, *opens: Chase) -> CohortPlanned:
        """The first event."""
        return CohortPlanned(
            spec=self.spec, spec_digest="d", policy=self.spec.rules, shape=self.spec.shape, opens=opens
        )

    def _say(self, stream: str, at: datetime, *events: Event) -> None:
        self.told += [Told(stream, at, event) for event in events]

    def _maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _chase(self, item: str, at: datetime, kind: str = "errand", template: str = "memo_due") -> Chase:
        revision = self.items[item] = self.items.get(item, 0) + 1
        steps = [
            Step(at=at + timedelta(days=1), action="remind", to=("p-a", "p-b"), template=template),
            Step(at=at + timedelta(days=2), action="remind", to=("p-a",), template=template),
            Step(at=at + timedelta(days=3), action="escalate", to=("p-lead",), template=template),
            Step(at=at + timedelta(days=4), action="expire"),
        ]
        return Chase(item=item, kind=kind, revision=revision, steps=tuple(steps))

    def _nudges(self, stream: str, chase: Chase) -> None:
        """Some of the chase's steps, each late by a little, from the first on."""
        kinds = (cohort, "Cohort") if stream.startswith("cohort") else (pair, "Pair")
        module, prefix = kinds
        for number, step in enumerate(chase.steps[: self.random.randrange(5)]):
            common = {"item": chase.item, "revision": chase.revision, "step": number, "kind": chase.kind}
            nudge = {**common, "template": step.template, "to": step.to, "due_at": step.at}
            at = step.at + timedelta(seconds=self.random.randrange(3600))
            if step.action == "expire":
                self._say(stream, at, getattr(module, f"{prefix}ItemExpired")(**common))
            elif self._maybe(0.25):
                gone = getattr(module, f"{prefix}ReminderSuppressed")(**common, reason="it came too late")
                self._say(stream, at, gone)
            elif step.action == "remind":
                self._say(stream, at, getattr(module, f"{prefix}Reminded")(**nudge))
            else:
                self._say(stream, at, getattr(module, f"{prefix}Escalated")(**nudge))

    def _enrolment_ends(self, at: datetime, closed: EnrolmentClosed) -> None:
        self._say(self.cohort, at, closed)
        if self._maybe(0.3):
            again = EnrolmentReopened(opening=2, closes_at=at + timedelta(days=10))
            approved = SmallCohortApproved(by="p-lead", pairs=2, reason="a trial")
            self._say(self.cohort, at, again, closed, approved)

    def _before_kickoff(self) -> None:
        spec, say, day = self.spec, self._say, timedelta(days=1)
        charter = self._chase("charter", START, template="charter_due")
        say(self.cohort, START, self.planned(charter))
        self._nudges(self.cohort, charter)
        duties = {"kickoff": spec.kickoff, "checkpoint": spec.kickoff + 42 * day}
        signed = CharterSigned(by="p-sponsor", version=1, words=3, text="We do it", text_hash="h")
        committed = SponsorshipCommitted(
            by="p-sponsor", duties={**duties, "recognition": spec.kickoff + 90 * day}
        )
        first, second = (signed, committed) if self._maybe(0.5) else (committed, signed)
        say(self.cohort, START + 5 * day, first, second)
        text = ConsentPublished(version="house-en-1", text="You agree.", text_hash="h")
        answering = [*(person.id for person in spec.people), "who-never-answers"]
        invited = tuple(
            self._chase(f"enrol-{person}:1", START + 6 * day, kind="invitation") for person in answering
        )
        opened = EnrolmentOpened(closes_at=START + 16 * day, opens=invited)
        say(self.cohort, START + 6 * day, opened, text)
        self._enrol()
        mentors = tuple(person.id for person in spec.people if person.role == "mentor")
        mentees = tuple(person.id for person in spec.people if person.role == "mentee")
        at = START + 16 * day
        self._enrolment_ends(at, EnrolmentClosed(mentors=mentors, mentees=mentees))
        say(self.cohort, at, RoundOpened(round=1, mentees=mentees, mentors=mentors))
        self._match(at, mentors, mentees)
        left = tuple(Unmatched(person=who, reason="nobody left") for who in (mentors[-1], mentees[-1]))
        say(self.cohort, at + 5 * day, RoundClosed(round=1, unmatched=left))
        self._again(mentors[-1], mentees[-1])
        streams = tuple(self._stream(number) for number in range(1, self.pairs + 1))
        say(self.cohort, at + 5 * day, CohortReady(pairs=streams, can_report_by_role=True))
        sheet = self._chase("kickoff", spec.kickoff - 5 * day, template="kickoff_cheat_sheet")
        say(self.cohort, spec.kickoff - 5 * day, LaunchOverdue(opens=(sheet,)))
        self._nudges(self.cohort, sheet)
        held = KickoffHeld(
            held_on=spec.kickoff_on, attended=mentors[1:], absent=mentors[:1], days_since_charter=45
        )
        say(
            self.cohort,
            spec.kickoff + timedelta(hours=2),
            held,
            DutyFulfilled(duty="kickoff", on_time=True),
        )
        say(self.cohort, spec.kickoff + 3 * day, MakeUpAttended(person=mentors[0]))

    def _match(self, at: datetime, mentors: tuple[str, ...], mentees: tuple[str, ...]) -> None:
        """The first round, up to the pairs."""
        say, day = self._say, timedelta(days=1)
        candidate = Candidate(mentor=mentors[0], score=50.5, reasons=("gap covered",))
        lists = tuple(Shortlist(mentee=mentee, candidates=(candidate,)) for mentee in mentees)
        choices = tuple(self._chase(f"choice-1-{mentee}", at + day, kind="choice") for mentee in mentees)
        say(
            self.cohort,
            at + day,
            ShortlistsPrepared(round=1, algorithm="a1", seed=1, shortlists=lists, opens=choices),
        )
        for mentee in mentees:
            ranked = ShortlistRanked(
                round=1, mentee=mentee, mentors=mentors[:1], settles=(f"choice-1-{mentee}",)
            )
            say(self.cohort, at + 2 * day, ranked)
        say(self.cohort, at + 3 * day, SolveRequested(round=1, solve=1))
        edges = tuple(
            Edge(mentor=mentor, mentee=mentee, rank=1 + self.random.randrange(3))
            for mentor, mentee in zip(mentors[:-1], mentees[:-1], strict=True)
        )
        asked = tuple(
            self._chase(f"consent-1-{edge.mentor}:{edge.mentee}", at + 3 * day, kind="consent")
            for edge in edges
        )
        quality = MatchQuality(profile=(), blocking_pairs=2) if self._maybe(0.5) else None
        proposed = MatchProposed(round=1, solve=1, algorithm="a1", edges=edges, quality=quality, opens=asked)
        say(self.cohort, at + 3 * day, proposed)
        for number, edge in enumerate(edges, 1):
            later = at + 4 * day
            names = {"mentor": edge.mentor, "mentee": edge.mentee}
            item = (f"consent-1-{edge.mentor}:{edge.mentee}",)
            if self._maybe(0.2):
                say(self.cohort, later, MatchDeclined(round=1, **names, by_default=True, settles=item))
                say(self.cohort, later, PairAssigned(**names, reason="nobody else was left"))
                assigned = True
            else:
                say(self.cohort, later, MatchAccepted(round=1, **names, settles=item))
                assigned = False
            terms = self._terms(number, edge.mentor, edge.mentee, assigned=assigned)
            say(self.cohort, later, PairArranged(pair=self._stream(number), terms=terms))
            say(self._stream(number), later + timedelta(minutes=1), PairFormed(terms=terms))

    def _surveys(self) -> None:
        """A baseline and an endpoint of some people, with a control group or without, and what HR knows."""
        day, kickoff = timedelta(days=1), self.spec.kickoff
        *people, control = (person.id for person in self.spec.people)
        if self._maybe(0.7):
            frozen = ControlGroupFrozen(
                by="p-lead", rule="who waits", people=(control,), members_hash="h", n=1
            )
            self._say(self.cohort, kickoff - 8 * day, frozen)
        else:
            self._say(self.cohort, kickoff, ComparisonRefused(reason="nobody waits"))
        for wave, opens in (("baseline", kickoff - 7 * day), ("endpoint", kickoff + 77 * day)):
            common = {"wave": wave, "form": "house@1"}
            first, more = tuple(people[:-2]), (*people[-2:], control)
            closes = opens + 14 * day
            opened = SurveyOpened.model_validate({**common, "people": first, "closes_at": closes})
            self._say(self.cohort, opens, opened)
            asks = opens + 2 * day
            extended = SurveyExtended.model_validate({"wave": wave, "people": more, "asks_at": asks})
            self._say(self.cohort, opens + day, extended)
            answers = {f"house.{SECRET}": 3}
            silent = []
            for person in (*first, *more):
                if self._maybe(0.3):
                    silent.append(person)
                    continue
                answered = {**common, "respondent": person, "answers": answers, "late": self._maybe(0.2)}
                at = opens + timedelta(hours=30 + self.random.randrange(200))
                self._say(self.cohort, at, SurveyAnswered.model_validate(answered))
            if wave == "baseline" and silent:
                self._say(self.cohort, closes, BaselineFlaggedLate(people=tuple(silent)))
            closed = {"wave": wave, "asked": len(first) + 3, "answered": 5, "late": 1}
            self._say(self.cohort, closes, SurveyClosed.model_validate(closed))
        noted = FirstSessionNoted(pair=self._stream(1), starts_at=kickoff + 2 * day)
        exit_ = {
            "by": "p-lead",
            "person": people[0],
            "on": "2026-05-05",
            "what": "transfer",
            "source": SECRET,
        }
        self._say(self.cohort, kickoff + day, noted, EmploymentObserved.model_validate(exit_))
        metric = {"by": "p-lead", "metric": "followers", "unit": "x", "on": "2026-05-05", "value": 3}
        for pair_name in (None, self._stream(1)):
            seen = MetricObserved.model_validate({**metric, "pair": pair_name, "source": "analytics"})
            self._say(self.cohort, kickoff + 2 * day, seen)

    def _enrol(self) -> None:
        """People join or not, and some of them answer the survey."""
        say, day = self._say, timedelta(days=1)
        for person in self.spec.people:
            at = START + 7 * day + timedelta(hours=self.random.randrange(100))
            if self._maybe(0.15):
                say(
                    self.cohort,
                    at,
                    PersonDeclined(person=person.id, reason="workload", settles=(f"enrol-{person.id}:1",)),
                )
            else:
                agreed = ConsentGiven(person=person.id, version="house-en-1", text_hash="h")
                joined = PersonJoined(
                    person=person.id, criteria=("willing",), settles=(f"enrol-{person.id}:1",)
                )
                say(self.cohort, at, joined, agreed)
                if self._maybe(0.5):
                    intake = IntakeAnswered(person=person.id, instrument="i1", hope=SECRET, confidence=2)
                    say(self.cohort, at + timedelta(hours=1), intake)

    def _again(self, mentor: str, mentee: str) -> None:
        """The two who wait may get another round, or give up waiting."""
        at = self.spec.kickoff + timedelta(weeks=self.random.randrange(1, 6))
        if self._maybe(0.6):
            self._say(self.cohort, at, RoundOpened(round=2, mentees=(mentee,), mentors=(mentor,)))
            if self._maybe(0.4):
                left = (Unmatched(person=mentee, reason="declined by all"),)
                self._say(self.cohort, at + timedelta(days=9), RoundClosed(round=2, unmatched=left))
        if self._maybe(0.5):
            self._say(self.cohort, at, PersonDeclined(person=mentor, reason="time"))
        elif self._maybe(0.5):
            self._say(self.cohort, at, PersonWithdrew(person=mentor, reason="leaving"))
        else:
            self._say(self.cohort, at, PersonExited(person=mentor, last_day=at.date()))

    def _publications(self) -> None:
        """What a few publications told, whether it is so or not."""
        line = {"kpi": "K1", "what": "share", "window": "90 days", "method": "Wilson", "n": 9, "value": 0.9}
        hidden = {**line, "kpi": "K9", "n": None, "value": None, "verdict": "suppressed", "flags": ["late"]}
        common = {"position": 9, "asked_by": "p-lead", "figures": [{**line, "audience": "lead"}, hidden]}
        for number in range(len(self.spec.people) % 4):
            at = self.spec.kickoff + timedelta(days=40 + number)
            told = {**common, "previous": number, "as_of": at.date()}
            event = {"number": number + 1, "publication": told}
            self._say(self.cohort, at, KpisPublished.model_validate(event))

    def _after(self) -> None:
        day, end = timedelta(days=1), self.spec.kickoff + timedelta(weeks=12)
        self._publications()
        if self._maybe(0.3):
            away = Staff(id="p-lead-2", timezone="UTC")
            self._say(self.cohort, self.spec.kickoff + 30 * day, LeadHandedOver(to=away))
        if self._maybe(0.5):
            put_right = DutyCorrected(
                corrects=1, duty="checkpoint", state="late", by="p-lead", reason="It was held"
            )
            self._say(self.cohort, self.spec.kickoff + 60 * day, put_right)
        if self._maybe(0.3):
            to = Sponsor(id="p-sponsor-2", timezone="UTC", title="cpo")
            taken = SponsorshipTakenOver(by="p-sponsor-2")
            self._say(
                self.cohort,
                self.spec.kickoff + 31 * day,
                SponsorReplaced(by="p-lead", to=to, must_commit=True),
                *((taken,) if self._maybe(0.5) else ()),
            )
        if self._maybe(0.3):
            steward = Staff(id="p-stella", timezone="UTC")
            self._say(self.cohort, self.spec.kickoff + 32 * day, StewardReplaced(by="p-lead", to=steward))
        if self._maybe(0.5):
            plan = NextCohortPlanned(by="p-lead", cohort="next", starts_on=date(2026, 9, 1))
            self._say(self.cohort, self.spec.kickoff + 33 * day, plan)
        if self._maybe(0.4):
            who = self.spec.people[self.random.randrange(len(self.spec.people))].id
            at = self.spec.kickoff + 40 * day
            self._say(self.cohort, at, PersonExited(person=who, last_day=at.date()))
            manager = ReportingLineChanged(person=who, reports_to=("p-boss",))
            self._say(self.cohort, at, manager)
        missed = DutyMissed(duty="checkpoint")
        late = DutyFulfilled(duty="checkpoint", on_time=False)
        self._say(self.cohort, self.spec.kickoff + 50 * day, missed, *((late,) if self._maybe(0.5) else ()))
        self._say(self.cohort, end - 7 * day, EndpointReached())
        mentors = tuple(person.id for person in self.spec.people if person.role == "mentor")
        circle = CircleOpened(week=4, mentors=mentors), CircleHeld(week=4, attended=mentors[:2])
        self._say(self.cohort, self.spec.kickoff + 20 * day, *circle)
        if self._maybe(0.2):
            self._say(self.cohort, end + 20 * day, CohortCancelled(by="p-lead", reason="a merger"))
            return
        self._say(self.cohort, end + 15 * day, ClosingBegan())
        steps = (NextStep(what="Go on", owner="p-lead", due_on=date(2026, 9, 1)),)
        memo = CohortMemoFiled(by="p-lead", summary="It went well", next_steps=steps)
        again = DutyRescheduled(duty="recognition", due_at=end + 21 * day)
        self._say(self.cohort, end + 16 * day, memo, CohortClosed(), again)
        if self._maybe(0.5):
            self._say(self.cohort, end + 380 * day, CohortArchived())

    # --- a pair ---

    def _stream(self, number: int) -> str:
        return f"pair-{self.spec.id}-{number:02d}"

    def _terms(self, number: int, mentor: str, mentee: str, *, assigned: bool) -> Terms:
        spec = self.spec
        return Terms(
            cohort=spec.id,
            program=spec.program,
            number=number,
            mentor=mentor,
            mentee=mentee,
            lead="p-lead",
            steward="p-steward",
            support_contact="p-contact",
            zones={},
            timezone=spec.timezone,
            preset=spec.preset,
            weeks=12,
            kickoff=spec.kickoff,
            first_week_on=spec.first_week_on,
            ends_on=spec.ends_on,
            pulse_weeks=(6,),
            decision_week=6,
            session_minutes=60,
            interval_weeks=1,
            metric=METRIC,
            assigned=assigned,
            policy=spec.rules,
        )

    def _pair(self, number: int) -> None:
        stream, say, day = self._stream(number), self._say, timedelta(days=1)
        mentor, mentee = f"{self.spec.id}-mentor-{number}", f"{self.spec.id}-mentee-{number}"
        at = self.spec.kickoff + timedelta(hours=3, minutes=number)
        say(stream, at, KickoffAttended(people=(mentor, mentee)))
        say(stream, at, ExchangeAgreed(teaches="Short videos", gives="Budget talks"))
        hour = time(15)
        cadence = CadenceAgreed(weekday=2, at=hour, timezone="Europe/Berlin", minutes=60, channel="video")
        say(stream, at, cadence, GroundRulesSigned(by=mentor), GroundRulesSigned(by=mentee))
        if self._maybe(0.2):
            stella = "p-stella"
            say(stream, at, PairStewardChanged(steward=stella, timezone="UTC", support_contact=stella))
        self._goal(stream, at, 1, mentor)
        if self._maybe(0.1):
            say(stream, at + day, PairEnded(state="ended_by_choice", reason="second thoughts"))
            say(stream, at + 2 * day, MemoWaived(reason="nothing to tell"))
            say(self.cohort, at + 2 * day, PairEndNoted(pair=stream, state="ended_by_choice"))
            return
        sessions = tuple(
            PlannedSession(number=n, starts_at=starts, ends_at=starts + timedelta(hours=1))
            for n in range(1, 13)
            for starts in (at + 7 * n * day,)
        )
        chase = self._chase(f"{stream}/first", at)
        say(stream, at + day, PairActivated(sessions=sessions, opens=(chase,)))
        say(self.cohort, at + day, PairActivationNoted(pair=stream))
        self._nudges(stream, chase)
        if number % 3 == 0:
            say(stream, at + 2 * day, extended(sessions))
        self._weeks(stream, mentor, mentee, sessions)
        mine = [one.event for one in self.told if one.stream == stream]
        logged = sum(len(e.deliverables) for e in mine if isinstance(e, SessionHeld))
        logged += sum(isinstance(e, DeliverableRecorded) for e in mine)
        for moment, event in work(stream, mentor, mentee, at + day, logged, SECRET):
            say(stream, moment, event)

    def _goal(self, stream: str, at: datetime, number: int, by: str) -> None:
        target = float(self.random.randrange(1, 500))
        goal = GoalProposed(
            number=number,
            by=by,
            statement=f"Gain {target:g} followers in 12 weeks",
            metric="followers",
            baseline=self.random.random() * 1e6,
            target=target,
            unit="followers",
            due_on=date(2026, 5, 20),
        )
        rated = GoalRated(number=number, by=by, attainability=4, attainable=True)
        accepted = (GoalAccepted(number=number),) if self._maybe(0.9) else ()
        self._say(stream, at, goal, rated, *accepted)

    def _put_right(
        self, stream: str, by: str, at: datetime, number: int, *, held: bool, made: bool = False
    ) -> None:
        """Now and then a log was wrong."""
        at += timedelta(hours=3)
        wrong = {"corrects": 1, "number": number, "by": by, "reason": SECRET}
        if not held and self._maybe(0.3):
            back = SessionCorrected.model_validate({**wrong, "held": True, "in_a_row": 0})
            self._say(stream, at, back)
        if made and self._maybe(0.2):
            gone = DeliverableCorrected.model_validate({**wrong, "number": 1, "what": None})
            self._say(stream, at, gone)

    def _weeks(self, stream: str, mentor: str, mentee: str, sessions: tuple[PlannedSession, ...]) -> None:
        say, day, pauses, in_a_row = self._say, timedelta(days=1), 0, 0
        ends_after = self.random.choice([5, 8, 12, 12, 12])
        for session in sessions[:ends_after]:
            number, at = session.number, session.starts_at
            chance = self.random.random()
            if self._maybe(0.1):
                at += day
                moved = SessionRescheduled(
                    number=number, revision=2, starts_at=at, ends_at=at + timedelta(hours=1)
                )
                several = SessionsMoved(
                    sessions=(
                        MovedSession(
                            number=number, revision=2, starts_at=at, ends_at=at + timedelta(hours=1)
                        ),
                    ),
                    why="absence",
                )
                say(stream, at - 2 * day, self.random.choice([moved, several]))
            if chance < 0.65:
                made = ("A draft",) * self.random.randrange(3)
                held = SessionHeld(number=number, by=mentor, deliverables=made, note=SECRET)
                say(stream, at + timedelta(hours=2), held)
                self._put_right(stream, mentor, at, number, held=True, made=bool(made))
                in_a_row = 0
            elif chance < 0.85:
                in_a_row += 1
                unlogged = self._maybe(0.5)
                missed = SessionMissed(number=number, in_a_row=in_a_row, unlogged=unlogged)
                say(stream, at + timedelta(hours=3), missed)
                self._put_right(stream, mentor, at, number, held=False)
                if in_a_row > 1:
                    say(stream, at + timedelta(hours=4), InactivityFlagged(since=at - 9 * day))
            if self._maybe(0.15):
                say(stream, at + day, DeliverableRecorded(by=mentee, what="A channel plan"))
            if number == 6:
                self._midpoint(stream, mentor, mentee, at)
            if number < ends_after and self._maybe(0.08):
                pauses += 1
                self._pause(stream, mentor, at + 2 * day, pauses, sessions[number:])
        last = sessions[ends_after - 1].starts_at + 3 * day
        if ends_after == 12:
            self._endpoint(stream, mentor, mentee, last - 2 * day)
        state = (
            "graduated"
            if ends_after == 12
            else self.random.choice(
                [
                    "graduated_early",
                    "reshuffled",
                    "ended_by_choice",
                    "ended_for_safety",
                    "ended_by_exit",
                    "withdrawn",
                ]
            )
        )
        reminder = self._chase(f"{stream}/memo", last, kind="memo")
        say(stream, last, PairEnded(state=state, reason="as it goes", opens=(reminder,)))
        self._nudges(stream, reminder)
        waiting = (mentor,) if state in {"reshuffled", "withdrawn"} else ()
        left = (mentee,) if state == "withdrawn" else ()
        say(self.cohort, last, PairEndNoted(pair=stream, state=state, waiting=waiting, left=left))
        if self._maybe(0.8):
            step = NextStep(what="Keep posting", owner=mentee, due_on=date(2026, 8, 1))
            memo = MemoFiled(
                by=mentee, summary="We learned a lot", lesson="Short beats long", next_steps=(step,)
            )
            say(stream, last + 5 * day, memo)
        else:
            say(stream, last + 5 * day, MemoWaived(reason="nothing to tell"))
        say(self.cohort, last + 5 * day, PairMemoNoted(pair=stream, waived=False))

    def _midpoint(self, stream: str, mentor: str, mentee: str, at: datetime) -> None:
        say, day = self._say, timedelta(days=1)
        say(stream, at + day, PulseOpened(wave=1, week=6, closes_at=at + 5 * day))
        say(stream, at + day, MilestoneOpened(due_at=at + 6 * day))
        for who in (mentor, mentee):
            rating = self.random.randrange(1, 6)
            answer = PulseAnswered(
                wave=1,
                respondent=who,
                progress=rating,
                safety=rating,
                recommend=True,
                worked=SECRET,
                improve=SECRET,
            )
            say(stream, at + 2 * day, answer)
            if rating <= 3:
                hidden = self._chase(f"{stream}/steward", at + 2 * day, template="concern_received")
                verdict = SafetyAssessed(level="amber", rule="G6", wave=1, opens=(hidden,))
                say(stream, at + 2 * day, verdict)
                self._nudges(stream, hidden)
        if self._maybe(0.3):
            quiet = self._chase(f"{stream}/quiet", at + 2 * day)
            worry = ConcernRaised(
                number=1, respondent=mentor, text=SECRET, about_safety=False, opens=(quiet,)
            )
            say(stream, at + 2 * day, worry)
            later = self._chase(quiet.item, at + 2.2 * day)
            common = {"item": quiet.item, "revision": quiet.revision, "step": 0, "kind": quiet.kind}
            say(stream, at + 2.2 * day, PairReminderPostponed(**common, to=("p-a",), opens=(later,)))
            self._nudges(stream, later)
        if self._maybe(0.8):
            actions = (NextStep(what="Film", owner=mentor, due_on=date(2026, 5, 1)),) * self.random.randrange(
                1, 3
            )
            check = MilestoneChecked(
                by=mentor,
                progress=self.random.randrange(1, 6),
                roadblocks=("time",),
                wins=("reach", "tone"),
                actions=actions,
            )
            say(stream, at + 4 * day, check)
            if self._maybe(0.3):
                say(stream, at + 4.5 * day, check.model_copy(update={"progress": 6 - check.progress}))
            say(stream, at + 5 * day, ActionCompleted(number=1, by=mentor))
        say(stream, at + 6 * day, PulseClosed(wave=1, answered=2))
        review = self.random.choice(["fine", "nudge", "reshuffle_proposed"])
        say(stream, at + 6 * day, StagnationAssessed(signs=("quiet",), verdict=review))
        say(stream, at + 6 * day, MidpointOpened(proposed="continue"))
        if self._maybe(0.9):
            decided = MidpointDecided(decision="continue", reason="fine so far", by_default=self._maybe(0.4))
            say(stream, at + 6.5 * day, decided)
        if self._maybe(0.3):
            self._goal(stream, at + 6.5 * day, 2, mentee)

    def _pause(
        self, stream: str, mentor: str, at: datetime, number: int, ahead: tuple[PlannedSession, ...]
    ) -> None:
        say, day = self._say, timedelta(days=1)
        off = tuple(session.number for session in ahead)
        say(stream, at, PairPaused(pause=number, sessions=off))
        announced = at + self.random.random() * day
        say(stream, announced, PauseAnnounced(pause=number, sessions=off))
        say(self.cohort, announced, PairPauseNoted(pair=stream))
        say(stream, at + day, StewardContactRecorded(pause=number))
        say(stream, at + 2 * day, ResumptionConsented(pause=number, by=mentor))
        again = at + self.random.randrange(3, 5) * day
        say(stream, again, PairResumed(pause=number, sessions=ahead))
        say(self.cohort, again, PairResumptionNoted(pair=stream))

    def _endpoint(self, stream: str, mentor: str, mentee: str, at: datetime) -> None:
        self._say(stream, at, EndpointOpened(closes_at=at + timedelta(days=1)))
        for who in (mentor, mentee):
            answer = EndpointAnswered(respondent=who, progress=4, safety=5, recommend=True)
            self._say(stream, at, answer)
        attained = self.random.randrange(-2, 3)
        outcome = OutcomeRecorded(by=mentee, value=self.random.random() * 300, attainment=attained)
        right = OutcomeCorrected(corrects=1, value=17.5, attainment=1, by=mentee, reason=SECRET)
        better = (right,) if self._maybe(0.4) else ()
        self._say(stream, at, EndpointClosed(answered=2), outcome, *better)


def story(seed: int, cohorts: int = 2, pairs: int = 5) -> list[Told]:
    """Some cohorts side by side, in one order of time."""
    told = [one for n in range(cohorts) for one in Teller(f"c{seed}-{n}", pairs, seed).tell()]
    return sorted(told, key=lambda one: one.at)


def appends(told: Iterable[Told]) -> Iterator[Append]:
    """The story as commands: what one stream says at one instant is one command."""
    versions: dict[str, int] = {}
    for (stream, at), group in groupby(told, key=lambda one: (one.stream, one.at)):
        events = [one.event for one in group]
        version = versions.get(stream, 0)
        versions[stream] = version + len(events)
        yield Append(
            stream=stream,
            expected_version=version,
            command_id=f"command-{version}",
            command_digest="d",
            actor="p-actor",
            correlation_id="story",
            policy_version="house-2026@test",
            occurred_at=at,
            events=tuple(
                NewEvent(
                    event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{stream}/{version + ordinal}")),
                    type=event.type,
                    schema_version=event.schema_version,
                    data=event.payload(),
                )
                for ordinal, event in enumerate(events)
            ),
        )


async def write(store: EventStore, told: Iterable[Told]) -> int:
    """Append the story; returns the last position."""
    position = 0
    for append in appends(told):
        position = (await store.append(append)).events[-1].position
    return position
