"""Bounds of a mean gain leave everybody at least three gains, whatever else of K3 is told (section 6)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from projections.kpi.facts import Facts
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.kpi.skill import CLASSES
from projections.kpi.waves import baselines, endpoints
from tests.kpi.formulas import SP
from tests.kpi.lives import Life
from tests.kpi.test_suppression import alike
from turnabout.instruments import SKILL
from turnabout.kpi import Figure

NOW = datetime(2027, 6, 1, tzinfo=UTC)
LEVELS = range(1, 6)
WINDOW = "baseline to end + 14 days"


def k3(found: Facts) -> dict[str, Figure]:
    lines = publication(found, NOW, "lea").figures
    return {one.what: one for one in lines if one.kpi == "K3" and one.value is not None}


def spread(line: Figure) -> tuple[float, float]:
    """From the sum of squares around the mean that the bounds tell of: more than this, at most that."""
    assert line.n is not None
    assert line.value is not None
    assert line.low is not None
    told = (line.value - line.low) * line.n**0.5 / SP.t.ppf(0.975, line.n - 1)
    steps = (*CLASSES.steps, 1e3)
    place = min(range(len(steps)), key=lambda number: abs(steps[number] - told))
    if told > CLASSES.steps[-1] * 1.05:
        place = len(steps) - 1
    return -1.0 if place == 0 else steps[place - 1] ** 2, steps[place] ** 2


def gains_left(found: Facts, lines: dict[str, Figure]) -> dict[int, list[int]]:
    """By target the gains that somebody with it may have: how many people began and ended where is counted,
    in whole numbers."""
    mentees = {pair.mentee for pair in found.worked()}
    people = [one for one in found.watched() if one.person in mentees]
    base = baselines(found, people, SKILL)
    answered = [who for who in endpoints(found, people, SKILL) if who in base]
    classes = Counter(found.targets[who] for who in answered)
    ways = [(target, begin, end) for target in classes for begin, end in product(LEVELS, LEVELS)]
    n, gain = len(answered), lines["mean gain"]
    assert gain.n == n
    total = round((gain.value or 0) * n)
    least, most = (bound * (n - 1) + total**2 / n for bound in spread(gain))
    rows: list[list[float]] = [[float(way[0] == target) for way in ways] for target in classes]
    limits: list[tuple[float, float]] = [(many, many) for many in classes.values()]
    rows.append([end - begin for _, begin, end in ways])
    limits.append((total, total))
    rows.append([(end - begin) ** 2 for _, begin, end in ways])
    limits.append((least + 1e-6, most + 1e-6))
    part, reached = lines.get("normalised gain"), lines.get("target reached")
    if part is not None and part.value:
        rooms = sorted(total / (part.value + off) for off in (-0.005, 0.005))
        rows.append([5 - begin for _, begin, _ in ways])
        limits.append((rooms[0], rooms[1]))
    if reached is not None:
        rows.append([float(end >= target) for target, _, end in ways])
        told = reached.numerator or 0
        limits.append((0 if "at most" in reached.flags else told, n if "at least" in reached.flags else told))
    bounds: Any = LinearConstraint(np.array(rows), *np.array(limits).T)
    left: dict[int, list[int]] = {}
    for target in classes:
        for more in range(-4, 5):
            has = np.array([[float(way[0] == target and way[2] - way[1] == more) for way in ways]])
            found_one = milp(
                np.zeros(len(ways)),
                constraints=[bounds, LinearConstraint(has, 1, np.inf)],
                bounds=Bounds(0, n),
                integrality=np.ones(len(ways), dtype=np.int64),
            )
            if found_one.status == 0:
                left.setdefault(target, []).append(more)
    return left


def test_k3_whoever_has_bounds_and_all_else_keeps_three_gains_for_everybody() -> None:
    seen = 0
    for seed in (500, 501, 510, 517, 519, 523, 531, 534):
        log = Life(seed).log
        for lived in (log, alike(log, 3, 4)):  # as they are, and with the same gain for everybody
            found = facts(lived)
            assert found is not None
            lines = k3(found)
            if "mean gain" in lines:
                seen += 1
                for target, left in gains_left(found, lines).items():
                    assert len(left) >= 3, (seed, target, left)
    assert seen == 16
