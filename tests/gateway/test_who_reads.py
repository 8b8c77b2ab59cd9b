"""What pages say of who reads them is true, also where the lead is the safety steward (R73)."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from tests.rules.cohort import world
from tests.rules.pair.stage import LEAD, MENTOR, active, in_pulse
from turnabout.commands.pair_closing import EndPair, WaiveMemo
from turnabout.model import Role
from turnabout.spec import Staff
from workers.gateway.desk import State
from workers.gateway.house import Gateway
from workers.gateway.pages import PAGES
from workers.gateway.visit import Visit
from workflows.rules.pair_state import PairState

NO_GATEWAY = cast("Gateway", None)


async def seen_by(name: str, state: State, person: str, now: object) -> str:
    """Who sees a page, as it says."""
    visit = Visit(person, "-", None, state, frozenset({Role.MENTOR}), now, None, str)  # type: ignore[arg-type]
    view = await PAGES[name].show(NO_GATEWAY, visit)
    assert view.forms, name
    return str(view.context.get("seen_by", PAGES[name].seen_by))


@pytest.mark.parametrize("name", ["concern", "pulse"])
async def test_r73_a_pair_reads_that_its_steward_leads_the_program(name: str) -> None:
    scene = in_pulse()
    assert "leads this program" not in await seen_by(name, scene.state, MENTOR, scene.at)
    agreed = scene.state.agreed.model_copy(update={"steward": LEAD})
    both: PairState = replace(scene.state, terms=agreed)
    told = await seen_by(name, both, MENTOR, scene.at)
    assert "steward, who leads this program, too" in told
    assert name != "concern" or "not the program lead" not in told


async def test_r73_somebody_without_a_pair_reads_it_too() -> None:
    scene, who = world.enrolling(), world.mentor(1)
    assert "leads this program" not in await seen_by("tell_steward", scene.state, who, scene.at)
    lead = Staff(id=world.LEAD, timezone="Europe/Berlin")
    both = replace(scene.state, offices=replace(scene.state.offices, steward=lead))
    assert "steward, who leads this program, too" in await seen_by("tell_steward", both, who, scene.at)


async def test_r36_before_anybody_joins_they_read_what_a_partner_to_be_will_see() -> None:
    scene, who = world.enrolling(), world.mentor(1)
    told = await seen_by("join", scene.state, who, scene.at)
    assert "may become your partner reads your interests and what you teach or would like to learn" in told


async def test_r73_a_pair_that_is_over_leads_on_to_the_steward() -> None:
    ended = active().when(EndPair(state="ended_by_choice", reason="x"), by=LEAD)
    over = ended.when(WaiveMemo(reason="x"), by=LEAD).later(days=60)
    assert over.state.terminal

    def to(*parts: object) -> str:
        return "/".join(map(str, parts))

    mentor = frozenset({Role.MENTOR})
    view = await PAGES["concern"].show(
        NO_GATEWAY, Visit(MENTOR, "-", None, over.state, mentor, over.at, None, to)
    )
    assert not view.forms
    assert view.context["onward"][0] == "tell_steward/None/cohort-q1"
