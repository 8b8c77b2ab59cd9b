"""My data: what is stored about the visitor, as a page and as a file, and its erasure (R109).

An erasure first ends every place that the visitor has: an erased person cannot be asked, nor protected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from turnabout.commands.base import PARTNERS, Command
from turnabout.commands.cohort_enrolment import Decline
from turnabout.commands.cohort_people import Withdraw
from turnabout.errors import Rejected, TurnaboutError
from turnabout.model import Actor, Role
from workers import own_data
from workers.gateway.house import Gateway
from workers.gateway.visit import Done, File, Page, View, Visit
from workers.own_telling import Reader, people_in
from workflows.rules.cohort_people import TAKING_PART
from workflows.rules.cohort_state import OVER, CohortState

_log = structlog.stdlib.get_logger(__name__)
WORD = "erase"
"""What is typed to confirm."""
OFFICES = frozenset({Role.LEAD, Role.SPONSOR, Role.STEWARD, Role.BUSINESS_SPONSOR})


async def _my_data(gateway: Gateway, visit: Visit) -> View:
    data = await own_data.gather(gateway.own, gateway.people, visit.person)
    met = {one for said in data.said for one in people_in(said.values)}
    found = await gateway.people.find(met)
    reader = Reader(visit.person, visit.zone, {one: contact.name for one, contact in found.items()})
    lines = [(one, reader.lines(one.values)) for one in data.said]
    places = [(one, reader.lines(one.listed)) for one in data.places]
    context = {
        "data": data,
        "places": places,
        "lines": lines,
        "file": visit.to("my_data_file"),
        "erase": visit.to("erase"),
    }
    return View(context=context)


async def _file(gateway: Gateway, visit: Visit) -> View:
    data = await own_data.gather(gateway.own, gateway.people, visit.person)
    return View(file=File("my-data.json", "application/json", data.model_dump_json(indent=1).encode()))


# --- erasing ----------------------------------------------------------------------------------------------


async def _erase(gateway: Gateway, visit: Visit) -> View:
    ends, offices = await _ends(gateway, visit.person)
    return View(context={"word": WORD, "ends": len(ends), "offices": offices, "wrong": ""})


async def _erased(gateway: Gateway, visit: Visit, sent: Mapping[str, Sequence[str]]) -> View | Done:
    """Leave everything, then destroy the key. What fails half-way may be sent again."""
    ends, offices = await _ends(gateway, visit.person)
    context = {"word": WORD, "ends": len(ends), "offices": offices}
    typed = (sent.get("word") or [""])[0].strip().casefold()
    if offices:
        return View(context={**context, "wrong": "Nothing was erased: hand over your office first."})
    if typed != WORD:
        return View(context={**context, "wrong": f"Nothing was erased. Type {WORD} to confirm."})
    try:
        for stream, command in ends:
            await _leave(gateway, stream, command, visit.person)
        await gateway.own.erase(visit.person)
    except TurnaboutError:
        _log.exception("answer_failed")
        again = "Not everything is done yet. Please send it again in a minute."
        return View(context={**context, "wrong": again})
    return Done(
        "You are erased",
        "Your key is destroyed: nobody can read your answers any more. Your name and address are forgotten, "
        "and your links open nothing from now on.",
    )


async def _leave(gateway: Gateway, stream: str, command: Command, person: str) -> None:
    try:
        await gateway.turnabout.stream(stream).execute(command, actor=person)
    except Rejected:
        # Somebody was quicker, or it ended meanwhile: what counts is whether there is a place left.
        if await _place(gateway, stream, person) is not None:
            raise


async def _ends(gateway: Gateway, person: str) -> tuple[list[tuple[str, Command]], list[str]]:
    """What ends the places that somebody has, by cohort; and the cohorts in which they hold an office."""
    ends, offices = [], []
    for stream in await gateway.own.streams(person):
        command = await _place(gateway, stream, person)
        ends += [(stream, command)] if command is not None else []
        state = await gateway.desk.look(stream)
        if isinstance(state, CohortState) and state.phase not in OVER:
            offices += [state.spec.name] if state.roles(Actor(id=person)) & OFFICES else []
    return ends, offices


async def _place(gateway: Gateway, stream: str, person: str) -> Command | None:
    """What ends somebody's place in a cohort; None where they have none."""
    state = await gateway.desk.look(stream)
    if not isinstance(state, CohortState):
        return None
    if person in state.joined and state.phase in TAKING_PART:
        return Withdraw(reason="other")
    invited = state.phase == "enrolling" and person in state.roster and person not in state.declined
    return Decline(reason="other") if invited and person not in state.joined else None


_THEIRS = PARTNERS | OFFICES
PAGES = (
    Page(
        name="my_data",
        title="My data",
        of="cohort",
        roles=_THEIRS,
        seen_by="You alone see this page. Who else sees what is stored stands at each line.",
        show=_my_data,
        template="my_data.html.j2",
        private="my_data",
        intro="Here you read all that is stored about you. Nothing is asked of you here.",
    ),
    Page(
        name="my_data_file",
        title="My data as a file",
        of="cohort",
        roles=_THEIRS,
        seen_by="You alone.",
        show=_file,
        private="my_data",
        intro="A file with all that is stored about you.",
    ),
    Page(
        name="erase",
        title="Erase my data",
        of="cohort",
        roles=_THEIRS,
        seen_by="Your partner and the program lead learn that you have left, and nothing more.",
        show=_erase,
        template="erase.html.j2",
        private="my_data",
        intro="Here you have your answers made unreadable for ever. It takes a minute and cannot be undone.",
        act=_erased,
    ),
)
