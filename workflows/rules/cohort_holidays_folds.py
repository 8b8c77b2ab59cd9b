"""What a cohort knows after its holidays were asked for and found. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from events.cohort_holidays import HolidaysRecorded, HolidaysRequested
from turnabout.spec import CohortSpec
from workflows.rules.cohort_holidays_state import Holidays
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Folds


def of_spec(spec: CohortSpec) -> Holidays:
    """What the spec says of holidays."""
    sites = MappingProxyType(dict(spec.site_holidays))
    return Holidays(place=spec.holiday_place, sites=sites, own=spec.holidays)


def _requested(state: CohortState, event: HolidaysRequested, _: datetime) -> CohortState:
    sites = MappingProxyType(dict(event.site_holidays))
    asked = replace(state.holidays, place=event.holiday_place, sites=sites, asked=event.number)
    return replace(state, holidays=asked)


def _recorded(state: CohortState, event: HolidaysRecorded, _: datetime) -> CohortState:
    days = MappingProxyType(dict(event.days))
    known = replace(state.holidays, days=days, recorded=event.number)
    plan = state.spec.model_copy(update={"holidays": known.common})
    return replace(state, holidays=known, plan=plan)


FOLDS: Folds[CohortState] = {
    HolidaysRequested: _requested,
    HolidaysRecorded: _recorded,
}
