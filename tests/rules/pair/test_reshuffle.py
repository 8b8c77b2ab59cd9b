"""A reshuffle outside of the midpoint (G7, G6), and more time for a pair that came of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.contracts import Tell
from events.pair_closing import EndpointOpened, PairEnded
from events.pair_reshuffle import PairExtended, ReshuffleAgreed, ReshuffleDeclined, ReshuffleProposed
from events.pair_sessions import SessionsCancelled
from tests.rules.bdd import like
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    formed,
    held,
    in_pulse,
    notified,
    paused,
    pulse,
    resumed,
)
from turnabout.commands.pair_preparation import ChangeLead
from turnabout.commands.pair_reshuffle import AnswerReshuffle, ExtendPair, ProposeReshuffle
from turnabout.presets import preset
from workflows.rules.pair_closing import NEUTRAL

PROPOSE = ProposeReshuffle(reason="They work at different hours.")
YES, NO = AnswerReshuffle(agree=True), AnswerReshuffle(agree=False)


def week_3() -> Pair:
    return held(active(), 1, 2).until("2026-03-16T09:00Z")


def proposed() -> Pair:
    scene = week_3().when(PROPOSE, by=LEAD)
    assert scene.rejection is None, scene.rejection
    return scene


# --- the lead's -----------------------------------------------------------------------------------------


def test_g7_the_lead_proposes_and_both_agree() -> None:
    scene = proposed().then(like(ReshuffleProposed, number=1, by=LEAD, reason=PROPOSE.reason))
    assert notified(scene.later(hours=1)) == [("reshuffle_proposed", BOTH)]
    scene = scene.when(YES, by=MENTEE).then(ReshuffleAgreed(number=1, by=MENTEE))
    scene = scene.when(YES, by=MENTOR)
    scene.then(
        ReshuffleAgreed,
        like(PairEnded, state="reshuffled", reason=PROPOSE.reason),
        SessionsCancelled,
    )
    (told,) = (effect.envelope.command for effect in scene.effects if isinstance(effect, Tell))
    assert (told["type"], told["state"]) == ("note_pair_ended", "reshuffled")


def test_g7_one_who_does_not_agree_is_enough_and_the_lead_is_not_told_who() -> None:
    scene = proposed().when(YES, by=MENTEE).when(NO, by=MENTOR).then(like(ReshuffleDeclined, by=MENTOR))
    told = scene.later(hours=2)
    assert notified(told) == [("reshuffle_left", (LEAD,))]
    assert MENTOR not in str([effect.values for effect in told.effects if hasattr(effect, "values")])
    assert told.state.life == "active"


def test_g7_silence_is_no_consent() -> None:
    scene = proposed().when(YES, by=MENTEE).until("2026-03-23T08:00Z")
    assert [event.by for event in scene.of(ReshuffleDeclined)] == [None]
    assert scene.state.life == "active"
    scene.when(YES, by=MENTOR).rejected("G7", "no reshuffle")
    assert scene.when(PROPOSE, by=LEAD).of(ReshuffleProposed)[0].number == 2


def test_g7_who_agrees_may_still_change_their_mind_before_the_other_answers() -> None:
    scene = proposed().when(YES, by=MENTEE)
    scene.when(YES, by=MENTEE).rejected("G7", "already")
    scene.when(NO, by=MENTEE).then(ReshuffleDeclined)


@pytest.mark.parametrize(
    ("scene", "rule", "saying"),
    [
        (proposed, "G7", "asked already"),
        (lambda: held(active(), 1).until("2026-05-04T09:00Z"), "G7", "weeks are left"),
        (lambda: in_pulse().until("2026-04-14T09:00Z"), "G7", "midpoint"),
        (lambda: paused().until("2026-04-14T09:00Z"), "G20", "check-in"),
    ],
    ids=["twice", "too late", "at mid", "in a check-in"],
)
def test_g7_when_the_lead_may_not_propose(scene: Any, rule: str, saying: str) -> None:
    scene().when(PROPOSE, by=LEAD).rejected(rule, saying)


def test_g7_a_pair_that_is_still_forming_may_be_reshuffled() -> None:
    scene = formed().when(PROPOSE, by=LEAD).when(YES, by=MENTOR).when(YES, by=MENTEE)
    assert [event.state for event in scene.of(PairEnded)] == ["reshuffled"]


# --- the steward's --------------------------------------------------------------------------------------


def twice_red() -> Pair:
    """Two concerns, the second after the pair went on."""
    scene = week_3().when(CONCERN, by=MENTOR).later(hours=1)
    return resumed(scene).later(days=1).when(CONCERN, by=MENTOR).later(hours=1)


def test_g6_after_two_reds_the_steward_is_told_to_offer_new_partners_or_an_end() -> None:
    scene = resumed(week_3().when(CONCERN, by=MENTOR).later(hours=1)).later(days=1)
    assert ("offer_end", (STEWARD,)) in notified(scene.when(CONCERN, by=MENTOR))
    assert ("offer_end", (STEWARD,)) not in notified(week_3().when(CONCERN, by=MENTOR))


def test_g6_after_two_reds_the_steward_may_offer_new_partners_and_nobody_learns_why() -> None:
    scene = twice_red().when(PROPOSE, by=STEWARD)
    scene.then(like(ReshuffleProposed, by=STEWARD, reason=NEUTRAL))
    assert notified(scene.later(hours=1)) == [("reshuffle_proposed", BOTH)], "in the pause"
    agreed = scene.when(YES, by=MENTOR).when(YES, by=MENTEE)
    assert [(event.state, event.reason) for event in agreed.of(PairEnded)] == [("reshuffled", NEUTRAL)]


def test_g6_the_lead_hears_nothing_of_what_the_steward_offered_in_vain() -> None:
    scene = twice_red().when(PROPOSE, by=STEWARD).when(NO, by=MENTEE).then(ReshuffleDeclined)
    assert not [one for one in notified(scene.later(days=1)) if one[0] == "reshuffle_left"]


def offered() -> Pair:
    """The pair goes on after its second red, and the steward has offered new partners."""
    scene = resumed(twice_red()).later(hours=1).when(PROPOSE, by=STEWARD)
    assert scene.rejection is None, scene.rejection
    return scene


def test_g6_the_lead_does_not_find_out_that_the_steward_has_offered() -> None:
    scene = offered().when(YES, by=MENTOR).later(days=1)
    joined = scene.when(PROPOSE, by=LEAD)
    joined.then(like(ReshuffleProposed, by=LEAD, reason=PROPOSE.reason))
    joined.when(PROPOSE, by=LEAD).rejected("G7", "asked already")
    assert "reshuffle_proposed" not in [name for name, _ in notified(joined.later(days=1))], "not twice"
    agreed = joined.when(YES, by=MENTEE)
    assert [(event.state, event.reason) for event in agreed.of(PairEnded)] == [("reshuffled", PROPOSE.reason)]
    left = joined.when(NO, by=MENTEE)
    assert ("reshuffle_left", (LEAD,)) in notified(left.later(days=1))


def test_g6_what_the_lead_joins_lapses_when_it_would_have_otherwise() -> None:
    scene = offered().later(days=1).when(PROPOSE, by=LEAD)
    (event,) = scene.of(ReshuffleProposed)
    scene = scene.until(event.closes_at - timedelta(minutes=1))
    assert scene.state.reshuffle is not None
    assert len(scene.until(event.closes_at).of(ReshuffleDeclined)) == 1


def test_g6_a_letter_that_was_on_its_way_still_comes_when_the_lead_joins() -> None:
    joined = offered().when(PROPOSE, by=LEAD).later(days=1)
    assert notified(joined).count(("reshuffle_proposed", BOTH)) == 1


def test_g7_a_new_lead_hears_what_became_of_the_proposal_of_the_one_before() -> None:
    scene = proposed().when(ChangeLead(lead="lead-2", timezone="Europe/Berlin")).when(NO, by=MENTEE)
    assert ("reshuffle_left", ("lead-2",)) in notified(scene.later(days=1))


def test_g6_before_two_reds_it_is_not_the_stewards() -> None:
    week_3().when(PROPOSE, by=STEWARD).rejected("G6")
    week_3().when(CONCERN, by=MENTOR).when(PROPOSE, by=STEWARD).rejected("G6")


def test_g6_the_partners_read_the_same_whoever_proposes() -> None:
    lead = proposed().later(hours=1)
    steward = twice_red().when(PROPOSE, by=STEWARD).later(hours=1)

    def read(scene: Pair) -> list[dict[str, Any]]:
        letters = [
            effect for effect in scene.effects if getattr(effect, "template", "") == "reshuffle_proposed"
        ]
        return [{**one.values, "closes_at": None} for one in letters if hasattr(one, "values")]

    assert read(lead) == read(steward)


# --- more time ------------------------------------------------------------------------------------------


def after_reshuffle(**changes: Any) -> Pair:
    """A pair that came of a reshuffle; it ends with the cohort on 25 May."""
    return active(replaces="pair-q1-03", **changes)


MORE = ExtendPair(weeks=4, reason="They began in week 6.")


def test_g7_a_reshuffled_pair_gets_up_to_four_weeks_with_their_sessions() -> None:
    scene = held(after_reshuffle(), 1).when(MORE, by=LEAD)
    (more,) = scene.of(PairExtended)
    assert (more.ends_on, [one.number for one in more.sessions]) == (date(2026, 6, 22), [13, 14, 15, 16])
    assert [one.starts_at.isoformat() for one in more.sessions][::3] == [
        "2026-05-27T12:00:00+00:00",
        "2026-06-17T12:00:00+00:00",
    ]
    scene = held(scene, *range(2, 17))
    opened = [at for at, event in scene.history if isinstance(event, EndpointOpened)]
    assert [at.isoformat()[:10] for at in opened] == ["2026-06-15"]
    ended = scene.until("2026-06-22T16:00Z")
    assert [event.state for event in ended.of(PairEnded)] == ["graduated"]


def test_g7_its_last_phase_ends_with_it() -> None:
    scene = after_reshuffle(phases=preset("sprint_90").phases).until("2026-04-28T09:00Z").when(MORE, by=LEAD)
    items = {chase.item for chase in scene.of(PairExtended)[0].opens}
    assert "phase-4:end" in items
    due = scene.state.ledger.open["phase-4:end"].chase.steps[-1].at
    assert due.isoformat()[:10] > "2026-06-22"


@pytest.mark.parametrize(
    ("scene", "command"),
    [
        (active, MORE),
        (after_reshuffle, ExtendPair(weeks=5, reason="-")),
        (
            lambda: after_reshuffle().when(ExtendPair(weeks=3, reason="-"), by=LEAD),
            ExtendPair(weeks=2, reason="-"),
        ),
        (lambda: after_reshuffle().until("2026-05-18T09:00Z"), MORE),
    ],
    ids=["not reshuffled", "five weeks", "three and two", "last week"],
)
def test_g7_who_gets_no_more_time(scene: Any, command: ExtendPair) -> None:
    scene().when(command, by=LEAD).rejected("G7")


def test_g7_in_a_check_in_that_nobody_was_told_of_the_lead_gets_the_answer_of_a_pair_that_is_well() -> None:
    well = in_pulse(replaces="pair-q1-03").when(pulse(), by=MENTEE)
    low = in_pulse(replaces="pair-q1-03").when(pulse(safety=2), by=MENTEE)
    found = [scene.when(MORE, by=LEAD) for scene in (well, low)]
    sessions = [scene.of(PairExtended)[0].sessions for scene in found]
    assert sessions[0] == sessions[1]
    assert found[1].state.care.off == tuple(range(6, 17))
    again = resumed(found[1].until("2026-04-14T09:00Z"))
    assert max(again.state.sessions) == 16
    assert again.state.sessions[15].status == "planned"
