"""What a sponsor sees: duties, the plan, and aggregates of five people and more; nothing of a pair (R110)."""

from __future__ import annotations

from turnabout import kpi_words
from turnabout.commands.base import SPONSOR
from turnabout.commands.cohort_offices import ReplaceSponsor
from turnabout.dashboard import dashboard
from turnabout.kpi import Figure
from turnabout.kpi_series import tabled
from turnabout.model import Role
from turnabout.results import CohortBoard, KpiReport
from turnabout.results.cohort import SponsorDuty
from workers.gateway.duties import TO_DO
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.roles.lead_close import CANCEL
from workers.gateway.roles.lead_offices import TITLES
from workers.gateway.roles.people import staff
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_state import OVER


def _duties(board: CohortBoard | None) -> list[tuple[str, SponsorDuty]]:
    return [(TO_DO[name], one) for name, one in board.duties.items()] if board else []


async def _sponsor(gateway: Gateway, visit: Visit) -> View:
    state, reads = visit.cohort, gateway.reads
    cohort = state.spec.id
    board = await reads.board(cohort)
    adherence = await reads.adherence(cohort, visit.now)
    report = await reads.kpis(cohort)
    least = state.policy.confidential_k
    context = {
        "cohort": state.spec.name,
        "phase": state.phase,
        "kickoff_on": state.spec.kickoff_on,
        "duties": sorted(_duties(board), key=lambda one: (one[1].due_at is None, one[1].due_at)),
        "checklist": await reads.checklist(cohort),
        "joined": len(state.joined) if len(state.joined) >= least else None,
        "least": least,
        "progress": adherence.milestones if adherence else None,
        "dashboard": dashboard(report) if report else None,
        "kpis": _kpis(report),
        "kpis_on": report.as_of if report else None,
        "charter": visit.to("charter") if Role.SPONSOR in visit.roles else None,
        "duty": visit.to("duty") if Role.SPONSOR in visit.roles else None,
    }
    if Role.SPONSOR not in visit.roles or state.phase in OVER:
        return View(context=context)
    title = Field("title", "As what?", "choice", options=TITLES)
    office = Form(
        ReplaceSponsor,
        (await staff(gateway, visit, visit.cohort.sponsor.id, title),),
        title="Hand this over",
        submit="Name another sponsor",
        repeatable=True,
    )
    given = {office.id: {"to": {"timezone": visit.zone.key}}}
    return View((office, CANCEL), context=context, given=given)


def _kpis(report: KpiReport | None) -> list[tuple[Figure, str, str]]:
    """The published lines of the KPIs that the charter names, as far as they are for everybody: each with its
    value and its interval in words."""
    lines = () if report is None else tabled(report.figures)
    return [
        (one, kpi_words.value(one) or "", kpi_words.interval(one) or "")
        for one in lines
        if one.named and one.audience == "everyone"
    ]


PAGES = (
    Page(
        name="sponsor",
        title="How it goes",
        of="cohort",
        roles=SPONSOR | {Role.BUSINESS_SPONSOR},
        seen_by="You and the other sponsor. You see no pair and no answer; what five people or more came to "
        "is shown as one number.",
        show=_sponsor,
        template="sponsor.html.j2",
        live=True,
    ),
)
