"""The sentences of the timeline that are about a pair's work and the mentors' circles. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.base import Event
from events.cohort_circles import CircleHeld, CircleOpened
from events.pair_practice import (
    DecisionChanged,
    DecisionImplemented,
    DecisionMeasured,
    ExperimentRecorded,
    FeedbackGiven,
    InsightRecorded,
    PhaseCompleted,
    PhaseEntered,
    PhaseOverdue,
)
from events.pair_reshuffle import PairExtended
from turnabout.evidence import Evidence, words

Data = dict[str, Any]


def _missing(data: Data) -> str:
    return ", ".join(words(Evidence.model_validate(one)) for one in data["missing"])


PRACTICE: dict[type[Event], str | Callable[[Data], str]] = {
    CircleOpened: lambda data: (
        f"The mentors were invited to their circle of week {data['week']}."
        if data["mentors"]
        else f"No circle in week {data['week']}: too few mentors are at work."
    ),
    CircleHeld: lambda data: (
        f"{len(data['attended'])} of the mentors met in the circle of week {data['week']}."
    ),
    PhaseEntered: lambda data: f"The phase {data['name']} began.",
    PhaseOverdue: lambda data: f"The phase {data['name']} is over; still missing: {_missing(data)}.",
    PhaseCompleted: lambda data: (
        f"The phase {data['name']} has all of its evidence{', late' if data['late'] else ''}."
    ),
    FeedbackGiven: lambda data: (
        f"Draft {data['deliverable']} has feedback{'' if data['in_time'] else ', late'}."
    ),
    ExperimentRecorded: lambda data: f"Experiment {data['number']} was recorded: {data['verdict']}.",
    InsightRecorded: lambda data: f"Insight {data['number']} was written down.",
    DecisionChanged: lambda data: f"Insight {data['insight']} changed a decision.",
    DecisionImplemented: lambda data: f"The decision from insight {data['insight']} is carried out.",
    DecisionMeasured: lambda data: f"What came of insight {data['insight']} was measured: {data['outcome']}.",
    PairExtended: lambda data: f"The pair has more time, to {data['ends_on']}.",
}
