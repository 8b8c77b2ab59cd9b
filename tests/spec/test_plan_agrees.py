"""The plan against the real rules: in a cohort that keeps to the plan's assumptions, with people who do what
must be done and answer nothing else, every message goes out at the planned instant, and none is missing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from events.chase import Escalated, Reminded
from events.templates import TEMPLATES
from tests.rules.bdd import Scene, given
from tests.rules.cohort import world
from turnabout import schedule
from turnabout.commands import cohort as ask_cohort
from turnabout.commands import pair as ask
from turnabout.commands.base import Command
from turnabout.plan import plan
from workflows.rules.cohort_state import CohortState
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState

S = TypeVar("S")
Sent = set[tuple[datetime, str]]

SPEC = world.make_spec(kickoff_on="2026-02-17", holidays=["2026-04-03", "2026-04-06"])
PLAN = plan(SPEC)
RULES = SPEC.rules
ENROLMENT_CLOSES = schedule.enrolment_closes(SPEC, RULES, SPEC.starts_on)
CHOSEN = schedule.choice_closes(SPEC, RULES, schedule.day_of(SPEC, ENROLMENT_CLOSES))
READY = schedule.consent_closes(SPEC, RULES, schedule.day_of(SPEC, CHOSEN))
KICKOFF_ENDS = schedule.kickoff_ends(SPEC, RULES)
ENDS = schedule.pair_ends(SPEC, RULES)
MONTH = timedelta(days=30)


def planned(*templates: str) -> Sent:
    """When which of these messages is planned."""
    assert set(templates) <= {item.template for item in PLAN.items}
    return {(item.at, item.template) for item in PLAN.items if item.template in templates}


def sent(scene: Scene[S], *templates: str) -> Sent:
    """When which of these messages went out."""
    return {
        (at, event.template)
        for at, event in scene.history
        if isinstance(event, Reminded | Escalated) and event.template in templates
    }


def agree(scene: Scene[S], *templates: str) -> None:
    assert sorted(sent(scene, *templates)) == sorted(planned(*templates))


def just(scene: Scene[S], at: datetime) -> Scene[S]:
    """The scene at an instant, before anything that is due then."""
    return replace(scene.until(at - timedelta(seconds=1)), at=at)


@cache
def ready() -> Scene[CohortState]:
    """Every window was used to its end; the pairs stand."""
    scene = just(world.joined(SPEC), ENROLMENT_CLOSES)
    scene = world.ok(scene, ask_cohort.CloseEnrolment(), world.LEAD)
    scene = world.ranked(just(world.computed(scene), CHOSEN))
    return world.accepted(just(world.computed(scene), READY))


@cache
def running() -> Scene[CohortState]:
    """The kickoff was held, but nobody of the pairs was there."""
    scene = just(ready(), KICKOFF_ENDS)
    scene = world.ok(scene, world.hold(scene, attended=()), world.LEAD)
    for pair in tuple(scene.state.pairs):
        scene = world.ok(scene, ask_cohort.NotePairActivated(pair=pair), "system")
    return scene


@cache
def ended() -> Scene[CohortState]:
    """The last day of work is over."""
    scene = just(running(), ENDS)
    for pair in tuple(scene.state.pairs):
        scene = world.ok(scene, ask_cohort.NotePairEnded(pair=pair, state="graduated"), "system")
    return scene


def pair() -> Scene[PairState]:
    """A pair that has just been formed."""
    terms = world.arranged(ready())[0].terms
    return world_ok(given(PAIR, at=READY), ask.FormPair(terms=terms), "system")


def active() -> Scene[PairState]:
    """The pair is prepared the moment the kickoff ends, at the default cadence."""
    scene = just(pair(), KICKOFF_ENDS)
    terms = scene.state.agreed
    cadence = ask.AgreeCadence(
        weekday=SPEC.kickoff_on.weekday(),
        at=SPEC.kickoff_at,
        timezone=SPEC.timezone,
        minutes=60,
        channel="video",
    )
    goal = ask.ProposeGoal(
        statement="The mentee will publish 3 posts and gain 250 followers in 12 weeks.",
        metric="followers",
        baseline=50,
        target=250,
        unit="followers",
        due_on=SPEC.ends_on,
    )
    scene = world_ok(scene, ask.AgreeExchange(teaches="short video", gives="strategy"), terms.mentor)
    scene = world_ok(world_ok(scene, cadence, terms.mentee), goal, terms.mentee)
    for who in (terms.mentor, terms.mentee):
        scene = world_ok(scene, ask.RateGoal(attainability=4), who)
        scene = world_ok(scene, ask.SignGroundRules(), who)
    scene = world_ok(scene, ask.ConfirmGoal(), terms.lead)
    both = ask.NoteKickoffAttended(people=(terms.mentor, terms.mentee))
    return world_ok(scene, both, "system")


def world_ok(scene: Scene[S], command: Command, by: str) -> Scene[S]:
    after = scene.when(command, by=by)
    assert after.rejection is None, f"{command.type}: {after.rejection}"
    return after


def test_every_planned_message_has_a_template() -> None:
    assert {item.template for item in PLAN.items if item.template} <= set(TEMPLATES)


def test_an_unsigned_charter() -> None:
    agree(world.planned(SPEC).later(days=60), "charter_due", "charter_overdue")


def test_enrolment_without_answers_and_a_launch_that_never_comes() -> None:
    scene = world.enrolling(SPEC).later(days=70)
    agree(scene, "enrolment_invitation", "enrolment_reminder")
    agree(scene, "launch_info", "launch_warning", "launch_overdue")


def test_choice_and_consent() -> None:
    agree(ready().until(READY + timedelta(hours=9)), "shortlist_ready", "shortlist_reminder")
    agree(ready(), "match_proposed", "match_reminder")
    agree(ready().later(hours=9), "match_confirmed", "waiting_list")


def test_a_kickoff_that_nobody_records() -> None:
    scene = ready().until(SPEC.kickoff + MONTH)
    agree(scene, "kickoff_invitation", "kickoff_cheat_sheet", "kickoff_reminder", "kickoff_to_record")
    told = [item.at for item in PLAN.items if item.what == "Duty missed: kickoff"]
    assert [at for at, _ in sent(scene, "duty_overdue")] == told


def test_duties_and_make_ups_that_nobody_fulfils() -> None:
    scene = running().until(ENDS + 2 * MONTH)
    agree(scene, "make_up_due", "make_up_overdue", "duty_due")
    missed = {
        item.at for item in PLAN.items if item.what in {"Duty missed: checkpoint", "Duty missed: recognition"}
    }
    assert {at for at, _ in sent(scene, "duty_overdue")} == missed


def test_memos_that_nobody_files() -> None:
    agree(ended().later(days=60), "cohort_memo_due", "cohort_memo_overdue")


def test_a_cohort_that_closes_when_it_can() -> None:
    scene = just(ended(), PLAN.close_expected)
    for name in tuple(scene.state.pairs):
        scene = world.ok(scene, ask_cohort.NoteMemoFiled(pair=name), "system")
    scene = world.ok(world.ok(scene, world.memo(), world.LEAD), ask_cohort.CloseCohort(), world.LEAD)
    agree(scene.later(days=400), "next_cohort_due")
    archived = next(item.at for item in PLAN.items if item.what == "The cohort is archived")
    assert scene.until(archived).state.phase == "archived"
    assert scene.until(archived - timedelta(seconds=1)).state.phase == "closed"


def test_a_pair_that_does_not_prepare() -> None:
    agree(pair().until(SPEC.kickoff + MONTH), "prepare_pair", "preparation_reminder", "preparation_overdue")


def test_a_pair_that_answers_nothing() -> None:
    scene = active().until(ENDS + 2 * MONTH)
    agree(scene, "first_meeting_reminder", "first_meeting_overdue")
    agree(scene, "session_reminder", "session_log")
    agree(scene, "pulse_invitation", "pulse_reminder", "milestone_invitation", "milestone_reminder")
    agree(scene, "midpoint_decision", "midpoint_defaulted")
    agree(scene, "endpoint_invitation", "endpoint_reminder", "pair_ended")
    agree(scene, "memo_due", "memo_reminder", "memo_overdue")


def test_everything_planned_was_compared() -> None:
    """A message that is planned and stands in no test above would be a promise that nobody checks."""
    compared = {
        *("charter_due", "charter_overdue", "enrolment_invitation", "enrolment_reminder"),
        *("launch_info", "launch_warning", "launch_overdue", "shortlist_ready", "shortlist_reminder"),
        *("match_proposed", "match_reminder", "match_confirmed", "waiting_list"),
        *("kickoff_invitation", "kickoff_cheat_sheet", "kickoff_reminder", "kickoff_to_record"),
        *("make_up_due", "make_up_overdue", "duty_due", "duty_overdue"),
        *("cohort_memo_due", "cohort_memo_overdue", "next_cohort_due"),
        *("prepare_pair", "preparation_reminder", "preparation_overdue"),
        *("first_meeting_reminder", "first_meeting_overdue", "session_reminder", "session_log"),
        *("pulse_invitation", "pulse_reminder", "milestone_invitation", "milestone_reminder"),
        *("midpoint_decision", "midpoint_defaulted", "endpoint_invitation", "endpoint_reminder"),
        *("pair_ended", "memo_due", "memo_reminder", "memo_overdue"),
    }
    assert {item.template for item in PLAN.items if item.template} == compared
