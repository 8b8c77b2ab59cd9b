"""How nudges are planned: in working hours, once for all who share a time, and never stale from the start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from events.chase import Step
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


MONDAY = datetime(2027, 2, 1, 9, tzinfo=UTC)


def prompts(*days: float, to: tuple[str, ...] = ("berlin",), until: float = 10) -> list[Step]:
    """Reminders so many days after Monday, planned on Monday."""
    asks = [(MONDAY + timedelta(days=day), "pulse_reminder") for day in days]
    return list(CLOCK.prompts(asks, to, now=MONDAY, until=MONDAY + timedelta(days=until)))


def test_a_prompt_is_of_use_until_the_next_one_and_the_last_until_the_end() -> None:
    planned = [(step.at - MONDAY, (step.useful_until or MONDAY) - MONDAY) for step in prompts(0, 1, 3)]
    days = [timedelta(days=day) for day in (0, 1, 3, 10)]
    assert planned == [(days[0], days[1]), (days[1], days[2]), (days[2], days[3])]


def test_no_prompt_lies_in_the_past_or_on_the_end() -> None:
    assert [step.at for step in prompts(-1, 2, 10, 11)] == [MONDAY + timedelta(days=2)]


def test_two_prompts_that_fall_on_one_day_are_one() -> None:
    """Saturday and Sunday both become Monday morning; the one that is left serves until the next."""
    first, second = prompts(5, 6, 8)
    assert first.at == datetime(2027, 2, 8, 7, tzinfo=UTC)
    assert first.useful_until == second.at == MONDAY + timedelta(days=8)


def test_the_next_prompt_is_each_persons_own() -> None:
    """Sydney hears at eight, when Berlin sleeps: its first prompt serves until its own second one."""
    steps = prompts(0, 1, to=("berlin", "sydney"))
    for person in ("berlin", "sydney"):
        first, second = (step for step in steps if person in step.to)
        assert first.useful_until == second.at
