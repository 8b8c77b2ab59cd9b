"""What a lead does from enrolment to kickoff: invite, pair, freeze the controls, record the kickoff."""

from __future__ import annotations

from turnabout.commands.base import LEAD
from turnabout.commands.cohort_enrolment import (
    CloseEnrolment,
    OpenEnrolment,
    ProceedSmall,
    ReopenEnrolment,
)
from turnabout.commands.cohort_measurement import FreezeControls
from turnabout.commands.cohort_rounds import AssignPair
from turnabout.commands.cohort_running import HoldKickoff, RecordMakeUp
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.roles.people import options
from workers.gateway.visit import Page, View, Visit

_PAIRING = frozenset({"matching", "ready", "running"})
_AGENDA = ("15", "25", "25", "25")


async def _enrolment(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    forms: list[Form] = []
    if state.phase == "chartered":
        forms.append(Form(OpenEnrolment, submit="Invite everybody of the roster"))
    if state.phase == "enrolling":
        forms.append(Form(CloseEnrolment, submit="Close enrolment now", name=f"close-{state.openings}"))
    if state.phase == "matching" and not state.rounds:
        title, name = "Too few pairs?", f"reopen-{state.openings}"
        forms.append(Form(ReopenEnrolment, submit="Invite again", title=title, name=name))
        why = Field("reason", "Why are few pairs enough?", limit=280)
        if state.pairs:
            title, name = "Or go on with few", f"small-{len(state.pairs)}"
            forms.append(Form(ProceedSmall, (why,), submit="Go on with few", title=title, name=name))
    if state.phase in _PAIRING and (pairing := await _assign(gateway, visit)):
        forms.append(pairing)
    return View(tuple(forms), closed=None if forms else "There is nothing to do about enrolment now.")


async def _assign(gateway: Gateway, visit: Visit) -> Form | None:
    state = visit.cohort
    mentees = [one for one in state.of_role("mentee") if one not in state.engaged and not state.round_of(one)]
    mentors = [one for one in state.of_role("mentor") if state.room(one)]
    if not mentees or not mentors or not state.places:
        return None
    asked = (
        Field("mentor", "Mentor", "choice", options=await options(gateway, mentors)),
        Field("mentee", "Mentee", "choice", options=await options(gateway, mentees)),
        Field(
            "reason", "Why without their choice?", limit=280, why="The pair is marked and counted as such."
        ),
    )
    name = f"assign-{len(state.pairs)}"
    return Form(AssignPair, asked, submit="Make them a pair", title="Put two people together", name=name)


async def _kickoff(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    forms: list[Form] = []
    given = {}
    if not state.launched:
        if state.phase in {"matching", "ready"} and state.measurement.controls is None:
            forms.append(await _controls(gateway, visit))
        if state.phase == "ready":
            asked = (
                Field(
                    "attended",
                    "Who came?",
                    "several",
                    options=await options(gateway, sorted(state.engaged)),
                ),
                Field("sponsor_present", "Was the sponsor there?", "yes_no"),
                Field("agenda_minutes", "Minutes of each part of the agenda, one a line", "lines"),
                Field("held_on", "On which day?", "date", required=False, help="Empty means today."),
            )
            forms.append(Form(HoldKickoff, asked, submit="Record the kickoff", title="The kickoff"))
            given = {"hold_kickoff": {"agenda_minutes": list(_AGENDA)}}
    else:
        absent = sorted(state.engaged - state.attended)
        if absent:
            who = Field("person", "Who caught up?", "choice", options=await options(gateway, absent))
            name = f"make-up-{len(state.attended)}"
            forms.append(Form(RecordMakeUp, (who,), submit="Record it", title="The make-up", name=name))
    done = "Everybody was at the kickoff." if state.launched else "The kickoff follows when the pairs stand."
    return View(tuple(forms), closed=None if forms else done, given=given)


async def _controls(gateway: Gateway, visit: Visit) -> Form:
    state = visit.cohort
    free = [one for one in state.joined if one not in state.engaged]
    asked = (
        Field(
            "people",
            "Who is compared with the pairs?",
            "several",
            required=False,
            options=await options(gateway, free),
            help="Nobody chosen means everybody on the waiting list.",
        ),
        Field("rule", "How were they chosen?", required=False, limit=280),
    )
    return Form(FreezeControls, asked, submit="Freeze the group", title="The group to compare with")


PAGES = (
    Page(
        name="enrolment",
        title="Enrolment and pairs",
        of="cohort",
        roles=LEAD,
        seen_by="You. Everybody invited hears of it; a pair made without choice is marked as such.",
        show=_enrolment,
    ),
    Page(
        name="kickoff",
        title="The kickoff",
        of="cohort",
        roles=LEAD,
        seen_by="You; whoever missed the kickoff is told how to catch up.",
        show=_kickoff,
    ),
)
