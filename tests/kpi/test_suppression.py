"""What is left out of random cohorts, and nothing else: small groups and rests, groups of one mind (G19)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from events.contracts import StoredEvent
from projections.kpi.facts import Facts
from projections.kpi.folds import facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from turnabout.kpi import Figure

NOW = datetime(2027, 6, 1, tzinfo=UTC)
SEEDS = range(300, 340)


@lru_cache
def told(seed: int) -> tuple[Facts, dict[tuple[str, str], Figure]]:
    return of(Life(seed).log)


def of(log: Iterable[StoredEvent]) -> tuple[Facts, dict[tuple[str, str], Figure]]:
    found = facts(log)
    assert found is not None
    lines = publication(found, NOW, "lea").figures
    return found, {(one.kpi, f"{one.what}, {one.window}"): one for one in lines}


def hidden(figure: Figure) -> bool:
    return figure.verdict == "suppressed"


def small(some: int, whole: int, least: int) -> bool:
    """Whether a group, or what is left of the whole, is somebody and too few."""
    return 0 < some < least or 0 < whole - some < least


def test_k1_active_people_and_the_others_are_nobody_or_five() -> None:
    seen = set()
    for seed in SEEDS:
        found, lines = told(seed)
        everybody = {who for pair in found.worked() for who in pair.people}
        active = found.went_through()
        line = lines["K1", "share without a voluntary exit, active only, 365 days"]
        assert hidden(line) is (small(len(active), len(everybody), 5) or not active), seed
        seen.add(hidden(line))
    assert seen == {True, False}


def test_k6_pairs_with_a_goal_and_the_others_are_none_or_three() -> None:
    seen = set()
    for seed in SEEDS:
        found, lines = told(seed)
        having = [pair for pair in found.worked() if pair.goal]
        active = [pair for pair in having if pair.went_through]
        line = lines["K6", "goals attained, active only, end + 14 days"]
        assert hidden(line) is small(len(active), len(having), 3), seed
        seen.add(hidden(line))
    assert seen == {True, False}


def test_k8_needs_five_raters_in_three_pairs() -> None:
    seen = set()
    for seed in SEEDS:
        found, lines = told(seed)
        for wave in ("pulse 1", "end"):
            closed = {pair for name, pair in found.closed if name == wave}
            rated = [key for key in found.ratings.get(wave, {}) if key[0] in closed]
            few = len({who for _, who in rated}) < 5 or len({pair for pair, _ in rated}) < 3
            line = lines.get(("K8", f"safe pairs, {wave}"))
            assert line is None or hidden(line) is few, seed
            seen.add(few)
    assert seen == {True, False}


def test_k15_traits_need_five_pairs() -> None:
    seen = set()
    for seed in SEEDS:
        found, lines = told(seed)
        assert hidden(lines["K15", "pairs across functions, all rounds"]) is (len(found.pairs) < 5)
        seen.add(len(found.pairs) < 5)
    assert seen == {True, False}


def alike(log: Iterable[StoredEvent], before: int, after: int) -> list[StoredEvent]:
    """The life in which everybody gives one answer to all of the baseline, and one to all of the endpoint."""
    found = []
    for one in log:
        if one.type == "cohort.survey_answered" and one.data["answers"]:
            given = before if one.data["wave"] == "baseline" else after
            answers = dict.fromkeys(("house.energy", "house.meaning", "house.voice", "house.skill"), given)
            found.append(one.model_copy(update={"data": {**one.data, "answers": answers}}))
        else:
            found.append(one)
    return found


def test_k2_and_k3_tell_nothing_of_people_who_all_changed_alike() -> None:
    """A spread of nought would tell everybody's change; a gain from 1 to 5 everybody's answers."""
    log = next(life.log for life in map(Life, SEEDS) if life.pairs > 10)
    _, before = of(log)
    assert not hidden(before["K2", "mean change, t0 to end, 14 days around it"])
    _, lines = of(alike(log, 3, 4))
    gains = (
        ("K3", "mean gain, baseline to end + 14 days"),
        ("K3", "normalised gain, baseline to end + 14 days"),
    )
    for (kpi, what), line in lines.items():
        assert kpi != "K2" or hidden(line), what
    assert hidden(lines[gains[0]])
    assert hidden(lines[gains[1]])
    nearly = alike(log, 1, 5)
    last = [
        n for n, one in enumerate(nearly) if one.data.get("wave") == "endpoint" and one.data.get("answers")
    ]
    for number in last:
        if nearly[number].data["respondent"] == "mentee-1":
            answers = {**nearly[number].data["answers"], "house.skill": 4}
            nearly[number] = nearly[number].model_copy(
                update={"data": {**nearly[number].data, "answers": answers}}
            )
    _, lines = of(nearly)
    assert hidden(lines[gains[0]])
    assert hidden(lines[gains[1]])
    assert "at least" in lines["K3", "target reached, baseline to end + 14 days"].flags
