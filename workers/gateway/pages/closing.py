"""The end of a pair: the endpoint, the outcome and the closure memo (R57, R74, R75)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_closing import AnswerEndpoint, FileMemo, RecordOutcome
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages.pulse import NO_PERSON, PROGRESS, RECOMMEND, SAFETY, readers
from workers.gateway.pages.steps import next_step
from workers.gateway.visit import Page, View, Visit

ATTAINMENT = (
    Option("-2", "Much less than we aimed for"),
    Option("-1", "Less than we aimed for"),
    Option("0", "What we aimed for"),
    Option("1", "More than we aimed for"),
    Option("2", "Much more than we aimed for"),
)


async def _endpoint(_: Gateway, visit: Visit) -> View:
    wave = visit.pair.endpoint
    if wave is None or wave.closed:
        return View(closed="The last survey is not open.")
    if visit.person in wave.answered:
        return View(closed="You have answered. Thank you!")
    asked = (PROGRESS, SAFETY, RECOMMEND)
    form = Form(AnswerEndpoint, asked, submit="Send my answers", name=f"endpoint-{wave.number}")
    return View((form,), context=readers(visit))


async def _memo(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    if pair.memo is not None:
        return View(closed="The memo of your pair is filed. Thank you!")
    if pair.life != "ended" and pair.endpoint is None:
        return View(closed="The memo is written when the pair has ended.")
    forms = []
    if pair.preparation.accepted is not None and not pair.outcome:
        asked = (
            Field("value", f"{pair.agreed.metric.name} at the end", "number"),
            Field("attainment", "Measured by your goal, what came of it?", "choice", options=ATTAINMENT),
        )
        forms.append(Form(RecordOutcome, asked, title="What came of your goal"))
    if pair.life != "ended":
        told = "Thank you! The memo is written when the pair has ended."
        return View(tuple(forms), closed=None if forms else told)
    memo = (
        Field("summary", "What have you achieved?", "text", limit=4000),
        Field("lesson", "What should others know?", limit=280),
        await next_step(gateway, "next_steps", "The next step", "What will be done next?", pair.partners),
    )
    forms.append(Form(FileMemo, memo, title="The memo", submit="File the memo"))
    return View(tuple(forms))


PAGES = (
    Page(
        name="endpoint",
        title="Three last questions",
        of="pair",
        roles=PARTNERS,
        seen_by=NO_PERSON,
        show=_endpoint,
        private="endpoint",
        intro="Three questions about your weeks together, in one minute; each says what the answer is for.",
    ),
    Page(
        name="memo",
        title="Your closure memo",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_memo,
        private="memo",
        intro="You two write down in ten minutes what came of your time, so that others can learn from it. "
        "One of you sends it.",
    ),
)
