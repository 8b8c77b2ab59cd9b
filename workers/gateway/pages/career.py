"""Where the mentor would like their career to go: for the two partners alone (R4)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_career import StateCareerOutcome
from turnabout.model import Role
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.work_log import known
from workers.gateway.visit import Page, View, Visit


async def _career(gateway: Gateway, visit: Visit) -> View:
    pair, log = visit.pair, await known(gateway, visit)
    said = f"It was said on {log.stated_at:%d %B %Y}." if log.stated_at else "Nothing is said yet."
    outcome = await _said(gateway, visit) if log.stated else None
    told = f"{said} {outcome}" if outcome else said
    if Role.MENTOR not in visit.roles:
        word = "Ask about it when you meet next, and think about what you can open for them."
        return View(closed=f"{told} {word}" if log.stated else told)
    if pair.memo is not None:
        return View(closed="The memo of your pair is filed.")
    form = Form(
        StateCareerOutcome,
        (Field("outcome", "Where would you like your career to go?", limit=280),),
        submit="Tell my partner",
        name=f"state_career_outcome-{log.stated}",
    )
    return View((form,), told=f"{told} The latest word counts." if log.stated else "")


async def _said(gateway: Gateway, visit: Visit) -> str | None:
    """The mentor's latest word in quotes; None where this gateway cannot open it, or it was erased."""
    mentor = visit.pair.agreed.mentor
    (*_, last) = await gateway.own.history(mentor, visit.stream, ["pair.career_outcome_stated"])
    outcome = last.data["outcome"] if gateway.own.opens else None
    return f"\u201c{outcome}\u201d." if outcome else None


PAGES = (
    Page(
        name="career",
        title="Where the mentor would like to get",
        of="pair",
        roles=PARTNERS,
        seen_by="The two of you, and nobody else: not the program lead, not a manager, no report.",
        show=_career,
        private="career",
        intro="One sentence is enough, and you may leave it. Your partner reads it on this page; the letter "
        "that leads them here does not repeat it.",
    ),
)
