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
    the same mentee, nor for the same place: who lost a partner comes first (G7)."""
    mentees = [who for who in state.of_role("mentee") if who in waited and who in state.waiting]
    places = state.places - _reserved(state)
    if not mentees or not pairs.time_left(state, now) or places < 1:
        return []
    free = [mentor for mentor in state.of_role("mentor") if state.room(mentor)]
    was_full = places == 1
    if not was_full and not _suits(state, [pair.mentor] if pair.mentor in free else [], mentees):
        return []
    chosen = tuple(mentee for mentee in mentees if _suits(state, free, [mentee]))
    return rounds.opened(state, chosen, tuple(free), cause="place") if chosen else []


def _reserved(state: CohortState) -> int:
    """How many places the rounds of those need who lost a partner; a proposal takes its place already."""
    return sum(bool(one.replaces and one.mentees and not one.pending) for one in state.rounds.values())


def _suits(state: CohortState, mentors: Collection[str], mentees: Collection[str]) -> bool:
    return any(pairs.obstacle(state, mentor, mentee) is None for mentor in mentors for mentee in mentees)
