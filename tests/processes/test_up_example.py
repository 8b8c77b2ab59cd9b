"""`turnabout up --example`: five minutes of a newcomer, who is sponsor, mentee and lead by what the page of
the mails shows."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from time import monotonic

import httpx2
import pytest

from tests.processes.child import Child, open_directory, turnabout
from tests.processes.newcomer import confirm, fill, leads_to, prepare
from tests.processes.test_up import Place, a_place, is_up
from turnabout import calendar
from workers.demo.example import LEFT, cohorts, home_at
from workers.gateway.addresses import address

FIVE_MINUTES = 300
"""Seconds in which somebody who has never seen it is everybody once, with the start of all processes."""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with open_directory() as folder:
        yield a_place(folder, monkeypatch)


async def sponsor_signs(web: httpx2.AsyncClient, mails: str) -> None:
    """By the newest letter to the sponsor, if letters go out now, or else by what is proposed to try."""
    first = (await web.get(mails)).text
    link = leads_to(first, "sponsor: sign the charter")
    now = datetime.now(UTC)
    if all(calendar.is_working(now - timedelta(hours=hours), home_at(now)) for hours in (0, 1)):
        listed = (await web.get(mails, params={"to": "graham.okafor@example.org"})).text
        assert "elena" not in listed.partition("<table>")[2]
        letters = re.findall(r'href="(/mail/\d+)"', listed)
        texts = [(await web.get(f"{mails}{one}")).text for one in letters]
        links = {unescape(one) for text in texts for one in re.findall(r'href="([^"]+/link/[^"]+)"', text)}
        assert links
    await fill(web, link, "sign_charter")
    await fill(web, link, "commit-")


async def signs_in(web: httpx2.AsyncClient, address: str, name: str) -> httpx2.Response:
    """Say at the sign-in service who one is; the page on which that ends."""
    asked = (await web.get(address)).text
    start = re.search(r'(?:href|action)="(/sign-in/start[^"]*)"', asked)
    assert start, asked
    origin = address.removesuffix("/sign-in")
    who = await web.get(origin + unescape(start.group(1)), follow_redirects=True)
    assert "lead in The example" in who.text
    found = re.search(rf'<a href="([^"]+)"><strong>{name}</strong>', who.text)
    assert found, who.text
    there = f"{who.url.scheme}://{who.url.netloc.decode()}"
    return await web.get(there + unescape(found.group(1)), follow_redirects=True)


async def shown_by(child: Child) -> dict[str, str]:
    """The addresses that it prints."""
    await is_up(child)
    lines = [line.split("  ", 1) for line in child.output.splitlines() if "  " in line]
    return {name.strip(): value.strip() for name, value in lines}


@pytest.mark.timeout(400)  # two starts of everything, on a machine that others use
async def test_a_newcomer_is_sponsor_mentee_mentor_and_lead_within_five_minutes_and_finds_it_again(
    place: Place,
) -> None:
    began = monotonic()
    async with turnabout("up", "--example", environment=place.environment) as child:
        shown = await shown_by(child)
        await child.says("The example is ready", timeout=150)
        async with httpx2.AsyncClient(timeout=60) as web:
            await sponsor_signs(web, shown["mails"])
            first = (await web.get(shown["mails"])).text
            mentee, mentor = (leads_to(first, words) for words in ("mentee: prepare", "mentor: prepare"))
            await prepare(web, mentee, mentor)
            mine = await signs_in(web, shown["sign in"], "Nadia Feldmann")
            assert mine.status_code == 200
            assert mine.url.path == "/my"
            await confirm(web, str(mine.url.join(address(LEFT, "pair"))))
        assert monotonic() - began < FIVE_MINUTES
        child.send(signal.SIGINT)
        assert await child.ended() == 0
    assert await place.is_quiet()
    assert "example.org" not in child.errors  # who writes to whom is in no log

    async with turnabout("up", "--example", environment=place.environment) as again:
        shown = await shown_by(again)
        await again.says("The example is ready", timeout=60)
        async with httpx2.AsyncClient(timeout=60) as web:
            first = (await web.get(shown["mails"])).text
            signed = await web.get(leads_to(first, "sponsor: sign the charter"))
            assert "The charter is signed. Thank you!" in signed.text
        again.send(signal.SIGINT)
        assert await again.ended() == 0
    assert await place.is_quiet()


def test_the_examples_people_live_where_letters_go_out_on_every_business_day() -> None:
    begin = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday, all over the world
    for half_hours in range(4 * 48):
        now = begin + timedelta(minutes=30 * half_hours)
        if 20 < half_hours < 4 * 48 - 60:
            for near in (now - timedelta(hours=1), now):
                assert calendar.is_working(near, home_at(now)), now
    running, waiting, people = cohorts(begin)
    assert running.starts_on == begin.date() - timedelta(days=1)
    assert {one.timezone for one in people} == {running.timezone} == {waiting.sponsor.timezone}
