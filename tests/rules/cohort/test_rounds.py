"""Matching rounds: shortlists, choice, solves, consent, assisted choice (R36-R42, G10-G13, G18, T5)."""

from __future__ import annotations

from typing import Any

import pytest

from events.cohort import CohortItemExpired
from events.cohort_enrolment import PersonDeclined
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    PairArranged,
    PairAssigned,
    RoundClosed,
    ShortlistRanked,
    ShortlistsPrepared,
    SolveRequested,
)
from events.cohort_running import CohortReady
from events.contracts import Compute, Notify
from events.matching import MatchTask, ShortlistTask
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    S,
    accepted,
    choosing,
    computed,
    make_spec,
    matching,
    mentee,
    mentor,
    notices,
    ok,
    once,
    person,
    proposed,
    ranked,
    ready,
    shortlist,
    told,
)
from turnabout.commands.cohort_enrolment import Decline
from turnabout.commands.cohort_rounds import (
    AcceptMatch,
    AssignPair,
    DeclineMatch,
    Edge,
    RankShortlist,
    RecordMatch,
    RecordShortlists,
    Unmatched,
)
from workflows.rules.cohort_evolve import consent_item


def task(scene: S) -> dict[str, Any]:
    """The payload of the computation that the last command asked for."""
    (compute,) = (effect for effect in scene.effects if isinstance(effect, Compute))
    return compute.payload


def test_the_solver_gets_everyone_who_joined() -> None:
    given = ShortlistTask.model_validate(task(matching(without=(mentor(6),))))
    assert [one.id for one in given.mentors] == [mentor(number) for number in range(1, 6)]
    assert given.capacity == {mentor(number): 1 for number in range(1, 6)}, "as in the first solve"
    fewer = ShortlistTask.model_validate(task(matching(without=(mentor(5), mentor(6)))))
    assert fewer.capacity == {mentor(number): 2 for number in range(1, 5)}
    assert given.seed == 7
    assert given.day.isoformat() == "2026-03-03"


def test_each_mentee_is_asked_to_choose_and_reminded_once() -> None:
    scene = choosing().then(ShortlistsPrepared)
    assert all(3 <= len(shortlist(scene, mentee(number))) <= 5 for number in range(1, 6))
    later = ok(scene, RankShortlist(mentors=(mentor(1),)), mentee(1)).until("2026-01-09T12:00Z")
    assert notices(later, "shortlist_ready") == [mentee(number) for number in range(2, 6)]
    assert notices(later, "shortlist_reminder") == [mentee(number) for number in range(2, 6)]
    assert later.of(CohortItemExpired) == ()


def test_only_the_shortlist_may_be_ranked_each_once() -> None:
    scene = choosing()
    mine = shortlist(scene, mentee(1))
    other = next(who for who in scene.state.of_role("mentor") if who not in mine)
    scene.when(RankShortlist(mentors=(other,)), by=mentee(1)).rejected("R37", "not on the shortlist")
    scene.when(RankShortlist(mentors=(mine[0], mine[0])), by=mentee(1)).rejected("R37", "twice")
    part = ok(scene, RankShortlist(mentors=mine[1::-1]), mentee(1)).then(ShortlistRanked)
    again = ok(part, RankShortlist(mentors=mine[:1]), mentee(1))
    assert again.state.rounds[1].rankings[mentee(1)] == mine[:1], "until the solve the choice may change"


def test_the_solve_waits_for_everyone_and_gets_only_what_was_chosen() -> None:
    scene = choosing()
    for number in range(1, 5):
        scene = ok(scene, RankShortlist(mentors=(mentor(number),)), mentee(number)).then(ShortlistRanked)
    mine = shortlist(scene, mentee(5))[:2]
    scene = ok(scene, RankShortlist(mentors=mine), mentee(5))
    scene.then(ShortlistRanked, SolveRequested)
    given = MatchTask.model_validate(task(scene))
    assert given.rankings[mentee(5)] == {mine[0]: 1, mine[1]: 2}
    assert set(given.capacity.values()) == {1}, "one pair each where there are mentors enough"
    assert given.limit == 12
    scene.when(RankShortlist(mentors=(mentor(1),)), by=mentee(1)).rejected("T5")


def test_too_few_mentors_may_get_two_at_once() -> None:
    spec = make_spec(mentors=3, mentees=6)
    given = MatchTask.model_validate(task(ranked(choosing(spec))))
    assert set(given.capacity.values()) == {2}
    scene = accepted(computed(ranked(choosing(spec))))
    assert len(scene.state.pairs) == 6
    assert all(scene.state.load(who) == 2 for who in scene.state.of_role("mentor"))


