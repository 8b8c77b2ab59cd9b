"""The decision log: an insight, the decision it changed, its doing, what came of it (R11)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_practice import (
    ChangeDecision,
    ImplementDecision,
    MeasureDecision,
    RecordInsight,
)
from turnabout.results.work import InsightLine
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages.work import begun
from workers.gateway.pages.work_log import known
from workers.gateway.visit import Page, View, Visit

OUTCOMES = {"better": "better than before", "same": "no difference", "worse": "worse than before"}
_OUTCOMES = tuple(Option(name, label.capitalize()) for name, label in OUTCOMES.items())


async def _insights(gateway: Gateway, visit: Visit) -> View:
    log = await known(gateway, visit)
    closed = begun(visit)
    lines = list(log.insights.values())
    following = [form for line in lines for form in [_next(line)] if form is not None]
    forms = () if closed else (*following, _new())
    return View(forms, closed=closed, context={"insights": lines, "outcomes": OUTCOMES})


def _new() -> Form:
    return Form(
        RecordInsight,
        (Field("what", "What have you learned that a decision may turn on?", limit=280),),
        title="A new insight",
        submit="Write it down",
        repeatable=True,
    )


def _next(line: InsightLine) -> Form | None:
    """What comes after the stage at which an insight stands."""
    fixed, title = {"insight": line.number}, f"Insight {line.number}: {line.what}"
    match line.stage:
        case "recorded":
            asked = Field("what", "Which decision did it change, and to what?", limit=280)
            return Form(
                ChangeDecision, (asked,), title=title, fixed=fixed, name=f"change_decision-{line.number}"
            )
        case "changed":
            return Form(
                ImplementDecision,
                title=title,
                intro=f"The decision: {line.decision}",
                submit="It is carried out",
                fixed=fixed,
                name=f"implement_decision-{line.number}",
            )
        case "implemented":
            measured = (
                Field("outcome", "What came of it?", "choice", options=_OUTCOMES),
                Field("what", "How did you measure it?", limit=280),
            )
            return Form(
                MeasureDecision,
                measured,
                title=title,
                intro=f"The decision: {line.decision}",
                fixed=fixed,
                name=f"measure_decision-{line.number}",
            )
    return None


PAGES = (
    Page(
        name="insights",
        title="Insights and what they changed",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_insights,
        template="insights.html.j2",
        intro="Here you write down what you learn and follow what it changes; each step takes a minute.",
    ),
)
