"""The plan of a pair's sessions: series, what is asked around each session, and its place in calendars (R45,
T8, T9). Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from events.chase import Chase
from events.pair_preparation import PlannedSession
from turnabout import calendar, schedule
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import Cadence, PairState, Series, Session, session_item

# --- planning ---------------------------------------------------------------------------------------------


def series(
    planner: Planner, numbers: Iterable[int] | None = None, *, after: date | None = None
) -> tuple[PlannedSession, ...]:
    """The sessions from now to the pair's end, one for each interval; with these numbers where given, and the
    first one an interval `after` that of a day. No two are on one day, and none on a day on which one of the
    two is away (R67)."""
    state, now = planner.state, planner.now
    terms, cadence = state.agreed, state.preparation.cadence
    if cadence is None:
        return ()
    wanted = tuple(numbers or range(1, max(1, terms.weeks // terms.interval_weeks) + 1))
    starts = schedule.session_series(
        terms,
        _first_day(state, cadence, now, after),
        cadence.weekday,
        cadence.at,
        cadence.timezone,
        terms.interval_weeks,
        len(wanted) + 1,
        state.blocked,
    )
    ends_at = schedule.pair_ends(terms, terms.policy)
    ahead = (start for start in starts if now < start < ends_at)
    return tuple(planned_at(state, number, start) for number, start in zip(wanted, ahead, strict=False))


def _first_day(state: PairState, cadence: Cadence, now: datetime, after: date | None) -> date:
    terms, today = state.agreed, calendar.local(now, cadence.timezone).date()
    if after is not None:
        return max(today, schedule.monday_of(after) + timedelta(weeks=terms.interval_weeks))
    return max(today, schedule.day_of(terms, terms.kickoff) + timedelta(days=1))


def session_chase(planner: Planner, session: PlannedSession) -> tuple[Chase, ...]:
    """Reminder, log prompts, and the day on which nobody's word counts as missed, for a session with a new
    time (T9, K10)."""
    policy, both = planner.state.policy, planner.state.partners
    before = planner.state.sessions.get(session.number)
    reminder = planner.remind(
        schedule.session_reminder(policy, session.starts_at),
        both,
        "session_reminder",
        direction="earlier",
        useful_until=session.starts_at,
    )
    lapses = schedule.session_lapses(policy, session.ends_at)
    asks = ((at, "session_log") for at in schedule.session_log_prompts(policy, session.ends_at))
    prompts = planner.prompts(both, *asks, until=lapses)
    return planner.chase(
        session_item(session.number),
        "session",
        reminder,
        prompts,
        planner.expire(lapses),
        occasion=before.revision + 1 if before else 1,
    )


def log_chase(planner: Planner, session: Session) -> tuple[Chase, ...]:
    """A past session asked for again: after a pause, in which it could not be logged."""
    lapses = schedule.session_lapses(planner.state.policy, planner.now)
    prompts = planner.prompts(planner.state.partners, (planner.now, "session_log"), until=lapses)
    return planner.chase(
        session_item(session.number),
        "session",
        prompts,
        planner.expire(lapses),
        occasion=session.revision,
    )


def first_meeting(planner: Planner) -> tuple[Chase, ...]:
    """What is asked until the first session is held (T8)."""
    state = planner.state
    terms, policy, started_on = state.agreed, state.policy, state.starts_on
    reminders = schedule.first_meeting_reminders(terms, policy, started_on)
    overdue = schedule.first_meeting_escalation(terms, policy, started_on)
    return planner.chase(
        "first-meeting",
        "first_meeting",
        planner.prompts(state.partners, *((at, "first_meeting_reminder") for at in reminders), until=overdue),
        planner.tell_lead(overdue, "first_meeting_overdue"),
    )


def inactivity(planner: Planner, since: datetime) -> tuple[Chase, ...]:
    """The flag after two intervals and three days without a session (T9)."""
    terms = planner.state.agreed
    at = schedule.inactive_at(terms.policy, since, terms.interval_weeks)
    return planner.chase("inactivity", "inactivity", planner.tell_lead(at, "inactivity"))


def planned_at(state: PairState, number: int, starts_at: datetime) -> PlannedSession:
    """A session with that start; the first one is no longer than the policy allows (R78)."""
    cadence = state.preparation.cadence
    minutes = cadence.minutes if cadence else state.agreed.session_minutes
    if number == 1:
        minutes = min(minutes, state.policy.kickoff.first_meeting_minutes)
    return PlannedSession(number=number, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


# --- folding ----------------------------------------------------------------------------------------------


def planned(state: PairState, sessions: Sequence[PlannedSession]) -> PairState:
    """The pair with these sessions planned anew, as a series of their own in people's calendars."""
    cadence = state.preparation.cadence
    if not sessions or cadence is None:
        return state
    interval, number = state.agreed.interval_weeks, len(state.series) + 1
    first = first_slot([one.starts_at for one in sessions], cadence, interval)
    made = Series(cadence, interval, first, len(sessions))
    known = dict(state.sessions)
    for place, one in enumerate(sessions):
        before = known.get(one.number)
        known[one.number] = Session(
            one.number,
            one.starts_at,
            one.ends_at,
            revision=before.revision + 1 if before else 1,
            moves=before.moves if before else 0,
            series=number,
            slot=made.slot(place),
        )
    return replace(state, sessions=known, series=(*state.series, made))


def first_slot(starts: Sequence[datetime], cadence: Cadence, interval_weeks: int) -> datetime:
    """Where the rule begins that these starts follow, one an interval: as most of them say, for a holiday
    moves some. Where it moved all, the first start stands for its own slot."""
    step = timedelta(weeks=interval_weeks)
    days = [calendar.local(start, cadence.timezone).date() for start in starts]
    begins = Counter(
        day - step * place for place, day in enumerate(days) if day.weekday() == cadence.weekday
    ).most_common(1)
    return calendar.instant(begins[0][0], cadence.at, cadence.timezone) if begins else starts[0]
