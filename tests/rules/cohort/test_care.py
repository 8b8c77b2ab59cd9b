"""Who has no pair reaches the safety steward, too, and nobody else learns of it (R73, T18, G6, G21)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from events.cohort import CohortReminded
from events.cohort_care import CohortConcernRaised
from events.contracts import Notify
from tests.rules.cohort.world import (
    LEAD,
    STEWARD,
    S,
    enrolling,
    mentee,
    mentor,
    notices,
    ok,
    planned,
    ready,
    running,
    wound_up,
)
from turnabout.commands.cohort_care import RaiseCohortConcern, RecordCohortContact
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort
from turnabout.commands.cohort_enrolment import Decline
from turnabout.commands.cohort_offices import ReplaceSteward

CONCERN = RaiseCohortConcern(text="My manager says that I have to take part.")


def raised(scene: S, who: str) -> S:
    return ok(scene, CONCERN, who)


def declined() -> S:
    return ok(enrolling(), Decline(reason="manager"), mentor(1))


@pytest.mark.parametrize(
    "scene", [planned, enrolling, declined, ready, running], ids=lambda one: one.__name__
)
def test_r73_anybody_on_the_roster_turns_to_the_steward_at_any_time(scene: Callable[[], S]) -> None:
    after = raised(scene(), mentor(1))
    (event,) = [one for one in after.events if isinstance(one, CohortConcernRaised)]
    assert (event.number, event.respondent, event.steward) == (1, mentor(1), STEWARD)
    (letter,) = [one for one in after.effects if isinstance(one, Notify)]
    assert (letter.template, letter.to, letter.due_at) == ("concern_received", (STEWARD,), after.at)
    assert CONCERN.text not in repr(after.effects)


def test_r73_a_closed_cohort_still_hears_it_and_so_does_a_cancelled_one() -> None:
    closed = ok(wound_up(), CloseCohort(), LEAD)
    raised(closed, mentee(1))
    raised(ok(running(), CancelCohort(reason="The budget is gone."), LEAD), mentee(1))


@pytest.mark.parametrize("who", [LEAD, "sponsor", STEWARD, "somebody"])
def test_g21_only_the_people_of_the_roster_do(who: str) -> None:
    enrolling().when(CONCERN, by=who).rejected("G21")


def test_t18_the_steward_is_reminded_until_they_have_spoken() -> None:
    scene = raised(enrolling(), mentor(1))
    due = scene.at + timedelta(hours=scene.state.policy.safety.contact)
    later = scene.until(due + timedelta(days=1))
    (reminder,) = [
        one for one in later.events if isinstance(one, CohortReminded) and one.template == "concern_received"
    ]
    assert reminder.to == (STEWARD,)
    numbers = [
        one.values["number"] for one in later.effects if isinstance(one, Notify) and one.to == (STEWARD,)
    ]
    assert numbers == [1]
    spoken = ok(raised(scene, mentor(2)), RecordCohortContact(number=1), STEWARD)
    assert [one.person for one in spoken.state.care.waiting.values()] == [mentor(2)]
    done = ok(spoken, RecordCohortContact(number=2), STEWARD)
    assert not done.state.care.waiting
    assert not [item for item in done.state.ledger.open if item.startswith("follow-up")]
    done.when(RecordCohortContact(number=2), by=STEWARD).rejected("R73")
    spoken.when(RecordCohortContact(number=2), by=LEAD).rejected("G21")


def test_r73_who_waits_waits_for_the_new_steward() -> None:
    scene = raised(enrolling(), mentor(1))
    new = ReplaceSteward.model_validate({"to": {"id": "stella", "timezone": "Europe/Berlin"}})
    assert mentor(1) in notices(ok(scene, new, LEAD).later(days=1), "steward_changed"), (
        "though they have not joined"
    )
    later = ok(scene, new, LEAD).until(scene.at + timedelta(days=4))
    reminded = [
        one for one in later.events if isinstance(one, CohortReminded) and one.template == "concern_received"
    ]
    assert [one.to for one in reminded] == [("stella",)]
    ok(later, RecordCohortContact(number=1), "stella")
    later.when(RecordCohortContact(number=1), by=STEWARD).rejected("G21")
