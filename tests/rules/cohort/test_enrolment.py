"""Invitations, joining, declining, and the end of enrolment (G8, G11, R33, R34, R9, R102, T4)."""

from __future__ import annotations

from typing import Any

import pytest

from events.cohort import CohortItemExpired, CohortReminded
from events.cohort_enrolment import EnrolmentClosed, EnrolmentOpened, PersonDeclined, PersonJoined
from events.cohort_people import ConsentGiven, ConsentPublished
from events.cohort_rounds import RoundOpened
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    TEXT,
    accepted,
    chartered,
    choosing,
    closing,
    computed,
    enrolling,
    joined,
    make_spec,
    matching,
    mentee,
    mentor,
    notices,
    ok,
    person,
    planned,
    proposed,
    ready,
    running,
)
from turnabout.commands.cohort_enrolment import CloseEnrolment, Decline, OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, SignCharter
from turnabout.commands.cohort_rounds import RankShortlist


def test_enrolment_follows_the_signed_charter() -> None:
    planned().when(OpenEnrolment(), by=LEAD).rejected("G8", "charter is not signed")
    signed = ok(planned(), SignCharter(text=TEXT), SPONSOR)
    signed.when(OpenEnrolment(), by=LEAD).rejected("G8", "commit to the duties (commit_sponsorship)")
    chartered().when(OpenEnrolment(), by=LEAD).then(ConsentPublished, EnrolmentOpened)
    enrolling().when(OpenEnrolment(), by=LEAD).rejected("G8", "has been opened")


@pytest.mark.parametrize("commit_last", [True, False])
def test_a_lead_who_does_not_open_enrolment_is_reminded_and_then_the_sponsor_told(commit_last: bool) -> None:
    steps = [SignCharter(text=TEXT), CommitSponsorship()]
    first, last = steps if commit_last else reversed(steps)
    half = ok(planned(), first, SPONSOR)
    assert notices(half.later(days=30), "enrolment_to_open") == []
    scene = ok(half, last, SPONSOR)
    waiting = scene.until("2026-01-18T12:00Z")
    days = [one.due_at.date().isoformat() for one in waiting.of(CohortReminded) if one.to == (LEAD,)]
    assert days == ["2026-01-07", "2026-01-09"], "two and four business days after"
    assert notices(waiting, "enrolment_not_opened") == []
    assert notices(waiting.until("2026-01-19T12:00Z"), "enrolment_not_opened") == [SPONSOR]
    opened = ok(scene, OpenEnrolment(), LEAD).later(days=30)
    assert notices(opened, "enrolment_to_open") + notices(opened, "enrolment_not_opened") == []


def test_the_policy_says_when_the_lead_is_late_with_enrolment() -> None:
    charter = {"opening_reminders": [1], "opening_escalation": 3}
    scene = chartered(make_spec(policy={"charter": charter})).until("2026-01-08T12:00Z")
    assert notices(scene, "enrolment_to_open") == [LEAD]
    assert notices(scene, "enrolment_not_opened") == [SPONSOR]


def test_everyone_is_invited_and_the_silent_are_reminded_twice() -> None:
    scene = enrolling()
    scene = ok(scene, OptIn(), mentor(1))
    scene = ok(scene, Decline(reason="time"), mentee(1))
    silent = set(scene.state.roster) - {mentor(1), mentee(1)}
    first = scene.later(days=1)
    assert set(notices(first, "enrolment_invitation")) == silent
    second = ok(first, OptIn(), mentor(2)).until("2026-01-18T12:00Z")
    reminded = [event.due_at.date().isoformat() for event in second.of(CohortReminded)]
    assert set(reminded) == {"2026-01-14", "2026-01-16"}, "three and one business days before the 19th"
    assert notices(second, "enrolment_reminder").count(mentor(3)) == 2
    assert mentor(2) not in notices(second, "enrolment_reminder")


def test_the_invitation_says_until_when() -> None:
    effects = enrolling().later(hours=1).effects
    assert effects
    assert all("2026-01-19" in effect.values["closes_at"] for effect in effects if effect.effect == "notify")


def test_joining_records_the_criteria() -> None:
    scene = ok(enrolling(), OptIn(), mentor(1)).then(like(PersonJoined, person=mentor(1)), ConsentGiven)
    assert scene.of(PersonJoined)[0].criteria == (
        "high potential",
        "digitally skilled",
        "level 3, below the most senior mentee's 8",
    )
    scene = ok(scene, OptIn(), mentee(1))
    assert scene.of(PersonJoined)[0].criteria == (
        "wants to learn social media (1 to 4)",
        "level 8, above the most junior mentor's 3",
    )
    scene.when(OptIn(), by=mentee(1)).rejected("G11")


