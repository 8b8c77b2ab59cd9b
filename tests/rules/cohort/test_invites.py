"""What the messages of a cohort say of the kickoff to people's calendars (R67, T7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from events.contracts import Notify
from events.invites import INVITES, Series
from tests.rules.cohort.world import LEAD, SPONSOR, S, enrolling, kickoff_day, ok, ready
from turnabout.commands.cohort_closing import CancelCohort


def carried(scene: S, template: str) -> list[list[Any]]:
    """What each message of that name carries."""
    mails = [effect for effect in scene.effects if isinstance(effect, Notify) and effect.template == template]
    assert mails, f"no {template}"
    return [list(map(Series.model_validate, mail.values.get(INVITES, ()))) for mail in mails]


def test_the_invitation_to_the_kickoff_puts_it_into_calendars() -> None:
    """T7, R51: as long as the policy says, once."""
    scene = kickoff_day(ready())
    for (series,) in carried(scene, "kickoff_invitation"):
        (meeting,) = series.meetings
        spec = scene.state.spec
        assert (series.about, series.method, series.count) == ("kickoff", "REQUEST", 1)
        assert series.uid == f"cohort-{spec.id}-kickoff@turnabout"
        assert meeting.starts_at == spec.kickoff
        assert meeting.ends_at - meeting.starts_at == timedelta(minutes=scene.state.policy.kickoff.minutes)
    assert not any(carried(scene, "kickoff_reminder")), "it is in there already"


def test_a_cohort_cancelled_after_the_invitation_takes_the_kickoff_out_again() -> None:
    """R67: of the calendars that it is in, and of no other."""
    invited = ready().until("2026-02-20T00:00Z")
    scene = ok(invited, CancelCohort(reason="no budget"), LEAD).later(days=1)
    to: set[str] = set()
    for (series,) in carried(scene, "cohort_cancelled"):
        assert series.method == "CANCEL"
        assert series.meetings[0].sequence == 1
        to |= set(series.to)
    pairs = {person for pair in invited.state.living for person in pair.people}
    assert to == {SPONSOR, *pairs}
    assert LEAD not in to


def test_a_cohort_cancelled_before_it_or_after_the_kickoff_says_nothing_to_calendars() -> None:
    for scene in (enrolling(), ready().until("2026-03-04T00:00Z")):
        after = ok(scene, CancelCohort(reason="no budget"), LEAD).later(days=1)
        assert not any(carried(after, "cohort_cancelled"))
