"""Stagnation and the decision at mid-point (G7, R61, R94, T14)."""

from __future__ import annotations

from datetime import date

import pytest

from events.pair import PairEscalated, PairReminded
from events.pair_closing import PairEnded
from events.pair_pulse import MidpointDecided, MidpointOpened, StagnationAssessed
from events.pair_sessions import SessionsCancelled
from tests.rules.bdd import like, moment
from tests.rules.pair.stage import BOTH, LEAD, MENTEE, MENTOR, Pair, active, held, in_pulse, pulse
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_pulse import CheckMilestone, DecideMidpoint
from turnabout.commands.pair_sessions import CompleteAction, LogSession, RecordDeliverable
from turnabout.commands.pair_terms import NextStep

CLOSE, CLOSED = "2026-04-13T07:00Z", "2026-04-13T07:30Z"
OPEN = "2026-04-06T07:00Z"


def sessions(scene: Pair, logs: str) -> Pair:
    """One letter for each session from the first: h(eld), m(issed)."""
    for number, letter in enumerate(logs, start=1):
        scene = scene.until(scene.state.sessions[number].ends_at)
        scene = scene.when(LogSession(number=number, held=letter == "h"), by=MENTOR)
    return scene


def answered(scene: Pair, mentor: int, mentee: int) -> Pair:
    scene = scene.until(OPEN).when(pulse(progress=mentor), by=MENTOR)
    return scene.when(pulse(progress=mentee), by=MENTEE)


def productive(scene: Pair) -> Pair:
    return scene.when(RecordDeliverable(what="a draft"), by=MENTOR)


def verdict(scene: Pair) -> tuple[tuple[str, ...], str, str]:
    scene = scene.until(CLOSED)
    (found,), (opened,) = scene.of(StagnationAssessed), scene.of(MidpointOpened)
    return found.signs, found.verdict, opened.proposed


# Six sessions are planned until the pulse of week 6 closes.
@pytest.mark.parametrize(
    ("logs", "progress", "fruitful", "signs"),
    [
        ("hhhhhh", (4, 4), True, ()),
        ("hhhhmm", (4, 4), True, ()),  # 67 %
        ("hhhmmm", (4, 4), True, ("adherence",)),  # 50 %
        ("hhhmm", (4, 4), True, ()),  # 60 %; the sixth may still be logged
        ("hhhhhh", (2, 2), True, ("progress",)),
        ("hhhhhh", (2, 3), True, ()),
        ("hhhhhh", (4, 4), False, ("quiet",)),
        ("hhhmmm", (2, 1), True, ("adherence", "progress")),
        ("mmmmmm", (1, 1), False, ("adherence", "progress", "quiet")),
    ],
)
def test_the_signs(logs: str, progress: tuple[int, int], fruitful: bool, signs: tuple[str, ...]) -> None:
    scene = sessions(active(), logs[:5])
    scene = productive(scene) if fruitful else scene
    scene = answered(scene, *progress)
    if len(logs) == 6:
        scene = scene.until("2026-04-08T13:30Z").when(LogSession(number=6, held=logs[5] == "h"), by=MENTOR)
    expected = ("fine", "nudge", "reshuffle_proposed", "reshuffle_proposed")[len(signs)]
    proposed = "reshuffle" if len(signs) >= 2 else "continue"
    assert verdict(scene) == (signs, expected, proposed)


def test_nothing_booked_is_a_sign() -> None:
    """The last session ahead was moved before the close of the pulse."""
    scene = active(weeks=6)
    assert len(scene.state.sessions) == 6
    scene = answered(productive(sessions(scene, "hhhhh")), 4, 4)
    assert verdict(scene) == (("unbooked",), "nudge", "continue")


def test_a_completed_action_is_not_quiet() -> None:
    step = NextStep(what="Agree a review", owner=MENTEE, due_on=date(2026, 4, 30))
    check = CheckMilestone(progress=3, roadblocks=("time",), wins=("a", "b"), actions=(step,))
    scene = answered(sessions(active(), "hhhhh"), 4, 4).when(check, by=MENTOR)
    assert verdict(scene)[0] == ("quiet",)
    assert verdict(scene.when(CompleteAction(number=1), by=MENTEE))[0] == ()


