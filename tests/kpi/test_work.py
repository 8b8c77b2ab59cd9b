"""The KPIs of pairs' work and of governance equal a slow count of the raw events (K5, K6, K11, K13, K14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from events.contracts import StoredEvent
from projections.kpi.facts import Facts, facts
from projections.kpi.report import COMPUTED, figures
from projections.kpi.values import Figure
from tests.projections.story import Told, appends, story

TODAY = date(2027, 6, 1)
BERLIN = ZoneInfo("Europe/Berlin")
SEEDS = range(1, 61)
Row = dict[str, Any]


def stored(told: list[Told]) -> list[StoredEvent]:
    """The story as the log would hold it."""
    found: list[StoredEvent] = []
    for append in appends(told):
        for ordinal, event in enumerate(append.events):
            found.append(
                StoredEvent(
                    event_id=event.event_id,
                    stream=append.stream,
                    version=append.expected_version + ordinal + 1,
                    position=len(found) + 1,
                    type=event.type,
                    schema_version=event.schema_version,
                    occurred_at=append.occurred_at,
                    recorded_at=append.occurred_at,
                    actor=append.actor,
                    command_id=append.command_id,
                    command_digest=append.command_digest,
                    correlation_id=append.correlation_id,
                    policy_version=append.policy_version,
                    data=event.data,
                )
            )
    return found


def told_of(seed: int) -> tuple[list[StoredEvent], Facts]:
    log = stored(story(seed, cohorts=1, pairs=8))
    found = facts(log)
    assert found is not None
    return log, found


def of(kpi: str, some: tuple[Figure, ...]) -> Figure:
    return next(one for one in some if one.kpi == kpi)


def streams(log: list[StoredEvent]) -> list[list[StoredEvent]]:
    """The streams of pairs that were ever active."""
    names = dict.fromkeys(one.stream for one in log if one.stream.startswith("pair-"))
    every = [[one for one in log if one.stream == name] for name in names]
    return [pair for pair in every if any(one.type == "pair.activated" for one in pair)]


def last(pair: list[StoredEvent], *types: str) -> StoredEvent | None:
    return next((one for one in reversed(pair) if one.type in types), None)


def slow_goals(log: list[StoredEvent]) -> tuple[int, int]:
    having = [pair for pair in streams(log) if last(pair, "pair.goal_accepted")]
    rated = [last(pair, "pair.outcome_recorded", "pair.outcome_corrected") for pair in having]
    return sum(one is not None and one.data["attainment"] >= 0 for one in rated), len(having)


def slow_insights(log: list[StoredEvent]) -> tuple[int, int]:
    good = every = 0
    for pair in streams(log):
        for one in pair:
            if one.type != "pair.insight_recorded":
                continue
            every += 1
            after = [
                (other.type, other.data.get("outcome"))
                for other in pair
                if other.data.get("insight") == one.data["number"]
            ]
            good += ("pair.decision_implemented", None) in after and (
                "pair.decision_measured", "better"
            ) in after  # fmt: skip
    return good, every


def slow_memos(log: list[StoredEvent]) -> tuple[int, int]:
    good = every = 0
    for pair in streams(log):
        end, memo = last(pair, "pair.ended"), last(pair, "pair.memo_filed")
        if end is None or end.data["state"] == "ended_by_exit":
            continue
        every += 1
        if memo is None:
            continue
        day, left = end.occurred_at.astimezone(BERLIN).date(), 10
        holidays = {date.fromisoformat(one) for one in pair[0].data["terms"]["holidays"]}
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in holidays
        good += memo.occurred_at.astimezone(BERLIN).date() <= day
    return good, every


def slow_duties(log: list[StoredEvent]) -> tuple[int, int]:
    states: dict[str, str] = {}
    for one in log:
        if one.type == "cohort.sponsorship_committed":
            states = dict.fromkeys(one.data["duties"], "due")
        if one.type == "cohort.duty_fulfilled":
            states[one.data["duty"]] = "fulfilled" if one.data["on_time"] else "late"
        if one.type == "cohort.duty_missed":
            states[one.data["duty"]] = "missed"
        if one.type == "cohort.duty_corrected":
            states[one.data["duty"]] = one.data["state"]
    return sum(state == "fulfilled" for state in states.values()), len(states)


@pytest.mark.parametrize(
    ("kpi", "slow"), [("K5", slow_insights), ("K6", slow_goals), ("K13", slow_duties), ("K14", slow_memos)]
)
def test_a_share_equals_a_slow_count_of_random_cohorts(kpi: str, slow: Any) -> None:
    seen = set()
    for seed in SEEDS:
        log, found = told_of(seed)
        good, every = slow(log)
        figure = of(kpi, figures(found, TODAY))
        assert (figure.n, figure.value) == (every, good / every if every else None), f"seed {seed}"
        seen.add((figure.n, figure.value))
    assert len(seen) > (0 if kpi == "K13" else 3), "stories that are all alike show little"


def test_k11_counts_the_days_that_the_kickoff_tells() -> None:
    for seed in SEEDS:
        log, found = told_of(seed)
        held = [one for one in log if one.type == "cohort.kickoff_held"]
        figure = of("K11", figures(found, TODAY))
        assert figure.value == (held[0].data["days_since_charter"] if held else None)
        assert ("late" in figure.flags) is bool(held and held[0].data["days_since_charter"] > 60)


def test_k1_everybody_of_an_active_pair_is_watched_once_from_their_first_pair_on() -> None:
    for seed in SEEDS:
        log, found = told_of(seed)
        began: dict[str, date] = {}
        for pair in streams(log):
            active = last(pair, "pair.activated")
            assert active is not None
            day = active.occurred_at.astimezone(BERLIN).date()
            for role in ("mentor", "mentee"):
                person = pair[0].data["terms"][role]
                began[person] = min(day, began.get(person, day))
        watched = found.watched()
        assert {one.person: one.t0 for one in watched if one.arm == "program"} == began
        frozen = [one for one in log if one.type == "cohort.control_group_frozen"]
        controls = {one.person for one in watched if one.arm == "control"}
        assert controls <= set(frozen[0].data["people"] if frozen else ())
        assert not controls & set(began)


def test_what_is_not_computed_is_not_in_the_list() -> None:
    _, found = told_of(1)
    assert tuple(dict.fromkeys(one.kpi for one in figures(found, TODAY))) == COMPUTED


def test_nothing_sealed_is_read() -> None:
    """The stories plant a secret in every sealed field; without those fields the numbers are the same."""
    log, found = told_of(2)
    blind = [
        one.model_copy(
            update={
                "data": {name: value for name, value in one.data.items() if "whispered" not in str(value)}
            }
        )
        if one.type.startswith("pair.") and one.type != "pair.formed"
        else one
        for one in log
    ]
    again = facts(blind)
    assert again is not None
    assert figures(again, TODAY) == figures(found, TODAY)


def test_a_correction_changes_what_it_corrects_and_nothing_else() -> None:
    log, found = told_of(3)
    pair = next(pair for pair in streams(log) if last(pair, "pair.goal_accepted"))
    right = pair[-1].model_copy(
        update={
            "type": "pair.outcome_corrected",
            "occurred_at": datetime(2026, 9, 1, tzinfo=UTC),
            "data": {"corrects": 1, "value": 1.0, "attainment": -2, "by": "p", "reason": None},
        }
    )
    again = facts([*log, right])
    assert again is not None
    before, after = figures(found, TODAY), figures(again, TODAY)
    changed = {one.kpi for one, other in zip(before, after, strict=True) if one != other}
    assert changed <= {"K6"}


def test_an_empty_log_has_no_facts() -> None:
    assert facts([]) is None
