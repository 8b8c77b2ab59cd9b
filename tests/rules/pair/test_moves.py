"""Sessions that move together: another rhythm, absences, holidays (R45, R67, T9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from events.contracts import Notify, Tell
from events.invites import INVITES, Series
from events.pair import PairReminded
from events.pair_calendar import AbsenceNoted, CadenceChanged, DaysOffNoted, SessionsMoved
from tests.rules.bdd import like
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    SYSTEM,
    Pair,
    active,
    held,
    notified,
    paused,
    prepared,
    resumed,
)
from turnabout import calendar
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence, NoteDaysOff
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_sessions import LogSession, RescheduleSession

BERLIN = "Europe/Berlin"
FRIDAYS = MoveSessions(weekday=4, at=time(9, 30), timezone=BERLIN, minutes=45, channel="in person")


def local(at: Any) -> str:
    return f"{calendar.local(at, BERLIN):%m-%d %H:%M}"


def times(scene: Pair) -> dict[int, str]:
    """When the planned sessions begin, on Berlin's clock."""
    every = scene.state.sessions.values()
    return {one.number: local(one.starts_at) for one in every if one.status == "planned"}


def away(first: str, last: str) -> NoteAbsence:
    return NoteAbsence(first_on=date.fromisoformat(first), last_on=date.fromisoformat(last))


def told(scene: Pair, template: str) -> list[dict[str, Any]]:
    return [
        effect.values
        for effect in scene.effects
        if isinstance(effect, Notify) and effect.template == template
    ]


# --- one session ------------------------------------------------------------------------------------------


def test_both_learn_of_a_session_that_moved_with_its_place_in_their_calendars() -> None:
    """T9, R67: whoever moved it; the entry is that of before, with a higher sequence."""
    scene = active().until("2026-03-09T09:00Z")
    scene = scene.when(RescheduleSession(number=2, starts_at="2026-03-12T13:00Z"), by=MENTOR).later(hours=1)
    assert ("session_moved", BOTH) in notified(scene)
    (values,) = told(scene, "session_moved")
    (series,) = map(Series.model_validate, values[INVITES])
    (meeting,) = series.meetings
    assert (series.method, series.whole) == ("REQUEST", False)
    assert (local(meeting.slot), local(meeting.starts_at), meeting.sequence) == (
        "03-11 14:00",
        "03-12 14:00",
        2,
    )
    assert (values["number"], values["starts_at"]) == (2, "2026-03-12T13:00:00+00:00")


def test_nobody_reads_of_a_move_after_the_session() -> None:
    """R108: a word that came too late is of no use."""
    scene = active().until("2026-03-06T18:00Z")
    scene = scene.when(RescheduleSession(number=2, starts_at="2026-03-09T06:30Z"), by=MENTOR)
    scene = scene.until("2026-03-10T00:00Z")
    assert told(scene, "session_moved") == []


# --- another rhythm ---------------------------------------------------------------------------------------


def test_all_sessions_ahead_follow_another_rhythm() -> None:
    """R45: numbers stay, the interval counts on from the last session, and the end stays."""
    scene = held(active(), 1, 2).when(FRIDAYS, by=MENTEE)
    scene.then(CadenceChanged, like(SessionsMoved, dropped=(), why="cadence"))
    planned = times(scene)
    assert list(planned) == list(range(3, 13))
    assert [planned[3], planned[4], planned[12]] == ["03-20 09:30", "03-27 09:30", "05-22 09:30"]
    lengths = {
        one.ends_at - one.starts_at for one in scene.state.sessions.values() if one.status == "planned"
    }
    assert lengths == {timedelta(minutes=45)}


def test_sessions_of_another_rhythm_are_reminded_of_at_their_new_times() -> None:
    """T9: the reminders of before are gone."""
    scene = held(active(), 1, 2).when(FRIDAYS, by=MENTEE).until("2026-03-24T00:00Z")
    mails = [(mail.template, local(mail.due_at)) for mail in scene.of(PairReminded) if mail.kind == "session"]
    assert mails[0] == ("session_reminder", "03-19 09:30")
    assert "03-17 14:00" not in [at for _, at in mails]


