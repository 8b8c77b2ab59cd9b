"""Calendar files on request, folded from the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities.invites import published
from events.base import Event
from events.contracts import StoredEvent
from events.invites import Series
from turnabout.errors import Rejected
from workflows.rules.pair import PAIR
from workflows.rules.pair_invites import published as series_of
from workflows.rules.pair_state import PairState


def of_pair(events: Sequence[StoredEvent]) -> str:
    """The sessions of the pair to which all this happened, as its partners know them. Raises Rejected where
    none is planned yet."""
    return of_facts([(_fact(event), event.occurred_at) for event in events])


def of_facts(facts: Sequence[tuple[Event, datetime]]) -> str:
    """The same of facts, each with when it occurred."""
    state, at = PAIR.initial, facts[0][1]
    series: tuple[Series, ...] = ()
    for fact, occurred_at in facts:
        state = PAIR.evolve(state, fact, occurred_at)
        shown = series_of(state) if state.series else ()
        # The file's time must not tell of what is not in it: a concern, or a pause that nobody knows of (G6).
        series, at = (shown, occurred_at) if shown != series else (series, at)
    if not series:
        raise Rejected("R45", "no session is planned yet.", hint="They are planned when the pair is ready.")
    return published(series, at=at).decode()


def folded(events: Sequence[StoredEvent]) -> PairState:
    """What is known of a pair after these events."""
    state = PAIR.initial
    for event in events:
        state = PAIR.evolve(state, _fact(event), event.occurred_at)
    return state


def _fact(event: StoredEvent) -> Event:
    return PAIR.events.validate_python({"type": event.type, **event.data})
