"""When things are due: the date arithmetic that the plan and the rules share. Pure: no clock.

Every function returns the nominal UTC instant; whoever reminds people fits it into working hours (R108).
"On a day" means 09:00 in the cohort's zone. Week 1 is the Monday-based week of the kickoff. The day that a
count starts from is an argument wherever it can slip, so the plan passes the expected day and the rules the
real one. A count in days may land on a weekend; a count in business days never does.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from turnabout import calendar
from turnabout.policy import Policy

MORNING = time(9)
WEEK = timedelta(weeks=1)


class Frame(Protocol):
    """The dates that both a cohort's spec and a pair's terms have."""

    @property
    def timezone(self) -> str: ...
    @property
    def holidays(self) -> tuple[date, ...]: ...
    @property
    def kickoff(self) -> datetime: ...
    @property
    def first_week_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


# --- days and weeks ---------------------------------------------------------------------------------------


def on_day(frame: Frame, day: date, at: time = MORNING) -> datetime:
    """The instant of a day in the cohort's zone, at 09:00 unless told."""
    return calendar.instant(day, at, frame.timezone)


def day_of(frame: Frame, at: datetime) -> date:
    """The day that an instant falls on in the cohort's zone."""
    return calendar.local(at, frame.timezone).date()


def business_day(frame: Frame, day: date, count: int = 0) -> datetime:
    """`count` business days after a day (before it, where negative)."""
    return on_day(frame, calendar.add_business_days(day, count, frame.holidays))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_starts(frame: Frame, week: int) -> date:
    """The Monday of a week; week 1 is the kickoff's."""
    return monday_of(frame.first_week_on) + WEEK * (week - 1)


def week_of(frame: Frame, at: datetime) -> int:
    """The week of the program that an instant falls in; below 1 before the kickoff's week."""
    return (monday_of(day_of(frame, at)) - week_starts(frame, 1)).days // 7 + 1


# --- before the kickoff -----------------------------------------------------------------------------------


def charter_reminders(frame: Frame, policy: Policy, sent_on: date) -> tuple[datetime, ...]:
    """When the sponsor is reminded of an unsigned charter (T2)."""
    return tuple(business_day(frame, sent_on, count) for count in policy.charter.reminders)


def charter_escalation(frame: Frame, policy: Policy, sent_on: date) -> datetime:
    """When the lead is told of an unsigned charter (T2)."""
    return business_day(frame, sent_on, policy.charter.escalation)


class LaunchClock(NamedTuple):
    """The launch clock (T3): information, warning, and the last day for the kickoff (R31)."""

    info: datetime
    warning: datetime
    limit: datetime


def launch_clock(frame: Frame, policy: Policy, signed_on: date) -> LaunchClock:
    """The launch clock of a charter signed on that day."""
    charter = policy.charter
    return LaunchClock(
        *(
            on_day(frame, signed_on + timedelta(days=days))
            for days in (charter.launch_info, charter.launch_warning, charter.launch_limit)
        )
    )


def launch_overdue(frame: Frame, policy: Policy, signed_on: date) -> datetime:
    """Midnight after the launch clock's last day: a kickoff on that day was still in time (T3, R31)."""
    last = signed_on + timedelta(days=policy.charter.launch_limit)
    return on_day(frame, last + timedelta(days=1), time(0))


def opening_reminders(frame: Frame, policy: Policy, chartered_on: date) -> tuple[datetime, ...]:
    """When the lead is reminded to open enrolment: business days after charter and commitment (T4)."""
    return tuple(business_day(frame, chartered_on, count) for count in policy.charter.opening_reminders)


def opening_escalation(frame: Frame, policy: Policy, chartered_on: date) -> datetime:
    """When the sponsor is told that enrolment has not been opened (T4)."""
    return business_day(frame, chartered_on, policy.charter.opening_escalation)


