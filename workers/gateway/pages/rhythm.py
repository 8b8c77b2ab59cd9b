"""When somebody is away, and another rhythm for all sessions ahead (R45, R67)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.preparation import cadence_fields
from workers.gateway.visit import Page, View, Visit


async def _away(_: Gateway, visit: Visit) -> View:
    pair = visit.pair
    own = [one for one in pair.absences if one.person == visit.person]
    if pair.life == "ended":
        return View(closed="The pair has ended.", context={"absences": own})
    asked = (
        Field("first_on", "Your first day away", "date"),
        Field("last_on", "Your last day away", "date"),
    )
    form = Form(
        NoteAbsence,
        asked,
        title="I am away",
        submit="Note these days",
        repeatable=True,
    )
    return View((form,), context={"absences": own})


async def _rhythm(_: Gateway, visit: Visit) -> View:
    pair = visit.pair
    cadence = pair.preparation.cadence
    if pair.life == "ended":
        return View(closed="The pair has ended.")
    if pair.life != "active" or cadence is None:
        return View(closed="No sessions are planned yet. Say when you meet where you prepare your pair.")
    if pair.resting:
        return View(closed="A routine check-in is under way; sessions wait until it is over.")
    form = Form(
        MoveSessions,
        cadence_fields(cadence.timezone),
        submit="Move all sessions ahead",
        fixed={"timezone": cadence.timezone, "minutes": cadence.minutes},
        repeatable=True,
    )
    given = {form.id: {"weekday": cadence.weekday, "at": f"{cadence.at:%H:%M}", "channel": cadence.channel}}
    return View((form,), given=given)


PAGES = (
    Page(
        name="away",
        title="Days on which you are away",
        of="pair",
        roles=PARTNERS,
        seen_by="Your partner sees which sessions move; nobody is told why you are away.",
        show=_away,
        template="away.html.j2",
        intro="Say in a minute when you are away: sessions on these days move to the next day on which you "
        "both work, and nobody reminds you then.",
    ),
    Page(
        name="rhythm",
        title="Another day or time for all sessions",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_rhythm,
        intro="This moves all sessions that are still ahead, in about two minutes; both of you get a letter "
        "with the new times. Agree on them with your partner first.",
    ),
)
