"""Safety (G6, R93) and concerns (R73): what is red or amber, what pauses, and who learns of it."""

from __future__ import annotations

import json

import pytest

from events.contracts import Tell
from events.pair import PairReminded
from events.pair_care import (
    ConcernRaised,
    PairPaused,
    PairResumed,
    ResumptionConsented,
    SafetyAssessed,
    StewardContactRecorded,
)
from events.pair_preparation import PairActivated
from events.pair_pulse import PulseAnswered
from tests.rules.bdd import given, like, moment
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    FORMED,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    in_pulse,
    notified,
    paused,
    prepared,
    pulse,
)
from turnabout.commands.base import Command
from turnabout.commands.pair_care import ConsentToResume, RaiseConcern, RecordStewardContact
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_sessions import LogSession, RescheduleSession
from workflows.rules.pair import PAIR

CLOSE = "2026-04-13T07:00Z"
QUESTION = RaiseConcern(text="May I change the day?", about_safety=False)


def verdicts(scene: Pair) -> list[str]:
    return [event.level for event in scene.of(SafetyAssessed)]


# --- red --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", [1, 2])
def test_a_low_rating_pauses_the_pair_at_once(rating: int) -> None:
    scene = (
        in_pulse()
        .when(pulse(safety=rating), by=MENTEE)
        .then(
            PulseAnswered,
            like(SafetyAssessed, level="red", rule="G6", wave=1),
            like(PairPaused, pause=1, sessions=(6, 7, 8, 9, 10, 11, 12)),
        )
    )
    assert scene.state.paused
    assert notified(scene) == [("steward_alert", (STEWARD,))]


def test_sessions_are_blocked_with_neutral_words() -> None:
    scene = paused().until("2026-04-13T08:00Z")
    commands: tuple[Command, ...] = (
        LogSession(number=6),
        RescheduleSession(number=6, starts_at=moment("2026-04-20T10:00Z")),
    )
    for command in commands:
        refused = scene.when(command, by=MENTOR).rejected("G20", "routine check-in").rejection
        assert "safe" not in str(refused).lower()


def test_the_other_partner_can_still_answer_and_a_wave_is_red_once() -> None:
    scene = paused().when(pulse(safety=1), by=MENTOR).then(PulseAnswered)
    assert scene.state.care.reds == 1
    assert notified(scene) == []


def test_no_verdict_no_message_and_no_command_holds_a_score() -> None:
    scene = paused()
    for event in scene.of(SafetyAssessed):
        assert set(event.model_dump()) == {"type", "level", "rule", "wave", "opens", "settles"}
    for effect in scene.until(CLOSE).effects + scene.effects:
        body = json.dumps(effect.model_dump(mode="json"))
        assert not any(word in body for word in ('"safety"', '"progress"', "rating", "red"))


def test_the_cohort_learns_of_the_pause_and_never_why() -> None:
    scene = paused().until(CLOSE)
    tells = [effect for effect in scene.effects if isinstance(effect, Tell)]
    assert [(tell.stream, tell.command_id, tell.lenient) for tell in tells] == [
        ("cohort-q1", "pair-q1-07:paused-1", True)
    ]
    assert tells[0].envelope.command == {"type": "note_pair_paused", "pair": "pair-q1-07"}


# --- amber ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mentor", "mentee", "levels"),
    [(4, 4, []), (5, 4, []), (3, 4, ["amber"]), (5, 3, ["amber", "amber"]), (3, 3, ["amber", "amber"])],
    ids=["fine", "close", "three", "three and apart", "both three"],
)
def test_amber_informs_the_steward_and_pauses_nothing(mentor: int, mentee: int, levels: list[str]) -> None:
    scene = in_pulse().when(pulse(safety=mentor), by=MENTOR)
    found, told = verdicts(scene), notified(scene)
    scene = scene.when(pulse(safety=mentee), by=MENTEE)
    found, told = found + verdicts(scene), told + notified(scene)
    scene = scene.until(CLOSE)
    assert found + verdicts(scene) == levels
    told += [mail for mail in notified(scene) if mail[0] == "steward_alert"]
    assert told == [("steward_alert", (STEWARD,))] * len(levels)
    assert not scene.state.paused


