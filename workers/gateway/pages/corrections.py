"""Putting right what was entered wrongly about sessions, deliverables and the outcome (R103).

No form's name holds a version of the stream: it would count what a partner must not see (G6).
"""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_corrections import CorrectDeliverable, CorrectOutcome, CorrectSession
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.closing import ATTAINMENT
from workers.gateway.pages.work_log import known
from workers.gateway.visit import Page, View, Visit
from workflows.rules import pair_record

_WHY = Field("reason", "What was wrong?", limit=280, why="It stays with you alone.")


async def _correct(gateway: Gateway, visit: Visit) -> View:
    pair, facts = visit.pair, visit.pair.record.facts
    log = await known(gateway, visit)
    forms: list[Form] = []
    given: dict[str, dict[str, str]] = {}
    for one in sorted(pair.sessions.values(), key=lambda session: session.number, reverse=True):
        if one.status in {"held", "missed"}:
            was, held = one.status, one.status == "missed"
            forms.append(
                Form(
                    CorrectSession,
                    (_WHY,),
                    title=f"Session {one.number} is logged as {was}",
                    submit="It did take place" if held else "It did not take place",
                    fixed={"number": one.number, "held": held},
                    name=f"correct_session-{one.number}",
                    repeatable=True,
                )
            )
    for line in log.deliverables.values():
        if line.what is not None:
            empty = "Make this empty if there was none."
            name = f"correct_deliverable-{line.number}"
            given[name] = {"what": line.what}
            what = Field("what", "What was it really?", help=empty, required=False, limit=280)
            forms.append(
                Form(
                    CorrectDeliverable,
                    (what, _WHY),
                    title=f"You recorded: {line.what}",
                    submit="Put it right",
                    fixed={"number": line.number},
                    name=name,
                    repeatable=True,
                )
            )
    if pair_record.OUTCOME in facts:
        asked = (
            Field("value", f"{pair.agreed.metric.name} at the end", "number"),
            Field("attainment", "Measured by your goal, what came of it?", "choice", options=ATTAINMENT),
            _WHY,
        )
        forms.append(
            Form(
                CorrectOutcome,
                asked,
                title="What came of your goal",
                submit="Put it right",
                name="correct_outcome",
                repeatable=True,
            )
        )
    return View(
        tuple(forms), closed=None if forms else "Nothing is recorded that could be put right.", given=given
    )


PAGES = (
    Page(
        name="correct",
        title="Put something right",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead see what holds now; your reason only you.",
        show=_correct,
        intro="What was entered wrongly is put right here, in a minute. Nothing is deleted: both stay known.",
    ),
)
