"""How nudges are planned: in working hours, once for all who share a time, and never stale from the start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from turnabout.policy import NudgePolicy
from workflows.rules.chases import Clock, is_stale

ZONES = {"berlin": "Europe/Berlin", "york": "America/New_York", "sydney": "Australia/Sydney"}
EASTER = (date(2027, 3, 26), date(2027, 3, 29))
CLOCK = Clock(ZONES, EASTER, NudgePolicy())


def test_a_long_weekend_does_not_make_a_prompt_stale() -> None:
    thursday_evening = datetime(2027, 3, 25, 20, tzinfo=UTC)
    (step,) = CLOCK.remind(thursday_evening, ["berlin"], "session_log")
    assert step.at == datetime(2027, 3, 30, 6, tzinfo=UTC)
    assert not is_stale(step, step.at + timedelta(seconds=1))
    assert is_stale(step, step.at + timedelta(hours=NudgePolicy().stale_after, seconds=1))


def test_what_must_come_before_an_event_is_of_no_use_after_it() -> None:
    start = datetime(2027, 3, 30, 14, tzinfo=UTC)
    (step,) = CLOCK.remind(
        start - timedelta(hours=24), ["berlin"], "session_reminder", direction="earlier", useful_until=start
    )
    assert step.at == datetime(2027, 3, 25, 16, tzinfo=UTC)
    assert not is_stale(step, start)
    assert is_stale(step, start + timedelta(seconds=1))


def test_one_step_serves_all_whose_hours_allow_it() -> None:
    afternoon = datetime(2027, 2, 2, 14, tzinfo=UTC)
    (step,) = CLOCK.remind(afternoon, ["berlin", "york"], "session_reminder")
    assert step.to == ("berlin", "york")
    apart = CLOCK.remind(afternoon, ["berlin", "sydney"], "session_reminder")
    assert [step.to for step in apart] == [("berlin",), ("sydney",)]
