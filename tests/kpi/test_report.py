"""What a publication tells and what it does not: confidentiality, corrections, erasure, return (G19, K16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from events.contracts import StoredEvent
from projections.kpi.facts import Facts, Rated
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.kpi.returns import DRAWS, hours, returns
from projections.statistics.unknowns import owners
from tests.kpi.lives import Life
from turnabout.errors import InternalError, InvalidInput
from turnabout.kpi import Estimate, Figure, Publication, ReturnInputs
from workers.kpis import read_inputs

NOW = datetime(2027, 6, 1, tzinfo=UTC)
SEALED = {"K2", "K3", "K7", "K8", "K9"}
AUDITED = {*SEALED, "K6"}


@lru_cache
def life(seed: int) -> tuple[StoredEvent, ...]:
    return tuple(Life(seed).log)


def of(log: Iterable[StoredEvent]) -> Facts:
    found = facts(log)
    assert found is not None
    return found


def published(log: Iterable[StoredEvent], last: Publication | None = None, **more: Any) -> Publication:
    if last is not None:
        more |= {"previous": 1, "before": last.disclosed, "old": last.figures}
    return publication(of(log), NOW, "lea", **more)


def event(like: StoredEvent, name: str, **data: Any) -> StoredEvent:
    return like.model_copy(update={"type": name, "data": data, "position": 10_000})


def changed(before: Publication, after: Publication) -> set[str]:
    old = {one.key: one for one in before.figures}
    return {one.kpi for one in after.figures if old.get(one.key) != one}


def without(log: Iterable[StoredEvent], person: str) -> list[StoredEvent]:
    """The log after somebody's key was destroyed."""
    gone = {"answers": None, "progress": None, "safety": None, "recommend": None}
    return [
        one.model_copy(update={"data": {**one.data, **{k: v for k, v in gone.items() if k in one.data}}})
        if one.data.get("respondent") == person
        else one
        for one in log
    ]


def test_g19_every_number_from_answers_is_one_that_was_audited() -> None:
    for seed in range(8):
        found = published(life(seed))
        known = {(one.measure.split()[0], len(owners(one.people))) for one in found.disclosed}
        sums = {round(bound, 4) for one in found.disclosed for bound in (one.low, one.high)}
        for line in found.figures:
            if line.kpi in AUDITED and line.value is not None and "minus" not in line.what:
                if line.numerator is not None:
                    assert round(line.numerator, 4) in sums
                elif line.what != "difference (g)":
                    assert (line.kpi, line.n) in known


def test_a_publication_without_news_says_the_same_and_discloses_nothing_new() -> None:
    first = published(life(4))
    again = published(life(4), first)
    assert again.disclosed == ()
    assert [one.key for one in again.figures] == [one.key for one in first.figures]
    assert changed(first, again) == set()


def test_after_an_erasure_lines_stand_as_they_were_told() -> None:
    """Scenario 11: one person fewer would tell what that person had said."""
    log = life(9)
    first = published(log)
    answered = {one.data["respondent"] for one in log if one.type == "pair.pulse_answered"}
    second = published(without(log, min(answered)), first)
    old = {one.key: one for one in first.figures}
    stands = [one for one in second.figures if "stands as of earlier" in one.flags]
    assert stands
    assert all((one.value, one.n) == (old[one.key].value, old[one.key].n) for one in stands)
    assert changed(first, second) <= SEALED


def test_a_corrected_outcome_changes_k6_alone() -> None:
    log = life(5)
    first = next(one for one in log if one.type == "pair.outcome_recorded" and one.data["attainment"] > -2)
    right = event(first, "pair.outcome_corrected", corrects=1, value=1.0, attainment=-2, by="p", reason=None)
    assert changed(published(log), published([*log, right])) <= {"K6"}


def test_a_late_fact_of_hr_changes_k1_and_k4_alone() -> None:
    log = life(6)
    active = next(one for one in log if one.type == "pair.formed").data["terms"]["mentor"]
    left = event(log[0], "cohort.employment_observed", by="lea", person=active, on="2026-03-20",
                 what="voluntary_exit", level=None, source="HR")  # fmt: skip
    moved = changed(published(log), published([*log, left]))
    assert "K1" in moved
    assert moved <= {"K1", "K4"}


def test_answers_that_are_sealed_are_no_missing_answers() -> None:
    log = life(1)
    sealed = [
        one.model_copy(update={"data": {**one.data, "answers": "sealed"}}) if "answers" in one.data else one
        for one in log
    ]
    with pytest.raises(InternalError, match="sealed"):
        facts(sealed)


def test_of_an_empty_log_there_is_nothing() -> None:
    assert facts([]) is None


def test_named_kpis_are_marked() -> None:
    """Pre-named KPIs are confirmatory."""
    found = published(life(2))
    assert {one.kpi for one in found.figures if one.named} == {"K1", "K2", "K3"}


def test_k10_is_for_the_lead() -> None:
    assert {one.audience for one in published(life(3)).figures if one.kpi == "K10"} == {"lead"}


@pytest.mark.parametrize("number", ["n", "value", "low", "numerator", "p"])
def test_g19_what_is_suppressed_has_no_number(number: str) -> None:
    blank = {"kpi": "K2", "what": "-", "window": "-", "method": "-", "n": None, "value": None}
    with pytest.raises(ValidationError, match="G19"):
        Figure.model_validate({**blank, "verdict": "suppressed", number: 0})


