"""The second lines, "active only", tell of no few pairs, nor of the few who are not in them (section 6)."""

from __future__ import annotations

from datetime import UTC, datetime

from projections.kpi.folds import facts
from projections.kpi.sessions import ACTIVE, WINDOW, adherence
from projections.kpi.work import INSIGHTS_ACTIVE, insights
from tests.kpi.lives import Life

NOW = datetime(2027, 6, 1, tzinfo=UTC)
FEWEST = 3


def few(some: int, whole: int) -> bool:
    return 0 < some < FEWEST or 0 < whole - some < FEWEST


def test_k5_and_k10_pairs_that_stayed_and_the_others_are_none_or_three() -> None:
    seen = set()
    for seed in range(300, 330):
        found = facts(Life(seed).log)
        assert found is not None
        pairs = found.worked()
        _, second = insights(found, NOW.date())
        having = [pair for pair in pairs if pair.insights]
        hidden = few(sum(pair.went_through for pair in having), len(having))
        assert (second.what, second.verdict == "suppressed") == (INSIGHTS_ACTIVE, hidden), seed
        _, held = adherence(found, NOW)
        met = [pair for pair in pairs if any(one.state != "cancelled" for one in pair.sessions.values())]
        there = sum(pair.went_through for pair in met)
        blank = there < FEWEST or few(there, len(met))
        assert (held.what, held.window, held.verdict == "suppressed") == (ACTIVE, WINDOW, blank), seed
        assert held.audience == "lead"
        seen |= {hidden, blank}
    assert seen == {True, False}
