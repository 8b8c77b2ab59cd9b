"""Plan, charter, sponsorship, launch clock, duties and the lead (R26-R32, G21, T2, T3, T12, T21)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from events.cohort import CohortEscalated, CohortItemExpired, CohortReminded
from events.cohort_closing import CohortClosed
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    LaunchOverdue,
    LeadHandedOver,
    SponsorshipCommitted,
)
from events.cohort_measurement import SurveyClosed
from events.contracts import Notify
from tests.rules.bdd import given, like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    START,
    STEWARD,
    TEXT,
    chartered,
    enrolling,
    hold,
    kickoff_day,
    make_spec,
    nothing,
    notices,
    ok,
    person,
    planned,
    ready,
    running,
    told,
    wound_up,
)
from turnabout.commands.cohort import RunCohortStep
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort
from turnabout.commands.cohort_governance import (
    CommitSponsorship,
    FulfilDuty,
    HandOverLead,
    PlanCohort,
    SignCharter,
)
from turnabout.spec import CohortSpec
from workflows.rules.cohort import COHORT


def test_a_plan_opens_the_stream_and_the_charter_is_due() -> None:
    scene = planned().then(CohortPlanned)
    assert scene.state.phase == "planned"
    assert COHORT.policy_version(scene.state) == make_spec().rules.version
    scene = scene.later(days=14)
    reminders = [
        (event.template, event.to, event.due_at.date().isoformat()) for event in scene.of(CohortReminded)
    ]
    assert reminders == [
        ("charter_due", (SPONSOR,), "2026-01-05"),
        ("charter_due", (SPONSOR,), "2026-01-08"),
        ("charter_due", (SPONSOR,), "2026-01-14"),
    ]
    assert [event.due_at.date().isoformat() for event in scene.of(CohortEscalated)] == ["2026-01-19"]
    assert notices(scene, "charter_overdue") == [LEAD]
    assert COHORT.summarize(scene.state).attention


def test_the_charter_waits_for_its_day() -> None:
    scene = planned(make_spec(starts_on="2026-01-12")).later(days=6)
    assert scene.of(CohortReminded) == ()
    assert len(scene.later(days=2).of(CohortReminded)) == 1


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"kpis": []}, "R32"),
        ({"weeks": 13}, "R50"),
        ({"timezone": "Mars/Base"}, "R108"),
        ({"people": []}, "G13"),
        ({"people": [person("mentor", 1), person("mentor", 1), person("mentee", 1)]}, None),
        ({"kickoff_on": "2026-01-01"}, None),
    ],
)
def test_a_spec_with_problems_is_refused(fields: dict[str, Any], rule: str | None) -> None:
    scene = nothing().when(PlanCohort(spec=make_spec(**fields)), by=LEAD)
    assert scene.rejection is not None
    if rule:
        scene.rejected(rule)


def test_a_kickoff_in_the_past_is_refused() -> None:
    late = make_spec(starts_on="2020-01-06", kickoff_on="2020-01-20")
    nothing().when(PlanCohort(spec=late), by=LEAD).rejected("R31", "lies in the past")


def test_every_problem_of_a_spec_is_told_at_once() -> None:
    broken = make_spec(kpis=[], timezone="Mars/Base")
    nothing().when(PlanCohort(spec=broken), by=LEAD).rejected("R108", "KPIs")


def test_a_steward_who_manages_somebody_of_the_roster_is_refused() -> None:
    people = [*make_spec().people[1:], person("mentor", 1, reports_to=["boss", STEWARD])]
    nothing().when(PlanCohort(spec=make_spec(people=people)), by=LEAD).rejected("G6", "line manager")


def test_only_the_named_lead_or_the_engine_plans() -> None:
    nothing().when(PlanCohort(spec=make_spec()), by=SPONSOR).rejected("G21")
    nothing().when(PlanCohort(spec=make_spec()), by="system").then(CohortPlanned)


def test_a_second_plan_is_refused() -> None:
    planned().when(PlanCohort(spec=make_spec(seed=8)), by=LEAD).rejected("R103")


def test_nothing_works_before_the_plan() -> None:
    nothing().when(SignCharter(text=TEXT), by=SPONSOR).rejected("E6")
    nothing().when(RunCohortStep(item="x", revision=1, step=0)).rejected("E6")


def test_signature_and_commitment_charter_the_cohort_in_either_order() -> None:
    signed = ok(planned(), SignCharter(text=TEXT), SPONSOR)
    signed.then(like(CharterSigned, by=SPONSOR, version=1, words=8))
    assert signed.state.phase == "planned"
    both = ok(signed, CommitSponsorship(), SPONSOR)
    assert both.state.phase == "chartered"
    other = ok(ok(planned(), CommitSponsorship(), SPONSOR), SignCharter(text=TEXT), SPONSOR)
    assert other.state.phase == "chartered"
    for scene in (both, other):
        assert "charter" not in scene.state.ledger.open
        assert notices(scene.later(days=20), "charter_due") == []


def test_the_sponsor_is_reminded_while_half_of_it_is_open() -> None:
    scene = ok(planned(), SignCharter(text=TEXT), SPONSOR).later(days=4)
    assert notices(scene, "charter_due") == [SPONSOR, SPONSOR]


def test_a_charter_fits_on_its_page() -> None:
    planned().when(SignCharter(text="word " * 600), by=SPONSOR).then(like(CharterSigned, words=600))
    planned().when(SignCharter(text="word " * 601), by=SPONSOR).rejected("R26", "601")


def test_a_better_charter_is_a_new_version_until_enrolment() -> None:
    scene = ok(chartered(), SignCharter(text="A better text."), SPONSOR, at="2026-01-20T08:00Z")
    scene.then(like(CharterSigned, version=2))
    assert scene.state.charter is not None
    assert scene.state.charter.signed_at.date().isoformat() == "2026-01-05", "the launch clock goes on"
    scene.when(SignCharter(text="A better text."), by=SPONSOR).rejected("R26")
    enrolling().when(SignCharter(text="Too late."), by=SPONSOR).rejected("R26")


def test_the_sponsor_commits_once_to_dated_duties() -> None:
    scene = ok(planned(), CommitSponsorship(), SPONSOR).then(SponsorshipCommitted)
    days = {duty: held.due_at.date().isoformat() for duty, held in scene.state.duties.items()}
    # Kickoff; Monday after week 7 (mid is 6); close expected 1 June, and five business days; five business
    # days after the last day of work, 26 May.
    assert days == {
        "kickoff": "2026-03-03",
        "checkpoint": "2026-04-20",
        "recognition": "2026-06-08",
        "closing": "2026-06-02",
    }
    scene.when(CommitSponsorship(), by=SPONSOR).rejected("R28")


def test_launch_clock_informs_warns_and_is_overdue_after_day_sixty() -> None:
    scene = chartered().until("2026-03-06T23:00+01:00")
    assert notices(scene, "launch_info") == [LEAD]
    assert notices(scene, "launch_warning") == [LEAD]
    assert scene.of(LaunchOverdue) == (), "day 60 is in time"
    scene = scene.until("2026-03-09T12:00+01:00")
    assert len(scene.of(LaunchOverdue)) == 1
    assert notices(scene, "launch_overdue") == [LEAD]
    summary = COHORT.summarize(scene.state)
    assert summary.attention
    assert "overdue" in summary.details


def test_a_kickoff_in_time_stops_the_launch_clock() -> None:
    assert running().later(days=30).of(LaunchOverdue) == ()


def test_a_late_launch_is_a_missed_duty_and_goes_on() -> None:
    scene = ready().until("2026-03-10T12:00+01:00")
    assert scene.of(DutyMissed) == (DutyMissed(duty="kickoff", opens=scene.of(DutyMissed)[0].opens),)
    assert notices(scene, "duty_overdue") == [LEAD]
    scene = ok(scene, hold(scene), LEAD)
    assert scene.of(DutyFulfilled)[0].on_time is False
    assert not any("overdue" in item for item in scene.state.ledger.open)


def test_the_kickoff_fulfils_its_duty_also_when_recorded_the_next_day() -> None:
    scene = kickoff_day(ready()).until("2026-03-04T17:00+01:00")
    assert ok(scene, hold(scene), LEAD).of(DutyFulfilled)[0].on_time


def test_the_sponsor_is_asked_for_checkpoint_and_recognition() -> None:
    scene = running()
    asked = [
        (event.item, event.due_at.date().isoformat())
        for event in scene.until("2026-04-19T12:00Z").of(CohortReminded)
        if event.template == "duty_due"
    ]
    assert asked == [
        ("duty-recognition", "2026-03-06"),
        ("duty-checkpoint", "2026-03-30"),
        ("duty-checkpoint", "2026-04-15"),
    ]


def test_what_is_said_of_a_duty_names_the_instant_at_which_it_is_due() -> None:
    """Not that at which it counts as missed: the kickoff's is an evening later."""
    scene = ready().until("2026-04-21T09:00Z")
    said = {
        (one.template, one.values["duty"], one.values["closes_at"])
        for one in scene.effects
        if isinstance(one, Notify) and one.template in {"duty_due", "duty_overdue"}
    }
    assert scene.state.spec.kickoff.isoformat() == "2026-03-03T09:00:00+00:00"
    assert said == {
        (template, "the kickoff", "2026-03-03T09:00:00+00:00") for template in ("duty_due", "duty_overdue")
    }


