"""Invitations, the kickoff's guards, and make-ups (G1, G4, R30, R51-R54, T7)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from events.cohort import CohortEscalated, CohortReminded
from events.cohort_governance import DutyFulfilled
from events.cohort_measurement import ComparisonRefused
from events.cohort_running import KickoffHeld, MakeUpAttended, PairPauseNoted, PairResumptionNoted
from events.contracts import Notify
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    S,
    accepted,
    chartered,
    enrolling,
    hold,
    kickoff_day,
    make_spec,
    mentor,
    notices,
    ok,
    planned,
    proposed,
    ready,
    running,
    told,
)
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_governance import SignCharter
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.cohort_running import (
    HoldKickoff,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
    RecordMakeUp,
)


def by_template(scene: S) -> dict[str, list[str]]:
    """The days on which each message went out."""
    days: dict[str, list[str]] = {}
    for event in scene.of(CohortReminded):
        days.setdefault(event.template, []).append(event.due_at.date().isoformat())
    return days


def test_invitation_cheat_sheet_and_reminder_precede_the_kickoff() -> None:
    scene = kickoff_day(ready())
    days = by_template(scene)
    assert days["kickoff_invitation"] == ["2026-02-17"]
    assert days["kickoff_cheat_sheet"] == ["2026-02-27"], "K-2 is a Sunday; it moves earlier"
    assert days["kickoff_reminder"] == ["2026-03-02"]
    assert days["kickoff_to_record"] == ["2026-03-03"]
    assert SPONSOR in notices(scene, "kickoff_invitation")
    assert SPONSOR not in notices(scene, "kickoff_cheat_sheet")
    assert len(notices(scene, "kickoff_reminder")) == 11
    starts = [
        one.values["starts_at"]
        for one in scene.effects
        if one.effect == "notify" and "starts_at" in one.values
    ]
    assert set(starts) == {"2026-03-03T09:00:00+00:00"}
    minutes = {
        one.values["minutes"] for one in scene.effects if isinstance(one, Notify) and "minutes" in one.values
    }
    assert minutes == {90}, "letters say what the policy says (R51)"


def test_a_late_cohort_is_invited_at_once() -> None:
    scene = kickoff_day(ready(make_spec(starts_on="2026-01-05", kickoff_on="2026-01-08")))
    days = by_template(scene)
    assert days["kickoff_invitation"] == ["2026-01-05"]
    assert days["kickoff_cheat_sheet"] == ["2026-01-06"]
    assert days["kickoff_reminder"] == ["2026-01-07"]


def test_an_invitation_on_the_same_day_needs_no_reminder() -> None:
    days = by_template(kickoff_day(ready(make_spec(kickoff_on="2026-01-05"))))
    assert days["kickoff_invitation"] == ["2026-01-05"]
    assert "kickoff_reminder" not in days


def test_nobody_is_invited_to_what_has_passed() -> None:
    late = proposed(make_spec(kickoff_on="2026-01-06", kickoff_at="08:00")).later(days=2)
    scene = accepted(late).later(days=7)
    assert not {"kickoff_invitation", "kickoff_cheat_sheet", "kickoff_reminder"} & by_template(scene).keys()
    assert "kickoff_to_record" in by_template(scene)


def test_who_is_in_no_pair_any_more_is_not_reminded() -> None:
    scene = ready()
    gone = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=gone.pair, state="withdrawn"), "system")
    assert not set(gone.people) & set(notices(kickoff_day(scene), "kickoff_invitation"))


def test_no_kickoff_without_charter_and_commitment() -> None:
    command = HoldKickoff(attended=(), sponsor_present=True, agenda_minutes=(90,))
    planned().when(command, by=LEAD).rejected("R30", "charter")
    signed = ok(planned(), SignCharter(text="x"), SPONSOR)
    signed.when(command, by=LEAD).rejected("R30", "sponsorship")
    chartered().when(command, by=LEAD).rejected("G13")
    enrolling().when(command, by=LEAD).rejected("G13")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"sponsor_present": False}, "G1"),
        ({"agenda_minutes": (30, 30)}, "R51"),
        ({"agenda_minutes": (90, 1)}, "R51"),
        ({"attended": ("stranger",)}, "R51"),
    ],
)
def test_a_kickoff_is_complete_or_refused(fields: dict[str, Any], rule: str) -> None:
    scene = kickoff_day(ready())
    scene.when(hold(scene, **fields), by=LEAD).rejected(rule)


def test_a_kickoff_is_recorded_on_its_day_and_once() -> None:
    scene = ready().until("2026-03-02T22:00+01:00")
    scene.when(hold(scene), by=LEAD).rejected("R51", "2026-03-03")
    scene = scene.until("2026-03-03T08:00+01:00")
    scene = ok(scene, hold(scene), LEAD).then(
        like(KickoffHeld, absent=(), days_since_charter=57),
        like(DutyFulfilled, on_time=True),
        ComparisonRefused,
    )
    assert scene.state.phase == "running"
    scene.when(hold(scene), by=LEAD).rejected("R51", "has been held")


def test_a_kickoff_may_be_recorded_afterwards_with_its_day() -> None:
    """All that counts from the kickoff counts from that day."""
    scene = ready().until("2026-03-06T12:00+01:00")
    absent = scene.state.living[0].mentor
    there = tuple(who for pair in scene.state.living for who in pair.people if who != absent)
    command = hold(scene, attended=there, held_on="2026-03-03")
    late = scene.when(hold(scene, attended=there), by=LEAD)
    late.then(like(KickoffHeld, days_since_charter=60), like(DutyFulfilled, on_time=False), ComparisonRefused)
    scene = ok(scene, command, LEAD).then(
        like(KickoffHeld, days_since_charter=57), like(DutyFulfilled, on_time=True), ComparisonRefused
    )
    assert scene.of(KickoffHeld)[0].held_on.isoformat() == "2026-03-03"
    assert not any("overdue" in item for item in scene.state.ledger.open)
    assert notices(scene.until("2026-03-06T13:00Z"), "duty_due") == [SPONSOR], "three business days after"
    assert notices(scene.until("2026-03-10T12:00Z"), "make_up_overdue") == [LEAD], "five business days after"


def test_who_hears_late_of_a_make_up_has_until_the_next_business_day() -> None:
    scene = ready().until("2026-03-12T12:00+01:00")
    absent = scene.state.living[0].mentor
    there = tuple(who for pair in scene.state.living for who in pair.people if who != absent)
    scene = ok(scene, hold(scene, attended=there, held_on="2026-03-03"), LEAD)
    assert notices(scene.until("2026-03-12T18:00Z"), "make_up_due") == [absent]
    assert notices(scene.until("2026-03-13T12:00Z"), "make_up_overdue") == [LEAD]


@pytest.mark.parametrize(
    ("held_on", "why"),
    [
        ("2026-03-06", "held_on (2026-03-06) is in the future"),
        ("2026-03-02", "the kickoff is on 2026-03-03, not 2026-03-02"),
        ("2026-01-04", "the kickoff is on 2026-03-03"),
    ],
)
def test_a_kickoff_is_not_recorded_for_any_day(held_on: str, why: str) -> None:
    scene = ready().until("2026-03-05T12:00+01:00")
    scene.when(hold(scene, held_on=held_on), by=LEAD).rejected("R51", why)


def test_a_kickoff_is_not_held_before_the_pairs_stood() -> None:
    scene = proposed(make_spec(kickoff_on="2026-01-05")).until("2026-01-07T12:00+01:00")
    scene = accepted(scene)
    scene.when(hold(scene, held_on="2026-01-06"), by=LEAD).rejected("R51", "matching ended on 2026-01-07")
    ok(scene, hold(scene, held_on="2026-01-07"), LEAD)


def test_the_lead_is_asked_thrice_to_record_it() -> None:
    scene = ready().until("2026-03-20T12:00Z")
    assert by_template(scene)["kickoff_to_record"] == ["2026-03-03", "2026-03-04", "2026-03-06"]


def test_pairs_learn_who_was_there_and_absentees_owe_a_make_up() -> None:
    scene = kickoff_day(ready())
    first, second, *_ = scene.state.living
    everyone = [who for pair in scene.state.living for who in pair.people]
    absent = (first.mentor, second.mentor, second.mentee)
    there = tuple(who for who in everyone if who not in absent)
    scene = ok(scene, hold(scene, attended=there), LEAD)
    assert scene.of(KickoffHeld)[0].absent == absent
    noted = {stream: command["people"] for stream, command in told(scene, "note_kickoff_attended")}
    assert noted[first.pair] == [first.mentee]
    assert second.pair not in noted
    assert len(noted) == 4
    later = scene.until("2026-03-11T12:00Z")
    assert sorted(set(notices(later, "make_up_due"))) == sorted(absent)
    assert len(notices(later, "make_up_due")) == 6
    assert notices(later, "make_up_overdue") == [LEAD] * 3
    overdue = [one for one in later.of(CohortEscalated) if one.template == "make_up_overdue"]
    assert {one.due_at.date().isoformat() for one in overdue} == {"2026-03-10"}


def test_a_make_up_is_noted_in_the_pair() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    everyone = [who for one in scene.state.living for who in one.people if who != pair.mentor]
    scene = ok(scene, hold(scene, attended=tuple(everyone)), LEAD)
    scene = ok(scene, RecordMakeUp(person=pair.mentor), LEAD).then(MakeUpAttended)
    assert [(stream, one["people"]) for stream, one in told(scene, "note_kickoff_attended")] == [
        (pair.pair, [pair.mentor])
    ]
    assert scene.effects[0].effect == "tell"
    assert scene.effects[0].command_id == f"cohort:make-up-{pair.mentor}"
    assert notices(scene.later(days=9), "make_up_overdue") == []
    scene.when(RecordMakeUp(person=pair.mentor), by=LEAD).rejected("R52")
    scene.when(RecordMakeUp(person=pair.mentee), by=LEAD).rejected("R52")
    scene.when(RecordMakeUp(person="stranger"), by=LEAD).rejected("R52")
    ready().when(RecordMakeUp(person=mentor(1)), by=LEAD).rejected("R52")


def test_a_make_up_is_not_chased_once_the_pair_has_ended() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    everyone = [who for one in scene.state.living[1:] for who in one.people]
    scene = ok(scene, hold(scene, attended=tuple(everyone)), LEAD)
    scene = ok(scene, NotePairEnded(pair=pair.pair, state="withdrawn"), "system")
    assert notices(scene.later(days=9), "make_up_due") == []


def test_who_joins_a_pair_after_the_kickoff_owes_a_make_up_too() -> None:
    scene = running()
    free = next(who for who in scene.state.waiting if who.startswith("mentor"))
    ended = scene.state.living[0]
    scene = ok(scene, NotePairEnded(pair=ended.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=free, mentee=ended.mentee, reason="both agreed"), LEAD)
    ((stream, command),) = told(scene, "note_kickoff_attended")
    assert (stream, command["people"]) == ("pair-q1-06", [ended.mentee])
    assert notices(scene.later(days=1), "make_up_due") == [free]


def test_an_open_make_up_is_not_asked_for_anew() -> None:
    scene = kickoff_day(ready())
    first, second, *others = scene.state.living
    there = [first.mentee, *second.people, *(who for one in others for who in one.people)]
    scene = ok(scene, hold(scene, attended=tuple(there)), LEAD).later(days=1)
    scene = ok(scene, NotePairEnded(pair=second.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=first.mentor, mentee=second.mentee, reason="x"), LEAD)
    assert scene.state.ledger.open[f"make-up-{first.mentor}"].chase.revision == 1


def test_a_pair_assigned_before_the_kickoff_is_invited() -> None:
    scene = ready()
    ended = scene.state.living[0]
    free = next(who for who in scene.state.waiting if who.startswith("mentor"))
    scene = ok(scene, NotePairEnded(pair=ended.pair, state="ended_by_choice"), "system")
    scene = ok(scene, AssignPair(mentor=free, mentee=ended.mentee, reason="both agreed"), LEAD)
    later = kickoff_day(scene)
    assert free in notices(later, "kickoff_invitation")
    assert not any(
        one.chase.kind == "kickoff" for one in ok(later, hold(later), LEAD).state.ledger.open.values()
    )


def missed(scene: S, *people: str, **fields: Any) -> S:
    """The kickoff is held without these people."""
    there = [who for pair in scene.state.living for who in pair.people if who not in people]
    return ok(scene, hold(scene, attended=there, **fields), LEAD)


def test_nobody_is_asked_for_a_make_up_while_their_pair_is_paused() -> None:
    scene = kickoff_day(ready())
    first, second, *_ = scene.state.living
    scene = missed(scene, first.mentor, second.mentor).until("2026-03-05T12:00Z")
    scene = ok(scene, NotePairPaused(pair=first.pair), "system").then(PairPauseNoted)
    resting = scene.until("2026-04-15T09:00Z")
    assert set(notices(resting, "make_up_due")) == {second.mentor}
    assert notices(resting, "make_up_overdue") == [LEAD], "for the other one"
    again = ok(resting, NotePairResumed(pair=first.pair), "system").then(PairResumptionNoted)
    due = again.state.ledger.open[f"make-up-{first.mentor}"].chase.steps[-1].at
    assert due.date().isoformat() == "2026-04-22", "five business days from then"
    later = again.until("2026-04-23T09:00Z")
    assert notices(later, "make_up_due") == [first.mentor] * 2
    assert notices(later, "make_up_overdue") == [LEAD]


def test_who_attends_a_make_up_in_a_pause_is_not_asked_afterwards() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    scene = ok(missed(scene, pair.mentor), NotePairPaused(pair=pair.pair), "system")
    scene = ok(scene, RecordMakeUp(person=pair.mentor), LEAD)
    scene = ok(scene, NotePairResumed(pair=pair.pair), "system")
    assert notices(scene.later(days=20), "make_up_due") == []


def test_a_pair_paused_before_the_kickoff_is_asked_once_it_goes_on() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    scene = ok(scene, NotePairPaused(pair=pair.pair), "system")
    scene = missed(scene, *pair.people)
    assert notices(scene.later(days=20), "make_up_due") == []
    scene = ok(scene, NotePairResumed(pair=pair.pair), "system")
    assert sorted(notices(scene.later(days=1), "make_up_due")) == sorted(pair.people)


def test_a_cancelled_cohort_asks_for_no_make_up() -> None:
    scene = kickoff_day(ready())
    pair = scene.state.living[0]
    scene = ok(missed(scene, pair.mentor), NotePairPaused(pair=pair.pair), "system")
    scene = ok(scene, CancelCohort(reason="merger"), LEAD)
    scene = ok(scene, NotePairResumed(pair=pair.pair), "system")
    assert notices(scene.later(days=20), "make_up_due") == []


def test_a_pause_before_the_kickoff_makes_nobody_an_absentee() -> None:
    scene = ready()
    pair = scene.state.living[0]
    scene = ok(scene, NotePairPaused(pair=pair.pair), "system")
    scene = ok(scene, NotePairResumed(pair=pair.pair), "system")
    assert not any(item.startswith("make-up") for item in scene.state.ledger.open)


def test_who_has_another_pair_at_work_is_asked_all_the_same() -> None:
    scene = kickoff_day(ready(make_spec(mentors=3)))
    both = Counter(pair.mentor for pair in scene.state.living)
    busy = next(who for who, count in both.items() if count == 2)
    one = next(pair for pair in scene.state.living if pair.mentor == busy)
    scene = ok(missed(scene, busy), NotePairPaused(pair=one.pair), "system")
    assert notices(scene.later(days=1), "make_up_due") == [busy]
