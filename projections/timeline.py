"""What happened in a cohort, line by line in plain words. Pure fold; the words are in `sentences.py`.

For the demo, the lead and support; not for sponsors: it names pairs. Nudges are in the reminder log.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from events.cohort_governance import CohortPlanned
from events.contracts import StoredEvent
from projections.projection import Batch, Projection, Table, at, place, wire
from projections.sentences import SENTENCES, sentence
from projections.weeks import week_of, week_one
from turnabout.presets import preset
from turnabout.spec import CohortSpec


@dataclass
class Frame:
    """What turns an instant into a week and a phase of the cohort."""

    cohort: str
    timezone: str
    week_one: str
    preset: str
    weeks: int


@dataclass
class Line:
    """Something that happened."""

    position: int
    cohort: str
    stream: str
    occurred_at: str
    week: int
    phase: str
    type: str
    what: str


FRAMES = Table("frames", Frame, key=("cohort",), scope="cohort")
LINES = Table("lines", Line, key=("position",))

_FIRST = wire(CohortPlanned)

timeline = Projection("timeline", __file__, version=1, tables=(FRAMES, LINES))


@timeline.on(*SENTENCES)
def happened(batch: Batch, event: StoredEvent) -> None:
    if event.type == _FIRST:
        _plan(batch, event)
    frame = batch[FRAMES].find(place(event.stream).cohort)
    if frame is None:
        raise LookupError("an event came before its cohort's first")
    week = week_of(event.occurred_at, frame.week_one, frame.timezone)
    batch[LINES].put(
        Line(
            position=event.position,
            cohort=frame.cohort,
            stream=event.stream,
            occurred_at=at(event),
            week=week,
            phase=_phase(frame.preset, frame.weeks, week),
            type=event.type,
            what=sentence(event),
        )
    )


def _plan(batch: Batch, event: StoredEvent) -> None:
    spec = CohortSpec.model_validate(event.data["spec"])
    batch[FRAMES].put(
        Frame(
            cohort=place(event.stream).cohort,
            timezone=spec.timezone,
            week_one=week_one(spec.kickoff_on),
            preset=spec.preset,
            weeks=event.data["shape"]["weeks"],
        )
    )


@lru_cache(maxsize=1024)
def _phase(name: str, weeks: int, week: int) -> str:
    if week < 1:
        return "before kickoff"
    if week > weeks:
        return "after the program"
    return preset(name, weeks).phase_of(week)