def test_one_letter_tells_both_of_all_sessions_that_moved() -> None:
    """R67: as changes of the entries that they have."""
    scene = held(active(), 1, 2).when(FRIDAYS, by=MENTEE).later(hours=1)
    (values,) = told(scene, "sessions_moved")
    (series,) = map(Series.model_validate, values[INVITES])
    assert series.uid == "pair-q1-07-series-1@turnabout"
    assert (series.method, len(series.meetings)) == ("REQUEST", 10)
    assert {one.sequence for one in series.meetings} == {2}
    assert [one["number"] for one in values["moved"]] == list(range(3, 13))


def test_a_rhythm_that_leaves_too_few_days_drops_the_last_session() -> None:
    """R67: the end does not move; the pair ends on Monday 25 May at 18:00."""
    late = FRIDAYS.model_copy(update={"weekday": 0, "at": time(19)})
    scene = held(active(), *range(1, 12)).until("2026-05-18T18:00Z").when(late, by=MENTOR)
    scene.then(CadenceChanged, like(SessionsMoved, sessions=(), dropped=(12,)))
    early = late.model_copy(update={"at": time(16)})
    scene = held(active(), *range(1, 12)).until("2026-05-18T18:00Z").when(early, by=MENTOR)
    assert times(scene) == {12: "05-25 16:00"}


def test_another_rhythm_after_a_check_in_keeps_the_sessions_that_are_left() -> None:
    """The twelfth has no place any more, and its old day says nothing of those before it."""
    scene = resumed(paused().until("2026-04-20T09:00Z"))
    assert scene.state.sessions[12].status == "cancelled"
    scene = scene.when(FRIDAYS, by=MENTOR)
    (moved,) = scene.of(SessionsMoved)
    assert ([one.number for one in moved.sessions], moved.dropped) == ([7, 8, 9, 10, 11], ())


def test_there_is_nothing_to_move_once_all_sessions_have_been() -> None:
    """R45."""
    active().until("2026-05-20T13:00Z").when(FRIDAYS, by=MENTOR).rejected("R45", "no session is ahead")


@pytest.mark.parametrize(
    "change",
    [{"timezone": "Mars/Base"}, {"minutes": 10}, {"minutes": 500}, {"at": time(5)}, {"at": time(19, 30)}],
)
def test_another_rhythm_keeps_to_the_rules_of_the_first(change: dict[str, Any]) -> None:
    """R45: zone, length and hours."""
    active().when(FRIDAYS.model_copy(update=change), by=MENTOR).rejected("R45")


def test_another_rhythm_waits_for_sessions_and_for_the_end_of_a_check_in() -> None:
    """R45, G20."""
    prepared().when(FRIDAYS, by=MENTOR).rejected("R45", "no sessions are planned")
    paused().until("2026-04-13T08:00Z").when(FRIDAYS, by=MENTOR).rejected("G20", "routine check-in")


def test_a_pair_that_resumes_keeps_its_new_rhythm() -> None:
    """R45: what the pair agreed last counts."""
    scene = held(active(), 1, 2).when(FRIDAYS, by=MENTEE)
    scene = resumed(paused_from(scene))
    assert local(scene.state.upcoming(scene.at)[0].starts_at)[-5:] == "09:30"


def paused_from(scene: Pair) -> Pair:
    scene = scene.when(CONCERN, by=MENTOR).later(hours=1)
    assert scene.state.resting
    return scene


# --- absence ----------------------------------------------------------------------------------------------


def test_the_sessions_of_an_absence_move_behind_it() -> None:
    """R67: to the next day that is free, at the same hour; all others stay."""
    scene = held(active(), 1).when(away("2026-03-09", "2026-03-13"), by=MENTOR)
    scene.then(
        like(AbsenceNoted, by=MENTOR, first_on=date(2026, 3, 9)),
        like(SessionsMoved, dropped=(), why="absence"),
    )
    assert [times(scene)[number] for number in (2, 3, 4)] == ["03-16 14:00", "03-18 14:00", "03-25 14:00"]


