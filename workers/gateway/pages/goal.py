"""The goal workshop: while a goal is typed, the gate itself says which of its five letters hold (G2, R43).

There is one gate, the decider's; a check asks it about what is typed so far and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import ValidationError

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_preparation import ProposeGoal, RateGoal
from turnabout.model import Actor
from workers.gateway import render
from workers.gateway.fields import Field, Form, Mark
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit
from workers.gateway.words import in_words
from workflows.rules.decider import Moment
from workflows.rules.pair_preparation import goal_faults
from workflows.rules.pair_state import Goal

LETTERS: Mapping[str, str] = {
    "S": "Specific, something that the mentee does",
    "M": "Measured, from today's number to another",
    "A": "Attainable",
    "R": "Relevant to what the program wants",
    "T": "Timed, within your weeks together",
}


def told(goal: Goal | None) -> str | None:
    """A goal with its numbers, as whoever rates or confirms it must see it."""
    if goal is None:
        return None
    span = f"from {render.number(goal.baseline)} to {render.number(goal.target)} {goal.unit}"
    return f"{goal.statement} ({goal.metric}: {span}, by {render.day(goal.due_on)})"


def rating(number: int) -> Form:
    """How attainable one partner finds the proposed goal of that number."""
    asked = Field(
        "attainability", "How attainable is the proposed goal?", "rating", low="hardly", high="fully"
    )
    return Form(RateGoal, (asked,), submit="Send", name=f"rate_goal-{number}")


def proposal(visit: Visit) -> Form:
    """What proposes a goal: the first, another one, or one in place of the accepted one, for a reason."""
    ready, metric = visit.pair.preparation, visit.pair.agreed.metric
    name = f"{metric.name[:1].upper()}{metric.name[1:]}"
    title, submit = "One clear goal", "Propose this goal"
    fields = [
        Field(
            "statement",
            "What will the mentee do, and what will come of it?",
            "text",
            limit=280,
            help="Such as: The mentee will publish 3 posts and gain 250 followers in 12 weeks.",
        ),
        Field("baseline", f"{name} today", "number", help=f"In {metric.unit}."),
        Field("target", f"{name} at the end", "number", help=f"In {metric.unit}."),
        Field("due_on", "By which day?", "date", required=False, help="Only if your sentence does not say."),
        Field(
            "confirm_stretch",
            "Is the target meant, though it is far above today's number?",
            "yes_no",
            required=False,
        ),
    ]
    if ready.accepted is not None:
        title, submit = "Another goal in its place", "Replace the goal"
        fields.append(Field("replaces_because", "Why is it replaced?", limit=280))
    elif ready.proposed is not None:
        title, submit = "Or propose another goal", "Propose this one"
    return Form(
        ProposeGoal,
        tuple(fields),
        title=title,
        submit=submit,
        fixed={"metric": metric.name},
        repeatable=True,
        check=partial(check, visit),
    )


def check(visit: Visit, values: Mapping[str, Any]) -> tuple[Mark, ...]:
    """What the gate says of a goal as far as it is typed. What is no number yet, or no day, is missing."""
    goal = _so_far(values)
    moment = Moment(visit.now, Actor(id=visit.person))
    hints = {fault.letter: in_words(fault.hint) for fault in goal_faults(visit.pair, goal, moment)}
    return tuple(
        Mark(letter, name, letter not in hints, _sentence(hints.get(letter, "")))
        for letter, name in LETTERS.items()
    )


def _so_far(values: Mapping[str, Any]) -> ProposeGoal:
    known = {"statement": "-", **values}
    try:
        ProposeGoal.model_validate(known)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            known.pop(str(fault["loc"][0]), None)
    goal = ProposeGoal.model_validate({"statement": "-", **known})
    return goal if "statement" in values else goal.model_copy(update={"statement": ""})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


async def _workshop(_: Gateway, visit: Visit) -> View:
    pair, ready = visit.pair, visit.pair.preparation
    if pair.life == "ended":
        return View(closed="The pair has ended.")
    rates = unrated(visit)
    context = {"goal": told(ready.accepted), "proposed": told(ready.proposed), "rated": not rates}
    return View((*rates, proposal(visit)), context=context)


def unrated(visit: Visit) -> tuple[Form, ...]:
    """The form that rates the proposed goal, where the visitor has not."""
    proposed = visit.pair.preparation.proposed
    waits = proposed is not None and visit.person not in proposed.attainable
    return (rating(proposed.number),) if proposed and waits else ()


PAGES = (
    Page(
        name="goal",
        title="Goal workshop",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead; how attainable you rate it, only you.",
        show=_workshop,
        private="prepare",
        template="goal.html.j2",
        intro="Here you find your goal, in about ten minutes. It may stand when all five letters hold; then "
        "both of you say how attainable it is, and the lead confirms it.",
    ),
)
