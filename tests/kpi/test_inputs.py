"""What `kpi explain` names is what a KPI is made of: all of it, nothing else, and nobody's answer."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import pytest

from events.contracts import StoredEvent
from projections.kpi.folds import FOLDS, facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from turnabout.kpi import Figure
from turnabout.kpi_inputs import FEEDS, SEALED, inputs_of
from turnabout.results import LoggedEvent

NOW = datetime(2027, 6, 1, tzinfo=UTC)
SEEDS = (3, 8, 11, 14, 21)
CONTEXT = {"cohort.planned", "pair.formed", "pair.activated"}


@lru_cache
def life(seed: int) -> tuple[StoredEvent, ...]:
    return tuple(Life(seed).log)


def figures(log: list[StoredEvent] | tuple[StoredEvent, ...], kpi: str) -> list[Figure]:
    found = facts(log)
    assert found is not None
    return [one for one in publication(found, NOW, "lea").figures if one.kpi == kpi]


def logged(one: StoredEvent) -> LoggedEvent:
    return LoggedEvent.model_validate(one.model_dump())


@pytest.mark.parametrize("kpi", [name for name in FEEDS if name != "K16"])
def test_other_events_change_nothing_of_it(kpi: str) -> None:
    """Sessions and the like are in the log of K1's people too, and are not what K1 is made of."""
    for seed in SEEDS[:2]:
        log = life(seed)
        wanted = {*FEEDS[kpi], *CONTEXT}
        needed = [one for one in log if one.type in wanted]
        assert len(needed) < len(log)
        assert figures(needed, kpi) == figures(log, kpi)


def test_every_event_that_the_kpis_fold_is_named_by_one_of_them() -> None:
    assert {name for feeds in FEEDS.values() for name in feeds} == FOLDS.keys()


def test_up_to_a_position_in_order() -> None:
    log = [logged(one) for one in life(3)]
    lines = inputs_of("K1", reversed(log), up_to=60)
    positions = [one.position for one in lines]
    assert positions == sorted(positions)
    assert positions[0] == 1
    assert max(positions) <= 60
    assert {one.event for one in inputs_of("K1", log, 10_000)} > {"cohort.employment_observed", "pair.formed"}


def test_g6_nobodys_answer_is_shown_nor_who_gave_it_nor_a_pause_before_it_is_announced() -> None:
    for seed in SEEDS:
        log = [logged(one) for one in life(seed)]
        for kpi in FEEDS:
            for line in inputs_of(kpi, log, 10_000):
                assert line.event != "pair.paused"
                if line.event in SEALED:
                    assert line.stream == "sealed"
                    assert "mentor" not in line.what
                    assert "mentee" not in line.what
                    assert "answers" not in line.what


def test_a_line_says_what_may_be_said() -> None:
    log = [logged(one) for one in life(3)]
    seen = next(one for one in inputs_of("K1", log, 10_000) if one.event == "cohort.employment_observed")
    event = next(one for one in log if one.position == seen.position)
    assert seen.what.startswith(f"person {event.data['person']}, on {event.data['on']}, what ")
    assert seen.stream == "cohort-q1"
