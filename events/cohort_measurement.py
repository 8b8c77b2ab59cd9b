"""What a cohort's measurement records: waves, the control group, observations. Answers are sealed, and no
decision of the cohort depends on one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.commands.cohort_measurement import EmploymentKind, SurveyWave
from turnabout.instruments import Answers
from turnabout.model import Instant, Line, PersonId


class ControlGroupFrozen(Chasing):
    """Who the pairs' people are compared with, fixed before the kickoff (R60): the rule of the choice,
    SHA-256 of the sorted ids joined by newlines, and how many they are."""

    type: Literal["cohort.control_group_frozen"] = "cohort.control_group_frozen"
    by: PersonId
    rule: Line
    people: tuple[PersonId, ...]
    members_hash: str
    n: int


class ComparisonRefused(Event):
    """The kickoff was held without a frozen control group: nothing of this cohort is ever compared."""

    type: Literal["cohort.comparison_refused"] = "cohort.comparison_refused"
    reason: Line


class SurveyOpened(Chasing):
    """A wave asks these people, each once (G17); `form` names the instruments and their versions. It takes
    answers until `closes_at`. An endpoint is `comparable` that asks what the baseline asked (R59)."""

    type: Literal["cohort.survey_opened"] = "cohort.survey_opened"
    wave: SurveyWave
    form: Line
    people: tuple[PersonId, ...]
    closes_at: Instant
    comparable: bool = True


class SurveyExtended(Chasing):
    """Somebody who came later is asked too, from `asks_at` on."""

    type: Literal["cohort.survey_extended"] = "cohort.survey_extended"
    wave: SurveyWave
    people: tuple[PersonId, ...]
    asks_at: Instant


class SurveyAnswered(Chasing):
    """Somebody answered. A `late` baseline came after the first session and stays out of pre/post (A10)."""

    type: Literal["cohort.survey_answered"] = "cohort.survey_answered"
    wave: SurveyWave
    form: Line
    respondent: PersonId
    answers: Annotated[Answers | None, Sealed("respondent")]
    late: bool = False


class FirstSessionNoted(Chasing):
    """A pair's first session is at this time, as far as is known."""

    type: Literal["cohort.first_session_noted"] = "cohort.first_session_noted"
    pair: str
    starts_at: Instant


class BaselineFlaggedLate(Event):
    """These people began their sessions, or the controls their weeks, without a baseline (G5). Nothing is
    held back because of it."""

    type: Literal["cohort.baseline_flagged_late"] = "cohort.baseline_flagged_late"
    people: tuple[PersonId, ...]


class SurveyClosed(Chasing):
    """A wave is over: how many were asked, answered, and answered late."""

    type: Literal["cohort.survey_closed"] = "cohort.survey_closed"
    wave: SurveyWave
    asked: int
    answered: int
    late: int


class EmploymentObserved(Event):
    """What HR knows of one person on one day; `level` is the new grade of a level change."""

    type: Literal["cohort.employment_observed"] = "cohort.employment_observed"
    by: PersonId
    person: PersonId
    on: date
    what: EmploymentKind
    level: int | None = None
    source: Line


class MetricObserved(Event):
    """A value of the tied metric on a day: of one pair, or of the whole cohort (None); a proportion has
    `exposures`, the number that it is out of."""

    type: Literal["cohort.metric_observed"] = "cohort.metric_observed"
    by: PersonId
    pair: str | None
    metric: Line
    unit: Line
    on: date
    value: float
    exposures: int | None = None
    source: Line


CohortMeasurementEvent = (
    ControlGroupFrozen
    | ComparisonRefused
    | SurveyOpened
    | SurveyExtended
    | SurveyAnswered
    | FirstSessionNoted
    | BaselineFlaggedLate
    | SurveyClosed
    | EmploymentObserved
    | MetricObserved
)
