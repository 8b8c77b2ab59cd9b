"""Saying yes or no, the intake survey, and leaving (R35, R102)."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from turnabout.commands.base import PARTNERS
from turnabout.commands.cohort_enrolment import Decline, DeclineReason, OptIn
from turnabout.commands.cohort_people import AnswerIntake, Withdraw
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_WORDS = {
    "time": "I have no time",
    "workload": "My workload does not allow it",
    "not_interested": "It does not interest me",
    "leaving": "I am about to leave",
    "manager": "My manager and I decided so",
    "other": "Something else",
}
_REASONS = tuple(Option(code, _WORDS[code]) for code in get_args(DeclineReason))
_INTAKE = Form(
    AnswerIntake,
    (
        Field("hope", "What do you hope for?", "text", why="It stays with you alone."),
        Field(
            "confidence",
            "How sure are you of the skill you teach or want to learn?",
            "rating",
            required=False,
            low="not sure",
            high="very sure",
            why="It stays with you alone.",
        ),
        Field(
            "interests",
            "What interests you, one thing a line",
            "lines",
            required=False,
            why="It helps to find a partner and shows on shortlists.",
        ),
    ),
    submit="Send my answers",
    title="A short survey",
)


LEAVE = Form(
    Withdraw,
    (Field("reason", "Why do you leave?", "choice", options=_REASONS, why="Nobody else learns it."),),
    submit="Leave the cohort",
    title="You may leave at any time",
)


async def _join(_: Gateway, visit: Visit) -> View:
    state, who = visit.cohort, visit.person
    if who in state.declined and (state.phase != "enrolling" or who in state.exited):
        return View(closed="You are not taking part in this cohort. Thank you for telling us.")
    if who in state.joined:
        forms = () if who in state.surveyed or state.phase not in {"enrolling", "matching"} else (_INTAKE,)
        told = "You take part. We will write when there is news."
        return View(forms, told=told, context={"leave": visit.to("leave")})
    if state.phase not in {"enrolling", "matching"}:
        return View(closed="Enrolment is not open.")
    consent = state.consent
    join = Form(OptIn, submit="Yes, I take part", fixed={"consent": consent.version if consent else None})
    decline = Form(
        Decline,
        (Field("reason", "Why not this time?", "choice", options=_REASONS, why="Nobody else learns it."),),
        submit="No, thank you",
        title="Or stay out",
        intro="A no has no consequence for you.",
    )
    context = {"agreed": consent.text if consent else ""}
    if who in state.declined:
        told = "You said no, and that is fine. Until enrolment closes you may still change your mind."
        return View((replace(join, title="Or take part after all"),), told=told, context=context)
    return View((join, decline), context=context)


PAGES = (
    Page(
        name="join",
        title="Would you like to take part?",
        of="cohort",
        roles=PARTNERS,
        seen_by="The program lead sees whether you take part. Whoever may become your partner reads your "
        "interests and what you teach or would like to learn. Your reason for a no, and what you hope for, "
        "are encrypted with your own key.",
        show=_join,
        template="join.html.j2",
        intro="Here you say, in two minutes, whether you take part in the reverse-mentoring program.",
    ),
)
