"""Who stays and who rises, on small cohorts counted by hand (K1, K4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pytest

from projections.kpi.employment import retention
from projections.kpi.promotion import promotion
from projections.kpi.values import Figure
from projections.kpi.watched import Seen, Watched
from projections.statistics.survival import Spell
from turnabout.commands.cohort_measurement import EmploymentKind
from turnabout.proportions import critical, newcombe, wilson

T0 = date(2027, 1, 4)
LATER = T0 + timedelta(days=400)
Z = critical(0.95)
K = 5


def seen(day: int, what: EmploymentKind, level: int | None = None) -> Seen:
    return Seen(T0 + timedelta(days=day), what, level)


def person(name: str, *found: Seen, arm: Literal["program", "control"] = "program") -> Watched:
    return Watched(name, arm, T0, 3, found)


def arm(which: Literal["program", "control"], count: int, *found: Seen) -> list[Watched]:
    return [person(f"{which}-{found}-{number}", *found, arm=which) for number in range(count)]


STAYS = seen(370, "employed")


def at(days: int, figures: tuple[Figure, ...]) -> tuple[Figure, Figure]:
    gap, simple, _ = (one for one in figures if one.window == f"{days} days")
    return gap, simple


@pytest.mark.parametrize(
    ("found", "spell"),
    [
        ((), Spell(0, False)),
        ((seen(30, "employed"), seen(10, "employed")), Spell(30, False)),
        ((seen(40, "voluntary_exit"),), Spell(40, True)),
        ((seen(40, "involuntary_exit"), seen(90, "voluntary_exit")), Spell(40, False)),
        ((seen(40, "transfer"),), Spell(40, False)),
        ((seen(60, "level_change", 4),), Spell(60, False)),
        ((seen(40, "voluntary_exit"), seen(70, "employed")), Spell(40, True)),
        ((seen(-3, "voluntary_exit"),), Spell(0, False)),
        ((seen(40, "voluntary_exit"), seen(40, "involuntary_exit")), Spell(40, False)),
        ((seen(40, "involuntary_exit"), seen(40, "voluntary_exit")), Spell(40, True)),
    ],
    ids=[
        *("unknown", "last seen", "left", "sent away", "moved on", "rose", "late list", "before t0"),
        *("the later recorded one", "also the other way round"),
    ],
)
def test_k1_how_long_somebody_is_known_to_have_stayed(found: tuple[Seen, ...], spell: Spell) -> None:
    assert person("p", *found).spell() == spell


def test_k1_by_hand() -> None:
    """Ten in the program, of whom two left on day 100; ten controls, of whom five left on day 50."""
    people = [
        *arm("program", 8, STAYS), *arm("program", 2, seen(100, "voluntary_exit")),
        *arm("control", 5, STAYS), *arm("control", 5, seen(50, "voluntary_exit")),
    ]  # fmt: skip
    found = retention(people, LATER, K)
    early, _ = at(90, found)
    assert early.value == pytest.approx(1 - 0.5)
    late, simple = at(365, found)
    assert late.value == pytest.approx(0.8 - 0.5)
    assert (late.n, late.missing, late.flags) == (20, 0.0, ("descriptive",))
    assert late.verdict == "descriptive only"
    assert (simple.value, simple.low, simple.high) == pytest.approx(wilson(8, 10, Z), abs=1e-6)
    assert (simple.numerator, simple.denominator) == (8, 10)


def test_k1_with_ten_exits_the_interval_decides() -> None:
    people = [*arm("program", 40, STAYS), *arm("control", 28, STAYS)]
    people += arm("control", 12, seen(200, "voluntary_exit"))
    gap, _ = at(365, retention(people, LATER, K))
    assert (gap.verdict, gap.flags) == ("better", ())
    assert gap.value == pytest.approx(0.3)
    assert gap.p is not None
    assert gap.p < 0.001
    early, _ = at(90, retention(people, LATER, K))
    assert (early.verdict, early.value, early.p) == ("descriptive only", 0.0, 1.0)


def test_k1_who_is_sent_away_does_not_count_against_it() -> None:
    people = [
        *arm("program", 5, STAYS),
        *arm("program", 5, seen(20, "involuntary_exit")),
        *arm("control", 6, STAYS),
    ]
    gap, simple = at(90, retention(people, LATER, K))
    assert (gap.value, simple.value, gap.missing) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(("unknown", "flagged"), [(2, False), (3, True)])
def test_k1_more_than_a_tenth_unknown_is_incomplete(unknown: int, flagged: bool) -> None:
    people = [*arm("program", 20 - unknown, STAYS), *arm("program", unknown, seen(80, "employed"))]
    gap, _ = at(90, retention([*people, *arm("control", 5, STAYS)], LATER, K))
    assert ("incomplete" in gap.flags) is flagged
    assert gap.missing == pytest.approx(unknown / 25)


@pytest.mark.parametrize(("program", "control"), [(4, 9), (9, 4)])
def test_k1_of_an_arm_below_k_nothing_is_told(program: int, control: int) -> None:
    people = [*arm("program", program, STAYS), *arm("control", control, STAYS)]
    gap, simple = at(365, retention(people, LATER, K))
    assert (gap.value, gap.n, gap.verdict) == (None, None, "suppressed")
    assert (simple.value is None) is (program < K)


def test_r60_a_refused_comparison_is_not_made() -> None:
    people = [*arm("program", 9, STAYS), *arm("control", 9, STAYS)]
    gap, simple = at(365, retention(people, LATER, K, refused=True))
    assert (gap.value, gap.verdict, gap.flags) == (None, "suppressed", ("comparison refused",))
    assert simple.value == 1.0
    rose, _, more = promotion(people, LATER, K, refused=True)
    assert (rose.n, rose.verdict, rose.method) == (9, "descriptive only", "Wilson")
    assert (more.n, more.verdict, more.flags) == (None, "suppressed", ("comparison refused",))


def test_k1_a_window_that_is_open_says_so() -> None:
    people = [*arm("program", 9, seen(30, "employed")), *arm("control", 9, seen(30, "employed"))]
    found = retention(people, T0 + timedelta(days=120), K)
    assert [at(days, found)[1].flags for days in (90, 180)] == [("incomplete",), ("window still open",)]


def test_k4_by_hand() -> None:
    """Three of ten rose, a leaver among them; one of eleven controls; a twelfth is unknown and out."""
    rose = seen(100, "level_change", 4)
    people = [
        *arm("program", 2, rose, STAYS), *arm("program", 1, rose, seen(200, "voluntary_exit")),
        *arm("program", 6, STAYS), *arm("program", 1, seen(50, "voluntary_exit")),
        *arm("control", 1, rose, STAYS), *arm("control", 10, STAYS), *arm("control", 1, seen(90, "employed")),
    ]  # fmt: skip
    *_, found = promotion(people, LATER, K)
    gap = newcombe((3, 10), (1, 11), Z)
    assert (found.value, found.low, found.high) == pytest.approx(gap, abs=1e-6)
    assert (found.n, found.verdict) == (21, "cannot tell yet")
    assert found.missing == pytest.approx(1 / 22, abs=1e-6)
    assert found.p == pytest.approx(0.310777, abs=5e-7)


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        ((seen(366, "level_change", 4), STAYS), 0),
        ((seen(365, "level_change", 4),), 1),
        ((seen(100, "level_change", 3), STAYS), 0),
        ((seen(100, "level_change", 2), STAYS), 0),
        ((seen(-5, "level_change", 4), STAYS), 0),
    ],
    ids=["too late", "on the last day", "same", "lower", "before t0"],
)
def test_k4_what_counts_as_a_rise(found: tuple[Seen, ...], counts: int) -> None:
    people = [*arm("program", 5, *found), *arm("program", 5, STAYS), *arm("control", 5, STAYS)]
    *_, gap = promotion(people, LATER, K)
    assert gap.value == pytest.approx(counts * 0.5)
