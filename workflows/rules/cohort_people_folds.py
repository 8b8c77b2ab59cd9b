"""What a cohort knows after people spoke for themselves: joined, agreed, answered, left. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from events.cohort_enrolment import PersonDeclined, PersonJoined
from events.cohort_people import ConsentGiven, ConsentPublished, IntakeAnswered, PersonWithdrew
from turnabout.consent import Consent
from workflows.rules.cohort_state import CohortState, Round
from workflows.rules.decider import Folds

K = TypeVar("K")
V = TypeVar("V")

UNTOLD = "left"
"""Stands for a reason that was erased."""


def gone(state: CohortState, person: str, why: str) -> CohortState:
    """The state without somebody who stays out or left."""
    return replace(
        state,
        joined=without(state.joined, person),
        declined=with_(state.declined, person, why),
        waiting=without(state.waiting, person),
        rounds=MappingProxyType({number: _leave(one, person) for number, one in state.rounds.items()}),
    )


def _leave(one: Round, person: str) -> Round:
    return replace(
        one,
        mentees=tuple(who for who in one.mentees if who != person),
        mentors=tuple(who for who in one.mentors if who != person),
        rankings=without(one.rankings, person),
        pending=frozenset(edge for edge in one.pending if person not in edge),
    )


def _joined(state: CohortState, event: PersonJoined, _: datetime) -> CohortState:
    return replace(
        state,
        joined=with_(state.joined, event.person, event.criteria),
        declined=without(state.declined, event.person),
    )


def _declined(state: CohortState, event: PersonDeclined, _: datetime) -> CohortState:
    return gone(state, event.person, event.reason or UNTOLD)


def _withdrew(state: CohortState, event: PersonWithdrew, _: datetime) -> CohortState:
    return gone(state, event.person, event.reason or UNTOLD)


def _published(state: CohortState, event: ConsentPublished, _: datetime) -> CohortState:
    return replace(state, consent=Consent(version=event.version, text=event.text))


def _agreed(state: CohortState, event: ConsentGiven, _: datetime) -> CohortState:
    return replace(state, agreed=with_(state.agreed, event.person, event.version))


def _answered(state: CohortState, event: IntakeAnswered, _: datetime) -> CohortState:
    """What the person named takes the place of what the roster says; what was left out stays."""
    said: dict[str, Any] = {"skills": event.skills, "gaps": event.gaps, "interests": event.interests}
    known = state.roster[event.person]
    heard = known.model_copy(update={name: value for name, value in said.items() if value})
    return replace(
        state,
        roster=with_(state.roster, event.person, heard),
        surveyed=state.surveyed | {event.person},
    )


def with_(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The mapping with an entry more."""
    return MappingProxyType({**mapping, key: value})


def without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """The mapping with an entry less."""
    return MappingProxyType({one: value for one, value in mapping.items() if one != key})


FOLDS: Folds[CohortState] = {
    PersonJoined: _joined,
    PersonDeclined: _declined,
    PersonWithdrew: _withdrew,
    ConsentPublished: _published,
    ConsentGiven: _agreed,
    IntakeAnswered: _answered,
}
