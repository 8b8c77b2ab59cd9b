"""Answers to the waves of a cohort, and its endpoint (T15, R57-R59, G17). Pure.

The endpoint asks what the baseline asked, of everybody who was in a pair, whatever became of it, and of the
controls. Pairs ask their two for progress, safety and recommendation in the same days: one survey, with a
section for each partner, so their people are invited by the pair and reminded here once.
"""

from __future__ import annotations

from datetime import datetime

from events.base import Event
from events.cohort_measurement import SurveyAnswered, SurveyClosed, SurveyOpened
from turnabout import schedule
from turnabout.commands.cohort_measurement import AnswerSurvey, SurveyWave
from turnabout.errors import Rejected
from turnabout.instruments import form_of, questions
from workflows.rules.cohort_baseline import REPORT, is_late
from workflows.rules.cohort_measurement_state import Survey
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

ASKING = frozenset({"baseline", "survey"})
"""The kinds of items that ask people to answer."""
CLOSING = "survey:close"


def answer(state: CohortState, command: AnswerSurvey, moment: Moment) -> list[Event]:
    """Take somebody's answers; what they are decides nothing here."""
    who, wave = moment.actor.id, command.wave
    survey = state.measurement.surveys.get(wave)
    if survey is None or survey.closed or moment.now >= survey.closes_at:
        rule = "T6" if wave == "baseline" else "T15"
        raise Rejected(rule, f"the {wave} is not open.", hint="The invitation says when it is.")
    if who not in survey.people:
        raise Rejected("R55", f"{who} is not asked in this wave.", hint="It asks pairs and controls only.")
    if who in state.declined:
        raise Rejected("R102", "you have left the program.", hint="Nothing is asked of you any more.")
    if who in survey.answered:
        raise Rejected("R58", f"you have answered the {wave}.", hint="Nothing to do.")
    if command.form != survey.form:
        raise Rejected(
            "R59",
            f"this {wave} asks {survey.form}, not {command.form}.",
            hint="Waves are compared only where all answered the same questions: open the survey anew.",
        )
    _check(state, command)
    late = wave == "baseline" and is_late(state, who, moment.now)
    known = survey.answered | {who}
    return [
        SurveyAnswered(
            wave=wave,
            form=command.form,
            respondent=who,
            answers=dict(command.answers),
            late=late,
            settles=_settled(state, survey, wave, known),
        )
    ]


def _check(state: CohortState, command: AnswerSurvey) -> None:
    asked = questions(state.spec.instruments)
    for name, value in command.answers.items():
        if name not in asked:
            raise Rejected("R59", f"{name} is no question of {command.form}.", hint="Open the survey anew.")
        low, high = asked[name]
        if not low <= value <= high:
            raise Rejected("R59", f"{name} is answered from {low} to {high}.", hint="Choose one of these.")


def _settled(
    state: CohortState, survey: Survey, wave: SurveyWave, answered: frozenset[str]
) -> tuple[str, ...]:
    """The items that nobody has to be asked for any more."""
    done = [
        item
        for item, one in state.ledger.open.items()
        if one.chase.kind == ("baseline" if wave == "baseline" else "survey")
        and all(person in answered for step in one.chase.steps for person in step.to)
    ]
    if wave == "baseline" and all(person in answered for person in survey.people):
        done += state.ledger.still_open(REPORT)
    return tuple(done)


def open_endpoint(state: CohortState, now: datetime) -> list[Event]:
    """The baseline ends, and the last wave asks the same."""
    baseline = state.measurement.surveys.get("baseline")
    events = close(state, "baseline") if baseline else []
    people = _finishing(state, now)
    closes_at = schedule.endpoint_closes(state.spec, state.policy)
    if not state.policy.measurement.waves or not people or now >= closes_at:
        return events
    planner, form = Planner(state, now), form_of(state.spec.instruments)
    inside = tuple(person for person in people if person in state.engaged)
    outside = tuple(person for person in people if person not in state.engaged)
    reminders = [(at, "survey_reminder") for at in schedule.endpoint_reminders(state.spec, state.policy)]
    clock = state.clock
    opened = SurveyOpened(
        wave="endpoint",
        form=form,
        people=people,
        closes_at=closes_at,
        comparable=baseline is not None and baseline.form == form,
        opens=(
            *planner.chase(
                "survey",
                "survey",
                clock.prompts([(now, "survey_invitation"), *reminders], outside, now=now, until=closes_at),
                clock.prompts(reminders[-1:], inside, now=now, until=closes_at),
            ),
            *planner.chase(CLOSING, "survey_close", planner.expire(closes_at)),
        ),
    )
    return [*events, opened]


def _finishing(state: CohortState, now: datetime) -> tuple[str, ...]:
    """Who was in a pair and has not left the program, and the controls; nobody who was asked in the last days
    (G17)."""
    known, gap = state.measurement, state.policy.measurement.survey_gap
    once = {person for pair in state.pairs.values() for person in pair.people}
    today = schedule.day_of(state.spec, now)

    def rested(person: str) -> bool:
        asked = known.asked.get(person)
        return asked is None or (today - schedule.day_of(state.spec, asked)).days >= gap

    return tuple(
        person
        for person in state.roster
        if (person in once or person in (known.controls or ()))
        and person not in state.declined
        and rested(person)
    )


def close(state: CohortState, wave: SurveyWave) -> list[Event]:
    """A wave takes no answers any more; nothing where it is not open."""
    survey = state.measurement.surveys.get(wave)
    if survey is None or survey.closed:
        return []
    kinds = (
        {"baseline", "baseline_report", "first_session"} if wave == "baseline" else {"survey", "survey_close"}
    )
    items = tuple(item for item, one in state.ledger.open.items() if one.chase.kind in kinds)
    return [
        SurveyClosed(
            wave=wave,
            asked=len(survey.people),
            answered=len(survey.answered),
            late=len(survey.late),
            settles=items,
        )
    ]


def silent(state: CohortState, kind: str, people: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a step who may still be asked: who has not answered, is still with the program, and whose
    pairs are not all at rest (G20)."""
    survey = state.measurement.surveys.get("baseline" if kind == "baseline" else "endpoint")
    left = survey.silent if survey else ()
    return tuple(
        person
        for person in people
        if person in left and person not in state.declined and person not in state.on_hold
    )


RULES: Rules[CohortState] = {
    AnswerSurvey: answer,
}
