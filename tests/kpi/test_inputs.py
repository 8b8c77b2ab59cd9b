"""What `kpi explain` names is what a KPI is made of: all of it, nothing else, and nobody's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pytest

from events.contracts import StoredEvent
from projections.kpi.facts import Facts
from projections.kpi.folds import FOLDS, facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from turnabout.kpi import Figure, Flag
from turnabout.kpi_inputs import FEEDS, SEALED, counted, inputs_of
from turnabout.results import KpiReport, LoggedEvent

NOW = datetime(2027, 6, 1, tzinfo=UTC)
SEEDS = (3, 8, 11, 14, 21)
CONTEXT = {"cohort.planned", "pair.formed", "pair.activated"}


@lru_cache
def life(seed: int) -> tuple[StoredEvent, ...]:
    return tuple(Life(seed).log)


def of(log: Sequence[StoredEvent]) -> Facts:
    found = facts(log)
    assert found is not None
    return found


def figures(log: Sequence[StoredEvent], kpi: str) -> list[Figure]:
    return [one for one in publication(of(log), NOW, "lea").figures if one.kpi == kpi]


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


def publications(*flagged: tuple[Flag, ...]) -> list[KpiReport]:
    """So many publications of K2, each of the log up to ten times its number, with flags of one line."""
    line: dict[str, Any] = {"kpi": "K2", "window": "-", "method": "-", "n": 9, "value": 1.0}
    return [
        KpiReport(
            cohort="q1", program="acme", number=number, published_at=NOW, as_of=NOW.date(), up_to=10 * number,
            asked_by="lea", figures=(Figure(**line, what="a", flags=flags), Figure(**line, what="b")),
        )
        for number, flags in enumerate(flagged, 1)
    ]  # fmt: skip


def test_a_line_that_stands_as_of_earlier_counts_what_that_publication_did() -> None:
    """The newest that counted it, not the first that told it."""
    held: tuple[Flag, ...] = ("stands as of earlier",)
    found = counted("K2", publications((), (), held, held))
    assert [(one.what, one.number, one.up_to) for one in found] == [("a", 2, 20), ("b", 4, 40)]
    assert [one.number for one in counted("K2", publications((), ()))] == [2, 2]
    assert counted("K1", publications(())) == ()


def test_what_publications_hold_back_is_found_in_the_one_that_counted_it() -> None:
    """Two publications as they are made: somebody was erased in between, and no line may follow."""
    log = life(9)
    who = min(one.data["respondent"] for one in log if one.type == "pair.pulse_answered")
    gone = dict.fromkeys(("answers", "progress", "safety", "recommend"))
    erased = [
        one.model_copy(update={"data": {**one.data, **{k: None for k in gone if k in one.data}}})
        if one.data.get("respondent") == who
        else one
        for one in log
    ]
    first = publication(of(log), NOW, "lea")
    second = publication(of(erased), NOW, "lea", previous=1, before=first.disclosed, old=first.figures)
    plain = publications((), ())
    told = [
        one.model_copy(update={"figures": made.figures})
        for one, made in zip(plain, (first, second), strict=True)
    ]
    lines = [one for kpi in FEEDS for one in counted(kpi, told)]
    assert {one.up_to for one in lines if one.number == 1} == {10}
    assert {one.number for one in lines} == {1, 2}