def test_a_duty_is_on_time_late_or_missed() -> None:
    scene = running()
    scene.when(FulfilDuty(duty="checkpoint"), by=SPONSOR).rejected("R28", "2026-03-30")
    in_time = scene.until("2026-04-14T09:00Z")
    in_time.when(FulfilDuty(duty="checkpoint"), by=SPONSOR).then(like(DutyFulfilled, on_time=True))
    missed = scene.until("2026-04-21T09:00Z")
    assert missed.of(DutyMissed)[0].duty == "checkpoint"
    assert COHORT.summarize(missed.state).attention
    late = ok(missed, FulfilDuty(duty="checkpoint"), LEAD).then(like(DutyFulfilled, on_time=False))
    assert not COHORT.summarize(late.state).attention
    late.when(FulfilDuty(duty="checkpoint"), by=LEAD).rejected("R28", "already")


def test_a_fulfilled_duty_is_not_chased() -> None:
    scene = running().until("2026-04-01T09:00Z")
    scene = ok(scene, FulfilDuty(duty="checkpoint"), SPONSOR).later(days=40)
    assert scene.of(DutyMissed) == ()
    assert notices(scene, "duty_due") == []


def test_duties_have_their_place() -> None:
    ready().when(FulfilDuty(duty="recognition"), by=SPONSOR).rejected("R28")
    planned().when(FulfilDuty(duty="checkpoint"), by=SPONSOR).rejected("R28")
    running().when(FulfilDuty(duty="kickoff"), by=SPONSOR).rejected("R54")
    running().when(FulfilDuty(duty="recognition"), by=SPONSOR).then(DutyFulfilled)


