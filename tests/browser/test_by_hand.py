"""What a person's hands may count on in a real browser: keys alone are enough, what is typed stays until it
is saved, a cut line makes no second answer, no page needs its scripts, and every page is fit for everybody:
axe finds nothing, nothing is wider than a small phone, nothing comes from outside, no script fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from events.contracts import StoredEvent
from tests.browser.chromium import PATIENCE_MS, PHONE, Chromium
from tests.browser.signing import sign_in
from tests.e2e.cohort import UNSAFE
from tests.gateway.house import House
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_terms import Terms
from turnabout.model import Role
from workers.gateway.addresses import HOME, address
from workers.gateway.pages import PAGES
from workers.gateway.roles import ROLE_PAGES
from workers.gateway.visit import Page as Shown

expect.set_options(timeout=PATIENCE_MS)
WORDS = "I would like to talk about how we speak to each other."
NARROW = 320
"""The width in CSS pixels at which a page must still be read without scrolling sideways (WCAG 1.4.10)."""
FILES = {"calendar", "certificate", "my_data_file"}
"""Pages that are a file to keep."""
WIDE = "() => document.documentElement.scrollWidth"
SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=hidden])")]
  .filter((one) => { const box = (one.closest("label") ?? one).getBoundingClientRect();
                     return box.width < 24 || box.height < 24; })
  .map((one) => one.outerHTML)"""
"""What is smaller than a finger needs (WCAG 2.5.8)."""


@dataclass(frozen=True)
class Desk:
    """A pair of the house before its pulse, and the browser in which its people answer."""

    house: House
    browser: Chromium
    stream: str
    terms: Terms

    async def address(self, person: str, page: str) -> str:
        link = await self.house.link(person, self.about(PAGES[page]), page)
        return str(self.house.web.base_url.join(link))

    def about(self, page: Shown) -> str:
        """The stream that a page is about."""
        return self.stream if page.of == "pair" else f"cohort-{self.house.spec.id}"

    def somebody(self, page: Shown) -> str:
        """One of those who have this page."""
        spec, terms = self.house.spec, self.terms
        people = {
            Role.MENTOR: terms.mentor,
            Role.MENTEE: terms.mentee,
            Role.LEAD: spec.lead.id,
            Role.STEWARD: spec.steward.id,
            Role.SPONSOR: spec.sponsor.id,
        }
        return next(who for role, who in people.items() if role in page.roles)

    async def stored(self, name: str) -> int:
        return len([one for one in await self.house.events(self.stream) if one.type == name])


@pytest_asyncio.fixture(scope="module")
async def desk(home: tuple[House, Chromium]) -> Desk:
    house, browser = home

    def calm(event: StoredEvent) -> bool:
        # The unsafe pair answers for itself: the tests of the staff's pages wait for its pause.
        return event.type == "pair.pulse_opened" and house.cast.pairs[event.stream].number != UNSAFE

    await house.until(calm)
    stream = next(one.stream for one in reversed(house.seen) if calm(one))
    return Desk(house, browser, stream, house.cast.pairs[stream])


@pytest_asyncio.fixture
async def phone(desk: Desk) -> AsyncIterator[BrowserContext]:
    context = await desk.browser.somebody()
    yield context
    await context.close()
    assert desk.browser.faults == []


async def _press(page: Page, key: str, until: Locator, *, times: int = 40) -> None:
    """Press a key until it has led somewhere; on the way, what has the focus must be seen to have it."""
    for _ in range(times):
        await page.keyboard.press(key)
        seen = (
            "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none'; }"
        )
        assert await page.evaluate(seen), await page.evaluate("() => document.activeElement.outerHTML")
        if await until.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead to {until}")


