"""G17, R58: at most one survey a person in seven days, over all presets, lengths, weekdays and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from events.cohort_measurement import SurveyOpened
from events.pair_closing import EndpointOpened
from events.pair_pulse import PulseOpened
from tests.rules.bdd import Scene, given
from tests.rules.cohort import world
from turnabout import schedule
from turnabout.commands.base import Command
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
from turnabout.commands.pair_terms import Terms
from turnabout.presets import LENGTHS
from turnabout.spec import CohortSpec
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState

GAP = 7
ALL = [(name, weeks) for name, (least, most, _) in LENGTHS.items() for weeks in range(least, most + 1)]


def spec_of(name: str, weeks: int, kickoff_on: date, holidays: tuple[date, ...] = ()) -> CohortSpec:
    return world.make_spec(preset=name, weeks=weeks, kickoff_on=kickoff_on, holidays=holidays)


def far_enough(days: list[date]) -> bool:
    return all((later - earlier).days >= GAP for earlier, later in pairwise(sorted(days)))


@pytest.mark.parametrize(("name", "weeks"), ALL)
def test_planned_surveys_are_a_week_apart(name: str, weeks: int) -> None:
    for weekday in range(5):
        kickoff_on = date(2026, 3, 2) + timedelta(days=weekday)
        for holidays in holidays_of(spec_of(name, weeks, kickoff_on)):
            spec = spec_of(name, weeks, kickoff_on, holidays)
            asked = schedule.survey_weeks(spec, spec.rules, spec.shape.pulse_weeks)
            opens = [schedule.pulse_opens(spec, week) for week in asked]
            opens += [schedule.baseline_opens(spec, spec.rules), schedule.endpoint_opens(spec)]
            assert far_enough([schedule.day_of(spec, at) for at in opens]), (weekday, holidays)
            assert spec.shape.decision_week in asked, "the midpoint keeps its pulse"


def holidays_of(spec: CohortSpec) -> Iterator[tuple[date, ...]]:
    """None; and a holiday on the Monday of each pulse, which moves it towards what comes after."""
    yield ()
    for week in spec.shape.pulse_weeks:
        yield (schedule.week_starts(spec, week),)


def step(scene: Scene[PairState], command: Command, by: str) -> Scene[PairState]:
    after = scene.when(command, by=by)
    assert after.rejection is None, f"{command.type}: {after.rejection}"
    return after


def active(terms: Terms, formed: datetime, at: datetime) -> Scene[PairState]:
    """A pair that is prepared at a time."""
    scene = step(given(PAIR, at=formed), FormPair(terms=terms), "system").until(at)
    cadence = AgreeCadence(weekday=2, at=time(14), timezone=terms.timezone, minutes=60, channel="video")
    goal = ProposeGoal(
        statement=f"The mentee will publish 3 posts and gain 250 followers by {terms.ends_on}.",
        metric="followers",
        baseline=50,
        target=250,
        unit="followers",
        due_on=terms.ends_on,
    )
    scene = step(scene, AgreeExchange(teaches="video", gives="strategy"), terms.mentor)
    scene = step(step(scene, cadence, terms.mentee), goal, terms.mentee)
    for who in (terms.mentor, terms.mentee):
        scene = step(step(scene, RateGoal(attainability=4), who), SignGroundRules(), who)
    scene = step(scene, ConfirmGoal(), terms.lead)
    return step(scene, NoteKickoffAttended(people=(terms.mentor, terms.mentee)), "system")


@pytest.mark.parametrize(
    ("name", "weeks"),
    [("skills_sprint", 8), ("sprint_90", 12), ("monthly_dialogue", 26)]
    + [("behaviour_change", weeks) for weeks in (17, 18, 19, 24, 25)],
)
def test_what_opens_is_a_week_apart(name: str, weeks: int) -> None:
    """The deciders themselves, with a holiday on the last pulse's Monday; the endpoints are one survey."""
    spec = spec_of(name, weeks, date(2026, 3, 3))
    spec = spec_of(name, weeks, spec.kickoff_on, (schedule.week_starts(spec, spec.shape.pulse_weeks[-1]),))
    cohort = world.running(spec)
    terms = world.arranged(cohort)[0].terms
    cohort = cohort.until(schedule.endpoint_closes(spec, spec.rules))
    kickoff = spec.kickoff + timedelta(hours=2)
    pair = active(terms, spec.kickoff - timedelta(days=20), kickoff).until(cohort.at)
    days: dict[str, date] = {}
    for at, event in (*cohort.history, *pair.history):
        if isinstance(event, SurveyOpened):
            days[event.wave] = schedule.day_of(spec, at)
        elif isinstance(event, EndpointOpened):
            assert days["endpoint"] == schedule.day_of(spec, at)
        elif isinstance(event, PulseOpened):
            days[f"pulse {event.wave}"] = schedule.day_of(spec, at)
    assert {"baseline", "endpoint", "pulse 1"} <= set(days)
    assert far_enough(list(days.values())), days


def test_a_pulse_in_the_week_of_the_endpoint_is_left_out() -> None:
    spec = spec_of("behaviour_change", 18, date(2026, 3, 3))
    assert spec.shape.pulse_weeks == (6, 12, 18)
    assert schedule.survey_weeks(spec, spec.rules, spec.shape.pulse_weeks) == (6, 12)
    free = spec.rules.model_copy(
        update={"measurement": spec.rules.measurement.model_copy(update={"survey_gap": 0})}
    )
    assert schedule.survey_weeks(spec, free, spec.shape.pulse_weeks) == (6, 12, 18)


def test_late_pairs_of_one_mentor_ask_a_week_apart() -> None:
    """Two pairs that are late for all pulses, a week from one another, with a holiday on the first one's
    Monday: their own pulses open on Mondays, together or a week apart."""
    spec = spec_of("monthly_dialogue", 26, date(2026, 3, 3))
    after = schedule.pulse_closes(spec, spec.rules, 13)
    holiday = schedule.monday_of(schedule.day_of(spec, after)) + timedelta(weeks=4)
    spec = spec_of("monthly_dialogue", 26, spec.kickoff_on, (holiday,))
    terms = world.arranged(world.ready(spec))[0].terms
    days = []
    for begins in (after + timedelta(days=1), after + timedelta(days=8)):
        late = terms.model_copy(update={"pulse_weeks": (), "decision_week": None})
        pair = active(late, begins - timedelta(days=1), begins).until(begins + timedelta(weeks=7))
        days += [schedule.day_of(spec, at) for at, event in pair.history if isinstance(event, PulseOpened)]
    assert len(days) == 2
    assert days[0] == days[1] or far_enough(days)
    assert {day.weekday() for day in days} == {0}
