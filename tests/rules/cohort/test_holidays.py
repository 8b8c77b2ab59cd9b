"""Public holidays: looked up once the charter is signed, recorded, looked up again by command (R67, R108)."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.match import SOLVERS
from events.cohort_holidays import HolidaysRecorded, HolidaysRequested
from events.contracts import Compute, Notify, Tell
from events.holidays import HOLIDAYS
from tests.rules.bdd import like
from tests.rules.cohort.world import (
    LEAD,
    SPONSOR,
    TEXT,
    S,
    chartered,
    make_spec,
    mentee,
    mentor,
    ok,
    planned,
    running,
)
from turnabout import schedule
from turnabout.commands.cohort_governance import SignCharter
from turnabout.commands.cohort_holidays import RefreshHolidays
from workflows.rules.cohort_pairs import arrange
from workflows.rules.cohort_planner import Planner

BERLIN = {"holiday_place": "DE-BE"}
GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


def asked(scene: S) -> list[Compute]:
    return [one for one in scene.effects if isinstance(one, Compute) and one.task == HOLIDAYS]


def found(scene: S) -> S:
    """The calendar has answered what the last command asked for."""
    (task,) = asked(scene)
    command = scene.decider.commands.validate_python(SOLVERS[HOLIDAYS](task.payload))
    return ok(scene, command, "system")


def signed(**fields: Any) -> S:
    return ok(planned(make_spec(**fields)), SignCharter(text=TEXT), SPONSOR)


def words(scene: S, template: str) -> list[dict[str, Any]]:
    return [one.values for one in scene.effects if isinstance(one, Notify) and one.template == template]


def test_the_signed_charter_has_the_holidays_looked_up() -> None:
    """R108: once, and recorded with where they come from."""
    scene = signed(**BERLIN)
    (task,) = asked(scene)
    assert task.payload["places"] == ["DE-BE"]
    scene = found(scene)
    (recorded,) = scene.of(HolidaysRecorded)
    assert {GOOD_FRIDAY, EASTER_MONDAY} <= set(recorded.days["DE-BE"])
    assert recorded.source.startswith("holidays 0.")
    again = ok(scene, SignCharter(text=TEXT + " Again."), SPONSOR)
    assert asked(again) == []


def test_a_cohort_that_names_no_place_asks_for_nothing() -> None:
    """R108: as before; the days of its own file are all there are."""
    scene = signed(holidays=["2026-04-03"])
    assert asked(scene) == []
    assert scene.state.spec.holidays == (GOOD_FRIDAY,)


def test_what_is_due_keeps_the_holidays_of_the_cohorts_place_and_its_own() -> None:
    """R108: business days leave them out from then on."""
    scene = found(signed(**BERLIN, holidays=["2026-04-02"]))
    spec = scene.state.spec
    assert {date(2026, 4, 2), GOOD_FRIDAY, EASTER_MONDAY} <= set(spec.holidays)
    assert schedule.business_day(spec, date(2026, 4, 1), 1) == schedule.on_day(spec, date(2026, 4, 7))


def test_nobody_is_nudged_on_the_holidays_of_their_site() -> None:
    """R108, R67: the others are."""
    scene = found(signed(site_holidays={"Berlin": "DE-BE"}))
    spec, clock = scene.state.spec, scene.state.clock
    assert spec.holidays == ()
    friday = schedule.on_day(spec, GOOD_FRIDAY)
    assert clock.fit(friday, mentor(1), "later").date() == date(2026, 4, 7)
    assert clock.fit(friday, LEAD, "later").date() == GOOD_FRIDAY


def test_pairs_start_with_the_holidays_of_their_people() -> None:
    """R67, R108: so the first plan of the sessions heeds them."""
    scene = found(signed(holiday_place="FR", site_holidays={"Berlin": "DE-BE"}))
    terms = arrange(scene.state, mentor(1), mentee(1), Planner(scene.state, scene.at)).terms
    assert GOOD_FRIDAY in terms.days_off[mentor(1)]
    assert GOOD_FRIDAY not in terms.days_off[LEAD], "no holiday in France"
    assert EASTER_MONDAY in terms.holidays, "a holiday of the cohort's place"


def test_the_lead_has_them_looked_up_again_and_all_pairs_are_told() -> None:
    """R108: with other places, where the first were wrong or missing."""
    scene = ok(running(), RefreshHolidays(holiday_place="DE"), LEAD)
    scene.then(like(HolidaysRequested, number=1, holiday_place="DE", site_holidays={}))
    scene = found(scene)
    tells = [one for one in scene.effects if isinstance(one, Tell)]
    assert len(tells) == len(scene.state.living)
    body = tells[0].envelope.command
    assert body["type"] == "note_days_off"
    assert GOOD_FRIDAY.isoformat() in body["days_off"][scene.state.living[0].mentor]
    assert LEAD in body["days_off"]
    assert tells[0].command_id == "cohort:days-off-1"
    second = found(ok(scene, RefreshHolidays(), LEAD))
    again = [one.command_id for one in second.effects if isinstance(one, Tell)]
    assert set(again) == {"cohort:days-off-2"}


def test_a_refresh_needs_a_place() -> None:
    """R108."""
    chartered().when(RefreshHolidays(), by=LEAD).rejected("R108", "no place is named")


def test_the_lead_hears_of_places_that_nobody_knows() -> None:
    """R108: rather than of holidays that are missed silently."""
    scene = found(signed(holiday_place="XX")).later(hours=1)
    (told,) = words(scene, "holidays_to_check")
    assert told["unknown"] == ["XX"]
    assert words(found(signed(**BERLIN)).later(hours=1), "holidays_to_check") == []


def test_the_lead_hears_of_a_kickoff_on_a_holiday() -> None:
    """R108, T7: only the lead can tell whether people will come."""
    scene = found(signed(**BERLIN, kickoff_on="2026-04-03")).later(hours=1)
    (told,) = words(scene, "holidays_to_check")
    assert told["kickoff_on"] == "2026-04-03"


def test_people_without_a_site_of_their_own_keep_the_cohorts_place() -> None:
    scene = found(signed(**BERLIN, site_holidays={"Nowhere": "PT"}))
    assert scene.state.holidays.of_site("Berlin") == scene.state.holidays.days["DE-BE"]
    assert {mentor(1), mentee(1)} <= set(scene.state.clock.off)
