"""The trap radar (R76): each of the six shows for its own reasons, and none tells why a pause came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from turnabout.results import CohortBoard, PairCard, ReminderLine, SponsorDuty
from turnabout.traps import TRAPS, Name, radar

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WELL: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "starts_on": date(2026, 1, 5),
    "kickoff_on": date(2026, 3, 2),
    "kickoff_held_on": date(2026, 3, 2),
    "ends_on": date(2026, 5, 25),
    "charter_signed_at": AT,
    "sponsorship_committed_at": AT,
    "memo_filed_at": None,
    "closed_at": None,
    "cancelled_at": None,
    "next_cohort": None,
    "duties": {"kickoff": SponsorDuty(state="fulfilled"), "mid_checkpoint": SponsorDuty(state="due")},
    "waiting": 0,
    "pairs": 5,
    "pairs_assigned": 0,
}
PAIR: dict[str, Any] = {
    "pair": "pair-q1-01",
    "state": "active",
    "goal": "Publish 3 posts",
    "teaches": "video",
    "gives": "budgets",
    "memo": None,
    "ended_at": None,
    "decision_by_default": False,
}
TOLD_LATE: dict[str, Any] = {"template": "pause_overdue", "pair": "pair-q1-01"}


def exposed(
    today: date = date(2026, 4, 1),
    pair: dict[str, Any] | None = None,
    told: tuple[dict[str, Any], ...] = (),
    **board: Any,
) -> dict[Name, tuple[str, ...]]:
    """The traps that show, with their reasons."""
    found = radar(
        CohortBoard.model_construct(**{**WELL, **board}),
        [PairCard.model_construct(**{**PAIR, **(pair or {})})],
        [ReminderLine.model_construct(**line) for line in told],
        today,
    )
    assert tuple(one.trap for one in found) == TRAPS
    return {one.trap: one.reasons for one in found if one.exposed}


def test_a_cohort_that_is_well_is_exposed_to_nothing() -> None:
    assert exposed() == {}


@pytest.mark.parametrize(
    ("trap", "reason", "facts"),
    [
        ("vague goals", "1 pair has no accepted goal", {"pair": {"goal": None}}),
        ("poor matching", "2 of 5 pairs were put together", {"pairs_assigned": 2}),
        ("poor matching", "1 person is without a partner", {"waiting": 1}),
        ("no visible sponsor", "the charter is not signed", {"charter_signed_at": None}),
        ("no visible sponsor", "the sponsor has not committed", {"sponsorship_committed_at": None}),
        ("no visible sponsor", "missed: kickoff", {"duties": {"kickoff": SponsorDuty(state="missed")}}),
        ("power dynamics", "not agreed what each of the two gives", {"pair": {"gives": None}}),
        ("power dynamics", "1 check-in lasts", {"pair": {"state": "paused"}, "told": (TOLD_LATE,)}),
        ("a one-off", "no next cohort is planned", {"today": date(2026, 4, 25)}),
        ("no follow-through", "nobody decided on 1 pair", {"pair": {"decision_by_default": True}}),
        (
            "no follow-through",
            "1 closure memo is overdue",
            {"pair": {"state": "ended", "ended_at": AT}, "today": date(2026, 3, 17)},
        ),
        (
            "no follow-through",
            "own memo is overdue",
            {"today": date(2026, 6, 9), "next_cohort": "q2"},
        ),
    ],
)
def test_each_trap_has_its_reasons(trap: Name, reason: str, facts: dict[str, Any]) -> None:
    found = exposed(**facts)
    assert list(found) == [trap]
    (told,) = found[trap]
    assert reason in told


@pytest.mark.parametrize(
    "facts",
    [
        {"pair": {"goal": None, "gives": None}, "kickoff_held_on": None},
        {"pair": {"state": "paused"}},
        {"pair": {"state": "ended", "goal": None, "ended_at": AT}, "today": date(2026, 3, 16)},
        {"today": date(2026, 4, 24)},
        {"today": date(2026, 4, 25), "next_cohort": "q2"},
        {"waiting": 3, "closed_at": AT},
        {"charter_signed_at": None, "today": date(2026, 1, 5)},
        {"cancelled_at": AT, "pairs_assigned": 4, "charter_signed_at": None},
    ],
)
def test_nothing_shows_before_its_time_or_after_it(facts: dict[str, Any]) -> None:
    assert exposed(**facts) == {}
