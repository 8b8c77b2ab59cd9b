"""What a cohort knows after an event of its measurement. Pure; an answer itself is not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from events.cohort_corrections import EmploymentCorrected
from events.cohort_measurement import (
    BaselineFlaggedLate,
    ControlGroupFrozen,
    EmploymentObserved,
    FirstSessionNoted,
    MetricObserved,
    SurveyAnswered,
    SurveyClosed,
    SurveyExtended,
    SurveyOpened,
)
from turnabout.commands.cohort_measurement import Employment
from workflows.rules.cohort_measurement_state import Measurement, Survey
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Folds


def frozen(state: CohortState, event: ControlGroupFrozen, _: datetime) -> CohortState:
    return _with(state, replace(state.measurement, controls=event.people))


def opened(state: CohortState, event: SurveyOpened, at: datetime) -> CohortState:
    known = state.measurement
    survey = Survey(event.form, event.people, event.closes_at)
    asked = {**known.asked, **dict.fromkeys(event.people, at)}
    surveys = MappingProxyType({**known.surveys, event.wave: survey})
    return _with(state, replace(known, surveys=surveys, asked=MappingProxyType(asked)))


def extended(state: CohortState, event: SurveyExtended, _: datetime) -> CohortState:
    known = state.measurement
    asked = {**known.asked, **dict.fromkeys(event.people, event.asks_at)}
    state = _with(state, replace(known, asked=MappingProxyType(asked)))
    survey = known.surveys.get(event.wave)
    if survey is None:
        return state
    more = replace(survey, people=(*survey.people, *event.people), extensions=survey.extensions + 1)
    return _survey(state, event.wave, more)


def answered(state: CohortState, event: SurveyAnswered, _: datetime) -> CohortState:
    survey = state.measurement.surveys.get(event.wave)
    if survey is None:
        return state
    late = survey.late | {event.respondent} if event.late else survey.late
    return _survey(
        state, event.wave, replace(survey, answered=survey.answered | {event.respondent}, late=late)
    )


def closed(state: CohortState, event: SurveyClosed, _: datetime) -> CohortState:
    survey = state.measurement.surveys.get(event.wave)
    return state if survey is None else _survey(state, event.wave, replace(survey, closed=True))


def first_session(state: CohortState, event: FirstSessionNoted, _: datetime) -> CohortState:
    sessions = {**state.measurement.first_sessions, event.pair: event.starts_at}
    return _with(state, replace(state.measurement, first_sessions=MappingProxyType(sessions)))


def flagged(state: CohortState, event: BaselineFlaggedLate, _: datetime) -> CohortState:
    return _with(state, replace(state.measurement, flagged=state.measurement.flagged | set(event.people)))


def employed(state: CohortState, event: EmploymentObserved, _: datetime) -> CohortState:
    row = Employment(
        person=event.person, on=event.on, what=event.what, level=event.level, source=event.source
    )
    return _told(state, dict(state.measurement.employment), row)


def employment_corrected(state: CohortState, event: EmploymentCorrected, _: datetime) -> CohortState:
    """What was wrong stays known, so that a list that still says it changes nothing."""
    holds = {
        version: row for version, row in state.measurement.employment.items() if version != event.corrects
    }
    if event.what is None or event.on is None:
        return _with(state, replace(state.measurement, employment=MappingProxyType(holds)))
    row = Employment(
        person=event.person, on=event.on, what=event.what, level=event.level, source=event.source
    )
    return _told(state, holds, row)


def _told(state: CohortState, holds: dict[int, Employment], row: Employment) -> CohortState:
    holds[state.record.version + 1] = row
    known = replace(
        state.measurement, employment=MappingProxyType(holds), told=state.measurement.told | {row.key}
    )
    return _with(state, known)


def measured(state: CohortState, event: MetricObserved, _: datetime) -> CohortState:
    key = event.pair or "", event.metric, event.on, event.source
    metrics = {**state.measurement.metrics, key: (event.value, event.exposures or 0)}
    return _with(state, replace(state.measurement, metrics=MappingProxyType(metrics)))


def _with(state: CohortState, measurement: Measurement) -> CohortState:
    return replace(state, measurement=measurement)


def _survey(state: CohortState, wave: str, survey: Survey) -> CohortState:
    surveys = MappingProxyType({**state.measurement.surveys, wave: survey})
    return _with(state, replace(state.measurement, surveys=surveys))


FOLDS: Folds[CohortState] = {
    ControlGroupFrozen: frozen,
    SurveyOpened: opened,
    SurveyExtended: extended,
    SurveyAnswered: answered,
    SurveyClosed: closed,
    FirstSessionNoted: first_session,
    BaselineFlaggedLate: flagged,
    EmploymentObserved: employed,
    EmploymentCorrected: employment_corrected,
    MetricObserved: measured,
}
