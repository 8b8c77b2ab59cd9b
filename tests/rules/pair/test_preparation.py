"""From the forming of a pair to its activation (G2-G4, R10, R43-R46)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from pydantic import ValidationError

from events.pair import PairEscalated, PairReminded
from events.pair_preparation import (
    CadenceAgreed,
    ExchangeAgreed,
    GoalAccepted,
    GoalProposed,
    GoalRated,
    GroundRulesSigned,
    KickoffAttended,
    PairActivated,
    PairFormed,
    PairLeadChanged,
    PreparationOpened,
)
from tests.rules.bdd import given, like
from tests.rules.pair.stage import (
    BOTH,
    CADENCE,
    EXCHANGE,
    FORMED,
    GOAL,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    Pair,
    active,
    formed,
    prepared,
    terms,
)
from turnabout.commands.base import Command
from turnabout.commands.pair_preparation import (
    AgreeCadence,
    ChangeLead,
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_sessions import LogSession, RecordDeliverable
from workflows.rules.pair import PAIR

REPLACEMENT = GOAL.model_copy(
    update={"statement": "Publish a playbook by 1 May", "replaces_because": "The channel was closed."}
)


def without(missing: str) -> Pair:
    """A pair that lacks one thing, at the kickoff."""
    scene = formed()
    steps: list[tuple[str, Command, str]] = [
        ("exchange", EXCHANGE, MENTOR),
        ("cadence", CADENCE, MENTEE),
        ("goal", GOAL, MENTEE),
        ("goal", RateGoal(attainability=4), MENTOR),
        ("goal", RateGoal(attainability=3), MENTEE),
        ("goal", ConfirmGoal(), LEAD),
        ("mentor's signature", SignGroundRules(), MENTOR),
        ("mentee's signature", SignGroundRules(), MENTEE),
    ]
    for name, command, by in steps:
        if name != missing:
            scene = scene.when(command, by=by)
    people = (MENTOR,) if missing == "kickoff" else BOTH
    return scene.until(KICKOFF).when(NoteKickoffAttended(people=people), at=KICKOFF)


def test_a_formed_pair_is_asked_to_prepare() -> None:
    scene = formed().then(PairFormed, PreparationOpened)
    asked = scene.until("2026-03-01T00:00Z").of(PairReminded)
    assert [(mail.template, mail.to) for mail in asked] == [("prepare_pair", BOTH)]


def test_who_does_not_prepare_is_reminded_twice_and_then_the_lead_is_told() -> None:
    scene = formed().until("2026-03-12T00:00Z")
    reminded = [(mail.template, mail.due_at.date()) for mail in scene.of(PairReminded)]
    assert reminded == [
        ("prepare_pair", date(2026, 2, 23)),
        ("preparation_reminder", date(2026, 3, 5)),
        ("preparation_reminder", date(2026, 3, 9)),  # the 7th is a Saturday
    ]
    told = [(mail.template, mail.to, mail.due_at.date()) for mail in scene.of(PairEscalated)]
    assert told == [("preparation_overdue", (LEAD,), date(2026, 3, 10))]


def test_a_pair_is_formed_once() -> None:
    formed().when(FormPair(terms=terms())).rejected("E6")
    given(PAIR, at=FORMED).when(SignGroundRules(), by=MENTOR).rejected("E6")


@pytest.mark.parametrize(
    ("changes", "rule"), [({"mentee": MENTOR}, "G10"), ({"zones": {MENTOR: "Mars/Olympus"}}, "R45")]
)
def test_terms_that_cannot_work(changes: dict[str, object], rule: str) -> None:
    given(PAIR, at=FORMED).when(FormPair(terms=terms(**changes))).rejected(rule)


def test_each_agreement_is_an_event() -> None:
    formed().when(EXCHANGE, by=MENTOR).then(like(ExchangeAgreed, teaches="short video"))
    formed().when(CADENCE, by=MENTEE).then(like(CadenceAgreed, weekday=2, at=time(14)))
    formed().when(NoteKickoffAttended(people=(MENTOR, "stranger"))).then(KickoffAttended(people=(MENTOR,)))
    formed().when(NoteKickoffAttended(people=("stranger",))).rejected("G4")
    scene = formed().when(SignGroundRules(), by=MENTOR).then(GroundRulesSigned(by=MENTOR))
    scene.when(SignGroundRules(), by=MENTOR).rejected("G3")
    unknown = CADENCE.model_copy(update={"timezone": "Mars/Olympus"})
    formed().when(unknown, by=MENTOR).rejected("R45", "Mars/Olympus")


@pytest.mark.parametrize(("minutes", "accepted"), [(29, False), (30, True), (120, True), (121, False)])
def test_a_session_has_a_length_that_the_policy_allows(minutes: int, accepted: bool) -> None:
    scene = formed().when(CADENCE.model_copy(update={"minutes": minutes}), by=MENTOR)
    if accepted:
        scene.then(CadenceAgreed)
    else:
        scene.rejected("R45", "30 to 120 minutes")


@pytest.mark.parametrize(
    ("at", "minutes", "accepted"),
    [
        (time(6, 59), 60, False),
        (time(7), 60, True),
        (time(18), 120, True),
        (time(18, 1), 120, False),
        (time(23, 30), 60, False),
    ],
)
def test_sessions_are_at_a_decent_hour(at: time, minutes: int, accepted: bool) -> None:
    scene = formed().when(CADENCE.model_copy(update={"at": at, "minutes": minutes}), by=MENTOR)
    if accepted:
        scene.then(like(CadenceAgreed, at=at))
    else:
        scene.rejected("R45", "from 07:00 on, over by 20:00")


@pytest.mark.parametrize("at", [10, 10.5, "14:00+09:00", "14:00Z"])
def test_a_local_time_is_neither_a_number_nor_an_instant(at: object) -> None:
    with pytest.raises(ValidationError, match="local time"):
        AgreeCadence.model_validate({**CADENCE.model_dump(), "at": at})


# --- the goal ---------------------------------------------------------------------------------------------


def test_a_vague_goal_is_rejected_with_its_letters() -> None:
    vague = GOAL.model_copy(update={"statement": "Get exposure to TikTok"})
    formed().when(vague, by=MENTEE).rejected("G2", "S, M, T")


def test_i_means_the_mentee() -> None:
    first_person = GOAL.model_copy(update={"statement": "I will publish 3 posts in 12 weeks"})
    formed().when(first_person, by=MENTEE).then(GoalProposed)
    formed().when(first_person, by=MENTOR).rejected("G2", "fails S")


def test_a_pair_formed_late_has_no_twelve_weeks() -> None:
    """It counts from its own start; a pair that is only slow counts from the kickoff."""
    late = given(PAIR, at="2026-04-16T09:00Z").when(FormPair(terms=terms(weeks=5, replaces="pair-q1-03")))
    late.when(GOAL, by=MENTEE).rejected("G2", "fails T")
    for when, day in (("in 5 weeks", date(2026, 5, 21)), ("by week 9", date(2026, 5, 3))):
        goal = GOAL.model_copy(update={"statement": f"I will publish 3 posts {when}."})
        late.when(goal, by=MENTEE).then(like(GoalProposed, due_on=day))
    formed().until("2026-04-16T09:00Z").when(GOAL, by=MENTEE).then(GoalProposed)


def test_a_goal_stands_when_both_believe_in_it_and_the_lead_confirms() -> None:
    scene = formed().when(GOAL, by=MENTEE).then(like(GoalProposed, number=1, due_on=date(2026, 5, 25)))
    scene.when(ConfirmGoal(), by=LEAD).rejected("G2", "letter A")
    scene = scene.when(RateGoal(attainability=3), by=MENTOR).then(like(GoalRated, attainable=True))
    scene.when(ConfirmGoal(), by=LEAD).rejected("G2", "letter A")
    scene = scene.when(RateGoal(attainability=5), by=MENTEE)
    asked = scene.later(hours=1).of(PairReminded)
    assert [(mail.template, mail.to) for mail in asked if mail.kind == "goal"] == [
        ("goal_to_confirm", (LEAD,))
    ]
    scene.when(ConfirmGoal(), by=LEAD).then(GoalAccepted(number=1, settles=("goal-1",)))


def test_doubt_stops_a_goal_until_it_is_gone() -> None:
    scene = formed().when(GOAL, by=MENTEE).when(RateGoal(attainability=4), by=MENTEE)
    scene = scene.when(RateGoal(attainability=2), by=MENTOR).then(like(GoalRated, attainable=False))
    scene.when(ConfirmGoal(), by=LEAD).rejected("G2")
    scene = scene.when(RateGoal(attainability=3), by=MENTOR)
    scene.when(RateGoal(attainability=1), by=MENTEE).when(ConfirmGoal(), by=LEAD).rejected("G2")
    scene.when(ConfirmGoal(), by=LEAD).then(GoalAccepted)


def test_a_house_may_ask_for_more_belief() -> None:
    policy = terms().policy
    strict = policy.model_copy(update={"goal": policy.goal.model_copy(update={"attainable": 4})})
    scene = formed(policy=strict).when(GOAL, by=MENTEE)
    scene.when(RateGoal(attainability=3), by=MENTOR).then(like(GoalRated, attainable=False))


def test_an_erased_rating_leaves_its_verdict() -> None:
    scene = formed().when(GOAL, by=MENTEE).when(RateGoal(attainability=4), by=MENTEE)
    rated = scene.history[-1][1].model_copy(update={"attainability": None})
    before = [(event, at) for at, event in scene.history[:-1]]
    again = given(PAIR, *before, (rated, scene.at), at=FORMED)
    again.when(RateGoal(attainability=3), by=MENTOR).when(ConfirmGoal(), by=LEAD).then(GoalAccepted)


def test_an_accepted_goal_is_replaced_only_with_a_reason() -> None:
    scene = active()
    scene.when(REPLACEMENT.model_copy(update={"replaces_because": None}), by=MENTEE).rejected("R43")
    scene = scene.when(REPLACEMENT, by=MENTEE).then(
        like(GoalProposed, number=2, replaces_because="The channel was closed.")
    )
    for who in BOTH:
        scene = scene.when(RateGoal(attainability=4), by=who)
    scene = scene.when(ConfirmGoal(), by=LEAD).then(like(GoalAccepted, number=2))
    assert scene.state.preparation.accepted is not None
    assert scene.state.preparation.accepted.statement == REPLACEMENT.statement


def test_there_must_be_a_goal_to_rate_or_confirm() -> None:
    formed().when(RateGoal(attainability=3), by=MENTOR).rejected("G2")
    prepared().when(ConfirmGoal(), by=LEAD).rejected("G2")


# --- activation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "rule", "last", "by"),
    [
        ("exchange", "R10", EXCHANGE, MENTEE),
        ("cadence", "R45", CADENCE, MENTOR),
        ("mentor's signature", "G3", SignGroundRules(), MENTOR),
        ("mentee's signature", "G3", SignGroundRules(), MENTEE),
        ("kickoff", "G4", NoteKickoffAttended(people=(MENTEE,)), "system"),
    ],
)
def test_the_last_thing_missing_activates_the_pair(missing: str, rule: str, last: Command, by: str) -> None:
    scene = without(missing)
    assert scene.state.life == "forming"
    scene.when(LogSession(number=1), by=MENTOR).rejected(rule)
    scene.when(RecordDeliverable(what="a draft"), by=MENTOR).rejected(rule)
    scene = scene.when(last, by=by)
    assert [type(event) for event in scene.events][1:] == [PairActivated]
    assert scene.state.life == "active"


def test_without_a_goal_no_session() -> None:
    scene = without("goal")
    scene.when(LogSession(number=1), by=MENTOR).rejected("G2")
    for command, by in (
        (GOAL, MENTEE),
        (RateGoal(attainability=3), MENTOR),
        (RateGoal(attainability=3), MENTEE),
    ):
        scene = scene.when(command, by=by)
    scene.when(ConfirmGoal(), by=LEAD).then(GoalAccepted, PairActivated)


def test_the_series_keeps_its_local_hour_across_dst() -> None:
    starts = [session.starts_at for session in active().events[-1].sessions]  # type: ignore[attr-defined]
    assert len(starts) == 12
    assert starts[0] == datetime.fromisoformat("2026-03-04T13:00Z")
    assert starts[4] == datetime.fromisoformat("2026-04-01T12:00Z")
    assert starts[11] == datetime.fromisoformat("2026-05-20T12:00Z")


def test_the_first_session_is_a_first_meeting_of_at_most_an_hour() -> None:
    long = CADENCE.model_copy(update={"minutes": 90})
    scene = without("cadence").when(long, by=MENTEE)
    lengths = [one.ends_at - one.starts_at for one in scene.state.sessions.values()]
    assert lengths[:2] == [timedelta(minutes=60), timedelta(minutes=90)]
    policy = terms().policy
    brief = policy.model_copy(
        update={"kickoff": policy.kickoff.model_copy(update={"first_meeting_minutes": 45})}
    )
    first = active(policy=brief).state.sessions[1]
    assert first.ends_at - first.starts_at == timedelta(minutes=45)


def test_a_late_pair_gets_what_is_left() -> None:
    scene = prepared().until("2026-05-12T09:00Z").when(NoteKickoffAttended(people=BOTH))
    assert [session.starts_at.date() for session in scene.state.sessions.values()] == [
        date(2026, 5, 13),
        date(2026, 5, 20),
    ]


def test_a_monthly_pair_meets_every_four_weeks() -> None:
    scene = active(preset="monthly_dialogue")
    days = [session.starts_at.date() for session in scene.state.sessions.values()]
    assert len(days) == 6
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {28}


def test_a_holiday_moves_its_session_to_the_next_business_day() -> None:
    scene = active(holidays=(date(2026, 3, 11),))
    assert scene.state.sessions[2].starts_at.date() == date(2026, 3, 12)
    assert scene.state.sessions[3].starts_at.date() == date(2026, 3, 18)


def test_the_cadence_is_agreed_before_the_sessions_are_planned() -> None:
    active().when(CADENCE, by=MENTOR).rejected("R45")


def test_a_new_lead_is_told_what_the_old_one_would_have_been() -> None:
    scene = formed().when(ChangeLead(lead="lead-2", timezone="Asia/Tokyo")).then(PairLeadChanged)
    told = scene.until("2026-03-12T00:00Z").of(PairEscalated)
    assert [mail.to for mail in told] == [("lead-2",)]
    scene.when(ConfirmGoal(), by=LEAD).rejected("G21")
    formed().when(ChangeLead(lead="lead-2", timezone="Mars/Olympus")).rejected("R45")
