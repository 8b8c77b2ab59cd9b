"""When the lead reads that somebody is late: not before the letters to them say so (T8, T16)."""

from __future__ import annotations

from datetime import timedelta

from tests.rules.pair.stage import LEAD, active, formed
from turnabout import schedule
from turnabout.commands.pair_closing import EndPair
from workers.gateway.roles.late import due

SECOND = timedelta(seconds=1)


def test_t16_a_memo_is_late_once_its_days_are_over() -> None:
    state = active().when(EndPair(state="ended_by_choice", reason="x"), by=LEAD).state
    assert state.ended_at is not None
    at = schedule.memo_due(state.agreed, state.policy, schedule.day_of(state.agreed, state.ended_at))
    assert at > state.ended_at + timedelta(days=3)
    assert due(state, "memo", at - SECOND) == (at, False)
    assert due(state, "memo", at + SECOND) == (at, True)


def test_t8_a_pair_that_came_later_prepares_from_its_own_start() -> None:
    late = formed().state
    at, is_late = due(late, "prepare", late.agreed.kickoff + SECOND)
    assert at == schedule.first_meeting_due(late.agreed, late.policy, late.starts_on)
    assert not is_late
