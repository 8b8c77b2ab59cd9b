"""Nothing is concluded before its time is over, nor beyond what was watched (section 6, G19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.contracts import StoredEvent
from projections.kpi.employment import ACTIVE, GAP, SIMPLE, retention
from projections.kpi.folds import facts
from projections.kpi.promotion import promotion
from projections.kpi.report import falls_due, publication, settled
from projections.kpi.returns import returns
from projections.statistics.survival import Spell, kaplan_meier
from tests.kpi.lives import Life
from tests.kpi.test_employment import LATER, STAYS, T0, K, arm, seen
from tests.kpi.test_report import inputs
from turnabout.kpi import Disclosed, Figure
from turnabout.kpi_words import notes
from turnabout.pooling import pooled
from turnabout.report.words import headline, sentence

DAY = timedelta(days=1)


def by_window(figures: tuple[Figure, ...], what: str = GAP) -> dict[str, Figure]:
    return {one.window: one for one in figures if one.what == what}


def watched_to(day: int) -> list[Any]:
    """Twelve in the program and thirty controls, of whom ten left on day 30, all others seen on that day."""
    there = seen(day, "employed")
    gone = arm("control", 10, seen(30, "voluntary_exit"))
    return [*arm("program", 12, there), *arm("control", 20, there), *gone]


def test_k1_on_day_70_no_horizon_is_told_and_each_says_from_when_it_can_be() -> None:
    found = retention(watched_to(70), T0 + 70 * DAY, K)
    for what in (GAP, SIMPLE):
        for days, line in zip((90, 180, 365), by_window(found, what).values(), strict=True):
            assert (line.value, line.low, line.p, line.parts) == (None, None, None, {})
            assert (line.verdict, line.due_on) == ("not yet", T0 + timedelta(days=days))
            assert "window still open" in line.flags
    assert notes(by_window(found)["90 days"]) == "window still open, told from 4 April 2027"
    assert {one.verdict for one in promotion(watched_to(70), T0 + 70 * DAY, K)} == {"not yet", "suppressed"}
    on_the_day = by_window(retention(watched_to(90), T0 + 90 * DAY, K))["90 days"]
    assert (on_the_day.verdict, on_the_day.due_on) == ("better", None)


def test_k1_the_last_step_is_not_carried_beyond_what_hr_told() -> None:
    """A year later, with a list of day 70: of day 90 and after nobody knows."""
    line = by_window(retention(watched_to(70), LATER, K))["365 days"]
    assert (line.value, line.verdict, line.due_on) == (None, "not yet", None)
    assert line.flags == ("incomplete", "not watched that long")
    told = by_window(retention(watched_to(365), LATER, K))["365 days"]
    assert (told.verdict, told.flags) == ("better", ())


@pytest.mark.parametrize(
    ("spells", "day", "reaches"),
    [("70 70", 70, True), ("70 70", 71, False), ("70x 30x", 71, True), ("70x 80", 90, False)],
)
def test_a_curve_reaches_as_far_as_somebody_is_watched_or_all_have_left(
    spells: str, day: int, reaches: bool
) -> None:
    some = [Spell(float(one.rstrip("x")), one.endswith("x")) for one in spells.split()]
    assert kaplan_meier(some, 1.96).reaches(day) is reaches


def test_k1_an_arm_of_whom_much_is_unknown_is_not_made_up_for_by_the_other() -> None:
    """One of five controls is a fifth of the arm, and four in a hundred of all."""
    people = [*arm("program", 20, STAYS), *arm("control", 4, STAYS), *arm("control", 1, seen(80, "employed"))]
    line = by_window(retention(people, LATER, K))["365 days"]
    assert line.missing == pytest.approx(0.04)
    assert "incomplete" in line.flags


def test_k1_who_is_unknown_has_not_stayed() -> None:
    """Of twenty two are unknown, a tenth: the rate is of eighteen. One more, and there is no rate."""
    left, lost = arm("program", 2, seen(50, "voluntary_exit")), arm("program", 2, seen(80, "employed"))
    line = by_window(retention([*arm("program", 16, STAYS), *left, *lost], LATER, K), SIMPLE)["365 days"]
    assert (line.numerator, line.denominator, line.n, line.missing) == (16, 18, 18, 0.1)
    more = arm("program", 3, seen(80, "employed"))
    line = by_window(retention([*arm("program", 15, STAYS), *left, *more], LATER, K), SIMPLE)["365 days"]
    assert (line.value, line.verdict, line.flags, line.missing) == (None, "not yet", ("incomplete",), 0.15)


def test_k1_and_k4_tell_of_no_few_people_by_who_is_unknown() -> None:
    """Six are not active, of whom one is unknown: five, which may be told. Of two unknown, four: not."""
    for unknown, hidden in ((1, False), (2, True)):
        rest = [*arm("program", 6 - unknown, STAYS), *arm("program", unknown, seen(80, "employed"))]
        active = arm("program", 20, STAYS, seen(300, "level_change", 4))
        names = {one.person for one in active}
        found = retention([*rest, *active], LATER, K, active=names)
        assert (by_window(found, ACTIVE)["365 days"].verdict == "suppressed") is hidden
        rose = promotion([*rest, *active], LATER, K, active=names)[1]
        assert (rose.verdict == "suppressed") is hidden
        assert hidden or (rose.numerator, rose.n) == (20, 20)


def of(seed: int, log: list[StoredEvent] | None = None) -> Any:
    found = facts(log or Life(seed).log)
    assert found is not None
    return found


def k1(**more: Any) -> Figure:
    told = {"value": 0.3, "low": 0.1, "high": 0.5, "missing": 0.0, "verdict": "better", **more}
    return Figure.model_validate(
        {"kpi": "K1", "what": GAP, "window": "365 days", "method": "-", "n": 40, **told}
    )


def test_k16_concludes_no_more_than_k1() -> None:
    found, cheap = of(5), inputs(hour_cost={"low": 0, "base": 0, "high": 0})
    assert {one.verdict for one in returns(found, k1(), cheap)} == {"better"}
    described = k1(verdict="descriptive only", flags=("descriptive",))
    net, _ = returns(found, described, cheap)
    assert (net.verdict, net.flags) == ("descriptive only", ("descriptive",))
    assert net.value is not None
    nothing = {"value": None, "low": None, "high": None, "missing": None}
    waiting = k1(**nothing, verdict="not yet", flags=("window still open",), due_on=date(2028, 1, 4))
    for line in returns(found, waiting, cheap):
        assert (line.value, line.verdict, line.due_on) == (None, "not yet", date(2028, 1, 4))


def test_windows_that_are_open_conclude_nothing_and_say_when_they_close() -> None:
    found = of(7)
    end = found.spec.ends_on
    log = [one for one in Life(7).log if one.occurred_at.date() <= end + DAY]
    early = publication(of(7, log), datetime.combine(end, datetime.min.time(), UTC), "lea").figures
    for line in early:
        if line.kpi in {"K2", "K3", "K5", "K6", "K12"} and "window still open" in line.flags:
            assert line.verdict in {"not yet", "descriptive only", "suppressed"}
            assert line.due_on is not None
            assert line.due_on > end
        assert line.verdict not in {"better", "worse"}


def test_what_stands_as_of_earlier_from_an_open_window_never_concludes() -> None:
    found = of(7)
    flags = ("window still open", "stands as of earlier")
    due = found.spec.ends_on + 15 * DAY
    line = Figure(kpi="K2", what="mean change, minus controls", window="-", method="-", n=20, value=9.0,
                  low=2.0, high=16.0, flags=flags, verdict="not yet", due_on=due)  # fmt: skip
    before, after = (settled(line, found, day) for day in (due - DAY, due))
    assert (before.verdict, before.due_on, before.flags) == ("not yet", due, flags)
    assert (after.verdict, after.due_on, after.flags) == ("not yet", None, flags)


def test_nothing_of_an_open_survey_or_of_goals_not_yet_rated_holds_the_line_later() -> None:
    """Seed 1081: when three pairs of nine are rated one has attained its goal, in the end seven have."""
    log = Life(1081).log
    before: tuple[Disclosed, ...] = ()
    old: tuple[Figure, ...] = ()
    for day in (date(2026, 5, 26), date(2027, 6, 1)):
        now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=20)
        made = publication(
            of(1081, [e for e in log if e.occurred_at <= now]), now, "lea", before=before, old=old
        )
        before, old = (*before, *made.disclosed), made.figures
        if day.year == 2026:
            of_open = [one for one in old if one.kpi in {"K2", "K3", "K6"} and one.verdict != "suppressed"]
            assert {(one.value, one.verdict) for one in of_open} == {(None, "not yet")}
            assert not [one for one in before if one.measure in {"K2", "K3", "K6"}]
    once = publication(of(1081), now, "lea").figures
    assert [one for one in old if one.kpi in {"K2", "K3", "K6"}] == [
        one for one in once if one.kpi in {"K2", "K3", "K6"}
    ]
    attained = next(one for one in old if one.what == "goals attained")
    assert (attained.numerator, attained.n) == (7, 9)


def test_the_headline_is_no_number_of_an_open_window() -> None:
    """Also none of an earlier release, which told them."""
    nothing = {"value": None, "low": None, "high": None}
    early, told = k1(window="90 days", verdict="descriptive only"), k1(flags=("window still open",))
    assert headline([early, told]).window == "90 days"
    waiting = [
        k1(window=f"{days} days", **nothing, verdict="not yet", due_on=T0 + timedelta(days=days))
        for days in (180, 90)
    ]
    assert headline([told, *waiting]).window == "90 days"
    assert sentence(headline(waiting)).endswith("90 days: not before 4 April 2027.")
    final = k1(flags=("window still open",), due_on=T0)
    assert sentence(final).endswith("n = 40, not final before 4 January 2027).")


def test_an_open_window_stays_out_of_the_pool() -> None:
    parts = {"n": 20, "control-n": 20, "exits": 12, "gap": -4.0, "variance": 3.0}
    settled_one, open_one = (
        k1(parts=parts),
        k1(value=-0.4, low=-0.6, high=-0.2, parts=parts, flags=("window still open",)),
    )
    (line,) = pooled([(settled_one,), (open_one,)])
    assert (line.value, line.parts) == (0.3, {"cohorts": 1, "left-out": 1})
    hidden = {"value": None, "low": None, "high": None, "missing": None, "n": None, "verdict": "suppressed"}
    untold = k1(**hidden, flags=("window still open",), due_on=LATER)
    assert [one.verdict for one in pooled([(untold,)])] == ["suppressed"]
    assert notes(untold) == "window still open"
    (waiting,) = pooled(
        [(k1(value=None, low=None, high=None, missing=None, verdict="not yet", due_on=LATER),)]
    )
    assert (waiting.verdict, waiting.due_on, waiting.value) == ("not yet", LATER, None)


def test_what_comes_after_a_window_changes_nothing_of_it() -> None:
    """K5 and K6: an outcome and a measurement of the day after; a correction of that day counts."""
    log, found = Life(5).log, of(5)
    rated = next(one for one in log if one.type == "pair.outcome_recorded" and one.data["attainment"] > -2)
    pair = found.pairs[rated.stream.removeprefix("pair-")]
    last = datetime.combine(found.end_of(pair) + 15 * DAY, datetime.min.time(), UTC) + timedelta(hours=12)

    def attained(name: str, at: datetime) -> int | None:
        data = {**rated.data, "attainment": -2, "corrects": rated.version}
        more = rated.model_copy(update={"type": name, "data": data, "occurred_at": at, "position": 10_000})
        told: int | None = of(5, [*log, more]).pairs[pair.pair].attainment
        return told

    before = pair.attainment
    assert attained("pair.outcome_recorded", last) == before != -2
    assert attained("pair.outcome_recorded", last - DAY) == -2
    assert attained("pair.outcome_corrected", last) == -2


def test_a_scheduler_publishes_when_a_window_or_a_wave_has_closed() -> None:
    """Asked every other week and on the days that lines name: at the start, after waves, then as windows
    close, and never again."""
    log, days = Life(7).log, []
    told: tuple[Figure, ...] = ()
    then = None
    spec = of(7).spec
    asked = spec.kickoff_on - 10 * DAY
    while asked < date(2027, 6, 1):
        now = datetime.combine(asked, datetime.min.time(), UTC) + timedelta(hours=20)
        found = of(7, [one for one in log if one.occurred_at <= now])
        when = falls_due(found, asked, told, then)
        if when is not None and when <= asked:
            told, then = publication(found, now, "lea").figures, found
            days.append(asked)
            when = falls_due(found, asked, told, then)
            assert when is None or when > asked
        asked = min(asked + 14 * DAY, when or date.max)
    assert spec.kickoff_on <= days[0] < spec.kickoff_on + 14 * DAY
    closes = {spec.ends_on + DAY, spec.ends_on + 15 * DAY, of(7).work_ends_on + 181 * DAY}
    assert closes <= set(days)
    assert 6 <= len(days) <= 20
    assert falls_due(of(7), asked, told, then) is None


def test_a_wave_is_due_once_every_running_pair_has_closed_it_whatever_was_told_of_the_first() -> None:
    log, spec = Life(7).log, of(7).spec
    closed = [one for one in log if one.type == "pair.pulse_closed"]
    by_pair = {one.stream for one in closed}
    assert len(by_pair) > 2
    first = [one for one in log if one.position <= closed[0].position]
    early, told = of(7, first), publication(of(7, first), closed[0].occurred_at, "lea").figures
    assert "pulse 1" in {one.window for one in told if one.kpi == "K7"}
    day = early.day(closed[0].occurred_at)
    assert day > spec.kickoff_on
    assert falls_due(early, day, told, of(7, first[:-1])) != day
    whole = of(7, [one for one in log if one.position <= closed[-1].position])
    assert falls_due(whole, day, told, early) == day
    assert falls_due(whole, day, told, whole) != day
