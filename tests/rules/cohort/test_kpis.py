"""Publishing KPIs: who asks, when, after which one, and never of fewer than k people (G19, G21)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.cohort_kpis import KpisPublished
from tests.rules.bdd import like
from tests.rules.cohort.world import LEAD, SPONSOR, S, mentor, ok, ready, running, wound_up
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.kpi import Publication


def line(**fields: Any) -> dict[str, Any]:
    base = {
        "kpi": "K1",
        "what": "share that stays",
        "window": "90 days",
        "method": "Wilson",
        "n": 9,
        "value": 0.9,
    }
    return {**base, **fields}


def publication(previous: int = 0, asked_by: str = LEAD, *lines: dict[str, Any]) -> Publication:
    told = {"previous": previous, "as_of": date(2026, 4, 1), "position": 7, "asked_by": asked_by}
    return Publication.model_validate({**told, "figures": lines or (line(),)})


def published(scene: S, *told: Any) -> S:
    return scene.when(PublishKpis(publication=publication(*told)), by="system")


def test_g19_figures_become_an_event_each_publication_after_the_one_before() -> None:
    scene = published(running())
    scene.then(like(KpisPublished, number=1, publication=publication().figures_alone()))
    published(scene, 0).rejected("G19", "follow publication 0, and 1 were made")
    published(scene, 1).then(like(KpisPublished, number=2))


def test_g19_before_the_kickoff_there_is_nothing_to_publish() -> None:
    published(ready()).rejected("G19", "before the kickoff")


def test_g21_the_lead_asks_and_the_engine_publishes() -> None:
    for who in (SPONSOR, mentor(1), "somebody"):
        published(running(), 0, who).rejected("G21", "may not publish")
    running().when(PublishKpis(publication=publication()), by=LEAD).rejected("G21", "Only the engine")


def test_k1_a_closed_cohort_is_still_published() -> None:
    closed = ok(wound_up(), CloseCohort(), LEAD).later(days=200)
    published(closed).then(KpisPublished)
    published(closed.later(days=200)).rejected("G9")


@pytest.mark.parametrize(
    ("kpi", "n", "told"), [("K1", 4, False), ("K9", 4, False), ("K9", 5, True), ("K5", 1, True)]
)
def test_g19_no_line_tells_of_fewer_than_k_people(kpi: str, n: int, told: bool) -> None:
    after = published(running(), 0, LEAD, line(kpi=kpi, n=n))
    if told:
        after.then(KpisPublished)
    else:
        after.rejected("G19", "fewer than 5 people")
