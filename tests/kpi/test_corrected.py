"""A corrected fact changes the numbers that it should and no others (R103, K1, K4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from events.contracts import StoredEvent
from projections.kpi.folds import facts
from projections.kpi.metric import uplift
from projections.kpi.report import publication
from projections.kpi.returns import hours
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


def test_r103_a_corrected_attendance_changes_the_hours_of_k16() -> None:
    log = Life(6).log
    kickoff = next(one for one in log if one.type == "cohort.kickoff_held")
    who = kickoff.data["attended"][0]
    fact = {"corrects": kickoff.version, "person": who, "by": "lea", "reason": "-"}
    absent = after(log, "attendance_corrected", attended=False, **fact)
    present = after(absent, "attendance_corrected", attended=True, **fact)
    before, without, again = (facts(one) for one in (log, absent, present))
    assert before is not None
    assert without is not None
    assert again is not None
    took = before.spec.rules.kickoff.minutes / 60
    assert hours(before) - hours(without) == pytest.approx(took)
    assert hours(again) == hours(before)


def test_k16_counts_a_fall_as_a_gain_where_a_fall_is_wanted() -> None:
    found = next(one for seed in range(20) if (one := facts(Life(seed).log)) is not None and uplift(one))
    rose = uplift(found)
    assert rose
    metric = found.spec.priority_metric
    assert metric.direction == "increase"
    wanted = metric.model_copy(update={"direction": "decrease"})
    found.spec = found.spec.model_copy(update={"priority_metric": wanted})
    assert uplift(found) == -rose
