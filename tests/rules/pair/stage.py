"""A pair for tests: its people and terms, and scenes that commands have brought it to."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from events.contracts import Notify
from tests.rules.bdd import Scene, given
from turnabout.commands.pair_care import ConsentToResume, RaiseConcern
from turnabout.commands.pair_closing import AnswerEndpoint
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
from turnabout.commands.pair_pulse import AnswerPulse
from turnabout.commands.pair_sessions import LogSession
from turnabout.commands.pair_terms import Terms
from turnabout.policy import Policy
from turnabout.presets import PresetName, preset, preset_policy
from turnabout.spec import Metric
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState

MENTOR, MENTEE, LEAD, STEWARD, SYSTEM = "mentor", "mentee", "lead", "steward", "system"
BOTH = (MENTOR, MENTEE)
FORMED = "2026-02-23T09:00Z"
KICKOFF = "2026-03-02T09:00Z"
"""A Monday, 10:00 in Berlin; clocks change on 29 March."""
GOAL = ProposeGoal(
    statement="The mentee will publish 3 platform-specific posts and gain 250 followers in 12 weeks.",
    metric="Followers",
    baseline=1200,
    target=1450,
)
CADENCE = AgreeCadence(weekday=2, at=time(14), timezone="Europe/Berlin", minutes=60, channel="video")
EXCHANGE = AgreeExchange(teaches="short video", gives="how budgets are decided")

CONCERN = RaiseConcern(text="I do not dare to disagree", about_safety=True)

Pair = Scene[PairState]


SECRET = "5ec2e7" + "0" * 58
"""A pair's lot."""


def policy(
    name: PresetName = "sprint_90", *, decoys: int = 0, between: int = 0, secret: bool = False
) -> Policy:
    """The house policy; nobody is drawn for a check-in, unless told: in a wave or between two, by the seed or
    by a lot that is drawn outside."""
    drawn = {"decoys": decoys, "decoys_between": between, "secret_lot": secret}
    return preset_policy(name, Policy(safety=Policy().safety.model_copy(update=drawn)))


def terms(**changes: Any) -> Terms:
    """A `sprint_90` pair in Berlin, its steward in New York."""
    name = changes.get("preset", "sprint_90")
    shape = preset(name)
    fields = {
        "cohort": "q1",
        "program": "reverse",
        "number": 7,
        "mentor": MENTOR,
        "mentee": MENTEE,
        "lead": LEAD,
        "steward": STEWARD,
        "support_contact": "contact",
        "zones": {MENTOR: "Europe/Berlin", MENTEE: "Europe/Berlin", STEWARD: "America/New_York"},
        "timezone": "Europe/Berlin",
        "preset": name,
        "weeks": shape.weeks,
        "kickoff": KICKOFF,
        "first_week_on": date(2026, 3, 2),
        "ends_on": date.fromordinal(date(2026, 3, 2).toordinal() + 7 * shape.weeks),
        "pulse_weeks": shape.pulse_weeks,
        "decision_week": shape.decision_week,
        "session_minutes": shape.session_minutes,
        "interval_weeks": shape.interval_weeks,
        "metric": Metric(name="Followers", unit="followers", source="channel statistics"),
        "policy": policy(name),
    }
    return Terms.model_validate({**fields, **changes})


def formed(**changes: Any) -> Pair:
    return given(PAIR, at=FORMED).when(FormPair(terms=terms(**changes)))


def prepared(**changes: Any) -> Pair:
    """Everything is in place but the kickoff."""
    scene = formed(**changes)
    for command, by in (
        (EXCHANGE, MENTOR),
        (CADENCE, MENTEE),
        (GOAL, MENTEE),
        (RateGoal(attainability=4), MENTOR),
        (RateGoal(attainability=3), MENTEE),
        (ConfirmGoal(), LEAD),
        (SignGroundRules(), MENTOR),
        (SignGroundRules(), MENTEE),
    ):
        scene = scene.when(command, by=by)
        assert scene.rejection is None, scene.rejection
    return scene


def active(**changes: Any) -> Pair:
    """Active since the kickoff; sessions on Wednesdays at 14:00 in Berlin, from 4 March on."""
    return prepared(**changes).until(KICKOFF).when(NoteKickoffAttended(people=BOTH), at=KICKOFF)


def held(scene: Pair, *numbers: int, deliverables: tuple[str, ...] = ()) -> Pair:
    """These sessions took place and were logged an hour after their end."""
    for number in numbers:
        session = scene.state.sessions[number]
        scene = scene.until(session.ends_at).later(hours=1)
        scene = scene.when(LogSession(number=number, deliverables=deliverables), by=MENTOR)
        assert scene.rejection is None, scene.rejection
    return scene


def in_pulse(**changes: Any) -> Pair:
    """Monday of week 6: five sessions held, each with something produced, and the pulse is open."""
    return held(active(**changes), 1, 2, 3, 4, 5, deliverables=("a draft",)).until("2026-04-06T07:00Z")


def pulse(progress: int = 4, safety: int = 4) -> AnswerPulse:
    return AnswerPulse(progress=progress, safety=safety, recommend=True)


def endpoint(safety: int = 4) -> AnswerEndpoint:
    return AnswerEndpoint(progress=4, safety=safety, recommend=True)


def paused(**changes: Any) -> Pair:
    """The mentee rated safety 2 in the pulse of week 6."""
    return in_pulse(**changes).when(pulse(safety=2), by=MENTEE)


def resumed(scene: Pair) -> Pair:
    for who in (STEWARD, MENTOR, MENTEE):
        scene = scene.when(ConsentToResume(), by=who)
        assert scene.rejection is None, scene.rejection
    return scene


def notified(scene: Pair) -> list[tuple[str, tuple[str, ...]]]:
    """The messages that the last command (or `until`) asked for, and to whom."""
    return [(effect.template, effect.to) for effect in scene.effects if isinstance(effect, Notify)]
