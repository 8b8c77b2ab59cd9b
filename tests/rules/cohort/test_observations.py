"""The control group (R60) and what is observed of people and metrics (R44, K1, K4, K12), also later."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from events.cohort_measurement import (
    ComparisonRefused,
    ControlGroupFrozen,
    MetricObserved,
)
from tests.rules.bdd import like
from tests.rules.cohort.test_employment import record, row
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    S,
    computed,
    hold,
    kickoff_day,
    make_spec,
    matching,
    mentor,
    notices,
    ok,
    ready,
    running,
    wound_up,
)
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_enrolment import OptIn
from turnabout.commands.cohort_measurement import FreezeControls, RecordMetric
from turnabout.commands.cohort_people import Withdraw
from turnabout.commands.cohort_running import NotePairEnded

# --- control group ----------------------------------------------------------------------------------------


def test_r60_the_waiting_list_is_frozen_with_its_hash() -> None:
    scene = ok(ready(), FreezeControls(), LEAD)
    waiting = sorted(scene.state.waiting)
    (frozen,) = scene.of(ControlGroupFrozen)
    assert (list(frozen.people), frozen.n, frozen.by) == (waiting, 1, LEAD)
    assert frozen.members_hash == hashlib.sha256("\n".join(waiting).encode()).hexdigest()
    assert "waiting list" in frozen.rule
    scene.when(FreezeControls(), by=LEAD).rejected("R60", "is frozen")
    scene = kickoff_day(scene)
    assert not ok(scene, hold(scene), LEAD).of(ComparisonRefused)


def test_r60_a_group_that_is_named_needs_its_rule_and_people_who_opted_in_and_are_free() -> None:
    scene = ready()
    (free,) = scene.state.waiting
    paired = scene.state.living[0].mentor
    scene.when(FreezeControls(people=(free,)), by=LEAD).rejected("R60", "how they were chosen")
    named = FreezeControls(people=(free,), rule="The only one who waits")
    ok(scene, named, LEAD).then(like(ControlGroupFrozen, people=(free,), rule="The only one who waits"))
    scene.when(FreezeControls(people=(paired,), rule="x"), by=LEAD).rejected("R60", "is in a pair")
    scene.when(FreezeControls(people=("stranger",), rule="x"), by=LEAD).rejected("G11")


def test_r60_after_the_kickoff_no_group_is_frozen_and_the_comparison_is_refused() -> None:
    scene = ready().until("2026-03-03T09:00Z")
    scene.when(FreezeControls(), by=LEAD).rejected("R60", "kickoff is over")
    held = ok(kickoff_day(scene), hold(scene), LEAD)
    assert held.of(ComparisonRefused)
    held.when(FreezeControls(), by=LEAD).rejected("R60")


def test_r60_not_before_it_is_known_who_has_no_pair() -> None:
    matching().when(FreezeControls(), by=LEAD).rejected("R60", "not known yet")
    computed(matching()).when(FreezeControls(), by=LEAD).rejected("R60", "not known yet")


def test_r60_once_the_pairs_stand_an_open_round_holds_nothing_up() -> None:
    """Somebody withdraws before the kickoff: whom the round may pair is left out."""
    scene = ready(make_spec(mentors=4, mentees=6, policy={"matching": {"mentor_capacity": 1}}))
    one, two = sorted(scene.state.waiting)
    old = scene.state.living[0]
    scene = ok(scene, Withdraw(reason="time"), old.mentor)
    scene = ok(scene, NotePairEnded(pair=old.pair, state="withdrawn", left=(old.mentor,)), "system")
    (open_round,) = scene.state.rounds.values()
    assert open_round.mentees == (old.mentee,)
    named = FreezeControls(people=(old.mentee,), rule="Those who lost a partner")
    scene.when(named, by=LEAD).rejected("R60", "may get a partner")
    ok(scene, FreezeControls(), LEAD).then(like(ControlGroupFrozen, people=(one, two)))


def test_r60_the_lead_is_told_twice_while_somebody_waits() -> None:
    scene = ready().until("2026-03-03T08:00Z")
    assert notices(scene, "control_group_due") == [LEAD, LEAD]
    assert not notices(ok(ready(), FreezeControls(), LEAD).later(days=70), "control_group_due")
    scene = ready(make_spec(mentors=5)).until("2026-03-03T08:00Z")
    assert not scene.state.waiting
    assert not notices(scene, "control_group_due")


def closed() -> S:
    return ok(wound_up(), CloseCohort(), LEAD)


def test_k1_a_closed_cohort_still_takes_observations_and_nothing_else() -> None:
    scene = closed().later(days=100)
    after = ok(scene, record(row(on="2026-08-01", what="voluntary_exit")), LEAD)
    ok(after, RecordMetric(on=date(2026, 8, 1), value=900, source="analytics"), LEAD).then(MetricObserved)
    after.when(FreezeControls(), by=LEAD).rejected("G9")
    after.when(OptIn(), by=mentor(1)).rejected("G9")
    scene.later(days=400).when(record(row()), by=LEAD).rejected("G9")


# --- the tied metric --------------------------------------------------------------------------------------


def metric(**fields: Any) -> RecordMetric:
    return RecordMetric.model_validate({"on": "2026-02-20", "value": 1200, "source": "analytics", **fields})


def test_r44_the_tied_metric_is_observed_for_the_cohort_and_for_pairs() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    ok(scene, metric(), LEAD).then(
        like(MetricObserved, pair=None, metric="followers", unit="people", value=1200.0, by=LEAD)
    )
    own = metric(pair=pair.pair, metric="followers of the channel", value=37)
    ok(scene, own, pair.mentor).then(
        like(MetricObserved, pair=pair.pair, metric="followers of the channel", by=pair.mentor)
    )
    ok(scene, metric(value=12, exposures=400), LEAD).then(like(MetricObserved, value=12.0, exposures=400))


def test_r44_who_may_observe_what() -> None:
    scene = kickoff_day(ready())
    first, second, *_ = scene.state.living
    scene.when(metric(pair=second.pair), by=first.mentor).rejected("R44", "your own pair")
    scene.when(metric(), by=first.mentor).rejected("R44", "your own pair")
    scene.when(metric(), by=SPONSOR).rejected("G21")
    scene.when(metric(pair="pair-q9-01"), by=LEAD).rejected("R44", "no pair of this cohort")
    scene.when(metric(on="2026-12-01"), by=LEAD).rejected("R44", "in the future")
    scene.when(metric(value=5, exposures=4), by=LEAD).rejected("R44", "of 4 it cannot be 5")


def test_r107_the_same_value_is_recorded_once_and_another_takes_its_place() -> None:
    scene = ok(kickoff_day(ready()), metric(), LEAD)
    scene.when(metric(), by=LEAD).rejected("R107")
    ok(scene, metric(value=1210), LEAD).then(like(MetricObserved, value=1210.0))
    ok(scene, metric(source="another"), LEAD)


def test_k12_a_pair_that_has_ended_is_still_measured() -> None:
    scene = running()
    pair = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=pair.pair, state="ended_by_choice"), "system")
    ok(scene, metric(pair=pair.pair), pair.mentee).then(MetricObserved)
