"""Dates of domain.md section 4 for a cohort whose weeks, holidays and zones are known."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.spec.files import changed, spec
from turnabout import calendar, schedule
from turnabout.plan import plan
from turnabout.policy import Policy
from turnabout.presets import preset_policy
from turnabout.spec import CohortSpec

ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "UTC"])
SHAPES = st.sampled_from(
    [
        ("sprint_90", 12),
        ("skills_sprint", 8),
        ("skills_sprint", 11),
        ("behaviour_change", 17),
        ("behaviour_change", 26),
        ("monthly_dialogue", 26),
    ]
)


def make(**fields: Any) -> CohortSpec:
    return CohortSpec.model_validate({**changed(), **fields})


def local(at: datetime, cohort: CohortSpec) -> str:
    return calendar.local(at, cohort.timezone).strftime("%a %d %b %H:%M")


def test_weeks_count_from_the_monday_of_the_kickoff() -> None:
    cohort = make(kickoff_on="2027-02-11")
    assert cohort.first_week_on == date(2027, 2, 8)
    assert schedule.week_starts(cohort, 1) == date(2027, 2, 8)
    assert schedule.week_of(cohort, cohort.kickoff) == 1
    assert schedule.week_of(cohort, cohort.kickoff + timedelta(days=4)) == 2
    assert schedule.week_of(cohort, cohort.kickoff - timedelta(days=4)) == 0
    assert cohort.ends_on == date(2027, 5, 6)


def test_the_calendar_of_a_sprint_90() -> None:
    cohort = spec()
    rules = cohort.rules
    dates = {
        "enrolment closes": schedule.enrolment_closes(cohort, rules, date(2027, 1, 4)),
        "choice reminder": schedule.choice_reminder(cohort, rules, date(2027, 1, 18)),
        "choice closes": schedule.choice_closes(cohort, rules, date(2027, 1, 18)),
        "consent closes": schedule.consent_closes(cohort, rules, date(2027, 1, 25)),
        "invitation": schedule.kickoff_invitation(cohort, rules),
        "make-up": schedule.make_up_due(cohort, rules, cohort.kickoff_on),
        "first meeting": schedule.first_meeting_due(cohort, rules, cohort.kickoff_on),
        "pulse": schedule.pulse_opens(cohort, 6),
        "pulse closes": schedule.pulse_closes(cohort, rules, 6),
        "milestone": schedule.milestone_due(cohort, rules, 6),
        "decision": schedule.decision_due(cohort, rules, 6),
        "checkpoint from": schedule.checkpoint_opens(cohort, rules, 6),
        "checkpoint to": schedule.checkpoint_due(cohort, rules, 6),
        "endpoint": schedule.endpoint_opens(cohort),
        "end": schedule.pair_ends(cohort, rules),
        "wave closes": schedule.endpoint_closes(cohort, rules),
        "memo": schedule.memo_due(cohort, rules, cohort.ends_on),
        "memo told": schedule.memo_escalation(cohort, rules, cohort.ends_on),
        "next cohort": schedule.next_cohort_due(cohort, rules),
    }
    assert {name: local(at, cohort) for name, at in dates.items()} == {
        "enrolment closes": "Mon 18 Jan 09:00",
        "choice reminder": "Wed 20 Jan 09:00",
        "choice closes": "Mon 25 Jan 09:00",
        "consent closes": "Thu 28 Jan 09:00",
        "invitation": "Mon 25 Jan 09:00",
        "make-up": "Mon 15 Feb 09:00",
        "first meeting": "Mon 15 Feb 09:00",
        "pulse": "Mon 15 Mar 09:00",
        "pulse closes": "Mon 22 Mar 09:00",
        "milestone": "Mon 22 Mar 09:00",
        "decision": "Mon 29 Mar 09:00",
        "checkpoint from": "Mon 08 Mar 09:00",
        "checkpoint to": "Mon 29 Mar 09:00",
        "endpoint": "Mon 26 Apr 09:00",
        "end": "Mon 03 May 18:00",
        "wave closes": "Fri 07 May 09:00",
        "memo": "Fri 07 May 09:00",
        "memo told": "Mon 17 May 09:00",
        "next cohort": "Wed 07 Apr 09:00",
    }
    days = [local(at, cohort)[:10] for at in schedule.pulse_reminders(cohort, rules, 6)]
    assert days == ["Tue 16 Mar", "Thu 18 Mar"]
    assert (schedule.day_of(cohort, dates["memo"]) - cohort.kickoff_on).days <= 90


def test_what_a_preset_overrides_is_another_version_of_the_policy() -> None:
    policy = Policy()
    assert policy.version != preset_policy("sprint_90", policy).version
    assert preset_policy("sprint_90", policy).version == preset_policy("sprint_90", Policy()).version


@pytest.mark.parametrize("day", range(1, 6))
def test_the_memos_of_a_90_day_sprint_are_in_by_day_90_whatever_the_holidays(day: int) -> None:
    kickoff = date(2027, 2, day)
    holidays = [kickoff + timedelta(days=days) for days in (86, 87, 88, 90)]
    cohort = make(kickoff_on=kickoff, holidays=holidays)
    ninety = kickoff + timedelta(days=90)
    due = schedule.day_of(cohort, schedule.memo_due(cohort, cohort.rules, cohort.ends_on))
    assert cohort.ends_on < due <= ninety
    free = cohort.rules.model_copy(
        update={"closing": cohort.rules.closing.model_copy(update={"memo_by": None})}
    )
    assert schedule.day_of(cohort, schedule.memo_due(cohort, free, cohort.ends_on)) > ninety
    late = ninety + timedelta(days=3)
    assert schedule.memo_due(cohort, cohort.rules, late) == schedule.memo_due(cohort, free, late)


def test_memos_are_told_to_the_lead_ten_business_days_after_the_end() -> None:
    cohort = make(preset="skills_sprint", weeks=8)
    ended_on = date(2027, 4, 6)
    assert local(schedule.memo_due(cohort, cohort.rules, ended_on), cohort) == "Tue 13 Apr 09:00"
    assert local(schedule.memo_escalation(cohort, cohort.rules, ended_on), cohort) == "Tue 20 Apr 09:00"
    assert cohort.rules.closing.memo_by is None, "day 90 is the sprint's own"


def test_holidays_push_a_pulse_and_pull_the_last_session() -> None:
    cohort = make(holidays=["2027-03-15", "2027-04-05", "2027-05-03"])
    assert local(schedule.pulse_opens(cohort, 6), cohort) == "Tue 16 Mar 09:00"
    assert local(schedule.pulse_closes(cohort, cohort.rules, 6), cohort) == "Tue 23 Mar 09:00"
    starts = schedule.session_series(cohort, date(2027, 2, 9), 0, time(10), "Europe/Berlin", 1, 12)
    days = [local(at, cohort) for at in starts]
    assert len(days) == 12
    assert (days[0], days[7], days[-1]) == ("Mon 15 Feb 10:00", "Tue 06 Apr 10:00", "Fri 30 Apr 10:00")


def test_the_launch_clock_runs_sixty_days_and_is_overdue_after_them() -> None:
    cohort = spec()
    signed_on = date(2027, 1, 6)
    clock = schedule.launch_clock(cohort, cohort.rules, signed_on)
    days = [schedule.day_of(cohort, at) - signed_on for at in clock]
    assert [each.days for each in days] == [30, 45, 60]
    overdue = schedule.launch_overdue(cohort, cohort.rules, signed_on)
    assert schedule.day_of(cohort, overdue - timedelta(seconds=1)) == signed_on + timedelta(days=60)


@pytest.mark.parametrize(
    ("preset", "weeks", "count", "step"),
    [("sprint_90", 12, 12, 7), ("behaviour_change", 22, 11, 14), ("monthly_dialogue", 26, 6, 28)],
)
def test_each_preset_has_its_number_of_sessions(preset: str, weeks: int, count: int, step: int) -> None:
    cohort = make(preset=preset, weeks=weeks)
    sessions = [item for item in plan(cohort).items if item.what.endswith("60 minutes")]
    days = [item.local.date() for item in sessions]
    assert len(days) == count
    assert {(after - before).days for before, after in pairwise(days)} == {step}
    assert days[0] == cohort.kickoff_on + timedelta(days=7)


@given(SHAPES, ZONES, st.dates(date(2027, 1, 1), date(2029, 12, 31)), st.integers(0, 4), st.data())
def test_sessions_keep_their_hour_and_stay_inside(
    shape: tuple[str, int], zone: str, day: date, weekday: int, data: st.DataObject
) -> None:
    kickoff_on = calendar.add_business_days(day, 0)
    cohort = make(
        preset=shape[0], weeks=shape[1], timezone=zone, starts_on=kickoff_on, kickoff_on=kickoff_on, people=[]
    )
    within = st.integers(1, shape[1] * 7).map(lambda days: kickoff_on + timedelta(days=days))
    cohort = cohort.model_copy(update={"holidays": tuple(data.draw(st.frozensets(within, max_size=10)))})
    interval = cohort.shape.interval_weeks
    first = kickoff_on + timedelta(days=1)
    starts = schedule.session_series(cohort, first, weekday, time(15), zone, interval, cohort.shape.sessions)
    seen = [calendar.local(at, zone) for at in starts]
    assert seen == sorted(seen)
    assert all(at.time() == time(15) and kickoff_on < at.date() <= cohort.ends_on for at in seen)
    assert all(calendar.is_business_day(at.date(), cohort.holidays) for at in seen)
    assert len(seen) == cohort.shape.sessions


@given(SHAPES, ZONES, st.dates(date(2027, 1, 1), date(2029, 12, 31)), st.integers(5, 40))
@example(("sprint_90", 12), "Europe/Berlin", date(2027, 1, 11), 18)
def test_a_plan_is_ordered_and_nobody_is_written_to_at_night(
    shape: tuple[str, int], zone: str, day: date, ahead: int
) -> None:
    starts_on = calendar.add_business_days(day, 0)
    kickoff_on = calendar.add_business_days(starts_on, ahead)
    cohort = make(preset=shape[0], weeks=shape[1], timezone=zone, starts_on=starts_on, kickoff_on=kickoff_on)
    items = plan(cohort).items
    assert [item.at for item in items] == sorted(item.at for item in items)
    of = {"lead": cohort.lead.timezone, "sponsor": cohort.sponsor.timezone, "pairs": zone}
    for item in items:
        assert item.local == item.at
        if item.template:
            assert item.to is not None
            assert calendar.is_working(item.at, of.get(item.to, "Europe/Berlin"))
    weeks = {item.what for item in items if item.template == "pulse_invitation"}
    assert weeks == {f"Pulse of week {week}" for week in cohort.shape.pulse_weeks}


def test_people_in_many_zones_get_one_message_each() -> None:
    data = changed()
    for place, zone in enumerate(["Asia/Tokyo", "America/Los_Angeles", "Europe/Lisbon"]):
        data["people"][place]["timezone"] = zone
    calendar_of = plan(CohortSpec.model_validate(data))
    invited = [item for item in calendar_of.items if item.template == "enrolment_invitation"]
    assert sum(item.people or 0 for item in invited) == len(data["people"])
    assert len(invited) > 1
    assert type(calendar_of).model_validate_json(calendar_of.model_dump_json()) == calendar_of