def enrolment_closes(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When enrolment closes by itself (T4)."""
    return business_day(frame, opened_on, policy.charter.enrolment)


def enrolment_reminders(frame: Frame, policy: Policy, opened_on: date) -> tuple[datetime, ...]:
    """When those who have not answered are reminded: business days before the close (T4)."""
    closes_on = day_of(frame, enrolment_closes(frame, policy, opened_on))
    return tuple(business_day(frame, closes_on, -count) for count in policy.charter.enrolment_reminders)


def choice_closes(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When a mentee's time to rank a shortlist is over (T5)."""
    return business_day(frame, opened_on, policy.matching.choice_window)


def choice_reminder(frame: Frame, policy: Policy, opened_on: date) -> datetime:
    """When a mentee who has not ranked is reminded; the window's first day is day 1 (T5)."""
    return _window_day(frame, opened_on, policy.matching.choice_reminder)


def consent_closes(frame: Frame, policy: Policy, asked_on: date) -> datetime:
    """When a mentor's time to answer a proposed match is over (R37)."""
    return business_day(frame, asked_on, policy.matching.consent_window)


def consent_reminder(frame: Frame, policy: Policy, asked_on: date) -> datetime:
    """When a mentor who has not answered is reminded: one business day before the close (R37)."""
    return business_day(frame, day_of(frame, consent_closes(frame, policy, asked_on)), -1)


# --- kickoff and first meeting ----------------------------------------------------------------------------


def kickoff_invitation(frame: Frame, policy: Policy) -> datetime:
    """K-14: the invitation (T7). A cohort that is ready later invites at once."""
    return _days_before_kickoff(frame, policy.kickoff.invite)


def kickoff_cheat_sheet(frame: Frame, policy: Policy) -> datetime:
    """K-2: the cheat sheet (T7)."""
    return _days_before_kickoff(frame, policy.kickoff.cheat_sheet)


def kickoff_reminder(frame: Frame, policy: Policy) -> datetime:
    """K-1: the reminder (T7)."""
    return _days_before_kickoff(frame, policy.kickoff.reminder)


def kickoff_ends(frame: Frame, policy: Policy) -> datetime:
    """The end of the kickoff, from when the lead is asked to record it (R51)."""
    return frame.kickoff + timedelta(minutes=policy.kickoff.minutes)


def make_up_due(frame: Frame, policy: Policy, held_on: date) -> datetime:
    """By when an absentee attends the make-up of a kickoff held on that day (R52)."""
    return business_day(frame, held_on, policy.kickoff.make_up)


def first_meeting_due(frame: Frame, policy: Policy, started_on: date) -> datetime:
    """By when a pair that started on that day (the kickoff's, or its own where it came later) meets (T8)."""
    return on_day(frame, started_on + timedelta(days=policy.kickoff.first_meeting_due))


def first_meeting_reminders(frame: Frame, policy: Policy, started_on: date) -> tuple[datetime, ...]:
    """When a pair that has not met, or not finished preparing, is nudged (T8)."""
    return tuple(
        on_day(frame, started_on + timedelta(days=days)) for days in policy.kickoff.first_meeting_reminders
    )


def first_meeting_escalation(frame: Frame, policy: Policy, started_on: date) -> datetime:
    """When the lead is told that a pair has not met (T8)."""
    return on_day(frame, started_on + timedelta(days=policy.kickoff.first_meeting_escalation))


# --- sessions ---------------------------------------------------------------------------------------------


def session_series(
    frame: Frame,
    first: date,
    weekday: int,
    at: time,
    timezone: str,
    interval_weeks: int,
    count: int,
) -> tuple[datetime, ...]:
    """The starts of up to `count` sessions, from the first `weekday` (0 = Monday) on or after `first`, at a
    constant local hour of `timezone`, none after the last day. A holiday moves a session to the next business
    day, on the last day of all to the one before (R67: never the end). Pass the day after the kickoff as
    `first`, so that one session falls into each interval."""
    starts: list[datetime] = []
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    while len(starts) < count and day <= frame.ends_on:
        held = calendar.add_business_days(day, 0, frame.holidays)
        if held > frame.ends_on:
            held = calendar.last_business_day(frame.ends_on, frame.holidays)
        starts.append(calendar.instant(held, at, timezone))
        day += WEEK * interval_weeks
    return tuple(starts)


def session_reminder(policy: Policy, starts_at: datetime) -> datetime:
    """A day before a session (T9); fit it earlier."""
    return starts_at - timedelta(hours=policy.sessions.reminder)


def session_log_prompts(policy: Policy, ends_at: datetime) -> tuple[datetime, ...]:
    """When the partners are asked to log a session that has ended (T9)."""
    return tuple(ends_at + timedelta(hours=hours) for hours in policy.sessions.log_prompts)


def session_lapses(policy: Policy, ends_at: datetime) -> datetime:
    """When an unlogged session counts as missed (K10)."""
    return ends_at + timedelta(days=policy.sessions.unlogged)


def reschedule_prompt(policy: Policy, missed_at: datetime) -> datetime:
    """When a pair that missed a session is asked to find a new time (T9)."""
    return missed_at + timedelta(hours=policy.sessions.missed)


def inactive_at(policy: Policy, since: datetime, interval_weeks: int) -> datetime:
    """When a pair that completed nothing `since` then is flagged (T9: two intervals and three days)."""
    rules = policy.sessions
    return since + WEEK * interval_weeks * rules.inactive_intervals + timedelta(days=rules.inactive_grace)


# --- pulse, milestone check, midpoint ---------------------------------------------------------------------


def pulse_opens(frame: Frame, week: int) -> datetime:
    """Monday of the week, or the next business day where it is a holiday (T10)."""
    return business_day(frame, week_starts(frame, week))


def pulse_closes(frame: Frame, policy: Policy, week: int) -> datetime:
    """Five business days later (T10); the midpoint decision is asked for then."""
    return business_day(frame, day_of(frame, pulse_opens(frame, week)), policy.pulse.window)


def pulse_reminders(frame: Frame, policy: Policy, week: int) -> tuple[datetime, ...]:
    """When the silent are reminded; the window's first day is day 1 (T10)."""
    opened_on = day_of(frame, pulse_opens(frame, week))
    return tuple(_window_day(frame, opened_on, number) for number in policy.pulse.reminders)


def milestone_due(frame: Frame, policy: Policy, week: int) -> datetime:
    """By when the milestone check, which opens with the pulse of that week, is filled in (T11)."""
    return business_day(frame, day_of(frame, pulse_opens(frame, week)), policy.pulse.milestone)


def milestone_horizon(frame: Frame, policy: Policy, today: date) -> date:
    """The last day for an action agreed today: some weeks ahead, and not after the end (R79)."""
    return min(today + WEEK * policy.pulse.milestone_horizon, frame.ends_on)


def decision_due(frame: Frame, policy: Policy, week: int) -> datetime:
    """When an undecided midpoint becomes `continue`: business days after that week's pulse closed (T14)."""
    return business_day(frame, day_of(frame, pulse_closes(frame, policy, week)), policy.pulse.decision)


def steward_contact_due(policy: Policy, paused_at: datetime) -> datetime:
    """By when the steward has spoken with a paused pair, or with who raised a concern (T18, R73)."""
    return paused_at + timedelta(hours=policy.safety.contact)


def steward_leaves(policy: Policy, filed_at: datetime) -> datetime:
    """Until when a concern still reaches the steward after a pair's memo was filed or waived (R73)."""
    return filed_at + timedelta(days=policy.safety.open_door)


def pause_resolution_due(frame: Frame, policy: Policy, paused_on: date) -> datetime:
    """By when a pause is resolved (T18)."""
    return business_day(frame, paused_on, policy.safety.resolution)


# --- endpoint, memos, close -------------------------------------------------------------------------------


def pair_ends(frame: Frame, policy: Policy) -> datetime:
    """The end of the last day of work, at the hour at which reminders stop."""
    return on_day(frame, frame.ends_on, time(policy.nudges.day_ends))


def endpoint_opens(frame: Frame) -> datetime:
    """Monday of the last full week before the end (T15)."""
    return business_day(frame, monday_of(frame.ends_on) - WEEK)


def endpoint_reminders(frame: Frame, policy: Policy) -> tuple[datetime, ...]:
    """When those silent at the endpoint are reminded (T15)."""
    opened_on = day_of(frame, endpoint_opens(frame))
    return tuple(
        on_day(frame, opened_on + timedelta(days=days)) for days in policy.closing.endpoint_reminders
    )


def endpoint_closes(frame: Frame, policy: Policy) -> datetime:
    """Days after the end (T15)."""
    return on_day(frame, frame.ends_on + timedelta(days=policy.closing.endpoint_grace))


def memo_due(frame: Frame, policy: Policy, ended_on: date, *, short: bool = False) -> datetime:
    """By when a pair that ended on that day files its memo (T16); `short`: the memo of a reshuffled pair
    (G7). For the cohort's own memo pass the day on which its last pair ended. Where the policy names a last
    day for memos, it is due then at the latest, unless the end came too late for it."""
    count = policy.stagnation.short_memo if short else policy.closing.memo
    due = business_day(frame, ended_on, count)
    if policy.closing.memo_by is None:
        return due
    last = day_of(frame, frame.kickoff) + timedelta(days=policy.closing.memo_by)
    last = calendar.last_business_day(last, frame.holidays)
    return min(due, on_day(frame, last)) if last > ended_on else due


def memo_reminders(
    frame: Frame, policy: Policy, ended_on: date, *, short: bool = False
) -> tuple[datetime, ...]:
    """When an overdue memo is asked for: business days after it was due (T16)."""
    due_on = day_of(frame, memo_due(frame, policy, ended_on, short=short))
    return tuple(business_day(frame, due_on, count) for count in policy.closing.memo_reminders)


def memo_escalation(frame: Frame, policy: Policy, ended_on: date) -> datetime:
    """When the lead is told of a missing memo: business days after the end (T16)."""
    return business_day(frame, ended_on, policy.closing.memo_escalation)


def close_expected(frame: Frame, policy: Policy) -> datetime:
    """When the cohort closes if all goes to plan: the later of the memos' due time and the wave's end."""
    return max(memo_due(frame, policy, frame.ends_on), endpoint_closes(frame, policy))


def close_reminders(frame: Frame, policy: Policy, filed_on: date) -> tuple[datetime, ...]:
    """When the lead is reminded to close the cohort: business days after the last memo (G9)."""
    return tuple(business_day(frame, filed_on, count) for count in policy.closing.close_reminders)


def close_escalation(frame: Frame, policy: Policy, filed_on: date) -> datetime:
    """When the sponsor is told that the cohort has not been closed (G9)."""
    return business_day(frame, filed_on, policy.closing.close_escalation)


def next_cohort_due(frame: Frame, policy: Policy) -> datetime:
    """When the lead is asked to plan the next cohort: days before the expected close (T19)."""
    expected_on = day_of(frame, close_expected(frame, policy))
    return on_day(frame, expected_on - timedelta(days=policy.closing.next_cohort))


def next_cohort_late(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """When a cohort closed on that day without a successor raises the one-off alert (T19)."""
    return on_day(frame, closed_on + timedelta(days=policy.closing.next_cohort_late))


def archived(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """When a cohort closed on that day is archived."""
    return on_day(frame, closed_on + timedelta(days=policy.closing.archive))


# --- what the sponsor owes --------------------------------------------------------------------------------


def kickoff_missed(frame: Frame, policy: Policy) -> datetime:
    """When the sponsor counts as absent from the kickoff: the lead has the next business day to record it."""
    next_day = day_of(frame, business_day(frame, day_of(frame, frame.kickoff), 1))
    return on_day(frame, next_day, time(policy.nudges.day_ends))


def duty_reminder(frame: Frame, policy: Policy, due: datetime) -> datetime:
    """When the sponsor is reminded of a duty that falls due: business days before (R28); fit it earlier."""
    return business_day(frame, day_of(frame, due), -policy.sponsor.reminder)


def checkpoint_opens(frame: Frame, policy: Policy, decision_week: int) -> datetime:
    """The first day on which the sponsor checkpoint counts: Monday of week mid-1 (T12)."""
    return business_day(frame, week_starts(frame, decision_week - policy.sponsor.checkpoint_window))


def checkpoint_due(frame: Frame, policy: Policy, decision_week: int) -> datetime:
    """The morning after the checkpoint's window, Monday of week mid+2: all of week mid+1 is in time (T12)."""
    return business_day(frame, week_starts(frame, decision_week + policy.sponsor.checkpoint_window + 1))


def recognition_prompt(frame: Frame, policy: Policy, held_on: date) -> datetime:
    """When the sponsor is first asked to recognise the leaders, after a kickoff held on that day (T21)."""
    return business_day(frame, held_on, policy.sponsor.recognition_after_kickoff)


def recognition_due(frame: Frame, policy: Policy, closed_on: date) -> datetime:
    """By when the sponsor recognises the leaders of a cohort closed on that day (T21)."""
    return business_day(frame, closed_on, policy.sponsor.recognition_after_close)


class DutyDates(NamedTuple):
    """When the three sponsor duties are due (R28); the names are those of the duties."""

    kickoff: datetime
    checkpoint: datetime
    recognition: datetime


def duties_due(frame: Frame, policy: Policy, decision_week: int) -> DutyDates:
    """The sponsor's duties as they stand when he commits; recognition counts from the expected close."""
    return DutyDates(
        kickoff=frame.kickoff,
        checkpoint=checkpoint_due(frame, policy, decision_week),
        recognition=recognition_due(frame, policy, day_of(frame, close_expected(frame, policy))),
    )


def _days_before_kickoff(frame: Frame, days: int) -> datetime:
    return on_day(frame, day_of(frame, frame.kickoff) - timedelta(days=days))


def _window_day(frame: Frame, opened_on: date, number: int) -> datetime:
    """The `number`-th business day of a window whose first day is day 1."""
    first = calendar.add_business_days(opened_on, 0, frame.holidays)
    return business_day(frame, first, max(0, number - 1))
