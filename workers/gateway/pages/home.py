"""One's own pair: what is agreed, when the next session is, what is asked, and every page of the pair."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from workers.gateway.desk import asked_of
from workers.gateway.house import Gateway
from workers.gateway.pages import directory
from workers.gateway.pages.sessions import on_plan
from workers.gateway.visit import Page, View, Visit

KINDS = {
    "pulse": ("pulse", "Answer the pulse"),
    "milestone": ("milestone", "Fill in the milestone check"),
    "session": ("session", "Log or move your session"),
    "preparation": ("prepare", "Prepare your pair"),
    "endpoint": ("endpoint", "Answer the last questions"),
    "memo": ("memo", "Write the closure memo"),
}
"""The page of an open item by its kind, and how it is called."""


async def _home(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    names = await gateway.names([visit.partner] if visit.partner else [])
    asked = dict.fromkeys(
        KINDS[one.chase.kind] for one in asked_of(pair, visit.person) if one.chase.kind in KINDS
    )
    ahead = [one for one in on_plan(pair) if one.starts_at > visit.now]
    context = {
        "partner": next(iter(names.values()), ""),
        "goal": pair.preparation.accepted,
        "ahead": ahead[:3],
        "asked": [(visit.to(page), words) for page, words in asked],
        "pages": [
            (visit.to("prepare"), "Goal, exchange, rhythm and ground rules"),
            (visit.to("check_in"), "Routine check-in"),
            (visit.to("concern"), "Tell the safety steward"),
        ],
        "groups": directory.groups(visit),
    }
    return View(context=context)


PAGES = (
    Page(
        name="home",
        title="Your pair",
        of="pair",
        roles=PARTNERS,
        seen_by="You. Your partner has a page like it.",
        show=_home,
        template="home.html.j2",
    ),
)
