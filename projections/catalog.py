"""All read models of this release."""

from __future__ import annotations

from projections.adherence import adherence
from projections.cohort_board import cohort_board
from projections.kpis import kpis
from projections.launch_checklist import launch_checklist
from projections.matching import matching
from projections.pair_card import pair_card
from projections.pair_work import pair_work
from projections.projection import Projection
from projections.reminder_log import reminder_log
from projections.survey_status import survey_status
from projections.timeline import timeline
from turnabout.errors import NotFound

PROJECTIONS: tuple[Projection, ...] = (
    cohort_board,
    pair_card,
    pair_work,
    launch_checklist,
    reminder_log,
    adherence,
    timeline,
    matching,
    survey_status,
    kpis,
)


def named(name: str) -> Projection:
    """The read model of that name. Raises NotFound with the names there are."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in PROJECTIONS)
    raise NotFound(f"There is no read model {name!r}.", hint=f"Choose one of {known}.")
