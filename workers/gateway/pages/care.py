"""Concerns, the routine check-in and the offer of a new partner (R73, G6, G7).

What a check-in is for shows nowhere, and nothing of it before it is announced.
"""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_care import ConsentToResume, RaiseConcern
from turnabout.commands.pair_reshuffle import AnswerReshuffle
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_CONCERN = Form(
    RaiseConcern,
    (
        Field("text", "What is on your mind?", "text", limit=4000),
        Field("about_safety", "Do you feel unsafe?", "yes_no", help="If you are not sure, say yes."),
    ),
    submit="Tell the safety steward",
    repeatable=True,
)


_LEADS = (
    "The safety steward, who leads this program, too, and nobody else: not your partner, not your manager. "
    "If that holds you back, your pair's support contact is there as well."
)
"""Who sees a concern where one person is both (R73)."""


async def _concern(_: Gateway, visit: Visit) -> View:
    if visit.pair.terminal:
        cohort = f"cohort-{visit.pair.agreed.cohort}"
        onward = visit.to("tell_steward", None, cohort), "Speak with the safety steward"
        told = "Your pair is over. The steward is there for you all the same:"
        return View(closed=told, context={"onward": onward})
    hours, terms = visit.pair.policy.safety.contact, visit.pair.agreed
    told = f"The steward contacts you within {hours} hours."
    return View((_CONCERN,), told=told, context={"seen_by": _LEADS} if terms.steward == terms.lead else {})


async def _check_in(_: Gateway, visit: Visit) -> View:
    if not visit.pair.resting:
        return View(closed="There is no check-in under way.")
    if visit.person in visit.pair.care.consents:
        return View(closed="You have agreed that your pair goes on. Thank you!")
    consent = Form(
        ConsentToResume,
        submit="I agree that we go on",
        intro="Once you, your partner and the program's contact agree, your sessions are planned again.",
        name=f"consent-{visit.pair.care.pauses}",
    )
    return View((consent,))


async def _reshuffle(_: Gateway, visit: Visit) -> View:
    offer = visit.pair.reshuffle
    if offer is None or visit.person in offer.agreed:
        return View(closed="There is no offer that waits for your answer.")
    asked = Field("agree", "Would you like a new partner?", "yes_no")
    return View((Form(AnswerReshuffle, (asked,), submit="Send", name=f"reshuffle-{offer.number}"),))


PAGES = (
    Page(
        name="concern",
        title="Tell the safety steward",
        of="pair",
        roles=PARTNERS,
        seen_by="The safety steward, and nobody else: not your partner, not the program lead, not your "
        "manager.",
        show=_concern,
        intro="Here you say what is wrong, in a few minutes or in one sentence; the steward speaks with you "
        "and acts only with you.",
    ),
    Page(
        name="check_in",
        title="Routine check-in",
        of="pair",
        roles=PARTNERS,
        seen_by="The safety steward sees that you agreed.",
        show=_check_in,
        private="check_in",
        intro="A check-in is a short, confidential talk with the program's contact. Here you agree, in a "
        "minute, that your pair goes on.",
    ),
    Page(
        name="reshuffle",
        title="Would a new partner suit you better?",
        of="pair",
        roles=PARTNERS,
        seen_by="Nobody is told what you answered. It happens only if both of you want it.",
        show=_reshuffle,
        private="reshuffle",
        intro="You are asked once whether somebody else would suit you better; it takes a minute, and no is "
        "a good answer.",
    ),
)
