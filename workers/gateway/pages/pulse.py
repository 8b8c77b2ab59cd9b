"""The pulse: five questions at most, one wave at a time (R56, R58, R81). Pure but for names."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_pulse import AnswerPulse, CheckMilestone
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.pages.steps import next_step
from workers.gateway.visit import Page, View, Visit

NO_PERSON = (
    "No person but you reads your answers: not your partner, not the program lead, not the sponsor. The "
    "program's rules do, and a low answer on safety calls the safety steward, who does not learn it."
)


def readers(visit: Visit) -> dict[str, str]:
    """What the page says of who reads it, where the steward is the lead as well."""
    if visit.pair.agreed.steward != visit.pair.agreed.lead:
        return {}
    return {"seen_by": NO_PERSON.replace("steward, who", "steward, who leads this program, too, and")}


PROGRESS = Field(
    "progress",
    "How far have you come towards your goal?",
    "rating",
    low="hardly",
    high="very far",
    why="Where both see little progress, the program lead offers help.",
)
SAFETY = Field(
    "safety",
    "How safe do you feel to say what you think in this pair?",
    "rating",
    low="not at all",
    high="fully",
    why="A low answer leads to a confidential word with the safety steward.",
)
RECOMMEND = Field(
    "recommend",
    "Would you recommend the program to a colleague?",
    "yes_no",
    required=False,
    why="It decides whether the program goes on.",
)
_ASKED = (
    PROGRESS,
    SAFETY,
    RECOMMEND,
    Field(
        "worked",
        "One thing that works well",
        "text",
        required=False,
        limit=500,
        why="What works is passed on, without names and only from ten answers on.",
    ),
    Field(
        "improve",
        "One thing that should be better",
        "text",
        required=False,
        limit=500,
        why="What many name is mended; shown without names and only from ten answers on.",
    ),
)


async def _show(_: Gateway, visit: Visit) -> View:
    pulse = visit.pair.pulse
    if pulse is None:
        return View(closed="The pulse is closed.")
    if visit.person in pulse.answered:
        return View(closed="You have answered this pulse. Thank you!")
    form = Form(AnswerPulse, _ASKED, submit="Send my answers", name=f"pulse-{pulse.number}")
    return View((form,), context=readers(visit))


async def _milestone(gateway: Gateway, visit: Visit) -> View:
    pair = visit.pair
    if pair.milestone_due is None:
        return View(closed="There is no milestone check to fill in.")
    people = (*pair.partners, pair.agreed.lead)
    asked = (
        PROGRESS,
        Field("roadblocks", "One or two roadblocks, one a line", "lines"),
        Field("wins", "Two wins or insights, one a line", "lines"),
        await next_step(gateway, "actions", "The next action", "What will be done?", people),
    )
    due = f"milestone-{pair.milestone_due:%Y-%m-%d}"
    return View((Form(CheckMilestone, asked, submit="Save the check", name=due),))


PAGES = (
    Page(
        name="pulse",
        title="Five short questions",
        of="pair",
        roles=PARTNERS,
        seen_by=NO_PERSON,
        show=_show,
        private="pulse",
        intro="These questions take two minutes and keep the program honest; each says what the answer is "
        "for.",
    ),
    Page(
        name="milestone",
        title="Milestone check",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_milestone,
        intro="You two look back and ahead, in about ten minutes. Fill it in together: one of you sends it.",
    ),
)
