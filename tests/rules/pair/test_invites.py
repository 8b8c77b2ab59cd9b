"""What the messages of a pair say to people's calendars (R67, T9), and what they never say (G6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from activities.invites import CARRIERS
from events.contracts import Notify
from events.invites import INVITES, Series
from events.pair import PairReminded
from tests.rules.pair.stage import (
    BOTH,
    CADENCE,
    CONCERN,
    KICKOFF,
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    formed,
    in_pulse,
    paused,
    policy,
    prepared,
    pulse,
    resumed,
)
from turnabout import calendar
from turnabout.commands.pair_calendar import NoteAbsence
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_reshuffle import ExtendPair
from turnabout.commands.pair_sessions import LogSession, RescheduleSession
from workflows.rules import pair_invites

BERLIN = "Europe/Berlin"


def told(scene: Pair, template: str) -> list[Series]:
    """The series in the first message of that name that the last command (or `until`) asked for."""
    mails = [effect for effect in scene.effects if isinstance(effect, Notify) and effect.template == template]
    assert mails, f"no {template}"
    return [Series.model_validate(one) for one in mails[0].values.get(INVITES, ())]


def local(at: object) -> str:
    return f"{calendar.local(at, BERLIN):%m-%d %H:%M}"  # type: ignore[arg-type]


def decoyed(wave: str = "2026-04-06T07:00Z") -> Pair:
    """The same pair at the same hour, well, and drawn for a check-in by the mentee's answer."""
    for seed in range(50):
        scene = in_pulse(policy=policy(decoys=100), seed=seed).when(pulse(), by=MENTEE)
        if scene.state.paused:
            return scene
    raise AssertionError("no seed draws the mentee")


# --- the series -------------------------------------------------------------------------------------------


def test_an_active_pair_gets_its_whole_series() -> None:
    """R67: the hour on the wall is constant across the change of clocks on 29 March."""
    scene = active(holidays=[date(2026, 4, 1)]).later(hours=1)
    (series,) = told(scene, "pair_activated")
    assert series.whole
    assert series.method == "REQUEST"
    assert (series.uid, series.count, series.place) == ("pair-q1-07-series-1@turnabout", 12, "video")
    assert [local(one.slot)[-5:] for one in series.meetings] == ["14:00"] * 12
    moved = {local(one.slot): local(one.starts_at) for one in series.meetings if one.slot != one.starts_at}
    assert moved == {"04-01 14:00": "04-02 14:00"}, "a holiday moves a session, not its place in the series"
    assert {one.sequence for one in series.meetings} == {0}
    assert series.alarm == 60


def test_a_series_whose_first_session_a_holiday_moves_keeps_its_rule() -> None:
    """R67: the rule follows the weekday agreed, not the day it begins on."""
    scene = active(holidays=[date(2026, 3, 4), date(2026, 3, 5)]).later(hours=1)
    (series,) = told(scene, "pair_activated")
    assert local(series.first_slot) == "03-04 14:00"
    assert local(series.meetings[0].starts_at) == "03-06 14:00"


def test_a_series_of_moved_sessions_alone_begins_with_the_first_of_them() -> None:
    """R67: where nothing shows the rule, the sessions themselves are their slots."""
    scene = active(holidays=[date(2026, 3, 4) + timedelta(weeks=n) for n in range(13)]).later(hours=1)
    (series,) = told(scene, "pair_activated")
    assert local(series.first_slot) == "03-05 14:00"


# --- a pause ----------------------------------------------------------------------------------------------


def test_a_pause_is_in_no_calendar_before_it_is_announced() -> None:
    """G6: who looks into the file during the wave sees the sessions as they were."""
    scene = paused()
    assert all(not one.off for series in pair_invites.published(scene.state) for one in series.meetings)
    assert not [effect for effect in scene.effects if isinstance(effect, Notify) and effect.to != (STEWARD,)]


def test_the_announcement_calls_off_what_is_ahead() -> None:
    """G6, R67: in the same words and with the same sequence, whatever led to it."""
    scene = paused().until("2026-04-13T08:00Z")
    (series,) = told(scene, "routine_check_in")
    assert series.method == "CANCEL"
    assert [local(one.slot) for one in series.meetings] == [
        *("04-15 14:00", "04-22 14:00", "04-29 14:00", "05-06 14:00", "05-13 14:00", "05-20 14:00")
    ]
    assert {one.sequence for one in series.meetings} == {1}


def test_a_routine_check_in_calls_off_the_same() -> None:
    """G6: the calendar of a pair that was drawn says what that of any other says."""
    one, other = (
        told(scene.until("2026-04-13T08:00Z"), "routine_check_in") for scene in (paused(), decoyed())
    )
    assert one == other


def test_a_resumed_pair_gets_a_series_anew() -> None:
    """R67: an entry that was called off is not revived; mail programs would not take it."""
    scene = resumed(paused().until("2026-04-13T08:00Z")).later(hours=1)
    series, before = told(scene, "check_in_over")
    assert series.whole
    assert (before.uid, before.method) == ("pair-q1-07-series-1@turnabout", "CANCEL")
    assert series.uid == "pair-q1-07-series-2@turnabout"
    assert local(series.meetings[0].starts_at) == "04-15 14:00"
    assert [one.uid[-11:] for one in pair_invites.published(scene.state)] == ["1@turnabout", "2@turnabout"]


