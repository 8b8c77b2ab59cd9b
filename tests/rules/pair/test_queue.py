"""The steward's queue (T18, R73): who waits, since when, until when, and never why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from events.pair import PairReminderPostponed
from tests.rules.pair.stage import (
    CONCERN,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    in_pulse,
    policy,
    pulse,
    resumed,
)
from turnabout.commands.pair_care import ChangeSteward, ConsentToResume, RaiseConcern, RecordStewardContact
from turnabout.commands.pair_closing import EndPair
from workflows.rules.pair_decoy import drawn
from workflows.rules.steward_queue import Waiting, queue

ASIDE = RaiseConcern(text="May I ask you something?", about_safety=False)


def waiting(scene: Pair) -> tuple[Waiting, ...]:
    steward, found = queue(scene.history)
    assert steward == STEWARD
    return found


def test_t18_nobody_waits_in_a_pair_that_is_well() -> None:
    assert waiting(in_pulse().when(pulse(), by=MENTEE)) == ()


def test_t18_a_paused_pair_waits_from_the_pause_on() -> None:
    scene = in_pulse().when(pulse(safety=2), by=MENTEE)
    (one,) = waiting(scene)
    assert (one.pair, one.what, one.since) == ("q1-07", "check-in", scene.at)
    assert one.contact_by.isoformat() == "2026-04-08T07:00:00+00:00", "48 hours"
    assert one.resolve_by is not None
    assert one.resolve_by.isoformat() == "2026-04-20T07:00:00+00:00", "ten business days"
    assert (one.contacted, one.to_agree) == (False, (STEWARD, MENTOR, MENTEE))
    later = scene.later(days=8).when(RecordStewardContact(), by=STEWARD).when(ConsentToResume(), by=MENTOR)
    (one,) = waiting(later)
    assert (one.contacted, one.to_agree) == (True, (STEWARD, MENTEE))
    spoken = scene.later(days=8).when(RecordStewardContact(), by=STEWARD)
    assert waiting(resumed(spoken)) == ()


def test_r73_somebody_who_asked_for_a_conversation_waits_until_it_is_recorded() -> None:
    scene = active().until("2026-03-05T10:00Z").when(ASIDE, by=MENTOR)
    (one,) = waiting(scene.later(days=1))
    assert (one.what, one.since, one.resolve_by) == ("conversation", scene.at, None)
    assert one.contact_by.isoformat() == "2026-03-07T10:00:00+00:00"
    assert waiting(scene.when(RecordStewardContact(), by=STEWARD)) == ()


def test_t18_a_reminder_that_waits_for_the_stewards_hours_gives_no_more_time() -> None:
    scene = active().until("2026-03-10T14:00Z").when(ASIDE, by=MENTOR)
    before = waiting(scene)
    # At 23:00 in Tokyo, where the new steward is, the reminder waits for the morning.
    scene = scene.when(ChangeSteward(steward=STEWARD, timezone="Asia/Tokyo")).until("2026-03-14T00:00Z")
    assert scene.of(PairReminderPostponed)
    assert waiting(scene) == before


def test_t18_a_conversation_in_a_check_in_stands_beside_it() -> None:
    scene = in_pulse().when(pulse(safety=2), by=MENTEE).when(ASIDE, by=MENTOR)
    assert [one.what for one in waiting(scene)] == ["check-in", "conversation"]


def test_t18_who_was_not_spoken_with_waits_also_after_the_end() -> None:
    scene = in_pulse().when(pulse(safety=2), by=MENTEE)
    ended = scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    assert [one.what for one in waiting(ended)] == ["conversation"]


@pytest.mark.parametrize(
    "begin",
    [
        lambda: in_pulse().when(pulse(safety=2), by=str(drawn(_drawn().state, 1))),
        lambda: _drawn().when(pulse(), by=str(drawn(_drawn().state, 1))),
    ],
    ids=["low", "drawn"],
)
def test_g6_the_queue_does_not_say_why(begin: Callable[[], Pair]) -> None:
    (one,) = waiting(begin())
    assert (one.what, one.contacted, one.since.isoformat()) == (
        "check-in",
        False,
        "2026-04-06T07:00:00+00:00",
    )


def _drawn() -> Pair:
    return in_pulse(policy=policy(decoys=100))


def test_r73_a_concern_about_safety_makes_one_line_of_pause_and_concern() -> None:
    scene = active().until("2026-03-05T10:00Z").when(CONCERN, by=MENTOR)
    assert [one.what for one in waiting(scene)] == ["check-in"]
