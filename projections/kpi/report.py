"""The KPIs of a cohort that this release computes, in one list. Pure.

K2, K3 and K7 to K9 are made of sealed answers, K12, K15 and K16 of what is not folded yet: they are not in
the list, which is not the same as suppressed.
"""

from __future__ import annotations

from datetime import date

from projections.kpi import employment, work
from projections.kpi.facts import Facts
from projections.kpi.values import Figure

COMPUTED = ("K1", "K4", "K5", "K6", "K11", "K13", "K14")


def figures(found: Facts, today: date) -> tuple[Figure, ...]:
    """All of them, in order."""
    people = found.watched()
    return (
        *employment.retention(people, today, found.k, found.refused),
        employment.promotion(people, today, found.k, found.refused),
        work.insights(found, today),
        *work.goals(found, today),
        work.launch(found),
        work.duties(found, today),
        work.memos(found, today),
    )
