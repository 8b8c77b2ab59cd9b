"""Signing in with the organisation's account: who is known comes in, and nobody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import httpx2
import pytest
import pytest_asyncio

from tests.gateway.forms import forms_of
from tests.gateway.house import House
from tests.gateway.signing import Liar, a_house_with_sign_in, browser, chosen, sign_in, to_provider
from tests.waiting import until

LEAD, SPONSOR = "s-lead", "s-sponsor"


@pytest_asyncio.fixture(scope="module")
async def place() -> AsyncIterator[tuple[House, Liar]]:
    async with a_house_with_sign_in() as made:
        yield made


Place = tuple[House, Liar]


async def test_somebody_known_comes_in_stays_and_signs_out(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        first = await web.get("/my")
        assert first.status_code == 303
        assert first.headers["location"] == "/sign-in?next=%2Fmy"
        asked = await web.get(first.headers["location"])
        assert "Sign in" in asked.text
        assert "prompt=select_account" in await to_provider(web), "others may use this computer"
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
        (leads,) = re.findall(r'href="([^"]+)">Sign out there, too<', gone.text)
        assert "signed out here, too" in (await web.get(unescape(leads))).text
        assert (await web.get("/my")).status_code == 303


async def test_two_tabs_sign_in_at_once(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        tabs = [await to_provider(web, f"/my/cohort-{house.spec.id}/{page}") for page in ("charter", "duty")]
        backs = [await chosen(web, tab, SPONSOR) for tab in tabs]
        leads = [(await web.get(back)).headers["location"] for back in backs]
        assert [one.rpartition("/")[2] for one in leads] == ["charter", "duty"]


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


@pytest.mark.parametrize("said", [False, None, "true", 1])
async def test_an_address_that_nobody_verified_is_nobodys(place: Place, said: object) -> None:
    house, provider = place
    provider.other = {"email_verified": said}
    try:
        async with browser(house) as web:
            page = await sign_in(web, LEAD)
            assert page.status_code == 403
            assert "We do not know you here" in page.text
            assert (await web.get("/my")).status_code == 303
    finally:
        provider.other = {}


async def test_only_the_browser_that_began_comes_back_and_only_once(place: Place) -> None:
    house, _ = place
    async with browser(house) as web, browser(house) as other:
        back = await chosen(web, await to_provider(web), LEAD)
        state = re.search(r"state=([^&]+)", back)
        assert state
        faults = [
            (other, back),
            (web, back.replace(state[1], "x" * len(state[1]))),
            (web, back.replace("code=", "other=")),
            (web, re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back)),
        ]
        for who, address in faults:
            began = back if who is other else (await chosen(web, await to_provider(web), LEAD))
            fresh_state = re.search(r"state=([^&]+)", began)
            assert fresh_state
            asked = address.replace(state[1], fresh_state[1])
            refused = await who.get(asked)
            assert refused.status_code == 403, asked
            assert "That did not work" in refused.text
            assert (await who.get("/my")).status_code == 303
        back = await chosen(web, await to_provider(web), LEAD)
        assert (await web.get(back)).status_code == 303
        assert (await web.get(back)).status_code == 403


async def test_a_session_ends_after_its_hours_however_much_it_is_used(place: Place) -> None:
    house, _ = place
    async with browser(house) as web:
        await sign_in(web, LEAD)
        hours = house.gateway.settings.session_hours
        await house.stack.clock.sleep(timedelta(hours=hours - 1))
        assert (await web.get("/my")).status_code == 200
        await house.stack.clock.sleep(timedelta(hours=1, minutes=1))
        assert (await web.get("/my")).status_code == 303


async def test_what_is_not_theirs_looks_like_what_does_not_exist(place: Place) -> None:
    house, _ = place
    cohort, mentor = f"cohort-{house.spec.id}", house.spec.people[0].id
    async with browser(house) as web:
        await sign_in(web, mentor)
        csrf = await _csrf(web)
        paths = [
            f"/my/{cohort}/charter",
            "/my/cohort-nowhere/join",
            f"/my/{cohort}/nothing",
            "/my/pair-x-01/home",
        ]
        answers = [await web.get(path) for path in paths]
        posted = [await web.post(path, data={"form": "sign_charter", "csrf": csrf}) for path in paths]
        assert {one.status_code for one in (*answers, *posted)} == {404}
        assert len({one.text for one in (*answers, *posted)}) == 1


async def test_a_form_needs_the_token_of_its_session_and_counts_once(place: Place) -> None:
    house, _ = place
    cohort = f"cohort-{house.spec.id}"
    path = f"/my/{cohort}/charter"
    async with browser(house) as web, browser(house) as other:
        page = await sign_in(web, SPONSOR, path)
        await sign_in(other, SPONSOR)
        form = {
            **forms_of(page.text)["sign_charter"],
            "text": f"Leaders learn, too: `{SPONSOR}` and `nobody`.",
        }
        emptied = await web.post(path, data={**form, "text": " "})
        assert emptied.status_code == 422
        assert forms_of(emptied.text)["sign_charter"]["text"] == "", "the draft is not signed instead"
        for csrf in ("", "0" * 64, await _csrf(other)):
            refused = await web.post(path, data={**form, "csrf": csrf})
            assert refused.status_code == 403
            assert "This is not saved" in refused.text
        for _ in range(2):
            taken = await web.post(path, data=form)
            assert taken.status_code == 303, taken.text
            assert "Saved. Thank you!" in (await web.get(taken.headers["location"])).text
    stored = [one for one in await house.events(cohort) if one.type == "cohort.charter_signed"]
    assert [one.actor for one in stored] == [SPONSOR]
    async with browser(house) as web:
        read = await sign_in(web, house.spec.people[0].id, f"/my/{cohort}/read_charter")
        name = (await house.gateway.names([SPONSOR]))[SPONSOR]
        assert name != SPONSOR
        assert f"<p>Leaders learn, too: {name} and <code>nobody</code>.</p>" in read.text


async def test_the_address_alone_and_a_letter_lead_to_what_waits_for_the_lead(place: Place) -> None:
    house, _ = place
    await house.until_type("cohort.sponsorship_committed")
    async with browser(house) as web:
        await sign_in(web, LEAD)
        door = await web.get("/")
        assert door.headers["location"] == "/my"
        page = (await web.get("/my")).text
        assert f'<a href="/my/cohort-{house.spec.id}/enrolment">Open enrolment</a>' in page
        assert "Nothing waits for you" not in page
    await house.stack.clock.sleep(timedelta(days=5))  # the lead does not, and is reminded
    letter = await until(lambda: _letter(house, "enrolment_to_open"))
    assert f"{house.gateway.links.base}/my\n" in letter


async def _letter(house: House, template: str) -> str:
    return next((one.letter.body for one in house.post.to(LEAD, template)), "")


async def _csrf(web: httpx2.AsyncClient) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', (await web.get("/my")).text)
    assert found
    return found[1]
