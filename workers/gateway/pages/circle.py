"""Who came to the mentors' circle (T13)."""

from __future__ import annotations

from turnabout import schedule
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.model import Role
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit


async def _circle(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    weeks = [
        week
        for week in state.shape.circle_weeks
        if state.launched and schedule.circle_opens(state.spec, week) <= visit.now
    ]
    if not weeks:
        return View(closed="No circle has met yet.")
    mentors = [person for person in state.of_role("mentor") if person in state.joined]
    names = await gateway.names(mentors)
    came = Field(
        "attended",
        "Who came?",
        "several",
        options=tuple(Option(person, names[person]) for person in mentors),
    )
    week = weeks[-1]
    form = Form(
        RecordCircle,
        (came,),
        title=f"The circle of week {week}",
        submit="Record who came",
        fixed={"week": week},
        repeatable=True,
    )
    return View((form,))


PAGES = (
    Page(
        name="circle",
        title="The mentors' circle",
        of="cohort",
        roles=frozenset({Role.MENTOR}),
        seen_by="The mentors and the program lead; what was said in the circle stays there.",
        show=_circle,
        intro="One of you says who came, in a minute; to send it again corrects the list.",
    ),
)
