"""The mentors' circles (T13, R5, R90): among themselves, at the preset's weeks after the kickoff. Pure.

Invited are those who have a pair at work on the day; a mentor whose pairs all rest is left in peace (G20).
"""

from __future__ import annotations

from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.cohort_circles import CircleHeld, CircleOpened
from turnabout import schedule
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.errors import Rejected
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

FEW = 2
"""Mentors that make a circle, at least."""


def planned(planner: Planner) -> tuple[Chase, ...]:
    """The circles that are still to come."""
    state = planner.state
    opens = {week: schedule.circle_opens(state.spec, week) for week in state.shape.circle_weeks}
    return tuple(
        chase
        for week, at in opens.items()
        if at > planner.now
        for chase in planner.chase(circle_item(week), "circle", planner.expire(at))
    )


def opened(state: CohortState, week: int, now: datetime) -> list[Event]:
    """The mentors are invited."""
    at_work = state.engaged - state.on_hold
    mentors = tuple(person for person in state.of_role("mentor") if person in at_work)
    invited = mentors if len(mentors) >= FEW else ()
    letter = Planner(state, now).message(f"{circle_item(week)}:invitation", invited, "circle_invitation")
    return [CircleOpened(week=week, mentors=invited, opens=letter)]


def record(state: CohortState, command: RecordCircle, moment: Moment) -> list[Event]:
    """Who came."""
    week, weeks = command.week, state.shape.circle_weeks
    if not state.launched or week not in weeks:
        known = ", ".join(map(str, weeks)) or "none"
        raise Rejected("T13", f"there is no circle in week {week}.", hint=f"The weeks are: {known}.")
    if moment.now < schedule.circle_opens(state.spec, week):
        raise Rejected("T13", f"the circle of week {week} is still to come.", hint="Record it afterwards.")
    attended = tuple(dict.fromkeys(command.attended))
    strangers = [person for person in attended if person not in state.of_role("mentor")]
    if strangers:
        raise Rejected(
            "T13", f"{', '.join(strangers)} is no mentor of this cohort.", hint="The circle is theirs alone."
        )
    return [CircleHeld(week=week, attended=attended)]


def circle_item(week: int) -> str:
    """The item under which a circle is planned."""
    return f"circle-{week}"


def week_of(item: str) -> int:
    """The week of such an item."""
    return int(item.rpartition("-")[2])


RULES: Rules[CohortState] = {RecordCircle: record}
