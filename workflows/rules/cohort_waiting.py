"""A place that comes free is offered to the waiting list in a round of its own (R41). Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events.base import Event
from workflows.rules import cohort_pairs as pairs
from workflows.rules import cohort_rounds as rounds
from workflows.rules.cohort_state import CohortState, PairRecord


def offered(state: CohortState, waited: Collection[str], pair: PairRecord, now: datetime) -> list[Event]:
    """A round for the mentees who waited already when the pair ended, where its mentor stays and suits one of
    them, or where the cohort was full. They choose among all mentors who have room; two rounds never look for
    the same mentee."""
    mentees = [who for who in state.of_role("mentee") if who in waited and who in state.waiting]
    if not mentees or not pairs.time_left(state, now) or not state.places:
        return []
    free = [mentor for mentor in state.of_role("mentor") if state.room(mentor)]
    was_full = state.places == 1
    if not was_full and not _suits(state, [pair.mentor] if pair.mentor in free else [], mentees):
        return []
    chosen = tuple(mentee for mentee in mentees if _suits(state, free, [mentee]))
    return rounds.opened(state, chosen, tuple(free), cause="place") if chosen else []


def _suits(state: CohortState, mentors: Collection[str], mentees: Collection[str]) -> bool:
    return any(pairs.obstacle(state, mentor, mentee) is None for mentor in mentors for mentee in mentees)
