"""An attacker reads all figures of a cohort's publications at once, day after day, and must learn nothing.

Neither may a sum of fewer than five people (three pairs) follow, nor may an end of somebody's scale be
excluded (section 6, R110).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import pytest

from events.contracts import StoredEvent
from projections.kpi.facts import Facts
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.statistics import disclosure
from tests.kpi.attacker import Attacker
from tests.kpi.lives import KICKOFF, Life
from turnabout.kpi import Disclosed, Figure

SEEDS = (300, 301, 302, 305, 307, 310, 313, 315)
DAYS = (81, 86, 87, 112)
"""After the kickoff: while endpoints and last questions come in, two that follow each other, and when the
windows of K2, K3 and K6 have closed."""
LATER = date(2027, 6, 1)
ERASED = "mentor-1"


@lru_cache
def life(seed: int) -> tuple[StoredEvent, ...]:
    return tuple(Life(seed).log)


def states(seed: int) -> list[tuple[datetime, Facts]]:
    """The cohort on each of those days, and long after the end, when somebody has been erased."""
    found = []
    for day in [*(KICKOFF + timedelta(days=day) for day in DAYS), LATER]:
        now = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        log = [one for one in life(seed) if one.occurred_at <= now]
        state = facts(log if day < LATER else [without(one, ERASED) for one in log])
        assert state is not None
        found.append((now, state))
    return found


def without(one: StoredEvent, person: str) -> StoredEvent:
    gone = {"answers": None, "progress": None, "safety": None, "recommend": None}
    if one.data.get("respondent") != person:
        return one
    return one.model_copy(update={"data": one.data | {k: v for k, v in gone.items() if k in one.data}})


def attack(seed: int) -> Attacker:
    """After all publications of that cohort, each held against those before."""
    attacker, disclosed, old = Attacker(), list[Disclosed](), tuple[Figure, ...]()
    for number, (now, found) in enumerate(states(seed)):
        made = publication(found, now, "lea", previous=number, before=disclosed, old=old)
        disclosed, old = [*disclosed, *made.disclosed], made.figures
        attacker.reads(found, made.figures)
    return attacker


def test_g19_from_all_figures_of_all_days_together_nothing_follows_of_anybody() -> None:
    read = 0
    for seed in SEEDS:
        attacker = attack(seed)
        assert attacker.wins() == [], f"seed {seed}"
        read += attacker.read
    assert read > 30 * len(SEEDS), "suppressing everything would be no feat"


def test_g19_without_complementary_suppression_sums_of_few_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """All other rules hold: k of each group, k between days, and the audit."""
    monkeypatch.setattr(disclosure, "leaves_few", lambda *_: False)
    for seed, kpi in ((301, "K2"), (305, "K7 pulse 1"), (310, "K7 end")):
        assert attack(seed).wins(kpi), kpi


def test_g19_without_the_joint_audit_answers_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sum alone leaves both ends possible; gain, baseline and who reached the target together do not."""
    monkeypatch.setattr(disclosure, "audited", lambda *_: True)
    for seed, kpi in ((315, "K3"), (302, "K8 end"), (315, "K6")):
        assert attack(seed).wins(kpi), kpi
