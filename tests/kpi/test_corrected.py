"""A corrected fact changes the numbers that it should and no others (R103, K1, K4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from events.contracts import StoredEvent
from projections.kpi.folds import facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from turnabout.kpi import Figure

NOW = datetime(2027, 6, 1, tzinfo=UTC)


def figures(log: list[StoredEvent]) -> tuple[Figure, ...]:
    found = facts(log)
    assert found is not None
    return publication(found, NOW, "lea").figures


def after(log: list[StoredEvent], type_: str, **data: Any) -> list[StoredEvent]:
    """The log with one more event of the cohort, the newest of all."""
    version = 1 + max(one.version for one in log if one.stream == log[0].stream)
    at = {"position": log[-1].position + 1, "occurred_at": log[-1].occurred_at}
    event = {"type": f"cohort.{type_}", "version": version, "data": data, "event_id": "new", **at}
    return [*log, log[0].model_copy(update=event)]


def left(log: list[StoredEvent]) -> list[StoredEvent]:
    """HR tells, wrongly, that a mentor left of their own will early on."""
    person = next(one for one in log if one.type == "pair.activated").stream
    mentor = next(one for one in log if one.type == "pair.formed" and one.stream == person).data["terms"][
        "mentor"
    ]
    fact = {"person": mentor, "on": "2026-03-25", "what": "voluntary_exit", "level": None, "source": "HR"}
    return after(log, "employment_observed", by="lea", **fact)


def corrected(log: list[StoredEvent], what: str | None, on: str | None = "2026-03-25") -> list[StoredEvent]:
    """The newest fact of the cohort was wrong."""
    wrong = log[-1]
    right = {**wrong.data, "what": what, "on": what and on, "corrects": wrong.version, "reason": "-"}
    return after(log, "employment_corrected", **right)


def changed(one: tuple[Figure, ...], other: tuple[Figure, ...]) -> set[str]:
    return {first.kpi for first, second in zip(one, other, strict=True) if first != second}


def test_r103_what_is_taken_back_was_never_so() -> None:
    log = Life(6).log
    wrong = left(log)
    assert "K1" in changed(figures(log), figures(wrong))
    assert figures(corrected(wrong, None)) == figures(log)


@pytest.mark.parametrize("what", ["involuntary_exit", "transfer", "employed"])
def test_r103_a_corrected_exit_changes_k1_and_k4_alone(what: str) -> None:
    wrong = left(Life(6).log)
    moved = changed(figures(wrong), figures(corrected(wrong, what)))
    assert "K1" in moved
    assert moved <= {"K1", "K4"}


def test_r103_a_correction_is_corrected_too() -> None:
    wrong = left(Life(6).log)
    twice = corrected(corrected(wrong, "transfer"), "voluntary_exit")
    assert figures(twice) == figures(wrong)
    assert figures(corrected(twice, None)) == figures(Life(6).log)
