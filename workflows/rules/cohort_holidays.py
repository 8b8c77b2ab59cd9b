"""Public holidays: fetched when the charter is signed, recorded, fetched again by command (R67, R108). Pure.

The cohort's own place counts for its schedule; a site's holidays are days off of the people there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from events.base import Event
from events.cohort_governance import CharterSigned
from events.cohort_holidays import HolidaysRecorded, HolidaysRequested
from events.contracts import Compute, Effect
from events.holidays import HOLIDAYS, HolidaysTask
from turnabout.commands.cohort_holidays import RecordHolidays, RefreshHolidays
from turnabout.errors import Rejected
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

_AFTER = timedelta(days=120)
"""How long after the end holidays still matter: memos, the close, late pairs."""

# --- deciding ---------------------------------------------------------------------------------------------


def refresh(state: CohortState, command: RefreshHolidays, _: Moment) -> list[Event]:
    """Ask again, for the places known or for others."""
    known = state.holidays
    sites = known.sites if command.site_holidays is None else command.site_holidays
    place = command.holiday_place or known.place
    if place is None and not sites:
        raise Rejected(
            "R108", "no place is named.", hint="Give `holiday_place` or `site_holidays`, such as DE-BE."
        )
    number = known.asked + 1
    return [HolidaysRequested(number=number, holiday_place=place, site_holidays=dict(sites))]


def record(state: CohortState, command: RecordHolidays, moment: Moment) -> list[Event]:
    """Keep what was found; the lead hears of a place that nobody knows and of a kickoff on a holiday."""
    number = state.holidays.recorded + 1
    planner = Planner(state, moment.now)
    check = command.unknown or clash(state, command.days)
    item = f"holidays-{number}"
    opens = planner.message(item, [state.lead.id], "holidays_to_check") if check else ()
    fields = command.model_dump(exclude={"type"})
    return [HolidaysRecorded.model_validate({**fields, "number": number, "opens": opens})]


def clash(state: CohortState, days: Mapping[str, tuple[date, ...]]) -> bool:
    """Whether the kickoff, which is still to come, falls on a holiday of the cohort's place."""
    return not state.launched and state.spec.kickoff_on in days.get(state.holidays.place or "", ())


# --- effects ----------------------------------------------------------------------------------------------


def effects(state: CohortState, event: Event) -> Iterator[Effect]:
    """The look-up that an event asks for; only cohorts that name a place have one."""
    match event:
        case CharterSigned(version=version) if state.holidays.places and not state.holidays.recorded:
            yield _look_up(state, f"holidays:charter-{version}")
        case HolidaysRequested(number=number):
            yield _look_up(state, f"holidays:{number}")


def _look_up(state: CohortState, command_id: str) -> Compute:
    spec = state.spec
    task = HolidaysTask(places=state.holidays.places, first_on=spec.starts_on, last_on=spec.ends_on + _AFTER)
    return Compute(task=HOLIDAYS, command_id=command_id, payload=task.model_dump(mode="json"))


def days_off(state: CohortState, mentor: str, mentee: str) -> dict[str, tuple[date, ...]]:
    """The holidays of everyone in a pair, by person; nobody who has none."""
    known = state.holidays
    found = {person: known.of_site(state.roster[person].location) for person in (mentor, mentee)}
    found |= {staff.id: known.of_site(None) for staff in (state.lead, state.steward)}
    return {person: days for person, days in found.items() if days}


def told(state: CohortState, template: str) -> dict[str, object]:
    """What the letter to the lead says, as JSON; nothing in any other."""
    if template != "holidays_to_check":
        return {}
    known = state.holidays
    unknown = [place for place in known.places if place not in known.days]
    kickoff = state.spec.kickoff_on.isoformat() if clash(state, known.days) else None
    return {"unknown": unknown, "kickoff_on": kickoff}


RULES: Rules[CohortState] = {
    RefreshHolidays: refresh,
    RecordHolidays: record,
}
