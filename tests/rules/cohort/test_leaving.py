"""Who leaves is out, who stays waits or looks anew, and no two are paired twice (G6, G11, R41, R102)."""

from __future__ import annotations

import pytest

from events.cohort_rounds import PairArranged, RoundClosed, RoundOpened, SolveRequested
from events.cohort_running import PairEndNoted
from events.contracts import Compute
from events.matching import ShortlistTask
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    S,
    accepted,
    computed,
    make_spec,
    mentee,
    mentor,
    notices,
    ok,
    once,
    ranked,
    ready,
    running,
    told,
)
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.cohort_running import NotePairEnded
from workflows.rules.cohort import COHORT

FIRST = "pair-q1-01"


def ended(scene: S, state: str, *left: str, pair: str = FIRST) -> S:
    """The pair ended, and these left the program with it."""
    note = NotePairEnded.model_validate({"pair": pair, "state": state, "left": left})
    return ok(scene, note, "system")


def pool(scene: S) -> list[str]:
    """The mentors that the shortlists just asked for may name."""
    (compute,) = (effect for effect in scene.effects if isinstance(effect, Compute))
    task = ShortlistTask.model_validate(compute.payload)
    return [one.id for one in task.mentors if (one.id, task.mentees[0].id) not in task.forbidden]


@pytest.mark.parametrize("state", ["withdrawn", "ended_by_exit"])
def test_a_mentor_who_left_is_matched_with_nobody_again(state: str) -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, state, old.mentor)
    assert old.mentor not in pool(scene)
    assert old.mentor not in scene.state.joined
    assert old.mentor not in scene.state.waiting
    assign = AssignPair(mentor=old.mentor, mentee=mentee(2), reason="x")
    ended(scene, "ended_by_choice", pair="pair-q1-02").when(assign, by=LEAD).rejected("G11")


def test_the_mentee_who_stays_gets_a_round_and_a_new_mentor() -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "withdrawn", old.mentor).then(
        like(PairEndNoted, waiting=(), left=(old.mentor,)),
        like(RoundOpened, mentees=(old.mentee,), replaces=FIRST),
    )
    scene = accepted(computed(ranked(computed(scene))))
    (arranged,) = scene.of(PairArranged)
    assert arranged.terms.mentee == old.mentee
    assert arranged.terms.decision_week == 6, "the midpoint is still to come"


def test_the_mentor_who_stays_waits_for_another_mentee() -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "ended_by_exit", old.mentee).then(like(PairEndNoted, waiting=(old.mentor,)))
    assert scene.state.waiting[old.mentor] == "the pair ended"
    assert old.mentee not in scene.state.waiting


def test_too_late_for_a_new_pair_the_mentee_waits() -> None:
    """The work ends on 26 May; a round that opens on 28 April leaves four weeks."""
    early, late = running().until("2026-04-28T10:00Z"), running().until("2026-04-29T10:00Z")
    old = early.state.pairs[FIRST]
    ended(early, "withdrawn", old.mentor).then(PairEndNoted, RoundOpened)
    ended(late, "withdrawn", old.mentor).then(like(PairEndNoted, waiting=(old.mentee,)))


def test_before_the_kickoff_a_withdrawal_opens_a_round_too() -> None:
    scene = ready()
    old = scene.state.pairs[FIRST]
    scene = accepted(computed(ranked(computed(ended(scene, "withdrawn", old.mentor)))))
    assert old.mentee in scene.state.engaged
    assert scene.state.phase == "ready"


def test_a_withdrawal_that_names_nobody_takes_both() -> None:
    """A pair of an earlier release does not say who left; nobody who may be gone is matched (G11)."""
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "withdrawn").then(like(PairEndNoted, waiting=(), left=old.people))
    assert not set(old.people) & set(scene.state.joined)


def test_after_any_other_end_both_wait_for_the_lead() -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "ended_by_choice").then(like(PairEndNoted, waiting=old.people, left=()))
    again = AssignPair(mentor=mentor(6), mentee=old.mentee, reason="they get on")
    ok(scene, again, LEAD)


@pytest.mark.parametrize("state", ["graduated", "graduated_early"])
def test_who_is_done_does_not_wait(state: str) -> None:
    ended(running(), state).then(like(PairEndNoted, waiting=()))


@pytest.mark.parametrize("state", ["ended_by_choice", "ended_for_safety", "graduated_early", "reshuffled"])
def test_no_two_are_a_pair_twice(state: str) -> None:
    scene = running(once())
    old = scene.state.pairs[FIRST]
    scene = ended(scene, state)
    if state == "reshuffled":
        scene = computed(scene).later(days=9)
    again = AssignPair(mentor=old.mentor, mentee=old.mentee, reason="x")
    scene.when(again, by=LEAD).rejected("R42", "a pair before")


def test_an_end_for_safety_looks_like_one_by_choice() -> None:
    safety, choice = ended(running(), "ended_for_safety"), ended(running(), "ended_by_choice")
    assert safety.events == choice.events
    assert safety.effects == choice.effects
    assert COHORT.summarize(safety.state) == COHORT.summarize(choice.state)
    assert "safety" not in "".join(event.model_dump_json() for event in safety.events)
    old = safety.state.pairs[FIRST]
    again = AssignPair(mentor=old.mentor, mentee=old.mentee, reason="x")
    refused = [scene.when(again, by=LEAD).rejected("R42", "a pair before") for scene in (safety, choice)]
    assert str(refused[0].rejection) == str(refused[1].rejection)
    safety.when(NotePairEnded(pair=FIRST, state="graduated")).rejected("R103", "is ended as far")


def test_the_steward_may_take_somebody_out_of_the_program() -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "ended_for_safety", old.mentor)
    assert old.mentor not in pool(scene)
    assert old.mentor not in scene.state.joined


def test_a_mentor_who_leaves_gives_up_what_other_rounds_await() -> None:
    """A mentor with a pair has a second proposal, and withdraws."""
    scene = ended(running(make_spec(mentors=5)).until("2026-03-10T10:00Z"), "reshuffled")
    scene = computed(ranked(computed(scene)))
    ((who, whom),) = scene.state.rounds[2].pending
    other = next(pair for pair in scene.state.living if pair.mentor == who)
    scene = ended(scene, "withdrawn", who, pair=other.pair)
    assert who not in scene.state.rounds[2].mentors
    assert scene.of(SolveRequested)[0].round == 2
    assert not any(who in item for item in scene.state.ledger.open)
    assert whom in scene.state.rounds[2].mentees
    assert scene.of(RoundOpened)[0].mentees == (other.mentee,)


def test_who_left_is_told_nothing_more() -> None:
    scene = running()
    old = scene.state.pairs[FIRST]
    scene = ended(scene, "withdrawn", *old.people)
    scene = ok(scene, CancelCohort(reason="merger"), LEAD).later(days=2)
    assert not set(old.people) & set(notices(scene, "cohort_cancelled"))
    assert [stream for stream, _ in told(scene, "end_pair")] == []


def test_a_round_that_finds_nobody_leaves_the_mentee_waiting() -> None:
    scene = running(once())
    old = scene.state.pairs[FIRST]
    scene = computed(ended(scene, "withdrawn", old.mentor)).later(days=9)
    assert [who.person for who in scene.of(RoundClosed)[0].unmatched] == [old.mentee]
    assert notices(scene, "assisted_choice") == [LEAD]
