"""The commands by which a cohort is measured: surveys, the control group, observations (3.6 of the domain).
Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from turnabout.commands.base import ENGINE, LEAD, PARTNERS, Command
from turnabout.commands.pair_terms import Amount
from turnabout.model import Instant, Key, Line, Model, PersonId

SurveyWave = Literal["baseline", "endpoint"]
EmploymentKind = Literal["employed", "voluntary_exit", "involuntary_exit", "transfer", "level_change"]
"""`employed`: somebody was seen at work that day, so that whoever is lost is lost after it (K1). `transfer`:
to another part of the organisation, out of sight of this measurement."""

Choice = Annotated[int, Field(ge=0, le=10)]


class Employment(Model):
    """What HR knows of one person on one day; `level` is the new grade of a level change (K1, K4)."""

    person: PersonId
    on: date
    what: EmploymentKind
    level: Annotated[int, Field(ge=1, le=20)] | None = None
    source: Line

    @model_validator(mode="after")
    def _level_of_a_change(self) -> Employment:
        if (self.what == "level_change") != (self.level is not None):
            raise ValueError("a level belongs to a level_change, and only to one")
        return self

    @property
    def key(self) -> tuple[str, date, str, int]:
        """What makes it the same observation, whoever reports it."""
        return self.person, self.on, self.what, self.level or 0


class FreezeControls(Command):
    """Freeze the control group before the kickoff (R60). Without `people` it is the waiting list; with them,
    each must have opted in and be in no pair, and `rule` says how they were chosen."""

    type: Literal["freeze_controls"] = "freeze_controls"
    roles: ClassVar = LEAD
    people: tuple[PersonId, ...] = ()
    rule: Line | None = None


class AnswerSurvey(Command):
    """Answer the baseline or the endpoint (R55, R57). `form` names the instruments with their versions as the
    survey shows them, such as `house@1`; `answers` holds by item, such as `house.energy`, the number chosen
    (yes is 1, no 0). Nobody else reads them; an item may be left out."""

    type: Literal["answer_survey"] = "answer_survey"
    roles: ClassVar = PARTNERS
    wave: SurveyWave
    form: Line
    answers: Annotated[dict[Line, Choice], Field(min_length=1, max_length=200)]


class NoteFirstSession(Command):
    """Learn from a pair when its first session is (A10: until then a baseline is in time)."""

    type: Literal["note_first_session"] = "note_first_session"
    roles: ClassVar = ENGINE
    pair: str
    starts_at: Instant


class RecordEmployment(Command):
    """Record what HR knows of people's employment, also after the close (K1, K4). What is known already is
    left out, so a list may be given again with more in it."""

    type: Literal["record_employment"] = "record_employment"
    roles: ClassVar = LEAD
    rows: Annotated[tuple[Employment, ...], Field(min_length=1, max_length=200)]


class RecordMetric(Command):
    """Record a value of the tied metric on a day, of one pair or of the whole cohort, also after the close
    (R44, K12). `metric` and `unit` are those of the
    priority metric where None. Of a proportion give `exposures`, the number that
    it is out of."""

    type: Literal["record_metric"] = "record_metric"
    roles: ClassVar = LEAD | PARTNERS
    pair: Key | None = None
    metric: Line | None = None
    unit: Line | None = None
    on: date
    value: Amount
    exposures: Annotated[int, Field(ge=1)] | None = None
    source: Line


CohortMeasurementCommand = FreezeControls | AnswerSurvey | NoteFirstSession | RecordEmployment | RecordMetric
