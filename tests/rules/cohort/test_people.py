"""What people say for themselves: consent, the intake survey, leaving, and what follows (R35, R41, R102)."""

from __future__ import annotations

import hashlib

import pytest

from events.cohort_enrolment import PersonDeclined, PersonJoined
from events.cohort_people import ConsentGiven, ConsentPublished, IntakeAnswered, PersonWithdrew
from events.cohort_rounds import MatchAccepted, PairArranged, RoundOpened, SolveRequested
from events.cohort_running import PairEndNoted
from events.contracts import Compute, Notify
from events.matching import ShortlistTask
from events.registry import standard
from tests.rules.bdd import given, like
from tests.rules.cohort.world import (
    LEAD,
    START,
    S,
    accepted,
    chartered,
    choosing,
    computed,
    enrolling,
    joined,
    make_spec,
    matching,
    mentee,
    mentor,
    notices,
    ok,
    once,
    planned,
    proposed,
    ranked,
    ready,
    running,
    told,
    wound_up,
)
from turnabout.commands.base import Command
from turnabout.commands.cohort_changes import RecordExit
from turnabout.commands.cohort_enrolment import CloseEnrolment, Decline, OpenEnrolment, OptIn
from turnabout.commands.cohort_offices import ReplaceSteward
from turnabout.commands.cohort_people import AnswerIntake, Withdraw
from turnabout.commands.cohort_running import NotePairEnded, NotePairPaused, NotePairResumed
from turnabout.consent import HOUSE
from turnabout.spec import Gap
from workflows.rules.cohort import COHORT

LEAVE = Withdraw(reason="workload")


# --- consent ----------------------------------------------------------------------------------------------


def test_r102_who_joins_agrees_to_the_text_that_was_published() -> None:
    scene = ok(chartered(), OpenEnrolment(), LEAD)
    (published,) = scene.of(ConsentPublished)
    assert published.text == HOUSE.text
    assert published.text_hash == hashlib.sha256(HOUSE.text.encode()).hexdigest()
    agreed = like(ConsentGiven, person=mentor(1), version="house-en-1", text_hash=published.text_hash)
    ok(scene, OptIn(), mentor(1)).then(PersonJoined, agreed)
    ok(scene, OptIn(consent="house-en-1"), mentor(1)).then(PersonJoined, agreed)
    scene.when(OptIn(consent="house-en-0"), by=mentor(1)).rejected("R102", "house-en-1, not house-en-0")
    mail = next(one for one in scene.later(hours=1).effects if isinstance(one, Notify))
    assert (mail.values["consent"], mail.values["consent_text"]) == ("house-en-1", HOUSE.text)


def test_r102_an_organisation_may_bring_its_own_text() -> None:
    scene = enrolling(make_spec(consent={"version": "works-council-7", "text": "You agree."}))
    ok(scene, OptIn(), mentee(1)).then(PersonJoined, like(ConsentGiven, version="works-council-7"))


def test_r102_a_cohort_that_published_no_text_takes_people_as_before() -> None:
    """An earlier release opened its enrolment."""
    facts = [(event, at) for at, event in enrolling().history if not isinstance(event, ConsentPublished)]
    old = given(COHORT, *facts, at=START)
    ok(old, OptIn(), mentor(1)).then(PersonJoined)
    assert all("consent" not in one.values for one in old.later(hours=1).effects if isinstance(one, Notify))


# --- the intake survey ------------------------------------------------------------------------------------


def intake(**answers: object) -> AnswerIntake:
    return AnswerIntake.model_validate({"hope": "To run a channel of my own.", "confidence": 2} | answers)


def test_r35_the_survey_follows_joining_and_is_answered_once_before_the_shortlists() -> None:
    scene = enrolling()
    scene.when(intake(), by=mentee(1)).rejected("G11", "has not joined")
    scene = ok(ok(scene, OptIn(), mentee(1)), intake(), mentee(1)).then(
        like(IntakeAnswered, person=mentee(1), instrument="house-intake-1", confidence=2)
    )
    scene.when(intake(), by=mentee(1)).rejected("R35", "has answered")
    matching().when(intake(), by=mentee(1)).rejected("R35", "matching")


