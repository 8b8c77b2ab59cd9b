"""How a lead ends a cohort: its memo, the close, or giving it up (R75, G9)."""

from __future__ import annotations

from turnabout.commands.base import LEAD
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort, FileCohortMemo
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.steps import next_step
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_state import OVER

CANCEL = Form(
    CancelCohort,
    (Field("reason", "Why?", limit=280),),
    title="Give the cohort up",
    intro="Its pairs end, and everybody is told. This cannot be undone.",
    submit="Cancel the cohort",
)


async def _close(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    if state.phase in OVER:
        return View(closed=f"The cohort is {state.phase}.")
    forms: list[Form] = []
    open_memos = [pair.number for pair in state.pairs.values() if pair.memo is None]
    told = "The close follows when the last pair has ended."
    if state.phase == "closing":
        told = f"The memo of {len(open_memos)} pairs is missing." if open_memos else ""
        if not state.memo_filed:
            people = (state.lead.id, state.sponsor.id)
            memo = (
                Field("summary", "What did the cohort achieve?", "text", limit=4000),
                await next_step(gateway, "next_steps", "The next step", "What will be done next?", people),
            )
            forms.append(Form(FileCohortMemo, memo, title="The cohort's memo", submit="File the memo"))
        elif not open_memos:
            forms.append(Form(CloseCohort, submit="Close the cohort", title="Close"))
    forms.append(CANCEL)
    return View(tuple(forms), told=told)


PAGES = (
    Page(
        name="close",
        title="The end of the cohort",
        of="cohort",
        roles=LEAD,
        seen_by="You and the sponsor read the memo; everybody in the program learns that the cohort is over.",
        show=_close,
    ),
)
