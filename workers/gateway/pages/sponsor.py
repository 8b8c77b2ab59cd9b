"""What the sponsor signs and shows up for (R26, R28)."""

from __future__ import annotations

from turnabout import charter
from turnabout.commands.base import SPONSOR
from turnabout.commands.cohort_governance import CommitSponsorship, FulfilDuty, SignCharter
from workers.gateway.duties import DONE
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.charter import people_in
from workers.gateway.visit import Page, View, Visit


async def _charter(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    told = f"This is about {state.spec.name}."
    forms = []
    given = {}
    if state.charter is None:
        text = Field("text", "The charter", "text", limit=8000, help="Change what does not fit.")
        forms.append(Form(SignCharter, (text,), submit="I sign the charter"))
        draft = charter.draft(state.spec)
        given = {"sign_charter": {"text": draft}}
        called = await people_in(gateway, draft)
        told += " People stand in it by their ids: names are in the directory alone, and readers see them."
        told += "".join(f" {one} is {name}." for one, name in called.items())
    elif not state.governed or state.offices.must_commit:
        forms.append(
            Form(
                CommitSponsorship,
                submit="I commit to these duties",
                title="Your duties",
                intro="You come to the kickoff, hold a checkpoint at mid-pilot and at the close, and "
                "recognise the participating leaders in public.",
                name=f"commit-{state.offices.sponsors}",
            )
        )
    closed = None if forms else "The charter is signed. Thank you!"
    return View(tuple(forms), closed=closed, told=told, given=given)


async def _duty(_: Gateway, visit: Visit) -> View:
    forms = [
        Form(FulfilDuty, submit=DONE[duty], fixed={"duty": duty}, name=f"fulfil-{duty}")
        for duty, state in visit.cohort.duties.items()
        if not state.fulfilled
    ]
    return View(tuple(forms), closed=None if forms else "All duties are done. Thank you!")


PAGES = (
    Page(
        name="charter",
        title="The charter of this cohort",
        of="cohort",
        roles=SPONSOR,
        seen_by="Everybody in the program may read the charter.",
        show=_charter,
        intro="The charter says on one page what this cohort is for, and what you promise. Read it in five "
        "minutes and sign.",
    ),
    Page(
        name="duty",
        title="Your duties as a sponsor",
        of="cohort",
        roles=SPONSOR,
        seen_by="Everybody in the program sees which duties are done.",
        show=_duty,
        intro="Here you note, in a few seconds each, that you have shown up as you promised.",
    ),
)
