"""Curves and weeks tell nothing that the lines beside them do not, and nothing of few (G19, section 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from projections.kpi.employment import curves
from projections.kpi.facts import Facts
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.kpi.watched import Seen, Watched
from projections.weeks import week_of, week_one
from tests.kpi.lives import KICKOFF, Life
from turnabout.kpi import Figure
from turnabout.kpi_series import STAYS_CONTROL, STAYS_PROGRAM, WEEKLY, series, tabled

SEEDS = range(400, 430)
NOW = datetime(2027, 6, 1, tzinfo=UTC)


def told(seed: int, now: datetime = NOW) -> tuple[Facts, tuple[Figure, ...]]:
    found = facts([one for one in Life(seed).log if one.occurred_at <= now])
    assert found is not None
    return found, publication(found, now, "lea").figures


def test_a_curve_agrees_with_the_gap_and_ends_where_fewer_than_five_are_watched() -> None:
    ends, gaps = set(), 0
    for seed in SEEDS:
        found, figures = told(seed)
        arms = {STAYS_PROGRAM: "program", STAYS_CONTROL: "control"}
        shown = {}
        for what, arm in arms.items():
            spells = [one.spell() for one in found.watched() if one.arm == arm]
            points = series(figures, what)
            for at, line in points:
                watched = sum(spell.days >= at for spell in spells)
                assert (line.verdict == "suppressed") is (len(spells) < 5), (seed, what, at)
                assert line.n == (watched if len(spells) >= 5 else None)
                assert line.n is None or line.n >= 5
                shown[what, at] = line.value
            ends.add(bool(points) and points[-1].at < 365)
        for gap in figures:
            if gap.what == "share that stays, minus controls" and gap.value is not None:
                at = int(gap.window.split()[0])
                assert None not in shown.values(), "what is suppressed would be the other curve less the gap"
                one, other = shown.get((STAYS_PROGRAM, at)), shown.get((STAYS_CONTROL, at))
                if one is not None and other is not None:
                    assert abs(one - other - gap.value) < 3e-6, seed
                    gaps += 1
    assert ends == {True, False}
    assert gaps > 20


def test_no_curve_of_a_refused_comparison_and_none_beyond_today() -> None:
    early = datetime(2026, 6, 20, tzinfo=UTC)
    seen = set()
    for seed in SEEDS:
        found, figures = told(seed, early)
        controls = series(figures, STAYS_CONTROL)
        assert not (found.refused and controls)
        last = max(one.t0 for one in found.watched())
        days = [point.at for point in series(figures, STAYS_PROGRAM)]
        passed = [day for day in (0, 30, 60, 90, 120) if last + timedelta(days=day) <= early.date()]
        assert days == passed[: len(days)]
        assert days
        seen.add(bool(controls))
    assert seen == {True, False}


def test_who_left_on_which_day_a_curve_does_not_say() -> None:
    """Whoever knows a day of a month knows no more than the month."""

    def arm(day: int) -> list[Watched]:
        stay = Seen(KICKOFF + timedelta(days=400), "employed")
        left = Seen(KICKOFF + timedelta(days=day), "voluntary_exit")
        return [Watched(f"p{n}", "program", KICKOFF, 3, (left if n == 0 else stay,)) for n in range(8)]

    curve = [curves(arm(day), NOW.date(), 5) for day in (61, 75, 89)]
    assert curve[0] == curve[1] == curve[2]
    assert curves(arm(61), NOW.date(), 5) != curves(arm(91), NOW.date(), 5)


def test_of_the_weeks_left_out_the_whole_tells_of_three_pairs_or_none() -> None:
    left_out = 0
    for seed in SEEDS:
        found, figures = told(seed)
        first, zone = week_one(found.spec.kickoff_on), found.spec.timezone
        pairs: dict[int, set[str]] = {}
        for pair in found.worked():
            for one in pair.sessions.values():
                if one.state != "cancelled" and one.starts_at <= NOW:
                    pairs.setdefault(week_of(one.starts_at, first, zone), set()).add(pair.pair)
        lines = series(figures, WEEKLY)
        assert [line.at for line in lines] == sorted(pairs), seed
        hidden = [at for at, line in lines if line.verdict == "suppressed"]
        assert {at for at, some in pairs.items() if len(some) < 3} <= set(hidden), seed
        rest = set[str]().union(*(pairs[at] for at in hidden))
        assert not rest or len(rest) >= 3 or len(hidden) == len(pairs), seed
        left_out += bool(hidden)
        assert all(line.audience == "lead" for _, line in lines)
        whole = next(one for one in figures if one.what == "sessions held")
        if whole.denominator is not None and not hidden:
            assert sum(line.denominator or 0 for _, line in lines) == whole.denominator
    assert left_out > 3


def test_tables_leave_them_out() -> None:
    _, figures = told(401)
    assert {one.what for one in figures} - {one.what for one in tabled(figures)} == {
        *(STAYS_PROGRAM, WEEKLY),
        *({STAYS_CONTROL} if series(figures, STAYS_CONTROL) else ()),
    }
