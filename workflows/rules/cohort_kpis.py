"""Publishing KPIs: by the engine, for the lead, each held against the one before (G19, K1-K16). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from events.base import Event
from events.cohort_kpis import KpisPublished
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.errors import Rejected
from turnabout.model import Actor, Role
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Folds, Moment, Rules

OF_PEOPLE: Final = frozenset({"K1", "K2", "K3", "K4", "K7", "K9"})
"""KPIs of which every n counts people: never fewer than k."""


def publish(state: CohortState, command: PublishKpis, _: Moment) -> list[Event]:
    """Record what is published. Raises Rejected where the cohort has not begun, where nobody entitled asked,
    where another publication came between, and where a line tells of fewer than k people."""
    told = command.publication
    if not state.launched:
        raise Rejected("G19", "before the kickoff there is nothing to count.", hint="Wait for the kickoff.")
    if Role.LEAD not in state.roles(Actor(id=told.asked_by)):
        raise Rejected("G21", f"{told.asked_by} may not publish KPIs here.", hint="Ask the lead.")
    known = state.measurement.publications
    if told.previous != known:
        raise Rejected(
            "G19",
            f"these figures follow publication {told.previous}, and {known} were made.",
            hint="Publish again: they are computed anew.",
        )
    k = state.policy.confidential_k
    few = [one.kpi for one in told.figures if one.kpi in OF_PEOPLE and 0 < (one.n or 0) < k]
    if few:
        raise Rejected("G19", f"{few[0]} would tell of fewer than {k} people.", hint="Suppress it.")
    return [KpisPublished(number=known + 1, publication=told.figures_alone(), disclosed=told.disclosed)]


def published(state: CohortState, event: KpisPublished, _: datetime) -> CohortState:
    return replace(state, measurement=replace(state.measurement, publications=event.number))


RULES: Rules[CohortState] = {PublishKpis: publish}
FOLDS: Folds[CohortState] = {KpisPublished: published}
