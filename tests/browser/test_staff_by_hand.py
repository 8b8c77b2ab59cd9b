"""Staff in a real browser: they sign in by a click, their pages are fit for everybody and for a phone, and
what changes while they look comes to them without a reload.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.chromium import DESKTOP, PATIENCE_MS, PHONE, Chromium
from tests.browser.test_by_hand import NARROW, SMALL, WIDE
from tests.gateway.house import House
from turnabout.commands.pair_pulse import AnswerPulse
from turnabout.model import Role
from workers.gateway.addresses import address
from workers.gateway.roles import ROLE_PAGES
from workflows.rules.pair_state import PairState


@dataclass(frozen=True)
class Office:
    """A house in which a check-in is not announced yet, and the browser of its staff."""

    house: House
    browser: Chromium
    pair: str

    @property
    def cohort(self) -> str:
        return f"cohort-{self.house.spec.id}"

    def address(self, path: str) -> str:
        return str(self.house.web.base_url.join(path))

    async def signed_in(self, person: str) -> Page:
        """Somebody's window after they have chosen who they are."""
        page = await (await self.browser.somebody(PHONE)).new_page()
        await page.goto(self.address("/my"))
        await self.browser.check(page, "sign-in")
        await page.get_by_role("link", name="Sign in").click()
        name = (await self.house.gateway.names([person]))[person]
        await page.get_by_role("link", name=name).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your program")
        return page


@pytest_asyncio.fixture(scope="module")
async def office(home: tuple[House, Chromium]) -> Office:
    house, browser = home
    await house.until_type("pair.paused")
    (paused,) = [one for one in house.seen if one.type == "pair.paused"]
    return Office(house, browser, paused.stream)


async def test_each_page_of_a_role_is_fit_for_everybody_on_a_phone_and_a_desk(office: Office) -> None:
    spec = office.house.spec
    people = {Role.LEAD: spec.lead.id, Role.STEWARD: spec.steward.id, Role.SPONSOR: spec.sponsor.id}
    for role, person in people.items():
        page = await office.signed_in(person)
        await office.browser.check(page, "/my")
        for name in [name for name, one in ROLE_PAGES.items() if role in one.roles]:
            stream = office.pair if ROLE_PAGES[name].of == "pair" else office.cohort
            await page.set_viewport_size({"width": NARROW, "height": 800})
            await page.goto(office.address(address(stream, name)))
            assert await page.evaluate(WIDE) <= NARROW, name
            assert await page.evaluate(SMALL) == [], name
            for size in (PHONE, DESKTOP):
                await page.set_viewport_size(size)
            await office.browser.check(page, name)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
        await page.context.close()
    assert office.browser.faults == []


async def test_what_changes_comes_to_who_waits_but_never_over_what_they_type(office: Office) -> None:
    house, lead = office.house, await office.signed_in(office.house.spec.lead.id)
    await lead.goto(office.address(address(office.cohort, "lead")))
    stream, person = await silent(office)
    name = (await house.gateway.names([person]))[person]
    waited = lead.get_by_role("listitem").filter(has_text="answer the pulse")
    await expect(waited).to_contain_text(name)
    pair = await lead.context.new_page()
    await pair.goto(office.address(address(office.pair, "pair")))
    why = pair.get_by_label("Why?").last
    await why.fill("They have said so.")
    await lead.bring_to_front()
    await lead.evaluate("window.stays = true")
    await house.stack.turnabout.stream(stream).execute(AnswerPulse(progress=4, safety=5), actor=person)
    await expect(waited).not_to_contain_text(name, timeout=PATIENCE_MS)
    await expect(lead.get_by_role("status")).to_have_text("This page was just brought up to date.")
    assert await lead.evaluate("window.stays")

    await pair.bring_to_front()
    await pair.wait_for_event("response", lambda answer: answer.status == 304)
    await expect(why).to_have_value("They have said so.")
    await house.stack.clock.sleep(timedelta(hours=house.gateway.settings.session_hours))
    await expect(pair.get_by_role("link", name="Sign in again")).to_be_visible(timeout=PATIENCE_MS)
    await expect(why).to_have_value("They have said so.")
    assert office.browser.faults == []


async def silent(office: Office) -> tuple[str, str]:
    """The mentee of another pair, who has not answered the pulse."""
    for stream in sorted(office.house.cast.pairs):
        state = await office.house.gateway.desk.look(stream)
        if stream == office.pair or not isinstance(state, PairState) or state.pulse is None:
            continue
        if state.agreed.mentee not in state.pulse.answered:
            return stream, state.agreed.mentee
    raise AssertionError("Everybody has answered.")
