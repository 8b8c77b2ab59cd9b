"""What a pair agrees before its first session: exchange, cadence, goal, ground rules (R10, R43-R46)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_preparation import AgreeCadence, AgreeExchange, SignGroundRules
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages import goal
from workers.gateway.visit import Page, View, Visit

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_EXCHANGE = (
    Field("teaches", "What does the mentor teach?", limit=280),
    Field("gives", "What does the mentee give: strategy, context, career?", limit=280),
)
_RULES = Form(
    SignGroundRules,
    title="Ground rules",
    intro="What is said between you stays between you. Feedback is asked for, is about work, and goes both "
    "ways. Either of you may stop at any time.",
    submit="I sign the ground rules",
)


async def _prepare(gateway: Gateway, visit: Visit) -> View:
    pair, ready = visit.pair, visit.pair.preparation
    if pair.life == "ended":
        return View(closed="The pair has ended.")
    forms: list[Form] = []
    if not ready.exchange:
        forms.append(Form(AgreeExchange, _EXCHANGE, title="What each of you gives", submit="Agree on this"))
    if ready.cadence is None:
        forms.append(_cadence(visit, title="When you meet", submit="Agree on this"))
    if ready.proposed is None and ready.accepted is None:
        forms.append(goal.proposal(visit))
    forms += goal.unrated(visit)
    if visit.person not in ready.signed:
        forms.append(_RULES)
    closed = None
    if not forms:
        waits = " Your goal stands once the lead has confirmed it." if ready.accepted is None else ""
        closed = f"You have done all that is yours. Thank you!{waits}"
    changes, given = _changes(visit)
    context = {
        "with": (await gateway.names([visit.partner]))[visit.partner] if visit.partner else "",
        "goal": goal.told(ready.proposed or ready.accepted),
        "agreed": list(_agreed(visit)),
    }
    return View((*forms, *changes), closed=closed, context=context, given=given)


def _agreed(visit: Visit) -> Iterator[tuple[str, str]]:
    """What one of the two has written for both, so that the other reads it."""
    ready = visit.pair.preparation
    if ready.exchange:
        yield "The mentor teaches", ready.teaches
        yield "The mentee gives", ready.gives
    if (meets := ready.cadence) is not None:
        where = f", {meets.channel}" if meets.channel else ""
        yield "You meet", f"{_DAYS[meets.weekday]} at {meets.at:%H:%M} ({meets.timezone}){where}"


def _changes(visit: Visit) -> tuple[tuple[Form, ...], dict[str, dict[str, Any]]]:
    """Until the pair begins, either of the two may put right what the other has written."""
    ready = visit.pair.preparation
    if visit.pair.life != "forming":
        return (), {}
    forms, given = list[Form](), dict[str, dict[str, Any]]()
    if ready.exchange:
        title, name = "Change what each of you gives", "exchange-again"
        again = Form(AgreeExchange, _EXCHANGE, "Change it", title, name=name, repeatable=True)
        forms.append(again)
        given[name] = {"teaches": ready.teaches, "gives": ready.gives}
    if (meets := ready.cadence) is not None:
        name = "cadence-again"
        title = "Change when you meet"
        forms.append(_cadence(visit, title=title, submit="Change it", name=name, repeatable=True))
        given[name] = {"weekday": str(meets.weekday), "channel": meets.channel}
        if meets.timezone == visit.zone.key:  # elsewhere the clock shows another time
            given[name]["at"] = f"{meets.at:%H:%M}"
    return tuple(forms), given


def cadence_fields(zone: str) -> tuple[Field, ...]:
    """What is asked of when and where a pair meets, as the clock in `zone` shows it."""
    return (
        Field(
            "weekday",
            "On which day do you meet?",
            "choice",
            options=tuple(Option(str(n), day) for n, day in enumerate(_DAYS)),
        ),
        Field("at", "At what time?", "time", help=f"In {zone}."),
        Field("channel", "Where: a room, a call?", limit=280),
    )


def _cadence(visit: Visit, **more: Any) -> Form:
    zone = visit.zone.key if visit.zone.key in available_timezones() else visit.pair.agreed.timezone
    fixed = {"timezone": zone, "minutes": visit.pair.agreed.session_minutes}
    return Form(AgreeCadence, cadence_fields(zone), fixed=fixed, **more)


PAGES = (
    Page(
        name="prepare",
        title="Prepare your pair",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead; how attainable you rate the goal, only you.",
        show=_prepare,
        private="prepare",
        template="prepare.html.j2",
        intro="Before your first session you two agree on a few things. It takes about fifteen minutes, "
        "best together.",
    ),
)
