"""What a cohort knows of its offices after an event. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from events.cohort_offices import NextCohortPlanned, SponsorReplaced, SponsorshipTakenOver, StewardReplaced
from turnabout.spec import Staff
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Folds


def sponsored(state: CohortState, event: SponsorReplaced, _: datetime) -> CohortState:
    held, old = state.offices, state.sponsor
    offices = replace(
        held,
        sponsor=event.to,
        sponsors=held.sponsors + 1,
        must_commit=event.must_commit,
        zones={**held.zones, old.id: old.timezone},
    )
    return replace(state, offices=offices)


def taken_over(state: CohortState, _: SponsorshipTakenOver, __: datetime) -> CohortState:
    return replace(state, offices=replace(state.offices, must_commit=False))


def stewarded(state: CohortState, event: StewardReplaced, _: datetime) -> CohortState:
    held, old = state.offices, state.steward
    offices = replace(
        held,
        steward=Staff(id=event.to.id, timezone=event.to.timezone),
        stewards=held.stewards + 1,
        zones={**held.zones, old.id: old.timezone},
    )
    pairs = {
        name: replace(pair, support_contact=event.to.id) if pair.support_contact == old.id else pair
        for name, pair in state.pairs.items()
    }
    return replace(state, offices=offices, pairs=MappingProxyType(pairs))


def continued(state: CohortState, event: NextCohortPlanned, _: datetime) -> CohortState:
    return replace(state, offices=replace(state.offices, next_cohort=event.cohort))


FOLDS: Folds[CohortState] = {
    SponsorReplaced: sponsored,
    SponsorshipTakenOver: taken_over,
    StewardReplaced: stewarded,
    NextCohortPlanned: continued,
}
