"""Random cohorts as the log would hold them: withdrawals, pauses, reshuffles, late baselines, silence, exits.

The real event types with readable answers, as an engine-side job reads them. It knows nothing of KPIs.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events import cohort_governance as governance
from events import cohort_measurement as measurement
from events import pair_practice as practice
from events.base import Event
from events.cohort_corrections import DutyCorrected, EmploymentCorrected
from events.cohort_people import IntakeAnswered
from events.cohort_rounds import MatchProposed
from events.cohort_running import KickoffHeld, MakeUpAttended
from events.contracts import StoredEvent
from events.pair_care import PairPaused, PairResumed, PauseAnnounced
from events.pair_closing import (
    EndpointAnswered,
    EndpointClosed,
    MemoFiled,
    MemoWaived,
    OutcomeRecorded,
    PairEnded,
)
from events.pair_corrections import OutcomeCorrected, SessionCorrected
from events.pair_preparation import GoalAccepted, PairActivated, PairFormed, PlannedSession
from events.pair_pulse import PulseAnswered, PulseClosed
from events.pair_reshuffle import PairExtended
from events.pair_sessions import SessionHeld, SessionMissed
from tests.projections.story_telling import METRIC, START
from tests.rules.cohort.world import make_spec, person
from turnabout.commands.cohort_rounds import Edge, MatchQuality
from turnabout.commands.pair_terms import NextStep, Terms
from turnabout.spec import CohortSpec

BERLIN = ZoneInfo("Europe/Berlin")
KICKOFF = date(2026, 3, 3)
DAY = timedelta(days=1)


class Life:
    """One cohort, the same for the same seed. `log` is what happened, in one order."""

    def __init__(self, seed: int, name: str = "q1") -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self.late = random.Random(-1 - seed)  # noqa: S311 - who is late is drawn apart
        self.name = name
        self.cohort = f"cohort-{name}"
        self.told: list[tuple[datetime, str, Event]] = []
        self.pairs = self.dice.randint(3, 13)
        self.idle = self.dice.choice((0, 3, 6, 9, 14))
        self.mood = self.dice.uniform(0.2, 0.8)
        self.spec = self._spec(seed)
        self._cohort()
        for number in range(1, self.pairs + 1):
            self._pair(number, f"mentor-{number}", f"mentee-{number}")
        self._put_right()
        self.log = stored(self.told)

    def _maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _say(self, day: date, *events: Event, stream: str = "", hour: int = 12) -> None:
        at = datetime.combine(day, time(hour), BERLIN)
        self.told += [(at, stream or self.cohort, event) for event in events]

    def _spec(self, seed: int) -> CohortSpec:
        mentors, mentees = self.pairs + self.idle, self.pairs + self.dice.randrange(2)
        people = [person("mentor", n) for n in range(1, mentors + 1)]
        for n in range(1, mentees + 1):
            gap = {"skill": "social media", "current": 1, "target": self.dice.choice((2, 3, 4))}
            function = self.dice.choice(("finance", "marketing"))
            people.append(person("mentee", n, function=function, gaps=[gap]))
        return make_spec(id=self.name, people=people, seed=seed, priority_metric=METRIC.model_dump())

    def _cohort(self) -> None:
        spec, dice = self.spec, self.dice
        self._say(
            START.date(),
            governance.CohortPlanned(spec=spec, spec_digest="d", policy=spec.rules, shape=spec.shape),
        )
        signed = START.date() + dice.randrange(3) * DAY
        due = {name: datetime.combine(KICKOFF + n * DAY, time(10), BERLIN) for name, n in
               (("kickoff", 0), ("checkpoint", 40), ("recognition", 90))}  # fmt: skip
        self._say(
            signed,
            governance.CharterSigned(by="sponsor", version=1, words=1, text="We do", text_hash="h"),
            governance.SponsorshipCommitted.model_validate({"by": "sponsor", "duties": due}),
        )
        edges = tuple(
            Edge(mentor=f"mentor-{n}", mentee=f"mentee-{n}", rank=dice.choice((1, 1, 2, 3)))
            for n in range(1, self.pairs + 1)
        )
        quality = MatchQuality(profile=(self.pairs,), blocking_pairs=dice.randrange(3))
        self._say(
            KICKOFF - 20 * DAY, MatchProposed(round=1, solve=1, algorithm="a", edges=edges, quality=quality)
        )
        if self._maybe(0.3):
            gaps = ({"skill": "social media", "current": 1, "target": 5},)
            answered = {"person": "mentee-1", "instrument": "i@1", "gaps": gaps}
            self._say(KICKOFF - 30 * DAY, IntakeAnswered.model_validate(answered))
        controls = tuple(f"mentor-{n}" for n in range(self.pairs + 1, self.pairs + self.idle + 1))
        if controls and self._maybe(0.9):
            group = {"by": "lea", "rule": "who waits", "people": controls, "members_hash": "h"}
            self._say(
                KICKOFF - 8 * DAY,
                measurement.ControlGroupFrozen.model_validate({**group, "n": len(controls)}),
            )
        else:
            self._say(KICKOFF, measurement.ComparisonRefused(reason="nobody waits"))
        people = [one.id for one in spec.people]
        held = KickoffHeld(
            held_on=KICKOFF,
            attended=people[1:],
            absent=people[:1],
            days_since_charter=(KICKOFF - signed).days,
        )
        self._say(KICKOFF, held)
        if self._maybe(0.5):
            self._say(KICKOFF + 2 * DAY, MakeUpAttended(person=people[0]))
        self._duties()
        for who in people:
            self._surveys(who)
            self._employment(who)
        self._metrics(None, KICKOFF)

    def _duties(self) -> None:
        for day, duty in ((0, "kickoff"), (40, "checkpoint"), (90, "recognition")):
            if self._maybe(0.6):
                done = {"duty": duty, "on_time": self._maybe(0.8)}
                self._say(KICKOFF + day * DAY, governance.DutyFulfilled.model_validate(done))
            elif self._maybe(0.7):
                self._say(KICKOFF + (day + 1) * DAY, governance.DutyMissed.model_validate({"duty": duty}))
                if self._maybe(0.3):
                    right = {"corrects": 1, "duty": duty, "state": "fulfilled", "by": "lea", "reason": "-"}
                    self._say(KICKOFF + (day + 2) * DAY, DutyCorrected.model_validate(right))

    def _rate(self) -> int:
        return min(5, max(1, round(self.dice.gauss(1 + 4 * self.mood, 1))))

    def _surveys(self, who: str) -> None:
        for wave, day, chance in (("baseline", -5, 0.9), ("endpoint", 80, 0.75)):
            if not self._maybe(chance):
                continue
            names = ("energy", "meaning", "voice", "staying", "skill")
            answers = {f"house.{name}": self._rate() for name in names if self._maybe(0.95)}
            late = wave == "baseline" and self._maybe(0.1)
            after = (
                20
                if late and self._maybe(0.5)
                else self.dice.choice((0, 0, 2, 40 if self._maybe(0.05) else 4))
            )
            given = {"wave": wave, "form": "house@1", "respondent": who, "answers": answers, "late": late}
            if self._maybe(0.03):
                given["answers"] = None  # erased
            self._say(KICKOFF + (day + after) * DAY, measurement.SurveyAnswered.model_validate(given))

    def _employment(self, who: str) -> None:
        last = self.dice.choice((400, 400, 400, 400, 200, 50))
        fate = self.dice.choices(
            ("employed", "voluntary_exit", "involuntary_exit", "transfer", "level_change"), (60, 18, 5, 5, 12)
        )[0]
        day = self.dice.randint(-10, 380)
        if fate != "employed" and day < last:
            seen = {"by": "lea", "person": who, "on": KICKOFF + day * DAY, "what": fate, "source": "HR"}
            if fate == "level_change":
                seen["level"] = self.dice.choice((4, 9))
            self._say(
                KICKOFF + (day + self.dice.randrange(40)) * DAY,
                measurement.EmploymentObserved.model_validate(seen),
            )
        if fate in {"employed", "level_change"} or day >= last:
            seen = {
                "by": "lea",
                "person": who,
                "on": KICKOFF + last * DAY,
                "what": "employed",
                "source": "HR",
            }
            self._say(KICKOFF + (last + 1) * DAY, measurement.EmploymentObserved.model_validate(seen))

    def _put_right(self) -> None:
        """At the very end, so that no version moves: some of what HR told was wrong, some of it twice."""
        own = [one for one in sorted(self.told, key=lambda one: one[0]) if one[1] == self.cohort]
        observed = {
            version: event
            for version, (_, _, event) in enumerate(own, 1)
            if isinstance(event, measurement.EmploymentObserved)
        }
        at, version = max(at for at, *_ in self.told) + DAY, len(own)
        for number, event in observed.items():
            corrects = number
            while self.late.random() < 0.08:
                what = self.late.choice(("employed", "voluntary_exit", "transfer", None))
                on = event.on + self.late.choice((0, 0, 30)) * DAY
                right = {"corrects": corrects, "person": event.person, "on": what and on, "what": what}
                right |= {"source": "HR", "by": "lea", "reason": "-"}
                self.told.append((at, self.cohort, EmploymentCorrected.model_validate(right)))
                corrects = version = version + 1
                if what is None:
                    break

    def _metrics(self, pair: str | None, t0: date) -> None:
        proportion = pair is None and self._maybe(0.3)
        for day in (-40, -20, -10, -3, 30, 60, 65, 80, 84):
            if self._maybe(0.6):
                read: dict[str, Any] = {"by": "lea", "pair": pair, "metric": "followers", "unit": "followers"}
                read |= {"on": t0 + day * DAY, "value": self.dice.randint(10, 90), "source": "analytics"}
                read["exposures"] = 100 if proportion else None
                self._say(t0 + (day + 1) * DAY, measurement.MetricObserved.model_validate(read))
                if self._maybe(0.1):
                    again = {**read, "value": self.dice.randint(10, 90)}
                    self._say(t0 + (day + 2) * DAY, measurement.MetricObserved.model_validate(again))

    def _pair(self, number: int, mentor: str, mentee: str, begins: date = KICKOFF, weeks: int = 12) -> None:
        dice, pair = self.dice, f"{self.name}-{number:02}"
        stream = f"pair-{pair}"
        self._say(begins - 5 * DAY, PairFormed(terms=self._terms(number, mentor, mentee)), stream=stream)
        if self._maybe(0.9):
            self._say(begins, GoalAccepted(number=1), stream=stream, hour=9)
        if self._maybe(0.07):
            return  # never became active
        t0 = begins + dice.randrange(6) * DAY
        sessions = [self._session(number, t0 + (7 * number - 5) * DAY) for number in range(1, weeks + 1)]
        self._say(t0, PairActivated(sessions=tuple(sessions)), stream=stream)
        self._metrics(stream, t0) if self._maybe(0.5) else None
        stays = dice.choice((weeks, weeks, weeks, max(2, weeks // 2)))
        self._weeks(stream, mentor, sessions[:stays])
        if stays > 5:
            self._pulse(stream, mentor, mentee, t0 + 36 * DAY)
        end = t0 + 7 * stays * DAY
        if stays == weeks:
            for who in (mentor, mentee):
                if self._maybe(0.85):
                    said = {"respondent": who, "progress": self._rate(), "safety": self._rate()}
                    said["recommend"] = dice.choice((True, True, False, None))
                    self._say(end, EndpointAnswered.model_validate(said), stream=stream, hour=10)
            self._say(end, EndpointClosed(answered=2), stream=stream, hour=11)
        if weeks < 12 and self.late.random() < 0.5:
            longer = {"weeks": 4, "ends_on": self.spec.ends_on + 28 * DAY, "reason": "-", "sessions": ()}
            self._say(end - DAY, PairExtended.model_validate(longer), stream=stream)
        self._outcome(stream, mentee, end)
        state = dice.choice(("graduated", "graduated_early")) if stays == weeks else dice.choice(
            ("reshuffled", "withdrawn", "ended_by_exit", "ended_for_safety", "ended_by_choice"))  # fmt: skip
        self._say(end, PairEnded.model_validate({"state": state, "reason": "-"}), stream=stream, hour=13)
        self._memo(stream, mentee, end)
        if state == "reshuffled" and begins == KICKOFF:
            spare = f"mentor-{1 + number % self.pairs}"  # a mentor of two, or one who waited
            if self.idle and self._maybe(0.5):
                spare = f"mentor-{self.pairs + 1 + number % self.idle}"
            self._pair(number + 50, spare, mentee, KICKOFF + 45 * DAY, 6)

    def _terms(self, number: int, mentor: str, mentee: str) -> Terms:
        spec = self.spec
        zones = dict.fromkeys((mentor, mentee, "lea", "steward"), "Europe/Berlin")
        return Terms(
            cohort=self.name, program="acme", number=number, mentor=mentor, mentee=mentee, lead="lea",
            steward="steward", support_contact="contact-1", zones=zones, timezone="Europe/Berlin",
            preset="sprint_90", weeks=12, kickoff=spec.kickoff, first_week_on=spec.first_week_on,
            ends_on=spec.ends_on, pulse_weeks=(6,), decision_week=6, session_minutes=60, interval_weeks=1,
            metric=METRIC, holidays=(date(2026, 4, 3), date(2026, 6, 1)), assigned=self._maybe(0.2),
            policy=spec.rules,
        )  # fmt: skip

    def _session(self, number: int, day: date) -> PlannedSession:
        at = datetime.combine(day, time(10), BERLIN)
        return PlannedSession(number=number, starts_at=at, ends_at=at + timedelta(minutes=60))

    def _weeks(self, stream: str, mentor: str, sessions: Sequence[PlannedSession]) -> None:
        paused = self.dice.randrange(1, 40)
        for session in sessions:
            day, number = session.starts_at.astimezone(BERLIN).date(), session.number
            if paused <= number < paused + 2:
                if number == paused:
                    off = tuple(one.number for one in sessions[number - 1 : number + 1])
                    self._say(day - DAY, PairPaused(pause=1, sessions=off), stream=stream)
                    if self._maybe(0.7):
                        self._say(day - DAY, PauseAnnounced(pause=1, sessions=off), stream=stream, hour=14)
                continue
            if number == paused + 2:
                self._say(
                    day - DAY, PairResumed(pause=1, sessions=tuple(sessions[number - 1 :])), stream=stream
                )
            chance = self.dice.random()
            if chance < 0.7:
                self._say(day, SessionHeld(number=number, by=mentor), stream=stream)
            elif chance < 0.9:
                self._say(day + DAY, SessionMissed(number=number, in_a_row=1), stream=stream)
                if self._maybe(0.2):
                    right = {"corrects": 1, "number": number, "held": True, "in_a_row": 0, "by": mentor}
                    self._say(day + 2 * DAY, SessionCorrected.model_validate(right), stream=stream)

    def _pulse(self, stream: str, mentor: str, mentee: str, day: date) -> None:
        for who in (mentor, mentee):
            if self._maybe(0.85):
                said = {"wave": 1, "respondent": who, "progress": self._rate(), "safety": self._rate()}
                self._say(day, PulseAnswered.model_validate(said), stream=stream)
        if self._maybe(0.97):
            self._say(day + 5 * DAY, PulseClosed(wave=1, answered=2), stream=stream)

    def _outcome(self, stream: str, mentee: str, end: date) -> None:
        said = {"by": mentee, "value": 1.0}
        if self._maybe(0.85):
            first = {**said, "attainment": self.dice.randint(-2, 2)}
            said_on = end + self.late.choice((0, 0, 0, 0, 0, 30)) * DAY
            self._say(said_on, OutcomeRecorded.model_validate(first), stream=stream)
            if self._maybe(0.2):
                right = {**said, "attainment": self.dice.randint(-2, 2), "corrects": 1}
                put_right = said_on + self.late.choice((1, 1, 60)) * DAY
                self._say(put_right, OutcomeCorrected.model_validate(right), stream=stream)
        for number in range(1, self.dice.randrange(1, 4)):
            late = self.late.choice((0, 0, 0, 0, 200))
            self._say(
                end, practice.InsightRecorded(number=number, by=mentee, what="-"), stream=stream, hour=14
            )
            steps: list[Event] = []
            if self._maybe(0.6):
                steps.append(practice.DecisionImplemented(insight=number, by=mentee))
            if self._maybe(0.7):
                outcome = self.dice.choice(("better", "better", "same", "worse"))
                measured = {"insight": number, "by": mentee, "outcome": outcome, "what": "-"}
                steps.append(practice.DecisionMeasured.model_validate(measured))
            self._say(end + late * DAY, *steps, stream=stream, hour=15)

    def _memo(self, stream: str, mentee: str, end: date) -> None:
        step = NextStep(what="Go on", owner=mentee, due_on=end + 30 * DAY)
        if self._maybe(0.8):
            filed = MemoFiled(by=mentee, summary="-", lesson="-", next_steps=(step,))
            self._say(end + self.dice.randrange(24) * DAY, filed, stream=stream, hour=15)
        elif self._maybe(0.5):
            self._say(end + 3 * DAY, MemoWaived(reason="-"), stream=stream)


def stored(told: Sequence[tuple[datetime, str, Event]]) -> list[StoredEvent]:
    """What happened as the log would hold it, by time."""
    found: list[StoredEvent] = []
    versions: dict[str, int] = {}
    for at, stream, event in sorted(told, key=lambda one: one[0]):
        versions[stream] = versions.get(stream, 0) + 1
        found.append(
            StoredEvent.model_construct(
                event_id=f"{stream}/{versions[stream]}", stream=stream, version=versions[stream],
                position=len(found) + 1, type=event.type, schema_version=event.schema_version, occurred_at=at,
                recorded_at=at, actor="lea", command_id="c", command_digest="d", correlation_id="s",
                causation_id=None, policy_version="p", data=event.payload(),
            )
        )  # fmt: skip
    return found