def test_a_mentor_who_leaves_gives_up_all_proposals_in_an_order_that_no_hash_decides() -> None:
    spec = make_spec(mentors=1, mentees=5, policy={"matching": {"mentor_capacity": 5}})
    scene = ok(computed(ranked(choosing(spec))), Decline(reason="time"), mentor(1))
    (left,) = scene.of(PersonDeclined)
    assert len(left.settles) == 5
    assert list(left.settles) == sorted(left.settles)


def test_proposals_of_ids_with_dashes_are_told_apart() -> None:
    assert consent_item(1, "a", "b-c") != consent_item(1, "a-b", "c")


def test_who_does_not_choose_in_time_is_never_matched() -> None:
    scene = ranked(choosing(once()), leave=(mentee(2),)).until("2026-01-12T09:00Z")
    assert [event.type for event in scene.events[-2:]] == ["cohort.item_expired", "cohort.solve_requested"]
    scene.when(RankShortlist(mentors=(mentor(1),)), by=mentee(2)).rejected("T5")
    scene = accepted(computed(scene))
    closed = scene.of(RoundClosed)[0]
    assert Unmatched(person=mentee(2), reason="did not choose in time") in closed.unmatched
    assert mentee(2) not in scene.state.engaged
    assert notices(scene.later(days=1), "assisted_choice") == [LEAD]
    assert mentee(2) in notices(scene.later(days=1), "waiting_list")


def test_a_round_in_which_nobody_chose_ends_without_a_solve() -> None:
    scene = choosing(once()).until("2026-01-12T09:00Z")
    assert scene.of(SolveRequested) == ()
    assert len(scene.of(RoundClosed)[0].unmatched) == 11
    assert scene.state.phase == "matching"
    assert notices(scene, "too_few_pairs") == [LEAD]


def test_each_mentor_is_asked_and_acceptance_arranges_the_pair() -> None:
    scene = proposed().then(MatchProposed)
    assert len(scene.state.rounds[1].pending) == 5
    who, whom = min(scene.state.rounds[1].pending)
    after = ok(scene, AcceptMatch(mentee=whom), who).then(MatchAccepted, PairArranged)
    assert list(after.state.pairs) == ["pair-q1-01"]
    (stream, formed), *_ = told(after, "form_pair")
    assert stream == "pair-q1-01"
    terms = formed["terms"]
    assert (terms["mentor"], terms["mentee"], terms["lead"], terms["steward"]) == (who, whom, LEAD, "steward")
    assert (terms["weeks"], terms["decision_week"], terms["pulse_weeks"]) == (12, 6, [6])
    assert set(terms["zones"]) == {who, whom, LEAD, "steward", terms["support_contact"]}
    later = after.until("2026-01-07T12:00Z")
    assert sorted(notices(later, "match_confirmed")) == sorted([who, whom])
    (mail,) = [one for one in later.effects if isinstance(one, Notify) and one.template == "match_confirmed"]
    assert mail.values["partner_of"] == {who: whom, whom: who}
    assert mail.values["starts_at"] == "2026-03-03T09:00:00+00:00"
    assert who not in notices(later, "match_reminder")
    assert len(notices(later, "match_reminder")) == 4
    after.when(AcceptMatch(mentee=whom), by=who).rejected("R37")
    other = next(edge for edge in after.state.rounds[1].pending)
    after.when(AcceptMatch(mentee=other[1]), by=who).rejected("R37")


def test_a_declined_proposal_is_solved_again_without_that_edge() -> None:
    scene = proposed()
    first, *others = sorted(scene.state.rounds[1].pending)
    scene = ok(scene, DeclineMatch(mentee=first[1]), first[0]).then(like(MatchDeclined, by_default=False))
    for who, whom in others:
        scene = ok(scene, AcceptMatch(mentee=whom), who)
    scene.then(MatchAccepted, PairArranged, like(SolveRequested, solve=2))
    given = MatchTask.model_validate(task(scene))
    assert list(given.rankings) == [first[1]]
    assert first[0] not in given.rankings[first[1]]
    assert {who: given.capacity[who] for who, _ in others} == {who: 1 for who, _ in others}, "one more"
    again = computed(scene)
    assert len(again.state.rounds[1].pending) == 1
    done = accepted(again)
    done.then(MatchAccepted, PairArranged, RoundClosed, CohortReady)
    assert len(done.state.pairs) == 5


def test_no_answer_is_a_no() -> None:
    scene = proposed().until("2026-01-08T09:00Z")
    assert [event.by_default for event in scene.of(MatchDeclined)] == [True] * 5
    assert scene.of(SolveRequested)[0].solve == 2