def test_who_was_away_in_a_check_in_learns_with_its_end_what_it_called_off() -> None:
    """R67: else both the old series and the new one stay in their calendar."""
    scene = active().until("2026-03-10T09:00Z")
    away = NoteAbsence(first_on=date(2026, 3, 16), last_on=date(2026, 3, 27))
    scene = scene.when(away, by=MENTOR).until("2026-03-16T09:00Z").when(CONCERN, by=MENTEE)
    first = {local(one.slot): one.sequence for one in pair_invites.published(scene.state)[0].meetings}
    scene = resumed(scene.until("2026-03-18T09:00Z")).until("2026-03-30T20:00Z")
    over = [
        effect.values[INVITES]
        for effect in scene.effects
        if isinstance(effect, Notify) and effect.template == "check_in_over" and MENTOR in effect.to
    ]
    fresh, before = (Series.model_validate(one) for one in over[0])
    assert (fresh.uid[-11:], fresh.whole) == ("2@turnabout", True)
    assert (before.uid[-11:], before.method) == ("1@turnabout", "CANCEL")
    off = {local(one.slot): one.sequence for one in before.meetings}
    assert off.keys() == {slot for slot in first if slot > "03-30"}
    assert all(off[slot] > first[slot] for slot in off)


def test_a_check_in_after_which_no_session_is_left_leaves_no_series() -> None:
    scene = active().until("2026-05-07T09:00Z").when(CONCERN, by=MENTOR).until("2026-05-13T13:00Z")
    scene = resumed(scene).until("2026-05-14T09:00Z").when(CONCERN, by=MENTOR).until("2026-05-20T14:00Z")
    scene = resumed(scene).later(hours=2)
    assert {one.method for one in told(scene, "check_in_over")} <= {"CANCEL"}


# --- moves and the end ------------------------------------------------------------------------------------


def test_a_pair_that_ends_early_has_its_sessions_called_off() -> None:
    """R67, G6: for safety as by choice."""
    ends = [
        active().until("2026-03-16T09:00Z").when(EndPair(state=state, reason="x"), by=by).later(hours=1)
        for state, by in (("ended_by_choice", LEAD), ("ended_for_safety", STEWARD))
    ]
    one, other = (told(scene, "pair_ended") for scene in ends)
    assert one == other
    assert one[0].method == "CANCEL"
    assert len(one[0].meetings) == 10


def test_a_pair_that_ends_in_a_hidden_pause_has_all_sessions_called_off() -> None:
    """G6: the end tells of them, so the calendar must not keep them."""
    scene = paused().when(EndPair(state="ended_by_choice", reason="x"), by=LEAD).later(hours=1)
    (series,) = told(scene, "pair_ended")
    assert [local(one.slot) for one in series.meetings][:2] == ["04-08 14:00", "04-15 14:00"]


def test_a_pair_that_never_worked_has_no_calendar() -> None:
    scene = formed().when(EndPair(state="ended_by_choice", reason="x"), by=LEAD).later(hours=1)
    assert told(scene, "pair_ended") == []


def test_a_session_moved_into_a_later_series_stays_in_its_own() -> None:
    """R67: a missed session of before a pause finds its new time as the entry that it was."""
    scene = active().until("2026-03-04T14:30Z").when(LogSession(number=1, held=False), by=MENTOR)
    scene = scene.when(RescheduleSession(number=1, starts_at="2026-03-06T13:00Z"), by=MENTEE)
    first = pair_invites.published(scene.state)[0].meetings[0]
    assert (local(first.slot), local(first.starts_at), first.sequence) == ("03-04 14:00", "03-06 14:00", 2)


def test_every_message_that_speaks_of_sessions_may_carry_them() -> None:
    start = active(replaces="pair-q1-03").until("2026-03-05T09:00Z")
    later = datetime(2026, 3, 12, 12, tzinfo=UTC)
    scene = start.when(RescheduleSession(number=2, starts_at=later), by=MENTOR).later(hours=20)
    scene = scene.when(ExtendPair(weeks=2, reason="They lost time."), by=LEAD).later(days=1)
    away = NoteAbsence(first_on=date(2026, 3, 12), last_on=date(2026, 3, 13))
    scene = scene.when(away, by=MENTEE).later(days=8).when(CONCERN, by=MENTOR).later(days=3)
    scene = resumed(scene).later(days=2).when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    letters = [event for _, event in scene.later(days=3).history if isinstance(event, PairReminded)]
    templates = {mail.template for mail in letters if mail.kind in pair_invites.TOLD}
    assert {mail.kind for mail in letters} >= pair_invites.TOLD.keys()
    assert templates <= set(CARRIERS)


def test_other_messages_carry_nothing() -> None:
    """A reminder changes no calendar."""
    scene = prepared().later(days=7)
    scene = active().until("2026-03-05T08:00Z")
    assert told(scene, "session_reminder") == []
    assert told(scene, "session_log") == []


def test_the_letter_of_an_active_pair_knows_how_long_the_first_meeting_is() -> None:
    """R78: the plan that comes with it shares out these minutes."""
    short = CADENCE.model_copy(update={"minutes": 35})
    scene = prepared().when(short, by=MENTOR).until(KICKOFF)
    scene = scene.when(NoteKickoffAttended(people=BOTH), at=KICKOFF).later(hours=1)
    (mail,) = [one for one in scene.effects if isinstance(one, Notify) and one.template == "pair_activated"]
    assert mail.values["first_minutes"] == 35
