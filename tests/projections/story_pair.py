"""The part of a story that happens in its pairs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from events.cohort_running import (
    PairActivationNoted,
    PairEndNoted,
    PairMemoNoted,
    PairPauseNoted,
    PairResumptionNoted,
)
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
from tests.projections.story_telling import SECRET, Telling
from tests.projections.story_work import extended, work
from turnabout.commands.pair_terms import NextStep


class PairTelling(Telling):
    """A pair from its terms to its memo."""

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
