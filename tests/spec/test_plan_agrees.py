"""The plan against the real rules: in a cohort that keeps to the plan's assumptions, with people who do what
must be done and answer nothing else, every message goes out at the planned instant, and none is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import pytest

from events.chase import Escalated, Reminded
from events.templates import TEMPLATES
from tests.rules.bdd import Scene, given
from tests.rules.cohort import world
from turnabout import schedule
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_enrolment import CloseEnrolment
from turnabout.commands.cohort_measurement import FreezeControls
from turnabout.commands.cohort_running import NoteMemoFiled, NotePairActivated, NotePairEnded
from turnabout.commands.pair_preparation import (
    AgreeCadence,
    AgreeExchange,
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    ProposeGoal,
    RateGoal,
    SignGroundRules,
)
from turnabout.plan import Audience, PlanItem, plan
from workflows.rules.cohort_state import CohortState
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState

S = TypeVar("S")

SPEC = world.make_spec(
    kickoff_on="2026-02-17",
    holidays=["2026-04-03", "2026-04-06"],
    business_sponsor={"id": "bea", "timezone": "America/New_York"},
)
PLAN = plan(SPEC)
RULES = SPEC.rules
ENROLMENT_CLOSES = schedule.enrolment_closes(SPEC, RULES, SPEC.starts_on)
CHOSEN = schedule.choice_closes(SPEC, RULES, schedule.day_of(SPEC, ENROLMENT_CLOSES))
READY = schedule.consent_closes(SPEC, RULES, schedule.day_of(SPEC, CHOSEN))
KICKOFF_ENDS = schedule.kickoff_ends(SPEC, RULES)
ENDS = schedule.pair_ends(SPEC, RULES)
MONTH = timedelta(days=30)
MENTORS = {person.id for person in SPEC.people if person.role == "mentor"}
MENTEES = {person.id for person in SPEC.people if person.role == "mentee"}
AUDIENCES: dict[Audience, set[str]] = {
    "sponsor": {SPEC.sponsor.id},
    "business sponsor": {"bea"},
    "lead": {SPEC.lead.id},
    "mentors": MENTORS,
    "mentees": MENTEES,
    "everyone": MENTORS | MENTEES,
    "pairs": MENTORS | MENTEES,
}
CHOSEN_FEW = frozenset({"match_proposed"})
"""What reaches only those mentors whom somebody chose."""


@dataclass(frozen=True)
class Agreement:
    """A course of events, and the messages that must go out in it just as they are planned; `what` picks some
    of the planned ones where a template serves several things."""

    scene: Callable[[], Scene[Any]]
    templates: tuple[str, ...]
    what: tuple[str, ...] = ()

    def planned(self) -> list[PlanItem]:
        return [
            item
            for item in PLAN.items
            if item.template in self.templates and (not self.what or item.what in self.what)
        ]

    def sent(self) -> list[tuple[datetime, str, str, str]]:
        """When which of the messages went to whom, and for which item."""
        return [
            (at, event.template, person, event.item)
            for at, event in self.scene().history
            if isinstance(event, Reminded | Escalated) and event.template in self.templates
            for person in event.to
        ]


def just(scene: Scene[S], at: datetime) -> Scene[S]:
    """The scene at an instant, before anything that is due then."""
    return replace(scene.until(at - timedelta(seconds=1)), at=at)


@cache
def ready() -> Scene[CohortState]:
    """Every window was used to its end; the pairs stand."""
    scene = just(world.joined(SPEC), ENROLMENT_CLOSES)
    scene = world.ok(scene, CloseEnrolment(), world.LEAD)
    scene = world.ranked(just(world.computed(scene), CHOSEN))
    return world.accepted(just(world.computed(scene), READY))


@cache
def running() -> Scene[CohortState]:
    """The kickoff was held, but nobody of the pairs was there."""
    scene = just(ready(), KICKOFF_ENDS)
    scene = world.ok(scene, world.hold(scene, attended=()), world.LEAD)
    for pair in tuple(scene.state.pairs):
        scene = world.ok(scene, NotePairActivated(pair=pair), "system")
    return scene


@cache
def ended() -> Scene[CohortState]:
    """The last day of work is over."""
    scene = just(running(), ENDS)
    for pair in tuple(scene.state.pairs):
        scene = world.ok(scene, NotePairEnded(pair=pair, state="graduated"), "system")
    return scene


def pair() -> Scene[PairState]:
    """A pair that has just been formed."""
    terms = world.arranged(ready())[0].terms
    return world_ok(given(PAIR, at=READY), FormPair(terms=terms), "system")


def active() -> Scene[PairState]:
    """The pair is prepared the moment the kickoff ends, at the default cadence."""
    scene = just(pair(), KICKOFF_ENDS)
    terms = scene.state.agreed
    cadence = AgreeCadence(
        weekday=SPEC.kickoff_on.weekday(),
        at=SPEC.kickoff_at,
        timezone=SPEC.timezone,
        minutes=60,
        channel="video",
    )
    goal = ProposeGoal(
        statement="The mentee will publish 3 posts and gain 250 followers in 12 weeks.",
        metric="followers",
        baseline=50,
        target=250,
        unit="followers",
        due_on=SPEC.ends_on,
    )
    scene = world_ok(scene, AgreeExchange(teaches="short video", gives="strategy"), terms.mentor)
    scene = world_ok(world_ok(scene, cadence, terms.mentee), goal, terms.mentee)
    for who in (terms.mentor, terms.mentee):
        scene = world_ok(scene, RateGoal(attainability=4), who)
        scene = world_ok(scene, SignGroundRules(), who)
    scene = world_ok(scene, ConfirmGoal(), terms.lead)
    both = NoteKickoffAttended(people=(terms.mentor, terms.mentee))
    return world_ok(scene, both, "system")


def world_ok(scene: Scene[S], command: Command, by: str) -> Scene[S]:
    after = scene.when(command, by=by)
    assert after.rejection is None, f"{command.type}: {after.rejection}"
    return after


@cache
def wound_up() -> Scene[CohortState]:
    """All memos are filed when they are due."""
    scene = just(ended(), PLAN.close_expected)
    for name in tuple(scene.state.pairs):
        scene = world.ok(scene, NoteMemoFiled(pair=name), "system")
    return world.ok(scene, world.memo(), world.LEAD)


def closed() -> Scene[CohortState]:
    """The cohort closes as soon as it can."""
    return world.ok(wound_up(), CloseCohort(), world.LEAD)


@cache
def silent() -> Scene[PairState]:
    """A pair that answers nothing."""
    return active().until(ENDS + 2 * MONTH)


@cache
def compared() -> Scene[CohortState]:
    """As soon as the pairs stand, the waiting list is frozen as the control group."""
    scene = world.ok(ready(), FreezeControls(), world.LEAD)
    scene = just(scene, KICKOFF_ENDS)
    return world.ok(scene, world.hold(scene), world.LEAD)


AGREEMENTS = {
    "unsigned charter": Agreement(
        lambda: world.planned(SPEC).later(days=60), ("charter_due", "charter_overdue")
    ),
    "enrolment that nobody opens": Agreement(
        lambda: world.chartered(SPEC).later(days=60), ("enrolment_to_open", "enrolment_not_opened")
    ),
    "enrolment without answers": Agreement(
        lambda: world.enrolling(SPEC).later(days=70), ("enrolment_invitation", "enrolment_reminder")
    ),
    "launch that never comes": Agreement(
        lambda: world.enrolling(SPEC).later(days=70), ("launch_info", "launch_warning", "launch_overdue")
    ),
    "choice and consent": Agreement(
        lambda: ready().later(hours=9),
        (
            *("shortlist_ready", "shortlist_reminder", "match_proposed", "match_reminder"),
            *("match_confirmed", "waiting_list"),
        ),
    ),
    "kickoff that nobody records": Agreement(
        lambda: ready().until(SPEC.kickoff + MONTH),
        ("kickoff_invitation", "kickoff_cheat_sheet", "kickoff_reminder", "kickoff_to_record"),
    ),
    "baseline that nobody answers": Agreement(
        lambda: ready().until(SPEC.kickoff + MONTH),
        ("baseline_invitation", "baseline_reminder", "baseline_missing", "control_group_due"),
    ),
    "endpoint of pairs and controls that nobody answers": Agreement(
        lambda: compared().until(ENDS + MONTH), ("survey_invitation", "survey_reminder")
    ),
    "kickoff without the sponsor": Agreement(
        lambda: ready().until(SPEC.kickoff + MONTH), ("duty_overdue",), ("Duty missed: kickoff",)
    ),
    "make-ups that nobody attends": Agreement(
        lambda: running().until(ENDS + 2 * MONTH), ("make_up_due", "make_up_overdue")
    ),
    "duties that nobody fulfils": Agreement(lambda: closed().later(days=60), ("duty_due",)),
    "duties after the kickoff that are missed": Agreement(
        lambda: closed().later(days=60),
        ("duty_overdue",),
        ("Duty missed: checkpoint", "Duty missed: recognition", "Duty missed: closing"),
    ),
    "memos of the cohort": Agreement(
        lambda: ended().later(days=60), ("cohort_memo_due", "cohort_memo_overdue")
    ),
    "close that is forgotten": Agreement(
        lambda: wound_up().later(days=60), ("cohort_to_close", "cohort_not_closed")
    ),
    "close when it can": Agreement(lambda: closed().later(days=400), ("next_cohort_due", "next_cohort_late")),
    "pair that does not prepare": Agreement(
        lambda: pair().until(SPEC.kickoff + MONTH),
        ("prepare_pair", "preparation_reminder", "preparation_overdue"),
    ),
    "sessions": Agreement(
        silent,
        ("first_meeting_reminder", "first_meeting_overdue", "session_reminder", "session_log"),
    ),
    "phases": Agreement(silent, ("phase_begins", "phase_evidence")),
    "circles": Agreement(lambda: running().until(ENDS), ("circle_invitation",)),
    "mid-pilot": Agreement(
        silent,
        (
            *("pulse_invitation", "pulse_reminder", "milestone_invitation", "milestone_reminder"),
            *("midpoint_decision", "midpoint_defaulted"),
        ),
    ),
    "end of a pair": Agreement(
        silent,
        (
            *("endpoint_invitation", "endpoint_reminder", "pair_ended"),
            *("memo_due", "memo_reminder", "memo_overdue"),
        ),
    ),
}


@pytest.mark.parametrize("name", AGREEMENTS)
def test_every_message_goes_out_at_the_planned_instant(name: str) -> None:
    one = AGREEMENTS[name]
    instants = {(at, template) for at, template, *_ in one.sent()}
    assert sorted(instants) == sorted({(item.at, item.template) for item in one.planned()})
    assert {template for _, template in instants} == set(one.templates), "each of them was seen"


@pytest.mark.parametrize("name", AGREEMENTS)
def test_every_message_goes_to_those_of_the_plan(name: str) -> None:
    """Nobody is told twice of one thing, nobody of what is not for them, and all where all are meant."""
    one = AGREEMENTS[name]
    sent = one.sent()
    assert len(sent) == len(set(sent)), "told twice"
    reached: dict[tuple[datetime, str], set[str]] = {}
    for at, template, person, _ in sent:
        reached.setdefault((at, template), set()).add(person)
    for key, people in reached.items():
        items = [item for item in one.planned() if (item.at, item.template) == key]
        assert people <= {person for item in items for person in AUDIENCES[item.to or "pairs"]}, key
        counts = [item.people for item in items]
        spared = key[1] in CHOSEN_FEW or any(item.unless for item in items)
        if not spared and None not in counts:
            assert len(people) == sum(count or 0 for count in counts), key


def test_every_planned_message_has_a_template() -> None:
    assert {item.template for item in PLAN.items if item.template} <= set(TEMPLATES)


def test_a_cohort_that_is_closed_is_archived_when_planned() -> None:
    archived = next(item.at for item in PLAN.items if item.what == "The cohort is archived")
    assert closed().until(archived).state.phase == "archived"
    assert closed().until(archived - timedelta(seconds=1)).state.phase == "closed"


def test_everything_planned_was_compared() -> None:
    """A message that is planned and stands in no agreement would be a promise that nobody checks."""
    planned = {(item.template, item.what) for item in PLAN.items if item.template}
    compared = {
        (item.template, item.what) for one in AGREEMENTS.values() for item in one.planned() if item.template
    }
    assert planned == compared
