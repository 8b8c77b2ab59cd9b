"""The pulse, answered from the link of its letter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.gateway.house import House, a_house


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with a_house() as made:
        await made.until_type("pair.pulse_opened")
        yield made


async def test_the_letters_link_opens_a_page_that_changes_nothing_and_a_form_that_answers(
    house: House,
) -> None:
    event = next(one for one in reversed(house.seen) if one.type == "pair.pulse_opened")
    terms = house.cast.pairs[event.stream]
    path = await house.link(terms.mentee, event.stream, "pulse", "pulse-1")
    before = await house.events(event.stream)
    for _ in range(2):
        shown = await house.web.get(path)
        assert shown.status_code == 200
        assert "How safe do you feel" in shown.text
    assert await house.events(event.stream) == before

    answers = {
        "form": "answer_pulse",
        "progress": "4",
        "safety": "5",
        "recommend": "yes",
        "worked": "<b>drafts",
    }
    taken = await house.web.post(path, data=answers)
    assert taken.status_code == 303
    saved = await house.web.get(taken.headers["location"])
    assert "Saved" in saved.text
    again = await house.web.post(path, data=answers)
    assert again.status_code == 303
    (stored,) = [one for one in await house.events(event.stream) if one.type == "pair.pulse_answered"]
    assert stored.actor == terms.mentee
    assert stored.data["safety"] == 5
    assert re.search(r"You have answered", (await house.web.get(path)).text)
