"""When matching ends with too few pairs the lead is told and has four ways on (G13)."""

from __future__ import annotations

import pytest

from events.cohort_enrolment import EnrolmentClosed, EnrolmentReopened, SmallCohortApproved
from events.cohort_rounds import PairArranged, PairAssigned, RoundOpened
from events.cohort_running import CohortReady
from events.contracts import Notify
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    S,
    accepted,
    choosing,
    computed,
    enrolling,
    hold,
    joined,
    kickoff_day,
    make_spec,
    matching,
    mentee,
    mentor,
    notices,
    ok,
    once,
    proposed,
    ranked,
    ready,
    running,
)
from turnabout.commands.cohort_enrolment import CloseEnrolment, Decline, OptIn, ProceedSmall, ReopenEnrolment
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.cohort_running import NotePairEnded
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules.cohort import COHORT

SILENT = (mentee(4), mentee(5))
SMALL = ProceedSmall(reason="three are enough for a trial")


def stuck() -> S:
    """Matching is over with three pairs of the four that are needed; two mentees never answered."""
    scene = accepted(computed(ranked(choosing(without=SILENT))))
    assert scene.state.phase == "matching"
    assert scene.state.rounds == {}
    assert len(scene.state.living) == 3
    return scene


def test_the_lead_is_told_how_many_pairs_stand_and_what_can_be_done() -> None:
    scene = stuck()
    summary = COHORT.summarize(scene.state)
    assert summary.attention
    assert "3 of 4 pairs" in summary.details
    later = scene.later(days=1)
    assert notices(later, "too_few_pairs") == [LEAD]
    assert notices(later, "assisted_choice") == []
    (mail,) = [one for one in later.effects if isinstance(one, Notify) and one.template == "too_few_pairs"]
    assert (mail.values["pairs"], mail.values["pairs_needed"]) == (3, 4)


def test_the_refused_kickoff_names_the_ways_on() -> None:
    scene = kickoff_day(stuck())
    refused = scene.when(hold(scene), by=LEAD).rejected("G13", "3 pairs stand and 4 are needed")
    for way in ("assign_pair", "reopen_enrolment", "proceed_small"):
        refused.rejected("G13", way)


def test_a_small_cohort_goes_on_with_a_reason() -> None:
    scene = ok(stuck(), SMALL, LEAD).then(
        like(SmallCohortApproved, by=LEAD, pairs=3, reason=SMALL.reason),
        like(CohortReady, can_report_by_role=False),
    )
    assert notices(scene.later(days=1), "too_few_pairs") == [], "the lead has chosen before the mail went out"
    scene = kickoff_day(scene)
    assert ok(scene, hold(scene), LEAD).state.phase == "running"


def test_a_roll_out_may_go_on_small_too() -> None:
    scene = choosing(once(mentors=9, mentees=9, kind="roll_out", grounds={"signals": [1, 2, 3, 4, 5]}))
    scene = ranked(scene, leave=(mentee(1), mentee(2))).until("2026-01-12T09:00Z")
    scene = accepted(computed(scene))
    ok(scene, SMALL, LEAD).then(like(SmallCohortApproved, pairs=7), CohortReady)


def test_nothing_goes_on_without_a_pair_too_early_or_twice() -> None:
    empty = computed(enrolling().until("2026-01-19T08:30Z"))
    empty.when(SMALL, by=LEAD).rejected("G13", "no pair stands")
    choosing(without=SILENT).when(SMALL, by=LEAD).rejected("G13", "still open")
    enrolling().when(SMALL, by=LEAD).rejected("G13", "enrolling")
    ready().when(SMALL, by=LEAD).rejected("G13", "ready")
    ok(stuck(), SMALL, LEAD).when(SMALL, by=LEAD).rejected("G13", "ready")


def lose(scene: S, *numbers: int) -> S:
    """The two of these pairs withdraw before the kickoff."""
    for number in numbers:
        pair = scene.state.pairs[f"pair-q1-{number:02d}"]
        note = NotePairEnded(pair=pair.pair, state="withdrawn", left=pair.people)
        scene = ok(scene, note, "system")
    return scene


def test_pairs_that_are_lost_before_the_kickoff_count_no_more() -> None:
    scene = lose(ready(), 1)
    assert kickoff.TOO_FEW not in scene.state.ledger.open, "four are enough"
    scene = lose(scene, 2)
    assert COHORT.summarize(scene.state).attention
    scene.when(ReopenEnrolment(), by=LEAD).rejected("G13", "ready")
    later = scene.later(days=1)
    (mail,) = [one for one in later.effects if isinstance(one, Notify) and one.template == "too_few_pairs"]
    assert (mail.to, mail.values["pairs"], mail.values["lost"]) == ((LEAD,), 3, True)
    day = kickoff_day(later)
    day.when(hold(day), by=LEAD).rejected("G13", "3 pairs stand and 4 are needed")
    scene = ok(scene, SMALL, LEAD).then(like(SmallCohortApproved, pairs=3))
    assert notices(scene.later(days=1), "too_few_pairs") == [], "the lead has chosen before the mail went out"
    held = ok(kickoff_day(scene), hold(scene), LEAD)
    assert held.state.phase == "running"
    assert kickoff.TOO_FEW not in held.state.ledger.open