def test_after_three_solves_the_lead_helps() -> None:
    scene = proposed()
    for solve in (2, 3):
        for who, whom in sorted(scene.state.rounds[1].pending):
            scene = ok(scene, DeclineMatch(mentee=whom), who)
        scene = computed(scene)
        assert scene.state.rounds[1].solves == solve
    for who, whom in sorted(scene.state.rounds[1].pending):
        scene = ok(scene, DeclineMatch(mentee=whom), who)
    closed = scene.of(RoundClosed)[0]
    reasons = {who.person: who.reason for who in closed.unmatched}
    assert reasons[mentee(1)] == "nobody on the list could accept"
    assert "declined the proposal" in reasons.values()
    assert notices(scene.later(days=1), "too_few_pairs") == [LEAD]
    assert scene.state.phase == "matching"


def test_enough_pairs_make_the_cohort_ready() -> None:
    ready_ = ready().then(
        MatchAccepted, PairArranged, RoundClosed, like(CohortReady, can_report_by_role=True)
    )
    assert [who.person for who in ready_.of(RoundClosed)[0].unmatched] == list(ready_.state.waiting)
    small = accepted(proposed(make_spec(mentees=4)))
    assert small.of(CohortReady)[0].can_report_by_role is False


def test_too_few_pairs_wait_for_the_lead_who_assigns() -> None:
    scene = ranked(choosing(once()), leave=(mentee(1), mentee(2))).until("2026-01-12T09:00Z")
    scene = accepted(computed(scene))
    assert scene.state.phase == "matching"
    free = next(who for who in scene.state.of_role("mentor") if scene.state.load(who) == 0)
    command = AssignPair(mentor=free, mentee=mentee(1), reason="they agreed over lunch")
    done = ok(scene, command, LEAD).then(PairAssigned, PairArranged, CohortReady)
    assert done.of(PairArranged)[0].terms.assigned
    assert mentee(1) not in done.state.waiting


def test_a_small_cohort_needs_a_reason() -> None:
    spec = make_spec(mentors=3, mentees=3, small_cohort_reason="a trial of three")
    assert accepted(proposed(spec)).state.phase == "ready"


def test_a_roll_out_needs_eight_pairs() -> None:
    spec = make_spec(mentors=9, mentees=9, kind="roll_out", grounds={"signals": [1, 2, 3, 4, 5]})
    scene = ranked(choosing(spec), leave=(mentee(1), mentee(2))).until("2026-01-12T09:00Z")
    scene = accepted(computed(scene))
    assert len(scene.state.pairs) == 7
    assert scene.state.phase == "matching"


@pytest.mark.parametrize(
    ("who", "whom", "rule"),
    [
        ("mentee-1", "mentor-1", "G10"),
        ("stranger", "mentee-1", "G10"),
        ("mentor-6", "mentee-1", "G11"),
        ("mentor-1", "mentee-2", "G12"),
        ("mentor-5", "mentee-1", "R42"),
    ],
)
def test_an_assignment_is_bound_by_the_same_rules(who: str, whom: str, rule: str) -> None:
    spec = make_spec()
    people = [one for one in spec.people if one.id != mentor(5)]
    people.append(spec.people[4].model_copy(update={"conflicts": (mentee(1),)}))
    scene = choosing(once(people=people), without=(mentor(6),))
    scene = accepted(computed(ranked(scene, leave=(mentee(1),)).until("2026-01-12T09:00Z")))
    assert mentee(1) in scene.state.waiting
    scene.when(AssignPair(mentor=who, mentee=whom, reason="x"), by=LEAD).rejected(rule)


def test_a_mentor_may_be_assigned_a_second_mentee_but_no_third() -> None:
    scene = ranked(choosing(once()), leave=(mentee(1), mentee(2))).until("2026-01-12T09:00Z")
    scene = accepted(computed(scene))
    busy = scene.state.living[0].mentor
    scene = ok(scene, AssignPair(mentor=busy, mentee=mentee(1), reason="x"), LEAD)
    scene.when(AssignPair(mentor=busy, mentee=mentee(2), reason="x"), by=LEAD).rejected("G12")


def test_nobody_is_assigned_while_their_round_is_open_or_too_early() -> None:
    command = AssignPair(mentor=mentor(1), mentee=mentee(1), reason="x")
    choosing().when(command, by=LEAD).rejected("G18", "still open")
    matching().when(command.model_copy(update={"mentor": mentor(6)}), by=LEAD).rejected("G18")