def test_recognition_counts_after_the_close_too() -> None:
    scene = ok(wound_up(), CloseCohort(), LEAD)
    scene.when(FulfilDuty(duty="recognition"), by=SPONSOR).then(like(DutyFulfilled, on_time=True))
    scene.when(FulfilDuty(duty="checkpoint"), by=SPONSOR).rejected("G9")
    assert "recognition" in [event.duty for event in scene.later(days=30).of(DutyMissed)]


def test_recognition_falls_due_five_business_days_after_the_real_close() -> None:
    """Expected on Monday 1 June; it closes two weeks later, and nothing was missed meanwhile."""
    scene = ok(wound_up(), FulfilDuty(duty="closing"), SPONSOR).until("2026-06-15T09:00Z")
    assert scene.of(DutyMissed) == ()
    in_time = scene.when(FulfilDuty(duty="recognition"), by=SPONSOR)
    in_time.then(like(DutyFulfilled, on_time=True))
    closed = ok(scene, CloseCohort(), LEAD).then(CohortClosed, like(DutyRescheduled, duty="recognition"))
    assert closed.state.duties["recognition"].due_at.isoformat() == "2026-06-22T07:00:00+00:00"
    assert notices(closed.until("2026-06-17T09:00Z"), "duty_due") == [SPONSOR]
    assert closed.until("2026-06-22T06:59Z").of(DutyMissed) == ()
    late = closed.until("2026-06-22T12:00Z")
    assert late.of(DutyMissed)[0].duty == "recognition"
    assert notices(late, "duty_overdue") == [LEAD]
    late.when(FulfilDuty(duty="recognition"), by=SPONSOR).then(like(DutyFulfilled, on_time=False))


