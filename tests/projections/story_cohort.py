"""The part of a story that happens in the cohort."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from events.cohort_care import CohortConcernRaised, CohortContactRecorded
from events.cohort_changes import PersonExited, ReportingLineChanged
from events.cohort_circles import CircleHeld, CircleOpened
from events.cohort_closing import ClosingBegan, CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_corrections import DutyCorrected, EmploymentCorrected
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
)
from events.pair_preparation import (
    PairFormed,
)
from tests.projections.story_telling import SECRET, START, Telling
from turnabout.commands.cohort_rounds import Candidate, Edge, MatchQuality, Shortlist, Unmatched
from turnabout.commands.pair_terms import NextStep
from turnabout.spec import Sponsor, Staff


class CohortTelling(Telling):
    """Enrolment, matching, surveys, what comes after."""

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
            event = {"number": number + 1, "publication": told, "disclosed": ()}
            self._say(self.cohort, at, KpisPublished.model_validate(event))

    def _hr_was_wrong(self) -> None:
        """At the very end: what was told of somebody becomes something else, and then nothing."""
        own = sorted((one for one in self.told if one.stream == self.cohort), key=lambda one: one.at)
        told = next(n for n, one in enumerate(own, 1) if isinstance(one.event, EmploymentObserved))
        exit_ = own[told - 1].event
        assert isinstance(exit_, EmploymentObserved)
        common = {"by": "p-lead", "person": exit_.person, "source": SECRET, "reason": SECRET}
        right = {**common, "corrects": told, "on": "2026-05-06", "what": "voluntary_exit"}
        never = {**common, "corrects": len(own) + 1, "on": None, "what": None}
        for hours, one in enumerate((right, never)[: 1 + len(self.spec.people) % 2], 1):
            self._say(
                self.cohort, own[-1].at + timedelta(hours=hours), EmploymentCorrected.model_validate(one)
            )

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
        worried, told = self.spec.people[-1].id, self.spec.kickoff + 45 * day
        chase = self._chase("follow-up-1", told, kind="steward", template="concern_received")
        concern = CohortConcernRaised(
            number=1, respondent=worried, steward="p-steward", text=SECRET, opens=(chase,)
        )
        self._say(self.cohort, told, concern)
        self._nudges(self.cohort, chase)
        spoken = CohortContactRecorded(number=1, settles=("follow-up-1",))
        self._say(self.cohort, told + 5 * day, *((spoken,) if self._maybe(0.5) else ()))
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