async def test_a_pulse_is_answered_by_keyboard_alone(desk: Desk, phone: BrowserContext) -> None:
    page, before = await phone.new_page(), await desk.stored("pair.pulse_answered")
    await page.goto(await desk.address(desk.terms.mentor, "pulse"))
    await _press(page, "Tab", page.get_by_role("link", name="Skip to the content"))
    await page.keyboard.press("Enter")
    progress = page.get_by_role("group", name="How far have you come")
    await _press(page, "Tab", progress.get_by_role("radio").first)
    await page.keyboard.press("Space")
    await _press(page, "ArrowRight", progress.get_by_role("radio").nth(3))
    safety = page.get_by_role("group", name="How safe do you feel")
    await _press(page, "Tab", safety.get_by_role("radio").first)
    await page.keyboard.press("Space")
    await _press(page, "ArrowDown", safety.get_by_role("radio").nth(4))
    await _press(page, "Tab", page.get_by_label("One thing that works well"))
    await page.keyboard.type("We read one draft together.")
    await _press(page, "Tab", page.get_by_role("button", name="Send my answers"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved. Thank you!")).to_be_visible()
    told = (await desk.house.events(desk.stream))[-1]
    assert await desk.stored("pair.pulse_answered") == before + 1
    assert told.actor == desk.terms.mentor
    assert (told.data["progress"], told.data["safety"]) == (4, 5)


async def test_a_pulse_is_answered_without_scripts(desk: Desk) -> None:
    plain = await desk.browser.browser.new_context(java_script_enabled=False)
    page, before = await plain.new_page(), await desk.stored("pair.pulse_answered")
    await page.goto(await desk.address(desk.terms.mentee, "pulse"))
    send = page.get_by_role("button", name="Send my answers")
    await page.get_by_label("One thing that should be better").fill("Shorter calendars")
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("This is not saved yet.")
    await expect(page.get_by_label("One thing that should be better")).to_have_value("Shorter calendars")
    for question in ("How far have you come", "How safe do you feel"):
        await page.get_by_role("group", name=question).get_by_label("4").check()
    await send.click()
    await expect(page.get_by_text("Saved. Thank you!")).to_be_visible()
    assert await desk.stored("pair.pulse_answered") == before + 1
    await plain.close()


async def test_what_is_typed_survives_a_reload_and_a_cut_line(desk: Desk, phone: BrowserContext) -> None:
    page, before = await phone.new_page(), await desk.stored("pair.concern_raised")
    await page.goto(await desk.address(desk.terms.mentee, "concern"))
    words, unsafe = page.get_by_label("What is on your mind?"), page.get_by_label("No", exact=True)
    send = page.get_by_role("button", name="Tell the safety steward")
    await words.fill(WORDS)
    await unsafe.check()
    await page.reload()
    await expect(words).to_have_value(WORDS)
    await expect(unsafe).to_be_checked()

    await phone.set_offline(True)
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("Not saved: there is no connection.")
    assert await desk.stored("pair.concern_raised") == before
    await phone.set_offline(False)
    await page.reload()
    await expect(words).to_have_value(WORDS)
    await expect(unsafe).to_be_checked()
    await send.click()
    await expect(page.get_by_text("Saved. Thank you!")).to_be_visible()
    assert await desk.stored("pair.concern_raised") == before + 1

    await page.goto(await desk.address(desk.terms.mentee, "concern"))
    await expect(words).to_have_value("")
    assert WORDS not in await page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")


async def test_r107_an_answer_whose_acknowledgement_is_lost_is_stored_once(
    desk: Desk, phone: BrowserContext
) -> None:
    page, before = await phone.new_page(), await desk.stored("pair.concern_raised")
    cut = 0

    async def loses_the_answer(route: Route) -> None:
        nonlocal cut
        if route.request.method == "POST" and not cut:
            cut += 1
            await route.fetch(max_redirects=0)
            await route.abort("connectionreset")
        else:
            await route.fallback()

    await phone.route("**/link/*", loses_the_answer)
    await page.goto(await desk.address(desk.terms.mentor, "concern"))
    await page.get_by_label("What is on your mind?").fill(WORDS)
    await page.get_by_label("No", exact=True).check()
    send = page.get_by_role("button", name="Tell the safety steward")
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("Not saved: there is no connection.")
    assert (cut, await desk.stored("pair.concern_raised")) == (1, before + 1)
    await page.reload()
    await send.click()
    await expect(page.get_by_text("Saved. Thank you!")).to_be_visible()
    assert await desk.stored("pair.concern_raised") == before + 1


async def test_g2_the_letters_light_up_while_a_goal_is_typed(desk: Desk, phone: BrowserContext) -> None:
    page, before = await phone.new_page(), await desk.stored("pair.goal_proposed")
    await page.goto(await desk.address(desk.terms.mentee, "goal"))
    sentence, marks = page.get_by_label("What will the mentee do"), page.locator("[data-marks] li")
    await sentence.press_sequentially("Get exposure to TikTok")
    await expect(marks).to_contain_text(["not yet", "not yet", "yes", "yes", "not yet"])
    await desk.browser.check(page, "goal, half typed")
    await sentence.fill("The mentee will publish 3 posts in 4 weeks.")
    await page.get_by_label("today").fill("2")
    await page.get_by_label("at the end").fill("4")
    await expect(page.locator("[data-marks] .holds")).to_have_count(5)
    assert await desk.stored("pair.goal_proposed") == before


async def test_an_open_page_shows_what_is_new_without_reload(desk: Desk) -> None:
    window = await desk.browser.somebody()
    page, house = await window.new_page(), desk.house
    await page.clock.install()
    await sign_in(page, house, house.spec.steward.id)
    path = address(f"cohort-{house.spec.id}", "steward")
    await page.goto(str(house.web.base_url.join(path)))
    await page.evaluate("() => { window.stays = true; }")
    stream, terms = next((name, one) for name, one in house.cast.pairs.items() if name != desk.stream)
    names = await house.gateway.names([terms.mentor, terms.mentee])
    line = (
        page.get_by_role("listitem").filter(has_text=names[terms.mentor]).filter(has_text=names[terms.mentee])
    )
    await expect(line).to_have_count(0)
    told = RaiseConcern(text=WORDS, about_safety=False)
    receipt = await house.stack.turnabout.stream(stream).execute(told, actor=terms.mentee)
    await house.stack.reads.wait_for(receipt.position)
    await page.clock.fast_forward(6_000)
    await expect(line).to_have_count(1)
    assert await page.evaluate("() => window.stays")
    assert WORDS not in await page.content()
    await window.close()
    assert desk.browser.faults == []


async def _look(desk: Desk, page: Page, name: str, url: str) -> None:
    answer = await page.goto(url)
    assert answer is not None
    assert answer.status == 200, name
    await desk.browser.check(page, name)
    if small := await page.evaluate(SMALL):
        desk.browser.faults.append(f"{name}: too small: {small[:2]}")
    await page.set_viewport_size({"width": NARROW, "height": 700})
    if (width := await page.evaluate(WIDE)) > NARROW:
        desk.browser.faults.append(f"{name}: {width} pixels wide")
    await page.set_viewport_size(PHONE)


async def test_every_page_that_a_link_opens_is_fit_for_everybody(desk: Desk, phone: BrowserContext) -> None:
    page = await phone.new_page()
    for name, one in PAGES.items():
        if name not in FILES:
            await _look(desk, page, name, await desk.address(desk.somebody(one), name))


async def test_every_page_of_a_role_is_fit_for_everybody(desk: Desk) -> None:
    people = {desk.somebody(one) for one in ROLE_PAGES.values()}
    for who in sorted(people):
        window = await desk.browser.somebody()
        page = await window.new_page()
        await sign_in(page, desk.house, who)
        await _look(desk, page, f"{HOME} of {who}", page.url)
        for name, one in ROLE_PAGES.items():
            if desk.somebody(one) == who:
                path = address(desk.about(one), name)
                await _look(desk, page, name, str(desk.house.web.base_url.join(path)))
        await window.close()
    assert desk.browser.faults == []