def test_silence_in_the_pulse_is_no_sign_of_poor_progress() -> None:
    scene = productive(sessions(active(), "hhhhh")).until(OPEN).when(pulse(progress=1), by=MENTOR)
    assert verdict(scene)[0] == ()


def test_one_sign_nudges_both() -> None:
    scene = answered(sessions(active(), "hhhhh"), 4, 4).until("2026-04-14T00:00Z")
    nudges = [(mail.template, mail.to) for mail in scene.of(PairReminded) if mail.kind == "stagnation"]
    assert nudges == [("stagnation_nudge", BOTH)]


# --- the decision -----------------------------------------------------------------------------------------


def test_the_lead_is_asked_when_the_pulse_closes() -> None:
    in_pulse().when(DecideMidpoint(decision="continue", reason="fine"), by=LEAD).rejected("T14")
    scene = in_pulse().until(CLOSED)
    asked = [(mail.template, mail.to) for mail in scene.of(PairReminded) if mail.kind == "midpoint"]
    assert asked == [("midpoint_decision", (LEAD,))]
    assert scene.state.midpoint is not None
    assert scene.state.midpoint.due_at == moment("2026-04-20T07:00Z")


def test_continue() -> None:
    scene = in_pulse().until(CLOSED).when(DecideMidpoint(decision="continue", reason="fine"), by=LEAD)
    scene.then(like(MidpointDecided, decision="continue", by_default=False, settles=("midpoint",)))
    scene.when(DecideMidpoint(decision="graduate", reason="done"), by=LEAD).rejected("T14", "decided")
    assert not scene.until("2026-04-30T00:00Z").of(MidpointDecided)


@pytest.mark.parametrize(
    ("decision", "state"), [("reshuffle", "reshuffled"), ("graduate", "graduated_early")]
)
def test_a_decision_that_ends_the_pair(decision: str, state: str) -> None:
    command = DecideMidpoint.model_validate({"decision": decision, "reason": "As the check shows."})
    scene = in_pulse().until(CLOSED).when(command, by=LEAD)
    scene.then(
        like(MidpointDecided, decision=decision),
        like(PairEnded, state=state, reason="As the check shows."),
        like(SessionsCancelled, numbers=(7, 8, 9, 10, 11, 12)),
    )
    mails = {mail.template: mail.due_at for mail in scene.until("2026-04-22T00:00Z").of(PairReminded)}
    days = 20 if state == "reshuffled" else 17  # five business days (G7), or four in this preset (T16)
    assert mails["memo_due"] == moment(f"2026-04-{days}T07:00Z")
    scene.when(command, by=LEAD).rejected("T16")


def test_a_pair_that_is_asked_earlier_in_a_pause_has_no_less_time() -> None:
    """The others are asked when the pulse closes, a week later."""
    concern = RaiseConcern(text="not well", about_safety=True)
    scene = active().until("2026-03-20T09:00Z").when(concern, by=MENTOR).until("2026-04-06T08:00Z")
    assert len(scene.of(MidpointOpened)) == 1
    assert not scene.until("2026-04-20T06:59Z").of(MidpointDecided)
    (decided,) = scene.until("2026-04-20T07:00Z").of(MidpointDecided)
    assert decided.by_default


def test_a_pair_that_is_asked_later_than_the_others_has_its_days() -> None:
    """The engine was down until two weeks after the pulse opened."""
    scene = active().until("2026-04-05T00:00Z").after_outage(days=15, hours=9).later(hours=0)
    assert len(scene.of(MidpointOpened)) == 1
    assert not scene.until("2026-04-27T06:59Z").of(MidpointDecided)
    assert scene.until("2026-04-27T07:00Z").of(MidpointDecided)


def test_no_decision_means_continue_and_the_lead_hears_of_it() -> None:
    scene = in_pulse().until("2026-04-21T00:00Z")
    assert [(event.decision, event.by_default) for event in scene.of(MidpointDecided)] == [("continue", True)]
    told = [(mail.template, mail.to) for mail in scene.of(PairEscalated) if mail.kind == "midpoint_default"]
    assert told == [("midpoint_defaulted", (LEAD,))]
    assert scene.state.life == "active"
    assert len(held(scene, 8).state.upcoming(scene.at)) > 0