def test_r35_what_people_name_decides_on_the_shortlists() -> None:
    gap = Gap(skill="podcasts", current=1, target=3)
    scene = ok(joined(), intake(gaps=[gap], interests=["radio"]), mentee(1))
    scene = ok(scene, intake(skills=["podcasts"], interests=["radio"]), mentor(6))
    scene = ok(scene, CloseEnrolment(), LEAD)
    (compute,) = (effect for effect in scene.effects if isinstance(effect, Compute))
    task = ShortlistTask.model_validate(compute.payload)
    assert next(one for one in task.mentees if one.id == mentee(1)).gaps == (gap,)
    assert next(one for one in task.mentors if one.id == mentor(6)).skills == ("podcasts",)
    assert next(one for one in task.mentors if one.id == mentor(1)).skills == ("social media",)
    assert "radio channel" not in compute.model_dump_json()
    assert "run a channel" not in compute.model_dump_json(), "the hope stays confidential"


def test_r35_each_role_is_asked_its_own_questions() -> None:
    gap = Gap(skill="podcasts", current=1, target=3)
    joined().when(intake(gaps=[gap]), by=mentor(1)).rejected("R35", "gaps")
    joined().when(intake(skills=["x"]), by=mentee(1)).rejected("R35", "skills")
    flat = gap.model_copy(update={"target": 1})
    joined().when(intake(gaps=[flat]), by=mentee(1)).rejected("R34", "podcasts")


# --- withdrawal -------------------------------------------------------------------------------------------


def test_r102_before_matching_who_withdraws_is_out_and_both_are_told() -> None:
    scene = ok(joined(), LEAVE, mentor(1)).then(like(PersonWithdrew, person=mentor(1), reason="workload"))
    assert mentor(1) not in scene.state.joined
    scene = scene.later(days=1)
    assert notices(scene, "withdrawal_confirmed") == [mentor(1)]
    assert notices(scene, "withdrawal_told") == [LEAD]
    mail = next(one for one in scene.effects if isinstance(one, Notify) and one.template == "withdrawal_told")
    assert mail.values["partner_of"] == {LEAD: mentor(1)}
    assert "workload" not in mail.model_dump_json()
    assert ok(scene, OptIn(), mentor(1)).state.joined[mentor(1)], "people may change their minds"


def test_r102_in_matching_the_round_goes_on_without_them() -> None:
    scene = proposed()
    who, whom = min(scene.state.rounds[1].pending)
    scene = ok(scene, LEAVE, who)
    assert not any(who in item for item in scene.state.ledger.open if not item.startswith("withdr"))
    assert whom in scene.state.rounds[1].mentees
    scene = accepted(scene).then(MatchAccepted, PairArranged, like(SolveRequested, solve=2))
    assert whom in accepted(computed(scene)).state.engaged


@pytest.mark.parametrize("phase", [ready, running])
def test_r102_in_a_pair_the_pair_is_told_to_end_and_the_partner_looks_anew(phase: object) -> None:
    assert callable(phase)
    scene: S = phase()
    old = scene.state.pairs["pair-q1-01"]
    scene = ok(scene, LEAVE, old.mentor).then(PersonWithdrew)
    ((stream, command),) = told(scene, "end_pair")
    assert stream == "pair-q1-01"
    assert (command["state"], command["left"]) == ("withdrawn", [old.mentor])
    assert "workload" not in str(command)
    note = NotePairEnded(pair="pair-q1-01", state="withdrawn", left=(old.mentor,))
    scene = ok(scene, note, "system").then(
        PairEndNoted, like(RoundOpened, mentees=(old.mentee,), replaces="pair-q1-01")
    )
    assert old.mentor not in scene.state.rounds[2].mentors


def test_r102_who_left_is_asked_for_no_make_up() -> None:
    scene = running(attended=())
    scene = ok(scene, LEAVE, mentee(1))
    assert f"make-up-{mentee(1)}" not in scene.state.ledger.open


@pytest.mark.parametrize("left", [PersonDeclined, PersonWithdrew])
def test_r102_nobody_else_learns_why_somebody_left(left: type[PersonDeclined | PersonWithdrew]) -> None:
    """The consent text promises it: the reason is sealed, and once it is erased they have still left."""
    assert left.sealed_fields() == {"reason": "person"}
    scene = joined()
    state = COHORT.evolve(scene.state, left(person=mentor(1)), scene.at)
    assert state.declined == {mentor(1): "left"}
    assert mentor(1) not in state.joined


