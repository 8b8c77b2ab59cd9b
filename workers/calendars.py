"""Calendar files on request, folded from the log."""

from __future__ import annotations

from collections.abc import Sequence

from activities.invites import published
from events.contracts import StoredEvent
from turnabout.errors import Rejected
from workflows.rules.pair import PAIR
from workflows.rules.pair_invites import published as series_of
from workflows.rules.pair_state import PairState


def of_pair(events: Sequence[StoredEvent]) -> str:
    """The sessions of the pair to which all this happened, as its partners know them. Raises Rejected where
    none is planned yet."""
    series = series_of(folded(events))
    if not series:
        raise Rejected("R45", "no session is planned yet.", hint="They are planned when the pair is ready.")
    return published(series, at=events[-1].occurred_at).decode()


def folded(events: Sequence[StoredEvent]) -> PairState:
    """What is known of a pair after these events."""
    state = PAIR.initial
    for event in events:
        fact = PAIR.events.validate_python({"type": event.type, **event.data})
        state = PAIR.evolve(state, fact, event.occurred_at)
    return state