def test_two_sessions_of_one_absence_do_not_meet_on_one_day() -> None:
    """R67: nor does one of them meet the next of the series."""
    scene = held(active(), 1).when(away("2026-03-09", "2026-03-24"), by=MENTEE)
    assert [times(scene)[number] for number in (2, 3, 4)] == ["03-26 14:00", "03-27 14:00", "03-25 14:00"]


def test_an_absence_up_to_the_end_moves_sessions_before_it_and_never_the_end() -> None:
    """R67: the last day of the pair is 25 May."""
    scene = held(active(), *range(1, 12)).when(away("2026-05-20", "2026-06-20"), by=MENTOR)
    assert times(scene) == {12: "05-19 14:00"}


def test_an_absence_up_to_the_end_does_not_crowd_the_weeks_before_it() -> None:
    """R67: what finds no week of its own is off."""
    scene = held(active(), 1, 2).when(away("2026-04-15", "2026-05-31"), by=MENTOR)
    scene.then(AbsenceNoted, like(SessionsMoved, dropped=(8, 9, 10, 11, 12)))
    assert times(scene)[7] == "04-14 14:00"


def test_a_session_without_any_day_left_is_off_and_both_learn_it() -> None:
    """R67: dropped, not silently."""
    scene = held(active(), *range(1, 12)).until("2026-05-19T08:00Z")
    scene = scene.when(away("2026-05-19", "2026-06-20"), by=MENTOR)
    scene.then(AbsenceNoted, like(SessionsMoved, sessions=(), dropped=(12,)))
    assert scene.state.sessions[12].status == "cancelled"
    scene = scene.until("2026-05-19T12:00Z")
    (values,) = told(scene, "sessions_moved")
    assert values["moved"] == [{"number": 12, "starts_at": None}]
    assert [one["meetings"][0]["off"] for one in values[INVITES]] == [True]


@pytest.mark.parametrize("last", ["2026-05-21", "2026-05-30"], ids=["moved again", "dropped"])
def test_a_letter_of_one_move_does_not_follow_that_of_all(last: str) -> None:
    scene = active().until("2026-05-18T18:30Z")
    later = datetime(2026, 5, 21, 12, tzinfo=UTC)
    scene = scene.when(RescheduleSession(number=12, starts_at=later), by=MENTOR)
    scene = scene.when(away("2026-05-19", last), by=MENTOR).later(days=1)
    assert ("sessions_moved", (MENTEE,)) in notified(scene)
    assert "session_moved" not in [template for template, _ in notified(scene)]


def test_nobody_is_nudged_on_days_on_which_they_are_away() -> None:
    """R108: the word waits for their return; the partner gets it in time."""
    scene = active().until("2026-03-04T12:00Z").when(away("2026-03-05", "2026-03-12"), by=MENTOR)
    scene = scene.until("2026-03-14T00:00Z")
    days = {
        person: {mail.due_at.date() for mail in scene.of(PairReminded) if person in mail.to}
        for person in BOTH
    }
    sent = {
        (at.date(), person)
        for at, event in scene.history
        if isinstance(event, PairReminded)
        for person in event.to
    }
    assert not [day for day, person in sent if person == MENTOR and "03-05" <= f"{day:%m-%d}" <= "03-12"]
    assert [day for day, person in sent if person == MENTEE and "03-05" <= f"{day:%m-%d}" <= "03-12"]
    assert days[MENTOR]


def test_an_absence_known_before_the_first_session_is_planned_around() -> None:
    """R67: the series avoids it from the start."""
    scene = prepared().when(away("2026-03-10", "2026-03-12"), by=MENTEE).then(AbsenceNoted)
    scene = scene.until(KICKOFF).when(NoteKickoffAttended(people=BOTH), at=KICKOFF)
    assert [times(scene)[number] for number in (1, 2, 3)] == ["03-04 14:00", "03-13 14:00", "03-18 14:00"]


def test_a_session_is_not_moved_to_a_day_on_which_somebody_is_away() -> None:
    """R67, R45."""
    scene = held(active(), 1).when(away("2026-03-19", "2026-03-20"), by=MENTEE)
    scene.when(RescheduleSession(number=2, starts_at="2026-03-19T13:00Z"), by=MENTOR).rejected("R67", "away")