def test_a_drop_is_amber_at_once() -> None:
    scene = active(preset="behaviour_change").until("2026-04-06T07:00Z")
    for who in BOTH:
        scene = scene.when(pulse(safety=5), by=who)
    scene = scene.until("2026-05-18T07:00Z")
    policy = scene.state.policy.safety.model_copy(update={"amber_rating": 1, "red_rating": 1})
    lenient = scene.state.policy.model_copy(update={"safety": policy})
    scene = scene.when(pulse(safety=3), by=MENTOR)
    assert verdicts(scene) == ["amber"]
    # The drop alone suffices: under a policy in which a 3 is fine the same answers are amber.
    facts = [(event, at) for at, event in scene.history[:-2]]
    first = facts[0][0].model_copy(
        update={"terms": scene.state.agreed.model_copy(update={"policy": lenient})}
    )
    again = given(PAIR, (first, FORMED), *facts[1:], at=FORMED)
    assert verdicts(again.when(pulse(safety=3), by=MENTOR)) == ["amber"]
    assert verdicts(again.when(pulse(safety=4), by=MENTOR)) == []


def test_two_silent_pulses_are_amber() -> None:
    scene = active(preset="behaviour_change").until("2026-04-06T07:00Z").when(pulse(), by=MENTOR)
    first = scene.until("2026-04-14T00:00Z")
    assert verdicts(first) == []
    scene = first.until("2026-05-18T07:00Z").when(pulse(), by=MENTOR).until("2026-05-26T00:00Z")
    assert verdicts(scene) == ["amber"]


def test_an_erased_rating_is_missing() -> None:
    """The gap between a 5 and an erased 3 is none, and the verdict drawn from it before stands."""
    scene = in_pulse().when(pulse(safety=3), by=MENTEE).when(pulse(safety=5), by=MENTOR)
    shredded = [
        event.model_copy(update={"safety": None, "progress": None})
        if isinstance(event, PulseAnswered) and event.respondent == MENTEE
        else event
        for _, event in scene.history
    ]
    facts = list(zip(shredded, [at for at, _ in scene.history], strict=True))
    again = given(PAIR, *facts, at=FORMED).until(CLOSE)
    assert verdicts(again) == []
    assert verdicts(scene.until(CLOSE)) == ["amber"]
    assert "amber" in [event.level for event in shredded if isinstance(event, SafetyAssessed)]


def test_nothing_is_compared_with_an_erased_rating() -> None:
    scene = active(preset="behaviour_change").until("2026-04-06T07:00Z").when(pulse(safety=5), by=MENTOR)
    shredded = scene.history[-1][1].model_copy(update={"safety": None})
    before = [(event, at) for at, event in scene.history[:-1]]
    scene = given(PAIR, *before, (shredded, scene.at), at=FORMED).until("2026-05-18T07:00Z")
    scene.when(pulse(safety=4), by=MENTOR).then(PulseAnswered)


# --- concerns ---------------------------------------------------------------------------------------------


def test_a_concern_about_safety_goes_to_the_steward_only_and_pauses() -> None:
    scene = (
        active()
        .when(CONCERN, by=MENTOR)
        .then(
            like(ConcernRaised, respondent=MENTOR, text="I do not dare to disagree"),
            like(SafetyAssessed, level="red", wave=None),
            PairPaused,
        )
    )
    assert notified(scene) == [("concern_received", (STEWARD,))]


def test_another_concern_goes_to_the_steward_and_pauses_nothing() -> None:
    scene = active().when(QUESTION, by=MENTOR).then(ConcernRaised)
    assert notified(scene) == [("concern_received", (STEWARD,))]
    assert not scene.state.paused
    reminded = [mail for mail in scene.until("2026-03-06T00:00Z").of(PairReminded) if STEWARD in mail.to]
    assert [(mail.template, mail.due_at) for mail in reminded] == [
        ("concern_received", moment("2026-03-04T13:00Z"))  # 48 hours later it is night in New York
    ]
    scene = scene.when(RecordStewardContact(), by=STEWARD).then(
        like(StewardContactRecorded, settles=("follow-up-1",))
    )
    assert not [mail for mail in scene.until("2026-03-06T00:00Z").of(PairReminded) if STEWARD in mail.to]


def test_a_concern_in_the_preparation_stops_the_activation_until_it_is_over() -> None:
    scene = prepared().until("2026-02-24T09:00Z").when(CONCERN, by=MENTEE)
    scene.then(ConcernRaised, SafetyAssessed, PairPaused)
    scene = scene.until(KICKOFF).when(NoteKickoffAttended(people=BOTH), at=KICKOFF)
    assert not scene.of(PairActivated)
    scene = scene.when(ConsentToResume(), by=STEWARD).when(ConsentToResume(), by=MENTOR)
    scene.when(ConsentToResume(), by=MENTEE).then(ResumptionConsented, PairResumed, PairActivated)


def test_only_partners_raise_concerns() -> None:
    for who in (LEAD, STEWARD, "stranger", "system"):
        active().when(CONCERN, by=who).rejected("G21")
