"""Who was asked in which wave and who has answered, so that the lead can speak to the silent. Pure fold.

For the lead and the analyst. It holds no answer; not for sponsors: it names people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.cohort_changes import PersonExited
from events.cohort_enrolment import PersonDeclined
from events.cohort_measurement import (
    BaselineFlaggedLate,
    ControlGroupFrozen,
    SurveyAnswered,
    SurveyClosed,
    SurveyExtended,
    SurveyOpened,
)
from events.cohort_people import PersonWithdrew
from events.cohort_running import PairEndNoted
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class Control:
    """Somebody of the frozen control group."""

    cohort: str
    person: str


@dataclass
class Asked:
    """One person in one wave. `late`: there was no answer when it had to be in (A10); `gone`: they left the
    program without one."""

    cohort: str
    wave: str
    person: str
    control: bool
    asked_at: str
    answered_at: str | None = None
    late: bool = False
    gone: bool = False


@dataclass
class Wave:
    """A wave: what it asks, and until when. `comparable`: it asks what the baseline asked (R59)."""

    cohort: str
    wave: str
    form: str
    opened_at: str
    closes_at: str
    comparable: bool
    closed_at: str | None = None


CONTROLS = Table("controls", Control, key=("cohort", "person"), scope="cohort")
ASKED = Table("asked", Asked, key=("cohort", "wave", "person"), scope="cohort")
WAVES = Table("waves", Wave, key=("cohort", "wave"), scope="cohort")

survey_status = Projection("survey_status", __file__, version=2, tables=(CONTROLS, ASKED, WAVES))


@survey_status.on(ControlGroupFrozen)
def frozen(batch: Batch, event: StoredEvent) -> None:
    for person in event.data["people"]:
        batch[CONTROLS].put(Control(place(event.stream).cohort, person))


@survey_status.on(SurveyOpened)
def opened(batch: Batch, event: StoredEvent) -> None:
    _ask(batch, event, at(event))
    cohort, data = place(event.stream).cohort, event.data
    batch[WAVES].put(
        Wave(cohort, data["wave"], data["form"], at(event), data["closes_at"], data["comparable"])
    )


@survey_status.on(SurveyExtended)
def extended(batch: Batch, event: StoredEvent) -> None:
    _ask(batch, event, event.data["asks_at"])


def _ask(batch: Batch, event: StoredEvent, asked_at: str) -> None:
    cohort = place(event.stream).cohort
    for person in event.data["people"]:
        control = batch[CONTROLS].find(cohort, person) is not None
        batch[ASKED].put(Asked(cohort, event.data["wave"], person, control, asked_at))


@survey_status.on(SurveyAnswered)
def answered(batch: Batch, event: StoredEvent) -> None:
    row = batch[ASKED].change(place(event.stream).cohort, event.data["wave"], event.data["respondent"])
    row.answered_at, row.late = at(event), event.data["late"]


@survey_status.on(BaselineFlaggedLate)
def flagged(batch: Batch, event: StoredEvent) -> None:
    for person in event.data["people"]:
        batch[ASKED].change(place(event.stream).cohort, "baseline", person).late = True


@survey_status.on(SurveyClosed)
def closed(batch: Batch, event: StoredEvent) -> None:
    batch[WAVES].change(place(event.stream).cohort, event.data["wave"]).closed_at = at(event)


@survey_status.on(PersonDeclined, PersonWithdrew, PersonExited, PairEndNoted)
def left(batch: Batch, event: StoredEvent) -> None:
    people: Iterable[str] = event.data["left"] if "left" in event.data else (event.data["person"],)
    for row in batch[ASKED].under(place(event.stream).cohort):
        if row.person in people and row.answered_at is None:
            batch[ASKED].change(row.cohort, row.wave, row.person).gone = True
