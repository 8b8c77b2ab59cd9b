"""What a pair agrees before its first session: exchange, cadence, goal, ground rules (R10, R43-R46)."""

from __future__ import annotations

from zoneinfo import available_timezones

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_preparation import AgreeCadence, AgreeExchange, SignGroundRules
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages import goal
from workers.gateway.visit import Page, View, Visit

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_EXCHANGE = Form(
    AgreeExchange,
    (
        Field("teaches", "What does the mentor teach?", limit=280),
        Field("gives", "What does the mentee give: strategy, context, career?", limit=280),
    ),
    title="What each of you gives",
    submit="Agree on this",
)
_RULES = Form(
    SignGroundRules,
    title="Ground rules",
    intro="What is said between you stays between you. Feedback is asked for, is about work, and goes both "
    "ways. Either of you may stop at any time.",
    submit="I sign the ground rules",
)


async def _prepare(_: Gateway, visit: Visit) -> View:
    pair, ready = visit.pair, visit.pair.preparation
    if pair.life == "ended":
        return View(closed="The pair has ended.")
    forms: list[Form] = []
    if not ready.exchange:
        forms.append(_EXCHANGE)
    if ready.cadence is None:
        forms.append(_cadence(visit))
    if ready.proposed is None and ready.accepted is None:
        forms.append(goal.proposal(visit))
    forms += goal.unrated(visit)
    if visit.person not in ready.signed:
        forms.append(_RULES)
    proposed = ready.proposed or ready.accepted
    context = {"goal": proposed.statement if proposed else None}
    return View(tuple(forms), closed=None if forms else "All is agreed. Thank you!", context=context)


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


def _cadence(visit: Visit) -> Form:
    zone = visit.zone.key if visit.zone.key in available_timezones() else visit.pair.agreed.timezone
    return Form(
        AgreeCadence,
        cadence_fields(zone),
        title="When you meet",
        submit="Agree on this",
        fixed={"timezone": zone, "minutes": visit.pair.agreed.session_minutes},
    )


PAGES = (
    Page(
        name="prepare",
        title="Prepare your pair",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_prepare,
        template="prepare.html.j2",
        intro="Before your first session you two agree on a few things. It takes about fifteen minutes, "
        "best together.",
    ),
)