def test_a_cohort_has_at_most_twelve_pairs() -> None:
    scene = accepted(proposed(make_spec(mentors=14, mentees=14)))
    assert len(scene.state.pairs) == 12
    assert scene.state.rounds == {}
    left = [who for who in scene.state.waiting if who.startswith("mentee")]
    free = next(who for who in scene.state.waiting if who.startswith("mentor"))
    scene.when(AssignPair(mentor=free, mentee=left[0], reason="x"), by=LEAD).rejected("G13")


def test_answers_that_come_late_or_twice_are_refused() -> None:
    scene = choosing()
    again = RecordShortlists(round=1, algorithm="x", seed=1, shortlists=())
    scene.when(again).rejected("R36")
    scene.when(again.model_copy(update={"round": 2})).rejected("R36")
    proposed().when(RecordMatch(round=1, solve=1, algorithm="x", edges=())).rejected("R37")
    solving = ranked(choosing())
    solving.when(RecordMatch(round=1, solve=2, algorithm="x", edges=())).rejected("R37")


def test_an_answer_is_taken_only_as_far_as_it_fits() -> None:
    """The solver cannot make what the rules forbid: chosen, once, within capacity."""
    scene = ok(choosing(), RankShortlist(mentors=(mentor(1),)), mentee(1))
    for number in range(2, 6):
        scene = ok(scene, RankShortlist(mentors=shortlist(scene, mentee(number))), mentee(number))
    mine = shortlist(scene, mentee(2))
    edges = (
        Edge(mentor=mentor(2), mentee=mentee(1), rank=1),
        Edge(mentor=mine[2], mentee=mentee(2), rank=1),
        Edge(mentor=mine[1], mentee=mentee(2), rank=1),
        Edge(mentor=mentor(1), mentee="stranger", rank=1),
    )
    scene = ok(scene, RecordMatch(round=1, solve=1, algorithm="x", edges=edges), "system")
    assert scene.of(MatchProposed)[0].edges == (Edge(mentor=mine[2], mentee=mentee(2), rank=3),)


def test_an_answer_never_exceeds_a_mentors_capacity() -> None:
    """Two rounds may be solved side by side; the second answer finds less room than it was given."""
    scene = choosing(make_spec(mentors=4, mentees=5))
    popular = next(
        who for who in scene.state.of_role("mentor") if all(who in one for one in listed(scene).values())
    )
    for who in listed(scene):
        scene = ok(scene, RankShortlist(mentors=(popular,)), who)
    edges = tuple(Edge(mentor=popular, mentee=who, rank=1) for who in listed(scene))
    scene = ok(scene, RecordMatch(round=1, solve=1, algorithm="x", edges=edges), "system")
    assert scene.of(MatchProposed)[0].edges == edges[:2]


def listed(scene: S) -> dict[str, tuple[str, ...]]:
    """Every mentee's candidates."""
    return {who: shortlist(scene, who) for who in scene.state.of_role("mentee")}


def test_a_shortlist_never_holds_a_forbidden_candidate() -> None:
    spec = make_spec()
    people = [spec.people[0].model_copy(update={"reports_to": (mentee(1),)}), *spec.people[1:]]
    scene = matching(make_spec(people=people))
    candidates = [{"mentor": mentor(number), "score": 50, "reasons": ["x"]} for number in (1, 2)]
    lists = [{"mentee": mentee(number), "candidates": candidates} for number in range(1, 6)]
    answer = {"round": 1, "algorithm": "x", "seed": 1, "shortlists": lists}
    scene = ok(scene, RecordShortlists.model_validate(answer), "system")
    assert shortlist(scene, mentee(1)) == (mentor(2),)
    assert shortlist(scene, mentee(2)) == (mentor(1), mentor(2))


def test_every_pair_has_a_support_contact_outside_both_lines() -> None:
    people = [person("mentor", number, reports_to=["contact-1"]) for number in range(1, 4)]
    people += [person("mentor", number) for number in range(4, 7)]
    people += [person("mentee", number) for number in range(1, 6)]
    scene = ready(make_spec(people=people))
    for pair in scene.state.living:
        assert pair.support_contact in {"contact-1", "contact-2"}
        assert pair.support_contact not in scene.state.roster[pair.mentor].reports_to
    used = [pair.support_contact for pair in scene.state.living]
    assert set(used) == {"contact-1", "contact-2"}, "the work is shared"


def test_where_all_named_contacts_are_in_the_line_the_steward_supports_the_pair() -> None:
    people = [person("mentor", number, reports_to=["contact-1", "contact-2", LEAD]) for number in range(1, 7)]
    people += [person("mentee", number) for number in range(1, 6)]
    scene = ready(make_spec(people=people))
    assert {pair.support_contact for pair in scene.state.living} == {"steward"}
