"""Leaving the cohort, and with it one's pair (R102)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from workers.gateway.house import Gateway
from workers.gateway.pages.enrolment import LEAVE
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_people import TAKING_PART


async def _leave(_: Gateway, visit: Visit) -> View:
    state = visit.cohort
    if visit.person not in state.joined or state.phase not in TAKING_PART:
        return View(closed="You are not taking part in this cohort, so there is nothing to leave.")
    return View((LEAVE,))


PAGES = (
    Page(
        name="leave",
        title="Leave the cohort",
        of="cohort",
        roles=PARTNERS,
        seen_by="The program lead and your partner learn that you have left; why, nobody but you.",
        show=_leave,
        private="leave",
        intro="You may leave at any time, in a minute. Your pair then ends, and your partner may get "
        "somebody new. If something is wrong between you, the safety steward can help first.",
    ),
)