def test_no_kickoff_without_any_pair() -> None:
    scene = lose(ok(lose(ready(), 1, 2), SMALL, LEAD), 3, 4, 5)
    scene.when(SMALL, by=LEAD).rejected("G13", "no pair stands")
    day = kickoff_day(scene)
    day.when(hold(day, attended=()), by=LEAD).rejected("G13", "0 pairs stand and 1 are needed")


def test_another_pair_in_time_makes_enough_again() -> None:
    scene = ready(once())
    two = scene.state.pairs["pair-q1-02"]
    scene = lose(scene, 1)
    note = NotePairEnded(pair=two.pair, state="withdrawn", left=(two.mentor,))
    scene = ok(scene, note, "system")
    assert kickoff.TOO_FEW not in scene.state.ledger.open, "a round may still bring one"
    scene.when(hold(scene), by=LEAD, at=kickoff_day(scene).at).rejected("G13", "3 pairs stand")
    scene = computed(scene).later(days=9)
    assert notices(scene, "too_few_pairs") == [LEAD]
    assert notices(scene, "assisted_choice") == []
    free = next(who for who in scene.state.of_role("mentor") if not scene.state.load(who))
    assigned = AssignPair(mentor=free, mentee=two.mentee, reason="they agreed over lunch")
    scene = ok(scene, assigned, LEAD).then(PairAssigned, PairArranged)
    assert kickoff.TOO_FEW not in scene.state.ledger.open
    scene = kickoff_day(scene)
    assert ok(scene, hold(scene), LEAD).state.phase == "running"


def test_reopened_enrolment_invites_the_silent_and_nobody_else() -> None:
    scene = choosing(without=SILENT)
    scene = ok(scene, Decline(reason="time"), mentee(3))
    scene = accepted(computed(ranked(scene)))
    scene = ok(scene, ReopenEnrolment(), LEAD).then(like(EnrolmentReopened, opening=2))
    assert scene.state.phase == "enrolling"
    later = scene.later(days=20)
    assert sorted(set(notices(later, "enrolment_invitation"))) == sorted(SILENT)
    assert len(notices(later, "enrolment_reminder")) == 2 * len(SILENT)
    ok(scene, OptIn(), mentee(3)).when(OptIn(), by=mentee(1)).rejected("G11", "has joined already")


def test_who_joins_then_is_matched_with_who_waits() -> None:
    scene = ok(stuck(), ReopenEnrolment(), LEAD)
    arranged = set(scene.state.pairs)
    for who in SILENT:
        scene = ok(scene, OptIn(), who)
    scene = ok(scene, CloseEnrolment(), LEAD).then(
        EnrolmentClosed, like(RoundOpened, round=2, mentees=SILENT, replaces=None)
    )
    assert "enrolment" not in scene.state.ledger.open
    scene = accepted(computed(ranked(computed(scene))))
    assert scene.state.phase == "ready"
    new = [pair for name, pair in scene.state.pairs.items() if name not in arranged]
    assert {pair.mentee for pair in new} == set(SILENT)
    assert len({pair.mentor for pair in scene.state.living}) == 5, "nobody got two while others had none"


def test_an_enrolment_reopened_in_vain_closes_by_itself_and_asks_the_lead_again() -> None:
    scene = ok(stuck(), ReopenEnrolment(), LEAD)
    assert scene.state.enrolment_closes is not None
    again = computed(scene.until(scene.state.enrolment_closes))
    assert (again.state.phase, len(again.state.living)) == ("matching", 3)
    assert notices(again.later(days=1), "too_few_pairs") == [LEAD]
    assert notices(again.later(days=1), "waiting_list") == [], "they know"
    third = ok(again, ReopenEnrolment(), LEAD).then(like(EnrolmentReopened, opening=3))
    assert sorted(set(notices(third.later(days=1), "enrolment_invitation"))) == sorted(SILENT)


@pytest.mark.parametrize("scene", [joined, matching, choosing, proposed, ready, running])
def test_enrolment_is_reopened_only_where_too_few_pairs_came_about(scene: object) -> None:
    assert callable(scene)
    scene().when(ReopenEnrolment(), by=LEAD).rejected("G13", "too few pairs")


def test_the_lead_may_still_assign_a_pair() -> None:
    scene = ok(ok(stuck(), ReopenEnrolment(), LEAD), OptIn(), SILENT[0])
    scene = computed(computed(ok(scene, CloseEnrolment(), LEAD)).later(days=8)).later(days=8)
    assert scene.state.phase == "matching", "a new shortlist that nobody ranked"
    free = next(who for who in scene.state.of_role("mentor") if not scene.state.load(who))
    assigned = AssignPair(mentor=free, mentee=SILENT[0], reason="they agreed over lunch")
    ok(scene, assigned, LEAD).then(PairAssigned, PairArranged, CohortReady)


def test_the_ways_on_name_mentors_with_room_only() -> None:
    """A mentor with two pairs is in no round; one with one pair may get a second."""
    scene = ranked(choosing(make_spec(mentors=2, mentees=5), without=SILENT))
    scene = accepted(computed(scene))
    full = [who for who in (mentor(1), mentor(2)) if not scene.state.room(who)]
    scene = ok(scene, ReopenEnrolment(), LEAD)
    opened = ok(scene, CloseEnrolment(), LEAD).of(RoundOpened)[0]
    assert len(full) == 1
    assert not set(full) & set(opened.mentors)
