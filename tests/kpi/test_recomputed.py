"""K1 to K15 equal a slow recomputation from the raw events of random cohorts (G19, R84, R85)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from projections.kpi.folds import facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from tests.kpi.slow_work import SlowReport
from turnabout.kpi import Figure

COHORTS = 200
NOWS = (datetime(2027, 6, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC))
"""Long after the end, and in the middle of it."""
SECOND = (1081, *range(1000, 1012))
"""Cohorts that are published twice."""
COARSE = {"K2": 0.051, "K3": 0.0051, "K7": 0.0051, "K12": 0.0051}
"""How far rounding takes what is told with few digits."""
COARSE_P = {"K2": 0.02}
"""Drawn assignments depend on the order of the clusters; all of them do not."""


def differs(figure: Figure, row: dict[str, Any]) -> list[str]:
    """Which of its numbers are not those of the recomputation."""
    near = (
        COARSE.get(figure.kpi, 2e-6)
        if figure.what not in {"target reached", "target reached, active only", "tied metric, cohort"}
        else 2e-6
    )
    bad: list[str] = []
    for name in ("n", "value", "low", "high", "missing", "p"):
        if name in row and {"at least", "at most"}.isdisjoint(figure.flags):
            told = getattr(figure, name)
            tolerance = 2e-6 if name in {"missing", "n"} else near
            if name == "p":
                tolerance = COARSE_P.get(figure.kpi, 2e-6)
            if told is None or row[name] is None:
                bad += [name] if told != row[name] else []
            elif told != pytest.approx(row[name], abs=tolerance):
                bad.append(f"{name} {told} not {row[name]}")
    if row.get("descriptive", False) is not ("descriptive" in figure.flags):
        bad.append("descriptive")
    if row.get("incomplete", False) is not ("incomplete" in figure.flags):
        bad.append("incomplete")
    return bad


def bounded(figure: Figure, row: dict[str, Any]) -> bool:
    """Whether what is told as a bound is one."""
    assert figure.value is not None
    high = "at most" in figure.flags
    return bool(row["value"] <= figure.value + 1e-6 if high else row["value"] >= figure.value - 1e-6)


def test_every_number_equals_a_slow_recomputation() -> None:
    """K1 to K15."""
    shown: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for seed in range(COHORTS):
        life, now = Life(seed), NOWS[seed % 8 == 7]
        log = [one for one in life.log if one.occurred_at <= now]
        found = facts(log)
        assert found is not None
        rows = SlowReport(log, now).rows()
        for figure in publication(found, now, "lea").figures:
            if figure.verdict == "not yet" and figure.kpi in {"K1", "K4"}:
                held[figure.kpi] += 1
                assert rows[figure.key]["value"] is None, f"seed {seed}: {figure.key}"
            if figure.value is None or figure.kpi == "K16":
                hidden[figure.kpi] += 1
                continue
            row = rows[figure.key]
            shown[figure.kpi] += 1
            assert differs(figure, row) == [], f"seed {seed}: {figure.key}"
            if {"at least", "at most"} & set(figure.flags):
                assert bounded(figure, row), f"seed {seed}: {figure.key}"
    assert {f"K{number}" for number in range(1, 16)} <= shown.keys()
    assert min(shown.values()) > COHORTS / 10
    assert {"K1", "K2", "K3", "K7", "K9"} <= hidden.keys()
    assert held.keys() == {"K1", "K4"}


def test_what_is_published_again_after_the_windows_equals_the_recomputation() -> None:
    """Published when the first pairs are rated and the survey is open, and long after: they are of all."""
    told: Counter[str] = Counter()
    for seed in SECOND:
        life, later = Life(seed), NOWS[0]
        end = facts(life.log)
        assert end is not None
        early = datetime.combine(end.spec.ends_on, datetime.min.time(), UTC)
        begun = facts([one for one in life.log if one.occurred_at <= early])
        assert begun is not None
        first = publication(begun, early, "lea")
        second = publication(end, later, "lea", previous=1, before=first.disclosed, old=first.figures)
        rows = SlowReport(life.log, later).rows()
        for figure in second.figures:
            if figure.kpi not in {"K2", "K3", "K6"} or figure.value is None:
                continue
            told[figure.kpi] += 1
            assert "window still open" not in figure.flags
            assert differs(figure, rows[figure.key]) == [], f"seed {seed}: {figure.key}"
            if {"at least", "at most"} & set(figure.flags):
                assert bounded(figure, rows[figure.key]), f"seed {seed}: {figure.key}"
    assert told.keys() == {"K2", "K3", "K6"}
