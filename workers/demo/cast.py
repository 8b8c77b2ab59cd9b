"""The demo's people: each reads what the engine sent and answers with a command some hours later. Pure:
events in, actions out; time and delivery are in `play.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from events.contracts import StoredEvent
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CloseCohort, FileCohortMemo
from turnabout.commands.cohort_enrolment import CloseEnrolment, OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, FulfilDuty, SignCharter
from turnabout.commands.cohort_measurement import AnswerSurvey, FreezeControls, RecordMetric, SurveyWave
from turnabout.commands.cohort_offices import PlanNextCohort
from turnabout.commands.cohort_rounds import AcceptMatch, DeclineMatch, RankShortlist
from turnabout.commands.cohort_running import HoldKickoff, RecordMakeUp
from turnabout.commands.pair_care import ConsentToResume, RecordStewardContact
from turnabout.commands.pair_closing import AnswerEndpoint, FileMemo, RecordOutcome
from turnabout.commands.pair_preparation import (
    AgreeCadence,
    AgreeExchange,
    ConfirmGoal,
    ProposeGoal,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_pulse import AnswerPulse, CheckMilestone, DecideMidpoint
from turnabout.commands.pair_sessions import LogSession
from turnabout.commands.pair_terms import Decision, NextStep, Terms
from turnabout.instruments import form_of, questions
from turnabout.spec import CohortSpec
from workers.demo import script as words
from workers.demo.script import Script


@dataclass(frozen=True)
class Action:
    """A command that somebody will give at a time. `insist` repeats it a day later when a rule refuses it."""

    at: datetime
    stream: str
    actor: str
    command: Command
    insist: bool = False


@dataclass
class Cast:
    """Everybody in the cohort, with what each of them has read so far."""

    spec: CohortSpec
    script: Script = field(default_factory=Script)
    answered: set[str] = field(default_factory=set)
    shortlists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranked: set[str] = field(default_factory=set)
    proposals: dict[str, list[str]] = field(default_factory=dict)
    surveyed: set[str] = field(default_factory=set)
    kickoff_held: bool = False
    refused: set[str] = field(default_factory=set)
    pairs: dict[str, Terms] = field(default_factory=dict)
    proposed: dict[str, Decision] = field(default_factory=dict)

    def respond(self, event: StoredEvent) -> Iterator[Action]:
        """What people do because of an event: mostly, because a mail reached them."""
        if event.type in {"cohort.reminded", "pair.reminded"}:
            for person in event.data["to"]:
                yield from self._read_mail(event, event.data["template"], person)
        elif event.stream.startswith("cohort-"):
            yield from self._notice_in_cohort(event)
        else:
            yield from self._notice_in_pair(event)

    def _read_mail(self, event: StoredEvent, template: str, person: str) -> Iterator[Action]:
        if event.stream.startswith("cohort-"):
            commands = self._answer_cohort(template, person, event.data["item"])
        else:
            commands = self._answer_pair(self.pairs[event.stream], event.stream, template, person, event)
        for hours, command in commands:
            yield self._act(event, person, command, hours)

    def _act(
        self, event: StoredEvent, actor: str, command: Command, hours: float, *, insist: bool = False
    ) -> Action:
        return Action(event.occurred_at + timedelta(hours=hours), event.stream, actor, command, insist)

    def _notice_in_cohort(self, event: StoredEvent) -> Iterator[Action]:
        lead, data = self.spec.lead.id, event.data
        match event.type:
            case "cohort.sponsorship_committed":
                yield self._act(event, lead, OpenEnrolment(), 2)
            case "cohort.person_joined" | "cohort.person_declined":
                self.answered.add(data["person"])
                if len(self.answered) == len(self.spec.people):
                    yield self._act(event, lead, CloseEnrolment(), 3)
            case "cohort.shortlists_prepared":
                for entry in data["shortlists"]:
                    mentors = tuple(candidate["mentor"] for candidate in entry["candidates"])
                    self.shortlists[entry["mentee"]] = mentors
            case "cohort.match_proposed":
                self.proposals.clear()
                for edge in data["edges"]:
                    self.proposals.setdefault(edge["mentor"], []).append(edge["mentee"])
            case "cohort.kickoff_held":
                self.kickoff_held = True
                day = self.spec.kickoff_on - timedelta(days=7)
                yield self._act(event, lead, RecordMetric(on=day, value=1000, source=words.SOURCE), 1)
                for person in data["absent"]:
                    yield self._act(event, lead, RecordMakeUp(person=person), 50)
            case "cohort.pair_arranged":
                # Only after the kickoff: whoever comes later makes up for it before the first session.
                terms = data["terms"]
                for person in (terms["mentor"], terms["mentee"]):
                    if self.kickoff_held and person not in data["attended"]:
                        yield self._act(event, lead, RecordMakeUp(person=person), 26)
            case "cohort.survey_answered":
                self.surveyed.add(data["respondent"])
            case "cohort.survey_opened" if data["wave"] == "endpoint":
                for person in data["people"]:
                    hours = 5 + self._place(person) % 40
                    yield self._act(event, person, self._survey("endpoint", person), hours)
            case "cohort.memo_filed":
                yield self._act(event, lead, CloseCohort(), 4, insist=True)
            case _:
                return

    def _notice_in_pair(self, event: StoredEvent) -> Iterator[Action]:
        if event.type == "pair.formed":
            self.pairs[event.stream] = Terms.model_validate(event.data["terms"])
            return
        terms = self.pairs[event.stream]
        match event.type:
            case "pair.midpoint_opened":
                self.proposed[event.stream] = event.data["proposed"]
            case "pair.paused":
                yield self._act(event, terms.steward, RecordStewardContact(), 20)
            case "pair.pause_announced":
                for hours, person in ((26, terms.steward), (49, terms.mentor), (51, terms.mentee)):
                    yield self._act(event, person, ConsentToResume(), hours)
            case _:
                return

    def _answer_cohort(self, template: str, person: str, item: str) -> Iterator[tuple[float, Command]]:
        place = self._place(person)
        match template:
            case "charter_due":
                yield 4, SignCharter(text=words.CHARTER)
                yield 5, CommitSponsorship()
            case "enrolment_invitation" if place not in self.script.late_to_join:
                yield 2 + place % 7, OptIn()
            case "enrolment_reminder":
                yield 1, OptIn()
            case "shortlist_ready" if self._mentee_place(person) not in self.script.late_to_rank:
                self.ranked.add(person)
                yield 3 + place % 5, RankShortlist(mentors=self.shortlists[person])
            case "shortlist_reminder" if person not in self.ranked:
                yield 1, RankShortlist(mentors=self.shortlists[person])
            case "match_proposed":
                for mentee in self.proposals.get(person, []):
                    yield 2 + place % 5, self._consent(person, mentee)
            case "control_group_due":
                yield 2, FreezeControls()
            case "baseline_invitation" if place % 4:
                yield 3 + place % 6, self._survey("baseline", person)
            case "baseline_reminder" if person not in self.surveyed and place != self.script.without_baseline:
                yield 1, self._survey("baseline", person)
            case "kickoff_to_record":
                yield 1, self._kickoff()
            case "duty_due":
                duty = item.removeprefix("duty-").split(":")[0]
                if duty in {"checkpoint", "recognition", "closing"}:
                    yield 6, FulfilDuty.model_validate({"duty": duty})
            case "next_cohort_due":
                starts_on = self.spec.ends_on + timedelta(weeks=3)
                yield 30, PlanNextCohort(cohort=words.NEXT_COHORT, starts_on=starts_on)
            case "cohort_memo_due":
                yield (
                    20,
                    FileCohortMemo(
                        summary=words.COHORT_MEMO,
                        next_steps=(
                            self._next_step(self.spec.lead.id, "Plan the next cohort with two regions"),
                        ),
                    ),
                )
            case _:
                return

    def _answer_pair(
        self, terms: Terms, stream: str, template: str, person: str, event: StoredEvent
    ) -> Iterator[tuple[float, Command]]:
        is_mentor, number = person == terms.mentor, terms.number
        match template:
            case "prepare_pair":
                yield from self._prepare(terms, is_mentor=is_mentor)
            case "goal_to_confirm":
                yield 4, ConfirmGoal()
            case "session_log" if is_mentor:
                session = int(event.data["item"].removeprefix("session-").split(":")[0])
                held = session not in self.script.misses_sessions.get(number, frozenset())
                made = words.DELIVERABLES[(number + session) % len(words.DELIVERABLES)]
                fruitful = held and number != self.script.stagnates
                yield (
                    1,
                    LogSession(number=session, held=held, deliverables=(made,) if fruitful else ()),
                )
            case "pulse_invitation" if number != self.script.silent_in_pulse or is_mentor:
                yield 3 + number % 5, self._pulse(number, is_mentor=is_mentor)
            case "pulse_reminder":
                yield 1, self._pulse(number, is_mentor=is_mentor)
            case "milestone_invitation" if not is_mentor:
                yield (
                    6,
                    CheckMilestone(
                        progress=2 if number == self.script.stagnates else 3 + number % 3,
                        roadblocks=(words.ROADBLOCK,),
                        wins=words.WINS,
                        actions=(
                            NextStep(
                                what=words.ACTION,
                                owner=person,
                                due_on=event.occurred_at.date() + timedelta(days=14),
                            ),
                        ),
                    ),
                )
            case "midpoint_decision" if number != self.script.undecided:
                decision = self.proposed.get(stream, "continue")
                yield 5, DecideMidpoint(decision=decision, reason="As the check at mid shows.")
            case "endpoint_invitation":
                yield 4, AnswerEndpoint(progress=4, safety=4 + number % 2, recommend=True)
                if not is_mentor:
                    yield 30, RecordOutcome(value=180 + 15 * number, attainment=number % 3 - 1)
            case "memo_due" | "memo_reminder" if is_mentor:
                if template == "memo_reminder" or number != self.script.late_memo:
                    yield (
                        20,
                        FileMemo(
                            summary=words.MEMOS[number % len(words.MEMOS)],
                            lesson=words.LESSONS[number % len(words.LESSONS)],
                            next_steps=(
                                self._next_step(
                                    terms.mentee, words.NEXT_STEPS[number % len(words.NEXT_STEPS)]
                                ),
                            ),
                        ),
                    )
            case _:
                return

    def _prepare(self, terms: Terms, *, is_mentor: bool) -> Iterator[tuple[float, Command]]:
        number = terms.number
        if is_mentor:
            yield (
                1,
                AgreeExchange(
                    teaches=words.TEACHES[number % len(words.TEACHES)],
                    gives=words.GIVES[number % len(words.GIVES)],
                ),
            )
            yield (
                2,
                AgreeCadence(
                    weekday=1 + number % 3,
                    at=time(14 + number % 3),
                    timezone=terms.timezone,
                    minutes=60,
                    channel="video call",
                ),
            )
        else:
            goal = ProposeGoal(
                statement=f"The mentee will publish {3 + number % 3} platform-specific posts and gain "
                f"{200 + 10 * number} relevant followers in {terms.weeks} weeks.",
                metric=terms.metric.name,
                baseline=1000,
                target=1200 + 10 * number,
                unit=terms.metric.unit,
                due_on=terms.ends_on,
            )
            if number == self.script.proposes_vaguely:
                yield 0.5, ProposeGoal(statement=words.VAGUE_GOAL, metric=terms.metric.name)
            yield 1, goal
        # The mentor rates later: the mentee proposes in their own morning, which may come hours after.
        yield 22 if is_mentor else 3, RateGoal(attainability=4)
        yield 6, SignGroundRules()

    def _pulse(self, number: int, *, is_mentor: bool) -> Command:
        unsafe = number == self.script.feels_unsafe and is_mentor
        return AnswerPulse(
            progress=2 if number == self.script.stagnates else 3 + number % 3,
            safety=2 if unsafe else 4 + number % 2,
            recommend=not unsafe,
            worked="Working on one draft together",
            improve="Shorter calendars" if not unsafe else "I do not dare to disagree",
        )

    def _survey(self, wave: SurveyWave, person: str) -> Command:
        better = 1 if wave == "endpoint" else 0
        asked = enumerate(questions(self.spec.instruments).items())
        answers = {
            name: min(high, low + better + (self._place(person) + number) % (high - low + 1))
            for number, (name, (low, high)) in asked
        }
        return AnswerSurvey(wave=wave, form=form_of(self.spec.instruments), answers=answers)

    def _consent(self, mentor: str, mentee: str) -> Command:
        if self._place(mentor) in self.script.declines_first_match and mentor not in self.refused:
            self.refused.add(mentor)
            return DeclineMatch(mentee=mentee)
        return AcceptMatch(mentee=mentee)

    def _kickoff(self) -> Command:
        people = [person for terms in self.pairs.values() for person in (terms.mentor, terms.mentee)]
        absent = {person for person in people if self._mentee_place(person) in self.script.absent_at_kickoff}
        return HoldKickoff(
            attended=tuple(person for person in dict.fromkeys(people) if person not in absent),
            sponsor_present=True,
            agenda_minutes=(15, 25, 25, 25),
        )

    def _next_step(self, owner: str, what: str) -> NextStep:
        return NextStep(what=what, owner=owner, due_on=self.spec.ends_on + timedelta(days=30))

    def _place(self, person: str) -> int:
        return next((place for place, one in enumerate(self.spec.people) if one.id == person), -1)

    def _mentee_place(self, person: str) -> int:
        mentees = [one.id for one in self.spec.people if one.role == "mentee"]
        return mentees.index(person) if person in mentees else -1