@pytest.mark.parametrize("name", ["cohort.person_declined", "cohort.person_withdrew"])
def test_r102_an_old_reason_is_read_as_it_was_written(name: str) -> None:
    data = {"person": mentor(1), "reason": "time", "opens": [], "settles": []}
    assert standard().current(name, 1, data) == (2, data)


def test_r102_withdrawing_needs_something_to_leave() -> None:
    enrolling().when(LEAVE, by=mentor(1)).rejected("R102", "decline")
    planned().when(LEAVE, by=mentor(1)).rejected("R102")
    ok(joined(), LEAVE, mentor(1)).when(LEAVE, by=mentor(1)).rejected("R102")
    wound_up().when(LEAVE, by=mentor(1)).rejected("R102", "closing")
    running().when(Decline(reason="time"), by=mentor(1)).rejected("R102", "withdraw")


@pytest.mark.parametrize("leave", [LEAVE, RecordExit(person=mentee(1))])
def test_r102_nothing_that_waits_for_the_morning_reaches_who_left_by_then(leave: Command) -> None:
    """They still read that they are out, where they said so."""
    scene = ready()
    night = scene.at.replace(hour=22)
    change = ReplaceSteward.model_validate({"to": {"id": "stella", "timezone": "Europe/Berlin"}})
    scene = ok(scene, change, LEAD, at=night)
    later = ok(scene, leave, LEAD if leave is not LEAVE else mentee(1)).later(days=2)
    assert mentee(2) in notices(later, "steward_changed")
    assert mentee(1) not in notices(later, "steward_changed")
    assert notices(later, "withdrawal_confirmed") == ([mentee(1)] if leave is LEAVE else [])


# --- a free place for those who wait -----------------------------------------------------------------------


def full() -> S:
    """Four mentors with a pair each and no second; the fifth mentee waits."""
    policy = {"matching": {"mentor_capacity": 1, "refreshed_shortlists": 0}}
    scene = running(make_spec(mentors=4, mentees=5, policy=policy))
    assert len(scene.state.waiting) == 1
    return scene


def test_r41_a_place_that_comes_free_is_offered_to_who_waits() -> None:
    scene = full()
    (waits,) = scene.state.waiting
    old = scene.state.pairs["pair-q1-01"]
    scene = ok(scene, LEAVE, old.mentee)
    note = NotePairEnded(pair=old.pair, state="withdrawn", left=(old.mentee,))
    scene = ok(scene, note, "system").then(
        like(PairEndNoted, waiting=(old.mentor,)),
        like(RoundOpened, mentees=(waits,), mentors=(old.mentor,), cause="place", replaces=None),
    )
    scene = accepted(computed(ranked(computed(scene))))
    assert [pair.people for pair in scene.state.living][-1] == (old.mentor, waits)
    assert not scene.state.waiting


def test_r41_no_place_is_offered_that_nobody_may_take_or_too_late() -> None:
    early, late = full(), full().until("2026-05-04T10:00Z")
    old = early.state.pairs["pair-q1-01"]
    both = NotePairEnded(pair=old.pair, state="withdrawn", left=old.people)
    ok(early, both, "system").then(PairEndNoted)
    one = NotePairEnded(pair=old.pair, state="withdrawn", left=(old.mentee,))
    ok(late, one, "system").then(PairEndNoted)


def test_r41_in_a_full_cohort_any_end_frees_a_place() -> None:
    """Two pairs are all that may be; a third mentee and mentor wait."""
    policy = {"matching": {"min_pairs": 1, "max_pairs": 2, "min_roll_out_pairs": 1}}
    policy["matching"] |= {"refreshed_shortlists": 0}
    scene = running(make_spec(mentors=3, mentees=3, policy=policy, small_cohort_reason="a trial"))
    waits = next(who for who in scene.state.waiting if who.startswith("mentee"))
    old = scene.state.pairs["pair-q1-01"]
    note = NotePairEnded(pair=old.pair, state="ended_by_exit", left=old.people)
    ok(scene, note, "system").then(PairEndNoted, like(RoundOpened, mentees=(waits,), cause="place"))


