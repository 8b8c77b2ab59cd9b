"""What holds for every pair whatever people do or leave undone: random lives, and a life in silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from events.pair import PairEscalated, PairReminded, PairReminderSuppressed
from events.pair_care import PairResumed
from events.pair_closing import PairEnded
from events.pair_sessions import SessionHeld, SessionMissed, SessionRescheduled
from tests.rules.pair.stage import (
    BOTH,
    CADENCE,
    GOAL,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    SYSTEM,
    Pair,
    active,
    formed,
    held,
    paused,
    policy,
    prepared,
    terms,
)
from tests.rules.pair.test_roles import SAMPLES
from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.commands.pair import RunPairStep
from turnabout.commands.pair_care import ConsentToResume, RaiseConcern
from turnabout.commands.pair_closing import AnswerEndpoint, EndPair, WaiveMemo
from turnabout.commands.pair_preparation import ChangeLead, RateGoal
from turnabout.commands.pair_pulse import AnswerPulse, DecideMidpoint
from turnabout.commands.pair_sessions import LogSession, RescheduleSession
from turnabout.presets import Phase, preset
from workflows.rules.pair import PAIR

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Auckland")
SCENES = {"formed": formed, "prepared": prepared, "active": active, "paused": paused}
ENDED = "2026-05-26T09:00Z"
BEGINNINGS = SCENES | {
    "ended": lambda **changes: held(active(**changes), 1).until(ENDED),
    "filed": lambda **changes: active(**changes).until(ENDED).when(WaiveMemo(reason="-"), by=LEAD),
}
WAITS_FOR_NO_PAUSE = {"check_in", "midpoint", "goal", "steward", "reshuffle", "extended"}

ratings = st.integers(1, 5)
numbers = st.integers(1, 13)
commands: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([command for kind, command in SAMPLES.items() if kind is not RunPairStep]),
    st.builds(RateGoal, attainability=ratings),
    st.builds(LogSession, number=numbers, held=st.booleans()),
    st.builds(AnswerPulse, progress=ratings, safety=ratings),
    st.builds(AnswerEndpoint, progress=ratings, safety=ratings),
    st.builds(
        DecideMidpoint,
        decision=st.sampled_from(["continue", "reshuffle", "graduate"]),
        reason=st.just("-"),
    ),
    st.builds(RaiseConcern, text=st.just("not well"), about_safety=st.booleans()),
    st.builds(
        EndPair,
        state=st.sampled_from(["ended_by_choice", "ended_for_safety", "ended_by_exit", "withdrawn"]),
        reason=st.just("-"),
        left=st.sampled_from([(), (MENTOR,), (MENTOR, MENTEE)]),
    ),
    st.builds(ChangeLead, lead=st.sampled_from([LEAD, "lead-2"]), timezone=st.sampled_from(ZONES)),
    st.builds(
        RunPairStep,
        item=st.sampled_from(["end", "memo", "session-01", "pulse-1:close", "check-in-1"]),
        revision=st.integers(1, 2),
        step=st.integers(0, 3),
    ),
    st.just(GOAL.model_copy(update={"replaces_because": "better"})),
    st.just(CADENCE.model_copy(update={"weekday": 4, "at": time(19)})),
)
people = st.sampled_from([MENTOR, MENTEE, MENTOR, MENTEE, LEAD, "lead-2", STEWARD, SYSTEM, "stranger"])


class Life(RuleBasedStateMachine):
    """Commands of anybody at any time, items run when they are due, and outages in between."""

    scene: Pair

    @initialize(
        begin=st.sampled_from(sorted(BEGINNINGS)),
        mentor=st.sampled_from(ZONES),
        mentee=st.sampled_from(ZONES),
        decoys=st.sampled_from([0, 100]),
        between=st.sampled_from([0, 100]),
        phases=st.sampled_from([(), preset("sprint_90").phases]),
        replaces=st.sampled_from([None, "pair-q1-03"]),
    )
    def begin(
        self,
        begin: str,
        mentor: str,
        mentee: str,
        decoys: int,
        between: int,
        phases: tuple[Phase, ...],
        replaces: str | None,
    ) -> None:
        zones = {MENTOR: mentor, MENTEE: mentee, STEWARD: "America/New_York"}
        # A check-in between the waves would stop the sessions that the later beginnings hold.
        drawn = policy(decoys=decoys, between=between if begin in {"formed", "prepared", "active"} else 0)
        self.scene = BEGINNINGS[begin](zones=zones, policy=drawn, phases=phases, replaces=replaces)

    @rule(hours=st.integers(0, 24 * 20))
    def wait(self, hours: int) -> None:
        self.scene = self.scene.later(hours=hours)
        self.nothing_overdue()

    @rule(hours=st.integers(1, 24 * 12))
    def be_down(self, hours: int) -> None:
        self.scene = self.scene.after_outage(hours=hours).later(hours=0)
        self.nothing_overdue()

    @rule(command=commands, who=people)
    def ask(self, command: Command, who: str) -> None:
        before = self.scene.state
        self.scene = self.scene.when(command, by=who)
        if before.terminal:
            assert self.scene.rejection is not None
        self.go_on()

    @precondition(lambda self: self.scene.state.upcoming(self.scene.at))
    @rule(who=st.sampled_from(BOTH), was_held=st.booleans())
    def meet(self, who: str, was_held: bool) -> None:
        session = self.scene.state.upcoming(self.scene.at)[0]
        self.scene = self.scene.until(session.ends_at)
        self.scene = self.scene.when(LogSession(number=session.number, held=was_held), by=who)

    @precondition(lambda self: self.scene.state.upcoming(self.scene.at))
    @rule(hours=st.integers(1, 24 * 9), who=st.sampled_from(BOTH))
    def move(self, hours: int, who: str) -> None:
        session = self.scene.state.upcoming(self.scene.at)[0]
        wished = self.scene.at + timedelta(hours=hours)
        starts_at = calendar.working_instant(wished, CADENCE.timezone, "later")
        self.scene = self.scene.when(RescheduleSession(number=session.number, starts_at=starts_at), by=who)

    @precondition(lambda self: self.scene.state.resting)
    @rule()
    def agree_to_go_on(self) -> None:
        for who in (STEWARD, *BOTH):
            self.scene = self.scene.when(ConsentToResume(), by=who)
        assert not self.scene.state.paused
        self.go_on()

    @precondition(lambda self: hasattr(self, "scene"))
    @invariant()
    def nothing_is_due_in_the_past(self) -> None:
        due = self.scene.due()
        assert due is None or due.at >= self.scene.at

    @precondition(lambda self: hasattr(self, "scene") and self.scene.state.terminal)
    @invariant()
    def nothing_happens_when_all_is_over(self) -> None:
        assert self.scene.due() is None
        for command, who in ((RaiseConcern(text="late"), MENTOR), (WaiveMemo(reason="-"), LEAD)):
            self.scene.when(command, by=who).rejected("E5")

    def go_on(self) -> None:
        """What waited for the end of a pause is due at once; nothing else may be due in the past."""
        if self.scene.of(PairResumed):
            self.scene = self.scene.later(hours=0)

    def nothing_overdue(self) -> None:
        due = self.scene.due()
        assert due is None or due.at > self.scene.at

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            check(self.scene)


def check(scene: Pair, limit: int = 3) -> None:
    """The whole life again, event by event."""
    state = PAIR.initial
    nudges: dict[tuple[str, int, str], int] = {}
    for at, event in scene.history:
        if isinstance(event, PairReminded):
            assert not state.paused or event.kind in WAITS_FOR_NO_PAUSE, event
            for person in event.to:
                assert works(state.clock.zones[person], at), (at, event)
                occasion = state.ledger.open[event.item].chase.occasion
                nudges[event.item, occasion, person] = nudges.get((event.item, occasion, person), 0) + 1
        if isinstance(event, PairEscalated):
            assert works(state.clock.zones[event.to[0]], at), (at, event)
        if isinstance(event, SessionHeld | SessionMissed | SessionRescheduled):
            assert not state.resting
            assert event.number not in state.care.off
        state = PAIR.evolve(state, event, at)
    assert max(nudges.values(), default=0) <= limit
    assert replace(state, at=scene.state.at) == scene.state


def works(zone: str, at: datetime) -> bool:
    seen = calendar.local(at, zone)
    return seen.weekday() < 5 and 8 <= seen.hour < 18


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_a_life_in_silence_ends_with_a_memo_due() -> None:
    for begin in SCENES.values():
        scene = begin().until("2027-12-31T00:00Z")
        check(scene)
        assert len(scene.of(PairEnded)) == 1
        assert scene.due() is None
        assert not scene.state.terminal
        assert scene.of(PairEscalated)[-1].template == "memo_overdue"
        assert len(scene.history) < 150
        waived = scene.when(WaiveMemo(reason="Nobody wrote it."), by=LEAD)
        assert waived.later(days=30).state.terminal


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("nudges", {"max_nudges": 0}),
        ("nudges", {"max_nudges": 1, "stale_after": 0}),
        ("pulse", {"reminders": (1, 2, 3, 4), "window": 0}),
        ("sessions", {"log_prompts": (0, 1, 24, 48, 72, 96), "misses_in_a_row": 0, "unlogged": 0}),
        ("closing", {"memo": 0, "memo_reminders": (), "endpoint_reminders": (0, 0, 1, 2, 3)}),
        ("kickoff", {"first_meeting_reminders": (1, 2, 3, 4, 5)}),
        ("safety", {"silent_pulses": 1, "contact": 0, "resolution": 0, "reds_to_offer_end": 1}),
    ],
)
def test_a_house_may_choose_other_values(group: str, values: dict[str, object]) -> None:
    standard = terms().policy
    changed = getattr(standard, group).model_copy(update=values)
    scene = active(policy=standard.model_copy(update={group: changed})).until("2027-12-31T00:00Z")
    check(scene, limit=changed.max_nudges if group == "nudges" else 3)
    assert len(scene.of(PairEnded)) == 1
    assert scene.due() is None


@pytest.mark.parametrize(
    ("begin", "template"),
    [
        (lambda: formed().until("2026-03-04T09:00Z"), "preparation_reminder"),
        (lambda: active().until("2026-03-04T15:00Z"), "session_log"),
        (lambda: active().until("2026-03-04T15:00Z"), "first_meeting_reminder"),
        (lambda: active().until("2026-04-06T09:00Z"), "pulse_reminder"),
        (lambda: active().until("2026-05-18T09:00Z"), "endpoint_reminder"),
        (lambda: active().until("2026-05-29T09:00Z"), "memo_reminder"),
    ],
)
def test_after_an_outage_what_piled_up_goes_out_once(begin: Callable[[], Pair], template: str) -> None:
    """The engine is down until after the second of two reminders was due."""
    before = begin()
    item, second = next(
        (one.chase.item, [step for step in one.chase.steps if step.template == template][-1])
        for one in before.state.ledger.open.values()
        if sum(step.template == template for step in one.chase.steps) == 2
    )
    away = second.at + timedelta(minutes=1) - before.at
    after = before.after_outage(seconds=away.total_seconds()).later(hours=0)
    sent = [event for event in after.of(PairReminded) if event.item == item]
    assert [(event.template, event.to) for event in sent] == [(template, BOTH)]
    suppressed = [event.step for event in after.of(PairReminderSuppressed) if event.item == item]
    assert len(suppressed) == 1


def test_a_busy_life() -> None:
    scene = held(active(), *range(1, 13)).until("2026-05-25T16:00Z")
    check(scene)
    assert [event.state for event in scene.of(PairEnded)] == ["graduated"]
    assert sum(isinstance(event, SessionHeld) for _, event in scene.history) == 12
    assert scene.history[0][0] < datetime.fromisoformat(KICKOFF)
