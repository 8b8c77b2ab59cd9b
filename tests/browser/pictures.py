"""`python -m tests.browser.pictures`: the main pages as people see them, on a phone and a desktop, written to
`docs/pictures/`. The small cohort is played to the moment of each picture.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, ViewportSize

from tests.browser import report_pictures
from tests.browser.chromium import DESKTOP, PHONE, Chromium, chromium
from tests.browser.photograph import keep
from tests.browser.signing import sign_in
from tests.e2e.cohort import script, small_cohort
from tests.gateway.house import House, a_house
from tests.gateway.signing import everybody
from workers.demo.cast import Cast
from workers.embedded.dev_provider import dev_provider
from workers.gateway.addresses import address
from workers.settings import EngineSettings

STAFF = {"lead", "sponsor", "steward"}


async def _nothing(_: Page) -> None:
    pass


@dataclass(frozen=True)
class Picture:
    """A page of somebody as it is after the first event of a type: mentor and mentee open a link, staff sign
    in."""

    name: str
    after: str
    of: str
    page: str
    size: ViewportSize
    first: Callable[[Page], Awaitable[None]] = _nothing


async def _half_a_goal(page: Page) -> None:
    await page.get_by_label("What will the mentee do").fill("Publish 3 posts, gain 250 followers.")
    await page.get_by_label("today").fill("1000")
    await page.get_by_label("at the end").fill("1250")
    await page.locator("[data-marks] .lacks").first.wait_for()
    await page.get_by_role("heading", name="One clear goal").evaluate("one => one.scrollIntoView()")


async def _a_pulse(page: Page) -> None:
    await page.get_by_role("group", name="How far have you come").get_by_label("4").check()
    await page.get_by_role("group", name="How safe do you feel").get_by_label("5").check()


async def _an_unsafe_word(page: Page) -> None:
    await page.get_by_label("What is on your mind?").fill("My partner shared what I said in our session.")


PICTURES = (
    Picture("choose", "cohort.shortlists_prepared", "mentee", "choose", PHONE),
    Picture("goal", "pair.formed", "mentee", "goal", PHONE, _half_a_goal),
    Picture("pair", "pair.pulse_opened", "mentee", "home", PHONE),
    Picture("pulse", "pair.pulse_opened", "mentee", "pulse", PHONE, _a_pulse),
    Picture("concern", "pair.pulse_opened", "mentee", "concern", PHONE, _an_unsafe_word),
    Picture("steward", "pair.paused", "steward", "steward", DESKTOP),
    Picture("lead", "pair.midpoint_opened", "lead", "lead", DESKTOP),
    Picture("sponsor", "pair.midpoint_opened", "sponsor", "sponsor", DESKTOP),
)


async def _take(house: House, browser: Chromium, picture: Picture) -> bytes:
    event = next(one for one in reversed(house.seen) if one.type == picture.after)
    context = await browser.somebody(picture.size)
    page = await context.new_page()
    if picture.of in STAFF:
        await sign_in(page, house, f"s-{picture.of}")
        path = address(f"cohort-{house.spec.id}", picture.page)
    else:
        path = await house.link(_partner(house, event.stream, picture.of), event.stream, picture.page)
    await page.goto(str(house.web.base_url.join(path)))
    await picture.first(page)
    await page.evaluate("() => document.activeElement.blur()")
    taken = await page.screenshot()
    await context.close()
    return taken


def _partner(house: House, stream: str, role: str) -> str:
    if stream in house.cast.pairs:
        terms = house.cast.pairs[stream]
        return terms.mentor if role == "mentor" else terms.mentee
    return next(one.id for one in house.spec.people if one.role == role)


async def main() -> None:
    """Write all pictures. Raises ValueError for one that is too large."""
    spec = small_cohort().model_copy(update={"name": "Future Skills, spring 2035"})
    async with dev_provider(everybody) as provider, chromium() as browser:
        settings = EngineSettings(shutdown_timeout=0.5, oidc_issuer=provider.issuer)
        async with a_house(cast=Cast(spec, script()), settings=settings) as house:
            await _take_all(house, browser)
        await report_pictures.take(browser)


async def _take_all(house: House, browser: Chromium) -> None:
    for picture in PICTURES:
        if not any(one.type == picture.after for one in house.seen):
            await house.until_type(picture.after)
        keep(picture.name, await _take(house, browser, picture))


if __name__ == "__main__":
    asyncio.run(main())
