"""What publications of earlier releases told is held against new ones in the new names (section 6)."""

from __future__ import annotations

from typing import Any

import pytest

from events.upcasts_kpis import told_of_unknowns

GAINS = {"ann": (2, 4), "bob": (1, 1), "cal": (3, 5)}
"""Baseline and endpoint of three."""


def told(measure: str, total: float, bound: str = "exact", high: float | None = None) -> dict[str, Any]:
    one = {"measure": measure, "name": "-", "people": list(GAINS), "low": total, "bound": bound}
    return {**one, "high": total if high is None else high}


def upcast(*disclosed: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"number": 1, "publication": {"figures": [], "disclosed": list(disclosed)}}
    found = told_of_unknowns(body)
    assert found["keeper"] == "system"
    assert "disclosed" not in found["publication"]
    return list(found["disclosed"])


def test_k3_gains_and_baselines_become_parts_of_one_scale() -> None:
    gain, base = upcast(told("K3 gain", 4), told("K3 base", 6))
    parts = {f"{who} base": (5 - base) / 4 for who, (base, _) in GAINS.items()}
    ends = {f"{who} end": (end - 1) / 4 for who, (_, end) in GAINS.items()}
    assert {gain["measure"], base["measure"]} == {"K3"}
    assert set(gain["people"]) == {*parts, *ends}
    assert gain["low"] == gain["high"] == pytest.approx(sum(parts.values()) + sum(ends.values()))
    assert set(base["people"]) == set(parts)
    assert base["low"] == base["high"] == pytest.approx(sum(parts.values()))


def test_k3_a_high_baseline_leaves_little_room() -> None:
    (base,) = upcast(told("K3 base", 11, "at least", 15))
    assert (base["low"], base["high"], base["bound"]) == (0, 1, "at most")


def test_k8_raters_that_were_not_noted_are_anybody() -> None:
    (pairs,) = upcast({**told("K8 end", 2), "people": ["q1-01", "q1-02"]})
    assert pairs["people"] == ["?@q1-01", "?@q1-02"]
    (same,) = upcast(told("K7 end", 9))
    assert same == told("K7 end", 9)
