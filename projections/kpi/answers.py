"""What people answered, as far as the KPIs count it: the waves of the cohort, and the ratings of pairs. Pure.

These fields are sealed: whoever folds them has read the log with the persons' keys. What is erased reads
None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from events.base import Event
from events.cohort_measurement import SurveyAnswered, SurveyOpened
from events.contracts import StoredEvent
from events.pair_closing import EndpointAnswered, EndpointClosed
from events.pair_pulse import PulseAnswered, PulseClosed
from events.sealing import SEALED
from projections.kpi.facts import END_WAVE, Answered, Facts, Rated
from projections.projection import place
from turnabout.errors import InternalError
from turnabout.instruments import scores


def _opened(found: Facts, event: StoredEvent) -> None:
    """An endpoint that asks other questions than the baseline cannot be compared with it (R59)."""
    if event.data["wave"] == "endpoint":
        found.comparable = event.data["comparable"]


def _answered(found: Facts, event: StoredEvent) -> None:
    data = event.data
    given = _open(data["answers"])
    scored = None if given is None else scores(found.spec.instruments, given)
    wave = found.surveys.setdefault(data["wave"], {})
    wave[data["respondent"]] = Answered(found.day(event.occurred_at), scored, data["late"])


def _pulse(found: Facts, event: StoredEvent) -> None:
    _rate(found, event, f"pulse {event.data['wave']}")


def _endpoint(found: Facts, event: StoredEvent) -> None:
    _rate(found, event, END_WAVE)


def _rate(found: Facts, event: StoredEvent, wave: str) -> None:
    data, pair = event.data, str(place(event.stream).pair)
    given = Rated(*(_open(data[name]) for name in ("progress", "safety", "recommend")))
    found.ratings.setdefault(wave, {})[pair, data["respondent"]] = given


def _pulse_closed(found: Facts, event: StoredEvent) -> None:
    found.closed.add((f"pulse {event.data['wave']}", str(place(event.stream).pair)))


def _endpoint_closed(found: Facts, event: StoredEvent) -> None:
    found.closed.add((END_WAVE, str(place(event.stream).pair)))


def _open(value: Any) -> Any:
    if value == SEALED:
        raise InternalError(
            "The KPIs were asked of answers that are sealed.", hint="Read them with the keys."
        )
    return value


ANSWERS: Mapping[type[Event], Callable[[Facts, StoredEvent], None]] = {
    SurveyOpened: _opened,
    SurveyAnswered: _answered,
    PulseAnswered: _pulse,
    PulseClosed: _pulse_closed,
    EndpointAnswered: _endpoint,
    EndpointClosed: _endpoint_closed,
}
"""By event, what it changes."""
