"""The secret lot (G6): drawn outside, sealed; check-ins between the waves, so that concerns are deniable."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from activities.lot import drawing
from events.contracts import Compute, Notify
from events.lot import LOT
from events.pair import PairItemExpired
from events.pair_care import LotDrawn, PairPaused, PauseAnnounced
from events.registry import standard
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    LEAD,
    MENTEE,
    MENTOR,
    SECRET,
    STEWARD,
    Pair,
    active,
    formed,
    notified,
    policy,
    prepared,
    resumed,
    terms,
)
from turnabout import schedule
from turnabout.commands.pair_care import DrawLot
from turnabout.commands.pair_preparation import NoteKickoffAttended
from workflows.rules.pair_decoy import drawn
from workflows.rules.pair_state import PairState

ALWAYS = policy(between=100, secret=True)


def drawn_for(secret: str, wave: int = 1, **changes: Any) -> str | None:
    """Who is drawn in that wave, by that secret."""
    agreed = terms(policy=policy(decoys=50, secret=True), **changes)
    return drawn(PairState(terms=agreed, lot=secret), wave)


def at_work(**changes: Any) -> Pair:
    """Active since the kickoff, with its lot."""
    scene = prepared(policy=ALWAYS, **changes).when(DrawLot(secret=SECRET))
    return scene.until("2026-03-02T09:00Z").when(NoteKickoffAttended(people=BOTH))


# --- the secret -----------------------------------------------------------------------------------------


def test_g6_a_pair_asks_for_its_lot_when_it_is_formed_and_only_the_engine_answers() -> None:
    scene = formed(policy=ALWAYS)
    (asked,) = (effect for effect in scene.effects if isinstance(effect, Compute))
    assert (asked.task, asked.payload) == (LOT, {"stream": "pair-q1-07"})
    for person in (LEAD, STEWARD, MENTOR):
        scene.when(DrawLot(secret=SECRET), by=person).rejected("G21")
    scene.when(DrawLot(secret=SECRET)).then(LotDrawn(steward=STEWARD, secret=SECRET))


def test_g6_a_lot_is_drawn_once() -> None:
    scene = formed(policy=ALWAYS).when(DrawLot(secret=SECRET))
    scene.when(DrawLot(secret="0" * 64)).rejected("G6")


def test_g6_the_lot_is_sealed_in_the_log() -> None:
    assert standard().sealed_fields("pair.lot_drawn") == {"secret": "steward"}


def test_g6_neither_the_spec_nor_its_seed_tells_who_is_drawn() -> None:
    """The same terms with other secrets: the lots differ; the same secret with another seed: they do not."""
    secrets = [f"{number:064x}" for number in range(40)]
    found = [drawn_for(secret) for secret in secrets]
    assert {MENTOR, MENTEE, None} == set(found)
    assert found == [drawn_for(secret, seed=99) for secret in secrets]


def test_g6_nobody_is_drawn_while_there_is_no_lot_or_when_it_is_erased() -> None:
    agreed = terms(policy=policy(decoys=100, between=100, secret=True))
    assert drawn(PairState(terms=agreed), 1) is None
    scene = active(policy=ALWAYS)
    assert not [item for item in scene.state.ledger.open if item.startswith("lot-")]
    late = at_work()
    erased = replace(late, state=replace(late.state, lot=None))
    assert not erased.until("2026-04-05T00:00Z").of(PairPaused)


def test_g6_pairs_of_earlier_releases_ask_for_no_lot() -> None:
    old = policy(decoys=10)
    assert not old.safety.secret_lot
    scene = formed(policy=old)
    assert not [effect for effect in scene.effects if isinstance(effect, Compute)]


def test_g6_drawing_twice_is_drawing_once_and_keys_differ() -> None:
    first, second = drawing(b"1" * 32), drawing(b"2" * 32)
    task = {"stream": "pair-q1-07"}
    assert first(task) == first(task)
    assert (
        len({first(task)["secret"], second(task)["secret"], first({"stream": "pair-q1-08"})["secret"]}) == 3
    )


# --- between the waves ----------------------------------------------------------------------------------


def hour(scene: Pair, number: int) -> datetime:
    """When it shows whether the pair is drawn for that time between two waves."""
    return scene.state.ledger.open[f"lot-{number}"].chase.steps[0].at


def test_g6_every_pair_has_an_hour_between_the_waves_whether_it_is_drawn_or_not() -> None:
    scene = at_work()
    frame = scene.state.agreed
    first, second = hour(scene, 1), hour(scene, 2)
    assert frame.kickoff < first < schedule.pulse_opens(frame, 6)
    assert schedule.pulse_closes(frame, ALWAYS, 6) < second < schedule.endpoint_opens(frame)
    few = policy(between=1, secret=True)
    spared = prepared(policy=few).when(DrawLot(secret=SECRET)).until("2026-03-02T09:00Z")
    spared = spared.when(NoteKickoffAttended(people=BOTH))
    assert hour(spared, 1) == first
    passed = spared.until("2026-04-05T00:00Z")
    assert [event.item for event in passed.of(PairItemExpired) if event.kind == "lot"] == ["lot-1"]
    assert not passed.of(PairPaused)


def test_g6_the_hours_of_pairs_differ() -> None:
    hours = [hour(at_work(number=number), 1) for number in range(1, 9)]
    assert len(set(hours)) == 8


def test_g6_the_share_between_the_waves_is_the_policys() -> None:
    found: Counter[bool] = Counter()
    some = policy(between=20, secret=True)
    for number in range(60):
        scene = prepared(policy=some).when(DrawLot(secret=f"{number:064x}")).until("2026-03-02T09:00Z")
        scene = scene.when(NoteKickoffAttended(people=BOTH)).until("2026-04-05T00:00Z")
        found[bool(scene.of(PairPaused))] += 1
    assert 4 <= found[True] <= 22


def test_g6_a_pair_that_is_drawn_has_the_check_in_that_a_concern_brings() -> None:
    """The partners get the same letters, the sessions are off, the steward alone reads which it was."""
    begun = at_work()
    by_lot = begun.until(hour(begun, 1))
    (paused,) = by_lot.of(PairPaused)
    assert paused.decoy
    concern = active().until(hour(begun, 1)).when(CONCERN, by=MENTOR)
    assert paused.sessions == concern.of(PairPaused)[0].sessions
    after, other = by_lot.later(days=1), concern.later(days=1)
    announced = [*by_lot.of(PauseAnnounced), *after.of(PauseAnnounced)]
    assert announced == [*concern.of(PauseAnnounced), *other.of(PauseAnnounced)]
    assert len(announced) == 1
    assert letters(by_lot)[-1:] + letters(after) == letters(concern) + letters(other)
    assert ("check_in_drawn", (STEWARD,)) in notified(by_lot)
    assert letters(resumed(after).later(hours=3)) == letters(resumed(other).later(hours=3))


def letters(scene: Pair) -> list[Any]:
    """What reaches the partners."""
    return [one for one in scene.effects if isinstance(one, Notify) and set(one.to) & set(BOTH)]


def test_g6_a_pair_that_rests_already_is_not_drawn_again() -> None:
    begun = at_work()
    resting = begun.until("2026-03-03T09:00Z").when(CONCERN, by=MENTOR)
    assert hour(begun, 1) > resting.at
    assert not resting.until("2026-04-05T00:00Z").of(PairPaused)


@pytest.mark.parametrize("share", [0, 100])
def test_g6_none_of_it_shows_on_the_workflows_page(share: int) -> None:
    some = policy(between=share, secret=True)
    scene = prepared(policy=some).when(DrawLot(secret=SECRET)).until("2026-03-02T09:00Z")
    scene = scene.when(NoteKickoffAttended(people=BOTH))
    assert "lot" not in scene.decider.summarize(scene.state).details
