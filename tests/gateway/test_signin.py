"""Signing in with the organisation's account: who is known comes in, and nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from tests.gateway.house import House
from tests.gateway.signing import a_house_with_sign_in, browser, chosen, sign_in, to_provider
from workers.embedded.dev_provider import DevProvider

LEAD, SPONSOR = "s-lead", "s-sponsor"


@pytest_asyncio.fixture(scope="module")
async def place() -> AsyncIterator[tuple[House, DevProvider]]:
    async with a_house_with_sign_in() as made:
        yield made


Place = tuple[House, DevProvider]


async def test_somebody_known_comes_in_stays_and_signs_out(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        first = await web.get("/my")
        assert first.status_code == 303
        assert first.headers["location"] == "/sign-in?next=%2Fmy"
        asked = await web.get(first.headers["location"])
        assert "Sign in" in asked.text
        page = await sign_in(web, SPONSOR)
        assert page.status_code == 200, page.text
        assert "Sign the charter" in page.text
        assert "Graham Okafor" in page.text
        csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
        assert csrf
        refused = await web.post("/sign-out", data={"csrf": "0" * 64})
        assert refused.status_code == 403
        assert (await web.get("/my")).status_code == 200
        gone = await web.post("/sign-out", data={"csrf": csrf[1]})
        assert gone.headers["clear-site-data"] == '"storage"'
        assert (await web.get("/my")).status_code == 303


async def test_the_page_that_was_asked_for_opens_after_signing_in_and_nothing_elsewhere(place: Place) -> None:
    house, _ = place
    path = f"/my/cohort-{house.spec.id}/charter"
    async with browser(house) as web:
        page = await sign_in(web, SPONSOR, path)
        assert "I sign the charter" in page.text
        for elsewhere in ("https://evil.example/my", "//evil.example", "/my/../link/x", "/mysterious"):
            back = await chosen(web, await to_provider(web, elsewhere), SPONSOR)
            assert (await web.get(back)).headers["location"] == "/my"


async def test_who_is_not_in_the_directory_is_told_so_and_gets_no_session(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        page = await sign_in(web, "p-999")
        assert page.status_code == 403
        assert "We do not know you here" in page.text
        assert "nobody.known" not in page.text
        assert (await web.get("/my")).status_code == 303


async def test_a_session_ends_after_its_hours_however_much_it_is_used(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        await sign_in(web, LEAD)
        hours = house.gateway.settings.session_hours
        await house.stack.clock.sleep(timedelta(hours=hours - 1))
        assert (await web.get("/my")).status_code == 200
        await house.stack.clock.sleep(timedelta(hours=1, minutes=1))
        assert (await web.get("/my")).status_code == 303
