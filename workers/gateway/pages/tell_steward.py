"""Turning to the safety steward before there is a pair, without one, or after it (R73)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.cohort_care import RaiseCohortConcern
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_CONCERN = Form(
    RaiseCohortConcern,
    (Field("text", "What is on your mind?", "text", limit=4000),),
    submit="Tell the safety steward",
    repeatable=True,
)


_LEADS = (
    "The safety steward, who leads this program, too, and nobody else: not your manager, and nobody who may "
    "become your partner."
)
"""Who sees a concern where one person is both (R73)."""


async def _tell(_: Gateway, visit: Visit) -> View:
    state = visit.cohort
    if state.terminal:
        return View(closed="This cohort is over. Turn to the safety steward in person.")
    hours = state.policy.safety.contact
    told = f"The steward contacts you within {hours} hours."
    leads = state.steward.id == state.lead.id
    return View((_CONCERN,), told=told, context={"seen_by": _LEADS} if leads else {})


PAGES = (
    Page(
        name="tell_steward",
        title="Speak with the safety steward",
        of="cohort",
        roles=PARTNERS,
        seen_by="Whoever is the safety steward today, and nobody else: not your manager, and nobody who may "
        "become your partner.",
        show=_tell,
        intro="Whether you take part or not: here you say what is wrong, in a few minutes or one sentence; "
        "the steward speaks with you and acts only with you.",
    ),
)