def test_g7_in_a_full_cohort_a_reshuffled_mentee_keeps_the_place() -> None:
    """R41: who waits is offered a place only when one more comes free."""
    policy = {"matching": {"min_pairs": 1, "max_pairs": 3, "min_roll_out_pairs": 1}}
    policy["matching"] |= {"refreshed_shortlists": 0}
    scene = running(make_spec(mentors=5, mentees=5, policy=policy, small_cohort_reason="a trial"))
    one, two = list(scene.state.pairs.values())[:2]
    note = NotePairEnded(pair=one.pair, state="reshuffled")
    scene = ok(scene, note, "system").then(PairEndNoted, like(RoundOpened, replaces=one.pair))
    more = NotePairEnded(pair=two.pair, state="ended_by_exit", left=two.people)
    ok(scene, more, "system").then(PairEndNoted, like(RoundOpened, cause="place"))
    scene = accepted(computed(ranked(computed(scene))))
    assert scene.of(PairArranged)[0].terms.mentee == one.mentee


# --- a second shortlist for those who did not choose -------------------------------------------------------


def late() -> S:
    """Everybody else has a partner; one mentee has let the window pass."""
    scene = ranked(choosing(), leave=(mentee(2),)).until("2026-01-12T09:00Z")
    return accepted(computed(scene))


def test_t5_who_does_not_choose_in_time_gets_a_shortlist_of_who_is_left() -> None:
    scene = late()
    (again,) = scene.of(RoundOpened)
    assert (again.mentees, again.cause) == ((mentee(2),), "refresh")
    assert mentee(2) not in scene.state.waiting
    assert scene.state.phase == "ready", "nobody waits for those who do not answer"
    scene = computed(scene).later(days=1)
    assert notices(scene, "shortlist_refreshed") == [mentee(2)]
    assert notices(scene, "shortlist_ready") == []
    scene = accepted(computed(ranked(scene)))
    assert mentee(2) in scene.state.engaged


def test_t5_after_the_second_shortlist_the_lead_helps() -> None:
    scene = computed(late()).later(days=9)
    assert scene.state.rounds == {}
    assert scene.state.waiting[mentee(2)] == "did not choose in time"
    assert notices(scene, "assisted_choice") == [LEAD]


def test_t5_an_earlier_policy_knows_no_second_shortlist() -> None:
    scene = accepted(computed(ranked(choosing(once()), leave=(mentee(2),)).until("2026-01-12T09:00Z")))
    assert mentee(2) in scene.state.waiting
    assert scene.of(RoundOpened) == ()


def test_r37_a_mentor_reads_who_has_chosen_them() -> None:
    scene = proposed()
    pending = dict(sorted(scene.state.rounds[1].pending))
    mails = [one for one in scene.later(days=2).effects if isinstance(one, Notify)]
    for template in ("match_proposed", "match_reminder"):
        shown = [one.values["partner_of"] for one in mails if one.template == template]
        assert sorted(shown, key=str) == sorted([{who: pending[who]} for who in pending], key=str)


def test_g20_a_mentor_whose_other_pair_ends_is_left_in_peace_while_the_first_is_paused() -> None:
    """A mentor of two who missed the kickoff: one pair pauses, the other ends."""
    scene = running(make_spec(mentors=3, mentees=5), attended=())
    two = next(who for who in scene.state.of_role("mentor") if scene.state.load(who) == 2)
    first, second = (pair.pair for pair in scene.state.living if pair.mentor == two)
    scene = ok(scene, NotePairPaused(pair=first), "system")
    assert f"make-up-{two}" in scene.state.ledger.open, "the other pair is at work"
    scene = ok(scene, NotePairEnded(pair=second, state="ended_by_choice"), "system")
    assert f"make-up-{two}" not in scene.state.ledger.open
    scene = ok(scene, NotePairResumed(pair=first), "system")
    assert f"make-up-{two}" in scene.state.ledger.open


def test_a_solve_follows_when_the_last_who_had_to_choose_withdraws() -> None:
    scene = ranked(choosing(), leave=(mentee(5),))
    ok(scene, LEAVE, mentee(5)).then(PersonWithdrew, SolveRequested)
