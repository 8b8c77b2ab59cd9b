"""A pair as its lead sees it, and what the lead decides about it. Never why it rests, never an answer."""

from __future__ import annotations

from turnabout.commands.base import LEAD
from turnabout.commands.pair_closing import EndPair, FileMemo, WaiveMemo
from turnabout.commands.pair_preparation import ConfirmGoal
from turnabout.commands.pair_pulse import DecideMidpoint
from turnabout.commands.pair_reshuffle import ExtendPair, ProposeReshuffle
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages.goal import told
from workers.gateway.pages.steps import next_step
from workers.gateway.roles.people import options
from workers.gateway.visit import Page, View, Visit
from workflows.rules.pair_state import PairState

_WHY = Field("reason", "Why?", limit=280)
_DECISIONS = (
    Option("continue", "They go on"),
    Option("reshuffle", "Both are offered a new partner"),
    Option("graduate", "They have reached their goal and end now"),
)
_ENDS = (
    Option("ended_by_choice", "By choice"),
    Option("ended_by_exit", "Somebody has left the company"),
    Option("withdrawn", "Somebody left the program"),
)


async def _pair(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    card = await gateway.reads.pair(visit.stream.removeprefix("pair-"), visit.now)
    names = await gateway.names(pair.partners)
    forms = [*_of_goal(visit), *_of_midpoint(visit)]
    if pair.life == "ended" and pair.memo is None:
        forms += await _memo(gateway, visit)
    if pair.life != "ended":
        forms.append(await _end(gateway, visit))
    context = {"card": card, "names": names}
    return View(tuple(forms), context=context)


def can_confirm(pair: PairState) -> bool:
    """Whether a proposed goal waits for the lead alone (G2)."""
    proposed = pair.preparation.proposed
    return proposed is not None and all(proposed.attainable.get(one) for one in pair.partners)


def _of_goal(visit: Visit) -> list[Form]:
    proposed = visit.pair.preparation.proposed
    if proposed is None or not can_confirm(visit.pair):
        return []
    form = Form(
        ConfirmGoal,
        title="The goal waits for you",
        intro=f"{told(proposed)} Does it serve {proposed.metric}? Both think that they can reach it.",
        submit="Confirm the goal",
        name=f"confirm-{proposed.number}",
    )
    return [form]


def _of_midpoint(visit: Visit) -> list[Form]:
    pair, forms = visit.pair, list[Form]()
    if pair.life != "active":
        return forms
    midpoint = pair.midpoint
    if midpoint is not None and midpoint.decided is None:
        asked = (Field("decision", "How do they go on?", "choice", options=_DECISIONS), _WHY)
        forms.append(Form(DecideMidpoint, asked, title="The midpoint", submit="Decide"))
    elif not pair.resting and (pair.reshuffle is None or not pair.reshuffle.by_lead):
        # Its name counts nothing: the lead must not learn that the steward has offered the same (G6).
        title = "Offer new partners"
        forms.append(Form(ProposeReshuffle, (_WHY,), title=title, submit="Ask both", repeatable=True))
    if pair.agreed.replaces is not None and not pair.resting and pair.endpoint is None:
        weeks = Field("weeks", "How many weeks more?", "number")
        name = f"extend-{pair.extended}"
        forms.append(Form(ExtendPair, (weeks, _WHY), title="Give them more time", submit="Extend", name=name))
    return forms


async def _memo(gateway: Gateway, visit: Visit) -> list[Form]:
    people = (*visit.pair.partners, visit.pair.agreed.lead)
    memo = (
        Field("summary", "What did they achieve?", "text", limit=4000),
        Field("lesson", "What should others know?", limit=280),
        await next_step(gateway, "next_steps", "The next step", "What will be done next?", people),
    )
    return [
        Form(FileMemo, memo, title="File the memo for them", submit="File the memo"),
        Form(WaiveMemo, (_WHY,), title="Or do without it", submit="Waive the memo"),
    ]


async def _end(gateway: Gateway, visit: Visit) -> Form:
    asked = (
        Field("state", "How does it end?", "choice", options=_ENDS),
        Field(
            "left",
            "Who left?",
            "several",
            required=False,
            help="Needed where somebody left the program or the company; leave it empty otherwise.",
            options=await options(gateway, visit.pair.partners),
        ),
        _WHY,
    )
    return Form(EndPair, asked, title="End the pair before its time", submit="End the pair")


PAGES = (
    Page(
        name="pair",
        title="A pair of your cohort",
        of="pair",
        roles=LEAD,
        seen_by="You. The two see what they agreed; what you decide here, they are told.",
        show=_pair,
        template="lead_pair.html.j2",
        live=True,
    ),
)
