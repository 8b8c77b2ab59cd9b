"""The safety steward's pages: who waits, by when, and what the steward may do. No score, no reason, no text.

That a check-in was drawn by lot shows nowhere (G6). What somebody told the steward stays sealed: the gateway
opens nothing, `turnabout pair concerns` does, for the steward alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from turnabout import schedule
from turnabout.commands.cohort_care import RecordCohortContact
from turnabout.commands.cohort_offices import ReplaceSteward
from turnabout.commands.pair_care import ConsentToResume, RecordStewardContact
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_reshuffle import ProposeReshuffle
from turnabout.model import Role
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.roles.people import staff
from workers.gateway.standing import in_pairs
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_state import Asked
from workflows.rules.steward_queue import Waiting, queue

STEWARD = frozenset({Role.STEWARD})
SOON = timedelta(hours=24)
"""What is due within it is due soon."""
_WHY = Field("reason", "Why?", limit=280, why="The record keeps neutral words in its place.")


class Line(NamedTuple):
    """Somebody who waits, and how urgent it is."""

    level: str
    waiting: Waiting
    stream: str
    number: int
    people: tuple[str, str]
    due: datetime | None


async def _queue(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    lines: list[Line] = []
    async for one in in_pairs(gateway.desk, state, state.pairs.values(), visit.person):
        if Role.STEWARD not in one.roles:
            continue
        _, found = queue([event async for event in gateway.desk.history(one.stream)])
        pair = next(pair for pair in state.pairs.values() if one.stream.endswith(f"-{pair.number:02d}"))
        for waits in found:
            due = waits.resolve_by if waits.contacted else waits.contact_by
            lines.append(Line(_level(due, visit.now), waits, one.stream, pair.number, pair.people, due))
    asking = {one.person for one in state.care.waiting.values()}
    names = await gateway.names({who for line in lines for who in line.people} | asking | {visit.person})
    asked = [
        _conversation(visit, number, one, names[one.person]) for number, one in state.care.waiting.items()
    ]
    office = Form(
        ReplaceSteward,
        (await staff(gateway, visit, state.steward.id),),
        title="Hand this over",
        intro="Who waits for you then waits for the new steward.",
        submit="Replace me",
        repeatable=True,
    )
    context = {"lines": _sorted(lines), "names": names, "asked": asked}
    given = {office.id: {"to": {"timezone": visit.zone.key}}}
    return View((*asked, office), context=context, given=given)


def _conversation(visit: Visit, number: int, asked: Asked, name: str) -> Form:
    """Somebody who turned to the steward beside their pair, or without one."""
    due = schedule.steward_contact_due(visit.cohort.policy, asked.since)
    by, since = (f"{at.astimezone(visit.zone):%d %B %Y, %H:%M}" for at in (due, asked.since))
    command = f"turnabout cohort concerns {visit.cohort.spec.id} --actor {visit.person}"
    words = (
        f"What they wrote is encrypted and not shown here; where the keys are, {command} shows it."
        if asked.steward == visit.person
        else "What they wrote was for the steward before you, and stays with them."
    )
    return Form(
        RecordCohortContact,
        title=f"{name} would like to talk to you",
        intro=f"Since {since}; speak with them by {by}. {words}",
        submit="I have spoken with them",
        fixed={"number": number},
        name=f"spoken-{number}",
    )


def _level(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "open"
    return "overdue" if due <= now else "due soon" if due - now <= SOON else "open"


def _sorted(lines: Sequence[Line]) -> list[Line]:
    order = ("overdue", "due soon", "open")
    return sorted(lines, key=lambda one: (order.index(one.level), one.waiting.contacted, one.waiting.since))


async def _care(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    _, found = queue([event async for event in gateway.desk.history(visit.stream)])
    names = await gateway.names([*pair.partners, visit.person])
    forms: list[Form] = []
    if found and not all(one.contacted for one in found):
        name = f"contact-{pair.care.pauses}-{pair.care.concerns}"
        spoken = Form(RecordStewardContact, submit="I have spoken with them", title="Contact", name=name)
        forms.append(spoken)
    if pair.paused and visit.person not in pair.care.consents:
        name = f"resume-{pair.care.pauses}"
        forms.append(Form(ConsentToResume, submit="I agree that they go on", title="Go on", name=name))
    if pair.life != "ended":
        name = f"offer-{pair.proposals}"
        forms += [
            Form(ProposeReshuffle, (_WHY,), submit="Ask both", title="Offer new partners", name=name),
            Form(
                EndPair,
                (_WHY,),
                title="End the pair",
                intro="For everybody else it reads like an end by choice.",
                submit="End the pair",
                fixed={"state": "ended_for_safety"},
            ),
        ]
    context = {"waits": found, "names": names, "partners": pair.partners, "pair": visit.stream[5:]}
    return View(tuple(forms), context=context)


PAGES = (
    Page(
        name="steward",
        title="Who waits for you",
        of="cohort",
        roles=STEWARD,
        seen_by="You alone, and that you looked is logged. It says neither why nor how anybody answered.",
        show=_queue,
        logged="queue_read",
        template="steward.html.j2",
        live=True,
    ),
    Page(
        name="care",
        title="A pair that waits for you",
        of="pair",
        roles=STEWARD,
        seen_by="You alone. Partners, lead and sponsor read of a routine check-in, and of nothing else.",
        show=_care,
        logged="care_read",
        template="care.html.j2",
        live=True,
    ),
)
