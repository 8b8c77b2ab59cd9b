"""Check-ins of pairs that are well (G6): who is drawn, and that only the steward can tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from events.contracts import Notify
from events.pair import PairReminded
from events.pair_care import PairPaused, PauseAnnounced, SafetyAssessed
from events.pair_pulse import PulseAnswered
from tests.rules.bdd import like
from tests.rules.pair.stage import (
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    endpoint,
    held,
    in_pulse,
    notified,
    policy,
    pulse,
    resumed,
    terms,
)
from turnabout.commands.base import Command
from turnabout.commands.pair_care import RecordStewardContact
from turnabout.commands.pair_closing import EndPair
from workflows.rules.pair_decoy import drawn
from workflows.rules.pair_state import PairState

ALL = policy(decoys=100)


def lot(wave: int, **changes: Any) -> str | None:
    """Who is drawn in that wave."""
    return drawn(PairState(terms=terms(**changes)), wave)


def partner(wave: int) -> str:
    """Whose answer in that wave begins the check-in of the pair in these tests."""
    chosen = lot(wave, policy=ALL)
    assert chosen is not None
    return chosen


def other(person: str) -> str:
    return MENTEE if person == MENTOR else MENTOR


# --- the lot ----------------------------------------------------------------------------------------------


def test_the_share_is_the_policys_and_both_partners_are_drawn() -> None:
    some = policy(decoys=10)
    found = Counter(lot(1, number=n, seed=seed, policy=some) for n in range(1, 41) for seed in range(25))
    assert 70 <= found[MENTOR] + found[MENTEE] <= 130
    assert min(found[MENTOR], found[MENTEE]) >= 25


def test_nobody_is_drawn_where_the_policy_says_so_and_everybody_where_it_says_so() -> None:
    for share, everybody in ((0, False), (100, True)):
        lots = [lot(1, number=n, policy=policy(decoys=share)) for n in range(1, 41)]
        assert {one is not None for one in lots} == {everybody}


@pytest.mark.parametrize("changes", [{"seed": 1}, {"number": 8}, {"cohort": "q2"}, {}])
def test_the_lot_of_earlier_releases_follows_from_seed_pair_and_wave(changes: dict[str, Any]) -> None:
    some = policy(decoys=50)
    lots = [lot(wave, policy=some) for wave in range(1, 65)]
    again = [lot(wave, policy=some, **changes) for wave in range(1, 65)]
    assert (lots == again) == (not changes)
    assert len(set(lots)) == 3


# --- the check-in -----------------------------------------------------------------------------------------


def test_a_good_answer_of_a_pair_that_is_drawn_pauses_it_and_the_steward_knows_why() -> None:
    scene = in_pulse(policy=ALL).when(pulse(), by=partner(1))
    scene.then(PulseAnswered, like(PairPaused, pause=1, decoy=True, sessions=(6, 7, 8, 9, 10, 11, 12)))
    assert notified(scene) == [("check_in_drawn", (STEWARD,))]
    assert scene.state.care.reds == 0


def test_only_the_answer_that_was_drawn_does() -> None:
    scene = in_pulse(policy=ALL).when(pulse(), by=other(partner(1))).then(PulseAnswered)
    scene.when(pulse(), by=partner(1)).then(PulseAnswered, like(PairPaused, decoy=True))


@pytest.mark.parametrize("rating", [1, 3])
def test_a_pair_that_is_not_well_is_no_decoy(rating: int) -> None:
    scene = in_pulse(policy=ALL).when(pulse(safety=rating), by=other(partner(1)))
    scene = scene.when(pulse(), by=partner(1)).then(PulseAnswered)
    assert not scene.state.care.decoy


def test_a_low_answer_in_a_decoy_is_red_and_the_steward_has_somebody_to_see() -> None:
    scene = in_pulse(policy=ALL).when(pulse(), by=partner(1)).when(pulse(safety=1), by=other(partner(1)))
    scene.then(PulseAnswered, like(SafetyAssessed, level="red"))
    assert notified(scene) == [("steward_alert", (STEWARD,))]
    ended = scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD).until("2026-04-10T00:00Z")
    assert [mail.to for mail in ended.of(PairReminded) if mail.kind == "steward"] == [(STEWARD,)]


def test_nobody_waits_for_the_steward_after_the_end_of_a_decoy() -> None:
    scene = in_pulse(policy=ALL).when(pulse(), by=partner(1))
    ended = scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD).until("2026-04-10T00:00Z")
    assert not [mail for mail in ended.of(PairReminded) if mail.kind == "steward"]


# --- what others see --------------------------------------------------------------------------------------


def seen(scene: Pair) -> list[Any]:
    """What reaches others than the steward: mails, what the cohort is told, and the workflow's page."""
    told = [one for one in scene.effects if not (isinstance(one, Notify) and one.to == (STEWARD,))]
    return [*told, scene.decider.summarize(scene.state)]


def public(scene: Pair) -> list[Any]:
    """The whole history without what is sealed, what is drawn and what only the steward has to do."""
    sealed = {"progress", "safety", "recommend", "worked", "improve"}
    events = [
        (at, event.model_dump(exclude={"decoy", "settles", *sealed}))
        for at, event in scene.history
        if not isinstance(event, SafetyAssessed) and getattr(event, "kind", "") != "steward"
    ]
    for _, event in events:
        event["opens"] = [chase for chase in event.get("opens", ()) if chase["kind"] != "steward"]
    return events


def in_endpoint() -> Pair:
    return held(in_pulse(policy=ALL), 6, 7).until("2026-05-18T09:00Z")


@pytest.mark.parametrize(
    ("begin", "answer", "wave", "days"),
    [(lambda: in_pulse(policy=ALL), pulse, 1, 8), (in_endpoint, endpoint, 2, 4)],
    ids=["pulse", "endpoint"],
)
@pytest.mark.parametrize("goes_on", [True, False])
@pytest.mark.parametrize("contacted", [True, False])
def test_partners_and_lead_see_the_same_of_a_decoy_and_of_a_low_answer(
    begin: Callable[[], Pair],
    answer: Callable[..., Command],
    wave: int,
    days: int,
    goes_on: bool,
    contacted: bool,
) -> None:
    def life(rating: int) -> tuple[Pair, list[Any]]:
        scene = begin().when(answer(safety=rating), by=partner(wave))
        found = seen(scene)
        scene = scene.later(hours=20).when(answer(), by=other(partner(wave)))
        if contacted:
            scene = scene.when(RecordStewardContact(), by=STEWARD)
        scene = scene.later(days=days)
        found += seen(scene)
        if goes_on:
            scene = resumed(scene)
            found += seen(scene)
        scene = scene.until("2026-08-01T00:00Z")
        return scene, [*found, *seen(scene), *public(scene)]

    (low, of_low), (decoy, of_decoy) = life(2), life(4)
    assert low.state.care.reds == 1
    assert decoy.state.care.reds == 0
    assert [event.decoy for _, event in decoy.history if isinstance(event, PairPaused)] == [True]
    assert any(isinstance(event, PauseAnnounced) for _, event in decoy.history)
    assert of_low == of_decoy
