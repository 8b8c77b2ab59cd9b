"""A newcomer's hands in `turnabout up --example`: sponsor, mentee, mentor and lead by forms alone, as the
page of the mails and the docs tell them.
"""

from __future__ import annotations

import re
from html import unescape

import httpx2

from tests.gateway.forms import forms_of

GOAL = {
    "statement": "The mentee will publish 3 posts and gain 250 followers in 8 weeks.",
    "baseline": "1000",
    "target": "1250",
}
EXCHANGE = {"teaches": "How short films are made", "gives": "How budgets are made"}
CADENCE = {"weekday": "1", "at": "10:00", "channel": "A call"}


def leads_to(page: str, words: str) -> str:
    """Where the link goes whose words hold these."""
    found = [
        unescape(address)
        for address, said in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', page)
        if words in unescape(said)
    ]
    assert found, page
    return found[0]


async def fill(web: httpx2.AsyncClient, address: str, name: str, **typed: str) -> str:
    """Fill in the form of a page whose name begins so, send it, and read that it is saved; the page then."""
    shown = await web.get(address)
    form = next((one for key, one in forms_of(shown.text).items() if key.startswith(name)), None)
    assert form is not None, (name, shown.text)
    saved = await web.post(address, data={**form, **typed}, follow_redirects=True)
    assert "Saved. Thank you!" in saved.text, saved.text
    return saved.text


async def prepare(web: httpx2.AsyncClient, mentee: str, mentor: str) -> None:
    """Both partners by their pages: a goal, what each gives, when they meet, the ground rules."""
    await fill(web, mentee, "propose_goal", **GOAL)
    await fill(web, mentee, "rate_goal", attainability="4")
    await fill(web, mentee, "sign_ground_rules")
    await fill(web, mentor, "agree_exchange", **EXCHANGE)
    await fill(web, mentor, "agree_cadence", **CADENCE)
    await fill(web, mentor, "rate_goal", attainability="5")
    done = await fill(web, mentor, "sign_ground_rules")
    assert "Your goal stands once the lead has confirmed it." in done


async def confirm(web: httpx2.AsyncClient, pair: str) -> None:
    """The lead, signed in, reads the pair's goal on its page and confirms it."""
    page = (await web.get(pair)).text
    assert GOAL["statement"] in unescape(page)
    await fill(web, pair, "confirm-")
    assert "Confirm the goal" not in (await web.get(pair)).text