def test_an_absence_in_a_check_in_is_noted_and_heeded_when_the_pair_goes_on() -> None:
    """R67, G6: nothing is planned in it, so nothing moves; before its announcement everything moves."""
    hidden = paused().when(away("2026-04-15", "2026-04-16"), by=MENTOR)
    hidden.then(AbsenceNoted, like(SessionsMoved, why="absence"))
    scene = paused().until("2026-04-13T07:30Z").when(away("2026-04-15", "2026-04-16"), by=MENTOR)
    scene = scene.then(AbsenceNoted)
    scene = resumed(scene.until("2026-04-13T08:00Z"))
    assert local(scene.state.upcoming(scene.at)[0].starts_at) == "04-17 14:00"


@pytest.mark.parametrize(
    ("first", "last", "saying"),
    [
        ("2026-03-10", "2026-03-09", "ends before it begins"),
        ("2026-02-24", "2026-02-27", "is over"),
        ("2026-03-10", "2028-03-09", "a year"),
    ],
)
def test_an_absence_makes_sense(first: str, last: str, saying: str) -> None:
    """R67."""
    active().when(away(first, last), by=MENTOR).rejected("R67", saying)


def test_the_lead_does_not_say_who_is_away() -> None:
    """G21: that is the partners' own."""
    active().when(away("2026-03-10", "2026-03-12"), by=LEAD).rejected("G21")


# --- holidays ---------------------------------------------------------------------------------------------


def test_holidays_that_become_known_move_sessions_and_keep_their_people_unnudged() -> None:
    """R67, R108: of either partner; a later list replaces the one before."""
    known = NoteDaysOff(days_off={MENTEE: (date(2026, 3, 18), date(2026, 3, 19))})
    scene = held(active(), 1).when(known, by=SYSTEM)
    scene.then(DaysOffNoted, like(SessionsMoved, why="holiday"))
    assert times(scene)[3] == "03-20 14:00"
    assert scene.state.clock.fit(scene.state.sessions[4].starts_at, MENTEE, "later").day == 25
    none = scene.when(NoteDaysOff(days_off={}), by=SYSTEM).then(DaysOffNoted)
    assert times(none)[3] == "03-20 14:00", "what has moved stays"


def test_a_series_avoids_the_holidays_of_both() -> None:
    """R67: those of the terms, too."""
    scene = active(days_off={MENTOR: [date(2026, 3, 11)], MENTEE: [date(2026, 3, 12)]})
    assert times(scene)[2] == "03-13 14:00"


def test_holidays_of_a_whole_week_leave_no_two_sessions_on_one_day() -> None:
    """R67: Wednesday 11 to Wednesday 18 March are free."""
    free = [date(2026, 3, 11) + timedelta(days=n) for n in range(8)]
    scene = active(holidays=free)
    assert [times(scene)[number] for number in (2, 3, 4)] == ["03-19 14:00", "03-20 14:00", "03-25 14:00"]


def test_a_held_session_does_not_move() -> None:
    """R67: what happened happened."""
    scene = active().until("2026-03-04T14:30Z").when(LogSession(number=1), by=MENTOR)
    scene.when(away("2026-03-04", "2026-03-06"), by=MENTOR).then(AbsenceNoted)


def test_a_pair_that_has_ended_takes_holidays_too() -> None:
    """R108: its memo is still asked for in working hours."""
    known = NoteDaysOff(days_off={MENTEE: (date(2026, 5, 29),)})
    scene = active().until("2026-05-26T08:00Z").when(known, by=SYSTEM).then(DaysOffNoted)
    assert scene.state.clock.fit(scene.at + timedelta(days=3), MENTEE, "later").day == 1


def test_the_cohort_learns_of_a_first_session_that_moved_with_others() -> None:
    """A10: until then a baseline is in time."""
    scene = active().when(away("2026-03-04", "2026-03-05"), by=MENTEE)
    tells = [one for one in scene.effects if isinstance(one, Tell)]
    assert [one.envelope.command["type"] for one in tells] == ["note_first_session"]
    assert tells[0].envelope.command["starts_at"].startswith("2026-03-06T13:00")
    later = active().when(away("2026-03-11", "2026-03-12"), by=MENTEE)
    assert [one for one in later.effects if isinstance(one, Tell)] == []
