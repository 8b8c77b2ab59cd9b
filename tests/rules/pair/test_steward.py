"""A new safety steward of a pair forgets nobody who waits, and the old one hears nothing (R73, T18, G6)."""

from __future__ import annotations

from events.pair import PairReminded
from events.pair_care import PairResumed, PairStewardChanged
from tests.rules.bdd import like
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    MENTEE,
    MENTOR,
    STEWARD,
    SYSTEM,
    Pair,
    active,
    notified,
    paused,
)
from turnabout.commands.pair_care import (
    ChangeSteward,
    ConsentToResume,
    RaiseConcern,
    RecordStewardContact,
)

STELLA = "stella"
CHANGE = ChangeSteward(steward=STELLA, timezone="Europe/Berlin")
WORRY = RaiseConcern(text="We cannot find a time", about_safety=False)


def changed(scene: Pair) -> Pair:
    after = scene.when(CHANGE, by=SYSTEM)
    assert after.rejection is None, after.rejection
    return after


def test_where_nobody_waits_the_change_is_silent() -> None:
    scene = changed(active()).then(like(PairStewardChanged, steward=STELLA))
    assert notified(scene) == []
    assert notified(scene.when(CONCERN, by=MENTOR))[0] == ("concern_received", (STELLA,))


def test_who_waits_for_the_old_one_waits_for_the_new_one() -> None:
    """T18: told at once, and reminded when the time for a first contact is over."""
    scene = changed(active().when(WORRY, by=MENTOR))
    assert notified(scene) == [("steward_takes_over", (STELLA,))]
    reminded = scene.later(days=4).of(PairReminded)
    assert [event.to for event in reminded if event.template == "concern_received"] == [(STELLA,)]
    scene.when(RecordStewardContact(), by=STEWARD).rejected("G21")
    after = scene.when(RecordStewardContact(), by=STELLA)
    assert "concern_received" not in [event.template for event in after.later(days=4).of(PairReminded)]


def test_a_paused_pair_needs_the_consent_of_the_new_one() -> None:
    """G6: what the old one agreed to counts no more."""
    scene = paused().when(ConsentToResume(), by=STEWARD)
    scene = changed(scene)
    assert notified(scene) == [("steward_takes_over", (STELLA,))]
    scene = scene.later(days=7)
    for who in BOTH:
        scene = scene.when(ConsentToResume(), by=who)
        assert scene.of(PairResumed) == ()
    assert len(scene.when(ConsentToResume(), by=STELLA).of(PairResumed)) == 1


def test_the_door_stays_open_after_the_memo_with_the_new_one() -> None:
    """R73."""
    scene = active().when(WORRY, by=MENTEE)
    assert changed(scene).state.agreed.steward == STELLA


def test_the_steward_as_support_contact_is_replaced_too() -> None:
    """R72."""
    assert changed(active(support_contact=STEWARD)).state.agreed.support_contact == STELLA
    assert changed(active()).state.agreed.support_contact == "contact"
