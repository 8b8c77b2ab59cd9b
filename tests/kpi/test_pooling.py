"""K1 to K4 over cohorts, from published figures alone, against the same from all people at once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest

from projections.kpi.employment import retention
from projections.kpi.folds import facts
from projections.kpi.promotion import promotion
from projections.kpi.report import publication
from projections.kpi.watched import Seen, Watched
from projections.statistics.survival import Spell, log_rank
from tests.kpi.lives import Life
from turnabout.kpi import Figure
from turnabout.pooling import POOLED, pooled

NOW = datetime(2027, 6, 1, tzinfo=UTC)
TODAY = date(2027, 6, 1)
T0 = date(2026, 1, 5)
GAP = ("K1", "share that stays, minus controls", "365 days")


def people(seed: int, n: int = 40, m: int = 60) -> list[Watched]:
    """An arm that leaves less and rises more, and one of controls."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    found = []
    for number in range(n + m):
        arm = "program" if number < n else "control"
        leaves, rises = (0.1, 0.4) if arm == "program" else (0.35, 0.1)
        day = chance.randint(1, 364)
        seen = [Seen(T0 + timedelta(days=370), "employed")]
        if chance.random() < leaves:
            seen = [Seen(T0 + timedelta(days=day), "voluntary_exit")]
        elif chance.random() < rises:
            seen.append(Seen(T0 + timedelta(days=day), "level_change", 4))
        found.append(Watched(f"{seed}-{number}", arm, T0, 3, tuple(seen)))  # type: ignore[arg-type]
    return found


def spells(some: list[Watched], arm: str) -> list[Spell]:
    return [
        Spell(min(days, 365), left and days <= 365)
        for one in some
        if one.arm == arm
        for days, left in [one.spell()]
    ]


def line(figures: tuple[Figure, ...], key: tuple[str, str, str]) -> Figure:
    return next(one for one in figures if one.key == key)


@lru_cache
def published(seed: int) -> tuple[Figure, ...]:
    found = facts(Life(seed).log)
    assert found is not None
    return publication(found, NOW, "lea").figures


def test_k1_the_pooled_test_is_the_stratified_log_rank() -> None:
    cohorts = [people(seed) for seed in (1, 2, 3)]
    found = line(pooled(retention(some, TODAY, 5) for some in cohorts), GAP)
    known = log_rank([(spells(some, "program"), spells(some, "control")) for some in cohorts])
    assert found.p == pytest.approx(known.p, abs=2e-6)
    assert found.n == 300
    assert found.verdict == "better"
    own = [line(retention(some, TODAY, 5), GAP) for some in cohorts]
    assert found.value == pytest.approx(sum(one.value or 0 for one in own) / 3, abs=1e-6)
    width = (own[0].high or 0) - (own[0].low or 0)
    assert (found.high or 0) - (found.low or 0) == pytest.approx(width / 3**0.5, rel=0.15)


def test_a_cohort_weighs_as_much_as_its_arms_can_tell() -> None:
    """n m / (n + m): 24 of 40 with 60, 9 of 10 with 90."""
    cohorts = [retention(people(1, 40, 60), TODAY, 5), retention(people(2, 10, 90), TODAY, 5)]
    large, small = (line(some, GAP) for some in cohorts)
    found = line(pooled(cohorts), GAP)
    assert found.value == pytest.approx((24 * (large.value or 0) + 9 * (small.value or 0)) / 33, abs=1e-6)


def test_k1_few_exits_in_all_cohorts_together_only_describe() -> None:
    calm = [
        Watched(f"{number}", "program" if number < 9 else "control", T0, 3, (Seen(TODAY, "employed"),))
        for number in range(18)
    ]
    assert line(pooled([retention(calm, TODAY, 5)] * 2), GAP).verdict == "descriptive only"


def test_k4_the_pooled_test_is_that_of_mantel_and_haenszel() -> None:
    """UC Berkeley admissions by department: Bickel, P. J. et al. (1975), Science 187, 398-404; R's
    mantelhaen.test(UCBAdmissions, correct = FALSE): X-squared = 1.5246, p = 0.2169."""
    departments = (
        (512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593),
        (138, 417, 131, 375), (53, 191, 94, 393), (22, 373, 24, 341),
    )  # fmt: skip
    key = ("K4", "share that rose, minus controls", "365 days")
    lines = [
        Figure(kpi="K4", what=key[1], window=key[2], method="-", n=n + m, value=0.0, low=-0.1, high=0.1,
               parts={"good": good, "n": n, "control-good": other, "control-n": m})
        for good, n, other, m in departments
    ]  # fmt: skip
    assert pooled([(one,) for one in lines])[0].p == pytest.approx(0.2169, abs=5e-5)


def test_one_cohort_pooled_is_itself() -> None:
    some = people(4)
    own = (*retention(some, TODAY, 5), *promotion(some, TODAY, 5))
    for found in pooled([own]):
        alone = line(own, found.key)
        assert (found.value, found.low, found.high) == pytest.approx(
            (alone.value, alone.low, alone.high), abs=1e-6
        )


def test_only_what_is_told_is_pooled() -> None:
    """A cohort whose line is suppressed, or only a bound, stays out and is counted."""
    cohorts = [published(seed) for seed in range(12)]
    for found in pooled(cohorts):
        lines = [one for some in cohorts for one in some if one.key == found.key]
        usable = [
            one for one in lines
            if one.low is not None and not {"at least", "at most", "few answered"} & set(one.flags)
        ]  # fmt: skip
        assert (found.kpi, found.what) in POOLED
        if found.verdict in {"suppressed", "not yet"}:
            assert not usable
            continue
        assert found.parts == {"cohorts": len(usable), "left-out": len(lines) - len(usable)}
        assert found.n == sum(one.n or 0 for one in usable)
        assert found.low is not None
        assert min(one.value or 0 for one in usable) - 1e-6 <= (found.value or 0)


def test_a_line_that_no_cohort_tells_is_suppressed() -> None:
    hidden: dict[str, Any] = {"kpi": "K2", "what": "mean change", "window": "-", "method": "suppressed"}
    one = Figure(**hidden, n=None, value=None, verdict="suppressed")
    assert [found.verdict for found in pooled([(one,), (one,)])] == ["suppressed"]
    assert pooled([]) == ()
