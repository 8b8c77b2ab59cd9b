"""One's own pair: what is agreed, when the next session is, what is asked, and every page of the pair."""

from __future__ import annotations

from collections.abc import Iterator

from turnabout.commands.base import PARTNERS
from workers.gateway.house import Gateway
from workers.gateway.pages import directory
from workers.gateway.pages.goal import told
from workers.gateway.pages.sessions import on_plan
from workers.gateway.visit import Page, View, Visit

CONFIDENTIAL = frozenset({"check_in", "pulse", "endpoint", "reshuffle"})
"""Pages whose absence would tell that somebody has answered."""


def waiting(visit: Visit) -> Iterator[tuple[str, str]]:
    """What is asked of the visitor now: the page, and how it is called. It follows from what the partners
    know, not from who is reminded: a check-in stops reminders before it is announced (G6)."""
    pair, who = visit.pair, visit.person
    if pair.resting:
        if who not in pair.care.consents:
            yield "check_in", "Agree that your pair goes on"
    elif pair.life == "forming" and _has_to_prepare(visit):
        yield "prepare", "Prepare your pair"
    elif any(one.starts_at <= visit.now for one in on_plan(pair)):
        yield "session", "Say whether you have met"
    if pair.pulse is not None and who not in pair.pulse.answered:
        yield "pulse", "Answer the pulse"
    if pair.milestone_due is not None and pair.life == "active" and not pair.resting:
        yield "milestone", "Fill in the milestone check"
    if pair.endpoint is not None and not pair.endpoint.closed and who not in pair.endpoint.answered:
        yield "endpoint", "Answer the last questions"
    if pair.reshuffle is not None and who not in pair.reshuffle.agreed:
        yield "reshuffle", "Say whether you would like a new partner"
    if pair.life == "ended" and pair.memo is None:
        yield "memo", "Write the closure memo"


def _shown(visit: Visit) -> Iterator[tuple[str, str]]:
    """Of all that is asked what a letter's holder may know, who may not be its person: whether somebody has
    answered in confidence shows to them alone, signed in (G6, G7)."""
    known = visit.account is not None
    yield from ((page, words) for page, words in waiting(visit) if known or page not in CONFIDENTIAL)


def _has_to_prepare(visit: Visit) -> bool:
    ready, who = visit.pair.preparation, visit.person
    rated = ready.proposed is not None and who in ready.proposed.attainable
    agreed = ready.exchange and ready.cadence is not None and (ready.accepted is not None or rated)
    return who not in ready.signed or not agreed


async def _home(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    names = await gateway.names([visit.partner] if visit.partner else [])
    ahead = [one for one in on_plan(pair) if one.starts_at > visit.now]
    context = {
        "partner": next(iter(names.values()), ""),
        "goal": told(pair.preparation.accepted),
        "ahead": ahead[:3],
        "asked": [(visit.to(page), words) for page, words in _shown(visit)],
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
        intro="Everything about your pair starts here; nothing is asked but what stands below.",
    ),
)
