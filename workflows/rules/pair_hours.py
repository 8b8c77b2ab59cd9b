"""When a pair may meet: on business days within the policy's hours, by its cadence's clock (R45). Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from turnabout import calendar
from turnabout.commands.pair_calendar import MoveSessions
from turnabout.commands.pair_preparation import AgreeCadence
from turnabout.commands.pair_terms import Terms
from turnabout.errors import InvalidInput, Rejected
from turnabout.policy import SessionPolicy


def check_hours(rules: SessionPolicy, at: time, minutes: int) -> None:
    """Refuse a session that begins too early or ends too late in the day."""
    begins = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    ends = begins + timedelta(minutes=minutes)
    if begins < timedelta(hours=rules.day_starts) or ends > timedelta(hours=rules.day_ends):
        raise Rejected(
            "R45",
            f"a session of {minutes} minutes at {at:%H:%M} is outside the hours for sessions.",
            hint=f"Choose a time from {rules.day_starts:02}:00 on, over by {rules.day_ends:02}:00.",
        )


def check_cadence(rules: SessionPolicy, cadence: AgreeCadence | MoveSessions) -> None:
    """Refuse a rhythm with an unknown zone, or with sessions too short, too long or outside the hours."""
    check_zone(cadence.timezone)
    if not rules.min_minutes <= cadence.minutes <= rules.max_minutes:
        raise Rejected(
            "R45",
            f"a session lasts {rules.min_minutes} to {rules.max_minutes} minutes, not {cadence.minutes}.",
            hint="Change `minutes`.",
        )
    check_hours(rules, cadence.at, cadence.minutes)


def check_zone(name: str) -> None:
    """Refuse a time zone that does not exist."""
    try:
        calendar.zone(name)
    except InvalidInput as error:
        raise Rejected("R45", error.message, hint=error.hint) from error


def resting() -> Rejected:
    """The answer to whoever would plan in a check-in."""
    return Rejected(
        "G20", "a routine check-in is under way; sessions wait until it is over.", hint="Nothing to do."
    )


def check_instant(terms: Terms, starts_at: datetime, timezone: str, minutes: int) -> None:
    """Refuse an instant that is no business day or outside the hours, as the clock in `timezone` shows it."""
    local = calendar.local(starts_at, timezone)
    if not calendar.is_business_day(local.date(), terms.holidays):
        raise Rejected("R45", f"{local:%A, %Y-%m-%d} is no business day.", hint="Choose another day.")
    check_hours(terms.policy.sessions, local.time(), minutes)