def test_a_recognition_before_the_close_is_not_asked_for_again() -> None:
    scene = ok(wound_up(), FulfilDuty(duty="recognition"), SPONSOR)
    scene = ok(scene, FulfilDuty(duty="closing"), SPONSOR)
    closed = ok(scene, CloseCohort(), LEAD).then(CohortClosed, SurveyClosed)
    assert notices(closed.later(days=30), "duty_due") == []


def test_another_lead_takes_over_roles_messages_and_pairs() -> None:
    new = {"id": "lou", "timezone": "America/New_York"}
    scene = ok(running(), HandOverLead.model_validate({"to": new}), LEAD).then(LeadHandedOver)
    assert scene.state.lead.id == "lou"
    assert {pair for pair, _ in told(scene, "change_lead")} == set(scene.state.pairs)
    scene.when(CancelCohort(reason="x"), by=LEAD).rejected("G21")
    later = scene.until("2026-05-05T12:00Z")
    assert notices(later, "next_cohort_due") == ["lou"]
    assert notices(later, "duty_overdue") == ["lou"]
    to_the_new = [event for event in later.of(CohortReminded) if event.to == ("lou",)]
    assert to_the_new
    assert all(event.due_at.hour >= 9 for event in to_the_new), "a working hour in New York"
    ok(later, HandOverLead.model_validate({"to": {"id": "lea", "timezone": "Europe/Berlin"}}), "lou")


def test_pending_messages_move_to_the_new_lead() -> None:
    scene = chartered().until("2026-02-01T12:00Z")
    scene = ok(scene, HandOverLead.model_validate({"to": {"id": "lou", "timezone": "Asia/Tokyo"}}), LEAD)
    later = scene.until("2026-03-10T00:00Z")
    assert notices(later, "launch_info") == ["lou"]
    assert notices(later, "launch_overdue") == ["lou"]
    assert len(later.of(CohortItemExpired)) == 2, "launch clock and kickoff duty"


@pytest.mark.parametrize(("who", "rule"), [(LEAD, "R27"), (SPONSOR, "R110"), ("system", "G21")])
def test_some_cannot_take_over(who: str, rule: str) -> None:
    to = {"id": who, "timezone": "Europe/Berlin"}
    planned().when(HandOverLead.model_validate({"to": to}), by=LEAD).rejected(rule)


def test_a_lead_works_in_a_zone_that_exists() -> None:
    to = {"id": "lou", "timezone": "Mars/Olympus"}
    wound_up().when(HandOverLead.model_validate({"to": to}), by=LEAD).rejected("R108", "Mars/Olympus")


def test_the_policy_of_the_plan_stays() -> None:
    spec = make_spec(policy={"name": "strict", "charter": {"max_words": 5}})
    scene = planned(CohortSpec.model_validate(spec.model_dump(mode="json")))
    scene.when(SignCharter(text=TEXT), by=SPONSOR).rejected("R26")
    assert COHORT.policy_version(scene.state).startswith("strict@")


def test_the_shape_of_the_plan_stays() -> None:
    """Whatever a later release makes of the preset."""
    (event,) = planned().of(CohortPlanned)
    older = event.shape.model_copy(update={"pulse_weeks": (3,), "decision_week": 3})
    state = COHORT.evolve(
        COHORT.initial, event.model_copy(update={"shape": older}), datetime.fromisoformat(START)
    )
    assert (state.shape.pulse_weeks, state.shape.decision_week) == ((3,), 3)


def test_an_empty_stream_knows_nothing() -> None:
    scene = given(COHORT, at="2026-01-05T08:00Z")
    assert COHORT.agenda(scene.state) == ()
    assert not COHORT.is_terminal(scene.state)
