"""Sessions: reminders, log, misses, moves, inactivity and the first meeting (T8, T9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from events.pair import (
    PairEscalated,
    PairItemExpired,
    PairReminded,
    PairReminderPostponed,
    PairReminderSuppressed,
)
from events.pair_sessions import (
    DeliverableRecorded,
    InactivityFlagged,
    SessionHeld,
    SessionMissed,
    SessionRescheduled,
)
from tests.rules.bdd import like, moment
from tests.rules.pair.stage import (
    BOTH,
    CADENCE,
    LEAD,
    MENTEE,
    MENTOR,
    Pair,
    active,
    held,
    prepared,
    resumed,
)
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_sessions import LogSession, RecordDeliverable, RescheduleSession

AFTER_FIRST = "2026-03-04T14:30Z"


def mails(scene: Pair, kind: str) -> list[tuple[str, str]]:
    """Reminders of a kind as template and UTC time."""
    return [
        (mail.template, f"{mail.due_at:%m-%d %H:%M}") for mail in scene.of(PairReminded) if mail.kind == kind
    ]


def miss(scene: Pair, *numbers: int) -> Pair:
    for number in numbers:
        scene = scene.until(scene.state.sessions[number].ends_at)
        scene = scene.when(LogSession(number=number, held=False), by=MENTEE)
    return scene


# --- the log ----------------------------------------------------------------------------------------------


def test_a_session_is_logged_once_and_not_before_it_begins() -> None:
    scene = active()
    scene.when(LogSession(number=1), by=MENTOR, at="2026-03-04T12:59Z").rejected("T9", "has not begun")
    scene = scene.until(AFTER_FIRST).when(LogSession(number=1, note="went well"), by=MENTOR)
    scene.then(like(SessionHeld, number=1, by=MENTOR, note="went well"))
    scene.when(LogSession(number=1), by=MENTEE).rejected("T9", "is held")
    scene.when(LogSession(number=13), by=MENTEE).rejected("T9", "no session 13")


def test_a_logged_session_is_not_asked_for() -> None:
    scene = held(active(), 1).until("2026-03-08T00:00Z")
    assert mails(scene, "session") == []


def test_nobody_logs() -> None:
    scene = active().until("2026-03-12T00:00Z")
    assert [mail for mail in mails(scene, "session") if mail[1] < "03-10"] == [
        ("session_reminder", "03-03 13:00"),
        ("session_log", "03-04 16:00"),
        ("session_log", "03-06 14:00"),
    ]
    assert [event.number for event in scene.of(SessionMissed)] == [1]
    scene.when(LogSession(number=1), by=MENTOR).rejected("T9", "counts as missed")


def test_a_session_nobody_logged_counts_as_missed_after_seven_days() -> None:
    scene = active().until("2026-03-11T13:59Z")
    assert scene.state.sessions[1].status == "planned"
    scene.run().then(
        like(PairItemExpired, item="session-01", kind="session"),
        like(SessionMissed, number=1, unlogged=True, by=None, in_a_row=1),
    )


# --- working hours ----------------------------------------------------------------------------------------


def test_a_reminder_before_the_weekend_comes_early_and_a_prompt_late() -> None:
    monday_morning = CADENCE.model_copy(update={"weekday": 0, "at": time(17, 30)})
    scene = prepared().when(monday_morning, by=MENTOR)
    scene = scene.until("2026-03-02T09:00Z").when(NoteKickoffAttended(people=BOTH)).until("2026-03-13T00:00Z")
    assert mails(scene, "session") == [
        ("session_reminder", "03-06 16:00"),  # Friday: Sunday is no business day
        ("session_log", "03-10 07:00"),  # 20:30 on Monday would be too late
        ("session_log", "03-12 07:00"),
    ]


def test_two_prompts_that_fall_on_one_morning_are_one() -> None:
    friday_evening = CADENCE.model_copy(update={"weekday": 4, "at": time(17)})
    scene = prepared().when(friday_evening, by=MENTOR)
    scene = scene.until("2026-03-02T09:00Z").when(NoteKickoffAttended(people=BOTH)).until("2026-03-11T00:00Z")
    # Friday 20:00 and Sunday 18:00 both become Monday 08:00.
    assert [mail for mail in mails(scene, "session") if mail[0] == "session_log"] == [
        ("session_log", "03-09 07:00")
    ]


def test_partners_far_apart_are_reminded_one_by_one() -> None:
    scene = active(zones={MENTOR: "Europe/Berlin", MENTEE: "America/Los_Angeles"}).until("2026-03-04T13:00Z")
    reminded = [mail for mail in scene.of(PairReminded) if mail.kind == "session"]
    assert [(mail.to, f"{mail.due_at:%m-%d %H:%M}") for mail in reminded] == [
        ((MENTEE,), "03-03 01:00"),  # 05:00 in Los Angeles becomes 17:00 of the day before
        ((MENTOR,), "03-03 13:00"),
    ]


def test_partners_with_hours_in_common_share_one_reminder() -> None:
    scene = active(zones={MENTOR: "Europe/Berlin", MENTEE: "America/New_York"}).until("2026-03-04T13:00Z")
    reminded = [mail.to for mail in scene.of(PairReminded) if mail.kind == "session"]
    assert reminded == [BOTH]


def test_after_an_outage_a_useless_reminder_is_suppressed() -> None:
    scene = active()
    due = scene.due()
    assert due is not None
    scene = scene.when(due.command, at="2026-03-02T09:05Z")  # pair_activated
    reminder = scene.due()
    assert reminder is not None
    scene.when(reminder.command, at="2026-03-04T13:01Z").then(
        like(PairReminderSuppressed, item="session-01", kind="session")
    )


def test_after_an_outage_a_reminder_waits_for_working_hours() -> None:
    scene = active().until("2026-03-02T12:00Z")
    reminder = scene.due()
    assert reminder is not None
    scene = scene.when(reminder.command, at="2026-03-03T20:00Z").then(
        like(PairReminderPostponed, item="session-01", to=BOTH)
    )
    again = scene.due()
    assert again is not None
    assert again.at == moment("2026-03-04T07:00Z")
    assert again.command_id != reminder.command_id
    scene.run().then(like(PairReminded, item="session-01", to=BOTH, due_at=again.at))


def test_a_postponed_reminder_serves_now_whom_it_can() -> None:
    scene = active(zones={MENTOR: "Europe/Berlin", MENTEE: "America/New_York"}).until("2026-03-02T20:00Z")
    reminder = scene.due()
    assert reminder is not None
    assert reminder.at == moment("2026-03-03T13:00Z")
    scene = scene.when(reminder.command, at="2026-03-03T21:00Z").then(
        like(PairReminded, to=(MENTEE,)), like(PairReminderPostponed, to=(MENTOR,))
    )
    scene.run().then(like(PairReminded, to=(MENTOR,), due_at=moment("2026-03-04T07:00Z")))


# --- misses -----------------------------------------------------------------------------------------------


def test_a_missed_session_asks_for_a_new_time_a_day_later() -> None:
    scene = miss(active(), 1).then(like(SessionMissed, number=1, in_a_row=1, unlogged=False, by=MENTEE))
    assert mails(scene.until("2026-03-06T00:00Z"), "reschedule") == [("session_reschedule", "03-05 14:00")]


def test_two_misses_in_a_row_tell_the_lead() -> None:
    once = miss(active(), 1).later(days=2)
    assert not [told for told in once.of(PairEscalated) if told.kind == "misses"]
    twice = miss(once, 2).then(like(SessionMissed, in_a_row=2)).later(days=1)
    told = [(mail.template, mail.to) for mail in twice.of(PairEscalated) if mail.kind == "misses"]
    assert told == [("sessions_missed", (LEAD,))]


def test_a_held_session_ends_a_row_of_misses() -> None:
    scene = miss(held(miss(active(), 1), 2), 3)
    assert scene.state.misses == 1


# --- moves ------------------------------------------------------------------------------------------------


def test_a_moved_session_has_new_reminders_with_new_ids() -> None:
    scene = active().until("2026-03-03T14:00Z")  # reminded once
    scene = scene.when(RescheduleSession(number=1, starts_at=moment("2026-03-06T10:00Z")), by=MENTEE).then(
        like(SessionRescheduled, number=1, revision=2, ends_at=moment("2026-03-06T11:00Z"))
    )
    scene.when(LogSession(number=1), by=MENTOR, at="2026-03-05T10:00Z").rejected("T9")
    ids = {due.command_id for due in scene.decider.agenda(scene.state)}
    assert "session-01:remind-0:r2" in ids
    assert not any(
        due.startswith(("session-01:remind", "session-01:expire")) and due.endswith("r1") for due in ids
    )
    assert mails(scene.until("2026-03-09T23:00Z"), "session")[:2] == [
        ("session_reminder", "03-05 10:00"),
        ("session_log", "03-06 13:00"),
    ]


def test_each_new_time_of_a_session_has_its_three_nudges() -> None:
    """Missed and moved again and again: no session lapses without anybody having been asked."""
    scene = active().until("2026-03-12T00:00Z")
    for day in (17, 31):
        moved = RescheduleSession(number=1, starts_at=moment(f"2026-03-{day}T12:00Z"))
        scene = scene.when(moved, by=MENTEE).later(days=14)
        asked = [event.template for event in scene.of(PairReminded) if event.item == "session-01"]
        assert asked == ["session_reminder", "session_log", "session_log"]
        assert not scene.of(PairReminderSuppressed)
        assert [event.unlogged for event in scene.of(SessionMissed) if event.number == 1] == [True]


def test_nobody_is_nudged_more_than_three_times_for_one_time_of_a_session() -> None:
    """Not even where a pause asks for it once more: the reminder and both prompts were sent before."""
    held_back = active().until("2026-03-09T00:00Z").when(RaiseConcern(text="not well"), by=MENTOR)
    scene = resumed(held_back.later(days=2)).later(days=9)
    asked = [event for _, event in scene.history if isinstance(event, PairReminded)]
    assert len([event for event in asked if event.item == "session-01"]) == 3
    suppressed = [event.reason for event in scene.of(PairReminderSuppressed) if event.item == "session-01"]
    assert suppressed == ["the limit of nudges is reached"]


def test_after_three_moves_of_one_session_the_lead_is_told() -> None:
    scene = active()
    for day, told in ((5, False), (6, False), (10, True), (11, False), (12, False), (13, True)):
        moved = RescheduleSession(number=1, starts_at=moment(f"2026-03-{day:02}T10:00Z"))
        scene = scene.when(moved, by=MENTOR).later(hours=1)
        mails = [(mail.template, mail.to) for mail in scene.of(PairEscalated) if mail.kind == "moves"]
        assert mails == ([("session_moved_often", (LEAD,))] if told else []), day
    other = RescheduleSession(number=2, starts_at=moment("2026-03-13T14:00Z"))
    assert not scene.when(other, by=MENTOR).later(hours=1).of(PairEscalated)


def test_a_session_planned_anew_after_a_pause_keeps_its_moves() -> None:
    scene = active()
    for day in (5, 6):
        moved = RescheduleSession(number=1, starts_at=moment(f"2026-03-{day:02}T10:00Z"))
        scene = scene.when(moved, by=MENTOR).later(hours=1)
    scene = resumed(scene.when(RaiseConcern(text="not well"), by=MENTOR).later(minutes=1))
    moved = RescheduleSession(number=1, starts_at=moment("2026-03-10T10:00Z"))
    told = scene.when(moved, by=MENTOR).later(hours=1).of(PairEscalated)
    assert [mail.kind for mail in told] == ["moves"]


@pytest.mark.parametrize("starts_at", ["2026-03-03T12:59Z", "2026-05-25T16:00Z", "2026-12-01T10:00Z"])
def test_a_session_moves_between_now_and_the_end(starts_at: str) -> None:
    scene = active().until("2026-03-03T13:00Z")
    scene.when(RescheduleSession(number=1, starts_at=moment(starts_at)), by=MENTOR).rejected("T9")


@pytest.mark.parametrize(
    ("starts_at", "why"),
    [
        ("2026-03-07T10:00Z", "no business day"),  # a Saturday
        ("2026-03-09T10:00Z", "no business day"),  # a holiday
        ("2026-03-10T05:59Z", "from 07:00 on"),
        ("2026-03-10T06:00Z", ""),
        ("2026-03-10T18:00Z", ""),
        ("2026-03-10T18:30Z", "over by 20:00"),
        ("2026-03-31T17:00Z", ""),  # the clocks have changed
        ("2026-03-31T17:01Z", "over by 20:00"),
    ],
)
def test_a_session_moves_to_a_decent_hour_of_a_business_day(starts_at: str, why: str) -> None:
    scene = active(holidays=(date(2026, 3, 9),))
    scene = scene.when(RescheduleSession(number=1, starts_at=moment(starts_at)), by=MENTOR)
    if why:
        scene.rejected("R45", why)
    else:
        scene.then(SessionRescheduled)


def test_a_held_session_does_not_move_and_a_missed_one_does() -> None:
    later = moment("2026-03-13T10:00Z")
    held(active(), 1).when(RescheduleSession(number=1, starts_at=later), by=MENTOR).rejected("T9", "is held")
    scene = miss(active(), 1).when(RescheduleSession(number=1, starts_at=later), by=MENTOR)
    scene.then(like(SessionRescheduled, revision=2, settles=("session-01:reschedule",)))
    assert scene.state.sessions[1].status == "planned"


# --- first meeting and inactivity -------------------------------------------------------------------------


def test_a_first_meeting_that_does_not_come_is_chased() -> None:
    scene = active().until("2026-03-11T00:00Z")
    assert mails(scene, "first_meeting") == [
        ("first_meeting_reminder", "03-05 08:00"),
        ("first_meeting_reminder", "03-09 07:00"),
    ]
    told = [(mail.template, f"{mail.due_at:%m-%d}") for mail in scene.of(PairEscalated)]
    assert told == [("first_meeting_overdue", "03-10")]


def test_a_first_meeting_that_was_held_is_not() -> None:
    assert mails(held(active(), 1).until("2026-03-20T00:00Z"), "first_meeting") == []


def test_a_quiet_pair_is_flagged_after_two_intervals_and_three_days() -> None:
    scene = held(active(), 1)
    logged_at = scene.at
    scene = scene.until(logged_at + timedelta(days=17, hours=-1))
    assert not scene.of(InactivityFlagged)
    scene = scene.later(days=3)
    flagged = scene.of(InactivityFlagged)
    assert [event.since for event in flagged] == [datetime.fromisoformat("2026-03-04T14:00Z")]
    assert [mail.to for mail in scene.of(PairEscalated) if mail.kind == "inactivity"] == [(LEAD,)]
    assert scene.state.inactive
    assert not held(scene, 4).state.inactive


def test_deliverables_are_recorded_from_the_activation_on() -> None:
    active().when(RecordDeliverable(what="a draft"), by=MENTOR).then(
        DeliverableRecorded(by=MENTOR, what="a draft", number=1)
    )
