"""Signing in with the hands of a browser, at the development provider."""

from __future__ import annotations

from playwright.async_api import Page

from tests.gateway.house import House
from workers.gateway.addresses import HOME


async def sign_in(page: Page, house: House, person: str) -> None:
    """From the gateway to the provider, choose who one is, and back; the page is then one's own."""
    known = await house.gateway.people.find([person])
    await page.goto(str(house.web.base_url.join(HOME)))
    await page.get_by_role("link", name="Sign in", exact=True).click()
    await page.get_by_role("link", name=known[person].name, exact=True).click()
    await page.wait_for_url(f"**{HOME}")
