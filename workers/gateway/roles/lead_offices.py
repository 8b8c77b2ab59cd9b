"""What a lead does about duties and offices: the sponsor's duties, who holds an office, the next cohort."""

from __future__ import annotations

from turnabout.commands.base import LEAD
from turnabout.commands.cohort_corrections import CorrectDuty
from turnabout.commands.cohort_governance import FulfilDuty, HandOverLead
from turnabout.commands.cohort_offices import PlanNextCohort, ReplaceSponsor, ReplaceSteward
from workers.gateway.duties import TO_DO
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.roles.people import staff
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_state import OVER

_WAS = (Option("on_time", "Done in time"), Option("late", "Done late"), Option("not_fulfilled", "Not done"))
TITLES = (
    Option("cpo", "Chief people officer"),
    Option("chro", "Chief HR officer"),
    Option("business_head", "Head of a business"),
)


async def _duties(_: Gateway, visit: Visit) -> View:
    state = visit.cohort
    forms = [
        Form(
            FulfilDuty,
            title=TO_DO[duty],
            submit="The sponsor has done it",
            fixed={"duty": duty},
            name=f"fulfil-{duty}",
        )
        for duty, one in state.duties.items()
        if not one.fulfilled and duty != "kickoff" and state.launched
    ]
    if state.launched:
        asked = (
            Field("duty", "Which duty?", "choice", options=tuple(Option(d, TO_DO[d]) for d in state.duties)),
            Field("was", "What is right?", "choice", options=_WAS),
            Field("reason", "What was wrong?", limit=280),
        )
        forms.append(
            Form(CorrectDuty, asked, title="Put a duty right", submit="Put it right", repeatable=True)
        )
    return View(tuple(forms), closed=None if forms else "The duties begin with the kickoff.")


async def _offices(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    forms: list[Form] = []
    if state.phase not in OVER:
        title = Field("title", "As what?", "choice", options=TITLES)
        why = Field(
            "reason",
            "Why you, if it is you?",
            required=False,
            limit=280,
            help="Only where a lead takes this on too.",
        )
        forms = [
            Form(
                HandOverLead,
                (await staff(gateway, visit, state.lead.id),),
                title="Hand over the lead",
                intro="You lose these pages with it.",
                submit="Hand over",
                repeatable=True,
            ),
            Form(
                ReplaceSponsor,
                (await staff(gateway, visit, state.sponsor.id, title),),
                title="Another sponsor",
                submit="Replace the sponsor",
                repeatable=True,
            ),
            Form(
                ReplaceSteward,
                (await staff(gateway, visit, state.steward.id), why),
                title="Another safety steward",
                submit="Replace the steward",
                repeatable=True,
            ),
        ]
    if state.phase not in {"archived", "cancelled"} and state.offices.next_cohort is None:
        asked = (Field("cohort", "Its id", help="Such as q4."), Field("starts_on", "Its first day", "date"))
        forms.append(
            Form(PlanNextCohort, asked, title="The next cohort", submit="Record the plan", repeatable=True)
        )
    zone = {"to": {"timezone": visit.zone.key}}
    given = {form.id: zone for form in forms if form.command is not PlanNextCohort}
    return View(tuple(forms), closed=None if forms else "The cohort is over.", given=given)


PAGES = (
    Page(
        name="duties",
        title="The sponsor's duties",
        of="cohort",
        roles=LEAD,
        seen_by="Everybody in the program sees which duties are done.",
        show=_duties,
    ),
    Page(
        name="offices",
        title="Who holds which office",
        of="cohort",
        roles=LEAD,
        seen_by="You, and those who are concerned: they are told by mail.",
        show=_offices,
    ),
)
