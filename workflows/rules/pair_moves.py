"""Sessions that move together: to another rhythm, or off the days on which the two cannot meet (R45, R67).
Pure.

What moves stays the entry that it is in people's calendars, and one letter tells both of all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from events.base import Event
from events.pair_calendar import AbsenceNoted, CadenceChanged, DaysOffNoted, MovedSession, SessionsMoved
from events.pair_preparation import PlannedSession
from turnabout import calendar, schedule
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence, NoteDaysOff
from turnabout.errors import Rejected
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_hours import check_cadence, resting
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_series import planned_at, series, session_chase
from workflows.rules.pair_state import Absence, Cadence, PairState, Session, moved_item, session_item

_YEAR = timedelta(days=366)

# --- deciding ---------------------------------------------------------------------------------------------


def move_all(state: PairState, command: MoveSessions, moment: Moment) -> list[Event]:
    """All sessions ahead follow another rhythm; the interval counts from the last session before."""
    if state.life != "active":
        raise Rejected("R45", "no sessions are planned yet.", hint="Say when you meet with agree_cadence.")
    if state.resting:
        raise resting()
    check_cadence(state.policy.sessions, command)
    changed = CadenceChanged.model_validate({**command.model_dump(exclude={"type"}), "by": moment.actor.id})
    after = paced(state, changed, moment.now)
    ahead = sorted(one.number for one in state.expected(moment.now))
    if not ahead:
        raise Rejected(
            "R45", "no session is ahead any more.", hint="Move a missed one with reschedule_session."
        )
    planned = series(Planner(after, moment.now), ahead, after=_last_day(state, moment.now))
    return [changed, *_moved(after, moment.now, planned, ahead, "cadence")]


def note_absence(state: PairState, command: NoteAbsence, moment: Moment) -> list[Event]:
    """A partner is away; sessions of these days move. In a check-in nothing is planned that could."""
    today = schedule.day_of(state.agreed, moment.now)
    if command.last_on < command.first_on:
        raise Rejected("R67", "the absence ends before it begins.", hint="Correct the two days.")
    if command.last_on < today:
        raise Rejected("R67", "the absence is over.", hint="Log its sessions as missed, or as held.")
    if command.last_on - command.first_on > _YEAR:
        raise Rejected("R67", "an absence lasts a year at most.", hint="Correct the two days.")
    noted = AbsenceNoted(by=moment.actor.id, first_on=command.first_on, last_on=command.last_on)
    after = away(state, noted, moment.now)
    return [noted, *_off_blocked_days(after, moment.now, "absence")]


def note_days_off(state: PairState, command: NoteDaysOff, moment: Moment) -> list[Event]:
    """Holidays that became known or changed; sessions on them move."""
    noted = DaysOffNoted(days_off=command.days_off)
    after = days_off(state, noted, moment.now)
    return [noted, *_off_blocked_days(after, moment.now, "holiday")]


def _off_blocked_days(state: PairState, now: datetime, why: str) -> list[Event]:
    """The sessions ahead that are on a day on which the two cannot meet get the next one that is free, at the
    same hour (R67)."""
    cadence = state.preparation.cadence
    if state.life != "active" or state.resting or cadence is None:
        return []
    blocked, ahead = state.blocked, state.expected(now)
    known = [one for one in map(state.as_told, state.sessions.values()) if one.status != "cancelled"]
    days = {one.number: calendar.local(one.starts_at, cadence.timezone).date() for one in known}
    hit = [one for one in ahead if days[one.number] in blocked]
    taken = [days[one.number] for one in known if one not in hit]
    planned: list[PlannedSession] = []
    for one in hit:
        starts_at = _free_start(state, one, now, (blocked, taken))
        if starts_at is not None:
            taken.append(calendar.local(starts_at, cadence.timezone).date())
            planned.append(planned_at(state, one.number, starts_at))
    return _moved(state, now, planned, [one.number for one in hit], why) if hit else []


def _free_start(
    state: PairState, session: Session, now: datetime, days: tuple[Collection[date], Collection[date]]
) -> datetime | None:
    cadence, terms = state.preparation.cadence, state.agreed
    zone = cadence.timezone if cadence else terms.timezone
    at = calendar.local(session.starts_at, zone)
    today = calendar.local(now, zone).date()
    tomorrow, interval = today + timedelta(days=1), terms.interval_weeks
    day = schedule.free_day(at.date(), terms.ends_on, *days, first=tomorrow, interval_weeks=interval)
    starts_at = calendar.instant(day, at.time(), zone) if day else None
    late = schedule.pair_ends(terms, state.policy)
    return starts_at if starts_at is not None and starts_at < late else None


def _moved(
    state: PairState, now: datetime, planned: Iterable[PlannedSession], numbers: Iterable[int], why: str
) -> list[Event]:
    """The sessions with these numbers as planned; what has no place is off. One letter tells of it."""
    found = {one.number: one for one in planned}
    dropped = tuple(number for number in numbers if number not in found)
    planner = Planner(state, now)
    word = planner.remind(now, state.partners, "sessions_moved")
    item, silent = moved_item(len(state.moved) + 1), state.paused
    asked = () if silent else (chase for one in found.values() for chase in session_chase(planner, one))
    opens = (*asked, *planner.chase(item, "moved", word, through_pause=silent))
    moved = {
        "sessions": [
            MovedSession(
                number=one.number,
                revision=state.sessions[one.number].revision + 1,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
            )
            for one in found.values()
        ],
        "dropped": dropped,
        "why": why,
        "opens": opens,
        "settles": state.ledger.still_open(*map(session_item, dropped), *_letters((*found, *dropped))),
    }
    return [SessionsMoved.model_validate(moved)]


def _letters(numbers: Iterable[int]) -> tuple[str, ...]:
    """What is still to be said of these sessions alone: the letter of all that moved takes its place."""
    return tuple(f"{session_item(number)}:{what}" for number in numbers for what in ("moved", "reschedule"))


def _last_day(state: PairState, now: datetime) -> date | None:
    """The day of the last session that is not ahead any more; one that is off has no day."""
    ahead = {one.number for one in state.expected(now)}
    known = (one for one in map(state.as_told, state.sessions.values()) if one.status != "cancelled")
    past = [one.starts_at for one in known if one.number not in ahead]
    return schedule.day_of(state.agreed, max(past)) if past else None


# --- folding ----------------------------------------------------------------------------------------------


def paced(state: PairState, event: CadenceChanged, _: datetime) -> PairState:
    cadence = Cadence(event.weekday, event.at, event.timezone, event.minutes, event.channel)
    return replace(state, preparation=replace(state.preparation, cadence=cadence))


def away(state: PairState, event: AbsenceNoted, _: datetime) -> PairState:
    absence = Absence(event.by, event.first_on, event.last_on)
    return replace(state, absences=(*state.absences, absence))


def days_off(state: PairState, event: DaysOffNoted, _: datetime) -> PairState:
    return replace(state, terms=state.agreed.model_copy(update={"days_off": event.days_off}))


def moved(state: PairState, event: SessionsMoved, _: datetime) -> PairState:
    sessions = dict(state.sessions)
    for one in event.sessions:
        sessions[one.number] = replace(
            sessions[one.number], starts_at=one.starts_at, ends_at=one.ends_at, revision=one.revision
        )
    for number in event.dropped:
        sessions[number] = replace(sessions[number], status="cancelled")
    off = tuple(number for number in state.care.off if number not in event.dropped)
    state = replace(state, care=replace(state.care, off=off))
    numbers = (*(one.number for one in event.sessions), *event.dropped)
    return replace(state, sessions=sessions, moved=(*state.moved, numbers))


RULES: Rules[PairState] = {
    MoveSessions: move_all,
    NoteAbsence: note_absence,
    NoteDaysOff: note_days_off,
}


FOLDS: Folds[PairState] = {
    CadenceChanged: paced,
    AbsenceNoted: away,
    DaysOffNoted: days_off,
    SessionsMoved: moved,
}