def sure(number: float) -> Estimate:
    return Estimate(low=number, base=number, high=number)


def inputs(**more: Any) -> ReturnInputs:
    base = {"currency": "EUR", "salary": sure(50_000), "hour_cost": sure(60), "source": "HR"}
    return ReturnInputs.model_validate({**base, "replacement": sure(0.2), **more})


def retention(value: float, reach: float) -> Figure:
    return Figure(kpi="K1", what="-", window="365 days", method="-", n=40, value=value, low=value - reach,
                  high=value + reach, missing=0.1, verdict="better")  # fmt: skip


def test_k16_of_sure_numbers_is_the_formula() -> None:
    found = of(life(5))
    mentors = len({pair.mentor for pair in found.worked()})
    cost = hours(found) * 60 + 1000
    net, ratio = returns(
        found, retention(0.3, 0), inputs(tools=sure(1000), days_saved=sure(10), day_value=sure(500))
    )
    benefit = 0.3 * mentors * 50_000 * 0.2 + 10 * 500
    assert (net.value, net.low, net.high) == pytest.approx((benefit - cost,) * 3, abs=0.01)
    assert ratio.value == pytest.approx((benefit - cost) / cost, abs=0.01)
    assert net.verdict == ("better" if benefit > cost else "worse")


def test_k16_hours_are_those_of_both_partners_and_of_the_kickoff() -> None:
    log = life(5)
    held = {(one.stream, one.data["number"]) for one in log if one.type == "pair.session_held"}
    for one in log:
        if one.type == "pair.session_corrected" and one.data["held"]:
            held.add((one.stream, one.data["number"]))
    people = next(one for one in log if one.type == "cohort.kickoff_held").data["attended"]
    late = [one for one in log if one.type == "cohort.make_up_attended"]
    assert hours(of(log)) == pytest.approx(2 * len(held) + 1.5 * (len(people) + len(late)))


def test_k16_draws_agree_with_the_normal_law() -> None:
    """With one unsure factor, retention, the band is that of a normal variable."""
    found = of(life(5))
    mentors = len({pair.mentor for pair in found.worked()})
    net, _ = returns(found, retention(0.9, 0.196), inputs(salary=sure(500_000)))
    assert net.low is not None
    assert net.high is not None
    width = 2 * 1.6449 * 0.1 * mentors * 500_000 * 0.2
    assert net.high - net.low == pytest.approx(width, rel=0.05), f"of {DRAWS} draws"


def test_k16_is_not_shown_while_the_band_spans_nought() -> None:
    net, ratio = returns(of(life(5)), retention(0.0, 0.4), inputs())
    for line in (net, ratio):
        assert (line.value, line.low, line.verdict) == (None, None, "cannot tell yet")
        assert "not shown yet" in line.flags


def test_k16_needs_inputs_and_k1() -> None:
    found = of(life(5))
    assert {one.flags for one in returns(found, retention(0.1, 0.1), None)} == {("insufficient",)}
    hidden = Figure(kpi="K1", what="-", window="-", method="-", n=None, value=None, verdict="suppressed")
    assert {one.verdict for one in returns(found, hidden, inputs())} == {"suppressed"}


def test_windows_say_that_they_are_open() -> None:
    found = of(life(7))
    early = publication(found, datetime.combine(found.spec.ends_on, datetime.min.time(), UTC), "lea")
    open_ones = {one.kpi for one in early.figures if "window still open" in one.flags}
    assert {"K2", "K3", "K5", "K6"} <= open_ones
    assert early.as_of - found.spec.ends_on <= timedelta(days=1)
    assert isinstance(early.as_of, date)


def test_k16_a_file_of_inputs_is_refused_with_every_problem_and_its_field(tmp_path: Path) -> None:
    file = tmp_path / "return.yaml"
    file.write_text("currency: EUR\nsalary: {low: 3, base: 2, high: 4}\nbonus: 1\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_inputs(file)
    said = str(refused.value)
    for part in (
        "salary: K16: low, base and high are in this order",
        "hour_cost",
        "source",
        "bonus",
        "docs/kpis.md",
    ):
        assert part in said


def test_k7_k9_who_is_in_two_pairs_counts_once_with_the_lower_and_halves_give_nobody_away() -> None:
    """6.5 of 12 would tell that the only mentor of two said yes of one and no of the other."""
    found = of(life(8))
    said = found.ratings["end"]
    mentor = next(who for _, who in said if who.startswith("mentor"))
    pair = next(name for name, who in said if who != mentor and (name, mentor) not in said)
    own = next(key for key in said if key[1] == mentor)
    said[own] = Rated(progress=4, safety=5, recommend=True)
    before = {one.key: one for one in publication(found, NOW, "lea").figures}
    said[pair, mentor] = Rated(progress=1, safety=5, recommend=False)
    after = {one.key: one for one in publication(found, NOW, "lea").figures}
    vote, mean = ("K9", "would recommend it", "end"), ("K7", "progress, all", "end")
    for key, lost in ((vote, 1), (mean, 3)):
        old, new = before[key], after[key]
        assert old.n == new.n
        assert round((old.value or 0) * (old.n or 0)) - round((new.value or 0) * (new.n or 0)) == lost