@pytest.mark.parametrize(
    ("role", "facts", "rule", "missing"),
    [
        ("mentor", {"high_potential": False}, "R33", "high potential"),
        ("mentor", {"digitally_skilled": False}, "R33", "customer-facing or digitally skilled"),
        ("mentee", {"gaps": []}, "R34", "skill gap"),
    ],
)
def test_who_is_not_eligible_is_told_why(role: str, facts: dict[str, Any], rule: str, missing: str) -> None:
    spec = make_spec()
    others = [one for one in spec.people if one.id != f"{role}-1"]
    scene = enrolling(make_spec(people=[*others, person(role, 1, **facts)]))
    scene.when(OptIn(), by=f"{role}-1").rejected(rule, missing)


def test_customer_facing_will_do() -> None:
    facts = {"digitally_skilled": False, "customer_facing": True}
    spec = make_spec()
    scene = enrolling(make_spec(people=[*spec.people[1:], person("mentor", 1, **facts)]))
    scene.when(OptIn(), by=mentor(1)).then(PersonJoined, ConsentGiven)


def test_people_may_change_their_mind_while_enrolment_is_open() -> None:
    scene = ok(enrolling(), Decline(reason="workload"), mentor(1))
    scene.then(like(PersonDeclined, reason="workload"))
    scene.when(Decline(reason="time"), by=mentor(1)).rejected("R102")
    scene = ok(scene, OptIn(), mentor(1))
    assert mentor(1) in scene.state.joined
    scene = ok(scene, Decline(reason="time"), mentor(1))
    assert mentor(1) not in scene.state.joined


def test_nobody_joins_outside_enrolment() -> None:
    chartered().when(OptIn(), by=mentor(1)).rejected("T4")
    chartered().when(Decline(reason="time"), by=mentor(1)).rejected("R102")
    matching().when(CloseEnrolment(), by=LEAD).rejected("T4")


def test_closing_opens_the_first_round_with_those_who_joined() -> None:
    scene = ok(joined(without=(mentor(6), mentee(5))), CloseEnrolment(), LEAD)
    scene.then(EnrolmentClosed, like(RoundOpened, round=1, replaces=None))
    opened = scene.of(RoundOpened)[0]
    assert opened.mentors == tuple(mentor(number) for number in range(1, 6))
    assert opened.mentees == tuple(mentee(number) for number in range(1, 5))
    compute = scene.effects[0]
    assert compute.effect == "compute"
    assert (compute.task, compute.command_id) == ("shortlists", "shortlists:1")
    assert scene.state.ledger.open.keys() == {"launch", "duty-kickoff"}


def test_enrolment_closes_by_itself() -> None:
    scene = joined(without=(mentor(6),)).until("2026-01-19T08:30Z")
    assert [type(event) for event in scene.events[-3:]] == [CohortItemExpired, EnrolmentClosed, RoundOpened]
    assert scene.state.phase == "matching"


def test_an_enrolment_that_nobody_joined_leaves_it_to_the_lead() -> None:
    scene = computed(enrolling().until("2026-01-19T08:30Z"))
    assert scene.state.phase == "matching"
    assert scene.state.rounds == {}
    assert notices(scene.later(days=1), "too_few_pairs") == [LEAD]


def test_one_may_leave_a_round() -> None:
    scene = ok(choosing(), Decline(reason="time"), mentee(1))
    assert mentee(1) not in scene.state.rounds[1].mentees
    scene.when(RankShortlist(mentors=(mentor(1),)), by=mentee(1)).rejected("T5")
    assert notices(scene.later(days=9), "shortlist_reminder").count(mentee(1)) == 0


def test_a_mentor_who_leaves_takes_the_proposal_along() -> None:
    scene = proposed()
    who, whom = min(scene.state.rounds[1].pending)
    scene = ok(scene, Decline(reason="leaving"), who)
    assert whom in scene.state.rounds[1].mentees
    scene = accepted(scene)
    assert all(pair.mentor != who for pair in scene.state.pairs.values())
    assert scene.effects[-1].effect == "compute", "a further solve for the mentee left over"


def test_the_last_one_to_leave_ends_the_choice() -> None:
    scene = choosing()
    for number in range(1, 5):
        scene = ok(scene, RankShortlist(mentors=(mentor(number),)), mentee(number))
    scene = ok(scene, Decline(reason="time"), mentee(5))
    assert scene.state.rounds[1].stage == "solving"


def test_people_in_a_pair_leave_through_the_lead() -> None:
    scene = ready()
    pair = scene.state.living[0]
    scene.when(Decline(reason="time"), by=pair.mentor).rejected("R102", "in a pair")
    waiting = next(iter(scene.state.waiting))
    assert waiting not in ok(scene, Decline(reason="time"), waiting).state.waiting
    waiting = next(iter(running().state.waiting))
    ok(running(), Decline(reason="time"), waiting)
    closing().when(Decline(reason="time"), by=waiting).rejected("R102")
