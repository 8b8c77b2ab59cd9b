"""What a pair produces: deliverables, feedback on drafts, actions that are done (R6, R62-R66, R79)."""

from __future__ import annotations

from typing import get_args

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_practice import GiveFeedback
from turnabout.commands.pair_sessions import CompleteAction, RecordDeliverable
from turnabout.evidence import DeliverableKind, Evidence, still, words
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages.work_log import WorkLog, known
from workers.gateway.visit import Page, View, Visit
from workflows.rules import pair_phases

NOT_STARTED = "This begins when your pair has: prepare your pair first."
FILED = "The memo of your pair is filed, so nothing is added any more."
KINDS = {
    "tutorial": "A short tutorial",
    "channel_demo": "A channel shown at work",
    "draft": "A draft, on which your partner gives feedback",
    "targeting_change": "A change of whom something is for",
    "brief": "A brief that others can repeat",
    "other": "Something else",
}
_KINDS = tuple(Option(kind, KINDS[kind]) for kind in get_args(DeliverableKind))


def begun(visit: Visit) -> str | None:
    """Why nothing can be recorded about a pair's work now; None where it can."""
    pair = visit.pair
    if pair.activated_at is None:
        return NOT_STARTED
    return None if pair.memo is None else FILED


async def _work(gateway: Gateway, visit: Visit) -> View:
    pair, log = visit.pair, await known(gateway, visit)
    names = await gateway.names([*pair.partners, *(one.owner for one in log.actions)])
    closed = begun(visit)
    context = {
        "made": list(log.deliverables.values()),
        "kinds": KINDS,
        "names": names,
        "actions": [(number, one, number in log.done) for number, one in enumerate(log.actions, 1)],
        "asked": [words(one) for one in pair_phases.asked(pair)],
        "missing": [still(Evidence.model_validate(one)) for one in pair_phases.overdue(pair)],
    }
    return View(() if closed else _forms(visit, log), closed=closed, context=context)


def _forms(visit: Visit, log: WorkLog) -> tuple[Form, ...]:
    drafts = [
        one
        for one in log.deliverables.values()
        if one.kind == "draft" and one.what and one.by != visit.person and one.feedback_at is None
    ]
    feedback = [
        Form(
            GiveFeedback,
            title=f"Your partner's draft: {one.what}",
            intro="Tell your partner what works and one thing to change; what you say stays between you.",
            submit="I gave feedback",
            fixed={"deliverable": one.number},
            name=f"give_feedback-{one.number}",
        )
        for one in drafts
    ]
    actions = [
        Form(
            CompleteAction,
            title=f"An action from your milestone check: {one.what}",
            submit="It is done",
            fixed={"number": number},
            name=f"complete_action-{number}",
        )
        for number, one in enumerate(log.actions, 1)
        if number not in log.done
    ]
    made = Form(
        RecordDeliverable,
        (
            Field("what", "What is it?", limit=280, help="A title, or where it is found."),
            Field("kind", "Of what kind?", "choice", options=_KINDS),
        ),
        title="Something you produced",
        submit="Record it",
        repeatable=True,
    )
    return (*feedback, *actions, made)


PAGES = (
    Page(
        name="work",
        title="What you produce",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_work,
        template="work.html.j2",
        intro="Here you keep what you two produce and say that you gave feedback; each takes a minute.",
    ),
)
