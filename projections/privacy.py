"""What no read model tells, whoever asks, people or systems (G16): the steward reads the log itself. Pure.

Concerns and verdicts on safety leave no trace; a pause looks the same whatever led to it (G6); an end for
safety looks like an end by choice.
"""

from __future__ import annotations

from events.cohort_care import CohortConcernRaised, CohortContactRecorded
from events.pair_care import ConcernRaised, SafetyAssessed
from events.templates import KEPT_BACK
from projections.projection import wire

STEWARD_ONLY_EVENTS = frozenset(
    wire(one) for one in (CohortConcernRaised, CohortContactRecorded, ConcernRaised, SafetyAssessed)
)
"""Events that no read model mentions; items that they open are the steward's alone."""

STEWARD_ONLY_TEMPLATES = KEPT_BACK
"""Messages that would tell what a pause must not."""

_NEUTRAL_ENDS = {"ended_by_choice": "ended", "ended_for_safety": "ended"}


def shown_end(state: str) -> str:
    """An end state as read models show it."""
    return _NEUTRAL_ENDS.get(state, state)
