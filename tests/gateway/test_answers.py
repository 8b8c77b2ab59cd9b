"""Answers by links: what is saved once, what counts as a second answer, and what is said of each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest_asyncio

from tests.gateway.forms import forms_of
from tests.gateway.house import House, a_house
from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_terms import Terms
from workers.gateway.pages import PAGES
from workers.gateway.serving import ANSWERED, GONE, ONCE_MORE
from workers.gateway.visit import Visit
from workflows.rules.pair_state import Goal, PairState

PULSE = {"form": "pulse-1", "progress": "4", "safety": "5", "recommend": "yes", "worked": "<b>drafts"}
Pair = tuple[str, Terms]


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with a_house() as made:
        await made.until_type("pair.pulse_opened")
        yield made


@pytest_asyncio.fixture(scope="module")
async def pair(house: House) -> Pair:
    """The pair whose pulse is open, and its terms."""
    event = next(one for one in reversed(house.seen) if one.type == "pair.pulse_opened")
    return event.stream, house.cast.pairs[event.stream]


async def stored(house: House, stream: str, kind: str) -> list[dict[str, object]]:
    """What the events of a kind hold."""
    return [{**one.data, "actor": one.actor} for one in await house.events(stream) if one.type == kind]


async def test_the_letters_link_opens_a_page_that_changes_nothing_and_a_form_that_answers(
    house: House, pair: Pair
) -> None:
    stream, terms = pair
    path = await house.link(terms.mentee, stream, "pulse", "pulse-1")
    before = await house.events(stream)
    for _ in range(2):
        shown = await house.web.get(path)
        assert shown.status_code == 200
        assert "How safe do you feel" in shown.text
        assert "press" not in forms_of(shown.text)["pulse-1"]
    assert await house.events(stream) == before

    taken = await house.web.post(path, data=PULSE)
    assert taken.status_code == 303
    saved = await house.web.get(taken.headers["location"])
    assert "Saved" in saved.text
    again = await house.web.post(path, data=PULSE)
    assert again.headers["location"] == taken.headers["location"]
    (answer,) = await stored(house, stream, "pair.pulse_answered")
    assert (answer["actor"], answer["safety"]) == (terms.mentee, 5)
    assert re.search(r"You have answered", (await house.web.get(path)).text)


async def test_another_answer_to_the_same_question_is_not_said_to_be_saved(house: House, pair: Pair) -> None:
    stream, terms = pair
    path = await house.link(terms.mentor, stream, "pulse", "pulse-1")
    bad, good = await asyncio.gather(
        house.web.post(path, data=PULSE | {"progress": "3"}), house.web.post(path, data=PULSE)
    )
    refused, taken = sorted((bad, good), key=lambda one: one.status_code, reverse=True)
    assert (refused.status_code, taken.status_code) == (409, 303)
    assert ANSWERED in refused.text
    kept = [one for one in await stored(house, stream, "pair.pulse_answered") if one["actor"] == terms.mentor]
    assert len(kept) == 1
    for changed in ({"worked": "calls"}, {"progress": "9"}):
        late = await house.web.post(path, data=PULSE | changed)
        assert late.status_code == 409
        assert ANSWERED in late.text
        assert "Saved" not in late.text
    other = await house.web.post(path, data=PULSE | {"form": "pulse-2"})
    assert other.status_code == 409
    assert GONE in other.text
    assert await stored(house, stream, "pair.pulse_answered") != []


async def test_what_may_be_said_again_is_stored_once_a_press(house: House, pair: Pair) -> None:
    stream, terms = pair
    path = await house.link(terms.mentee, stream, "concern")

    async def filled(text: str) -> dict[str, str]:
        form = forms_of((await house.web.get(path)).text)["raise_concern"]
        return form | {"text": text, "about_safety": "no"}

    first = await filled("The calls are late.")
    twice = await asyncio.gather(*(house.web.post(path, data=first) for _ in range(2)))
    assert [one.status_code for one in twice] == [303, 303]
    assert len(await stored(house, stream, "pair.concern_raised")) == 1
    again = await house.web.post(path, data=await filled("The calls are late."))
    assert again.status_code == 303
    assert len(await stored(house, stream, "pair.concern_raised")) == 2
    back = await house.web.post(path, data=first | {"text": "And too long."})
    assert back.status_code == 409
    assert ONCE_MORE in back.text.replace("&#39;", "'")
    anew = forms_of(back.text)["raise_concern"]
    assert anew["text"] == "And too long."
    assert (await house.web.post(path, data=anew)).status_code == 303
    assert len(await stored(house, stream, "pair.concern_raised")) == 3


async def test_a_session_is_moved_there_and_back_by_the_clock_of_who_moves_it(
    house: House, pair: Pair
) -> None:
    stream, terms = pair
    contact = (await house.gateway.people.find([terms.mentee]))[terms.mentee]
    zone, path = ZoneInfo(contact.timezone), await house.link(terms.mentee, stream, "session")
    moved: list[datetime] = []

    async def move_form() -> dict[str, str]:
        shown = forms_of((await house.web.get(path)).text)
        (form,) = [one for name, one in shown.items() if name.startswith("reschedule_session")]
        return form

    async def starts_at(form: dict[str, str]) -> datetime:
        state = await house.gateway.desk.look(stream)
        assert isinstance(state, PairState)
        return state.sessions[int(form["form"].split("-")[1])].starts_at

    first = await starts_at(await move_form())
    there, back = first + timedelta(hours=1), first
    for at in (there, back):
        form = await move_form()
        assert "press" not in form
        taken = await house.web.post(path, data=form | {"starts_at": f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"})
        assert "Saved" in (await house.web.get(taken.headers["location"])).text
        moved.append(await starts_at(form))
    assert moved == [there, back]

    # What is refused comes back as it was typed, and may be corrected.
    sunday = first.astimezone(zone) + timedelta(days=6 - first.astimezone(zone).weekday())
    refused = await house.web.post(path, data=await move_form() | {"starts_at": f"{sunday:%Y-%m-%dT%H:%M}"})
    assert refused.status_code == 409
    assert "is no business day" in refused.text
    anew = next(one for name, one in forms_of(refused.text).items() if name.startswith("reschedule_session"))
    assert anew["press"]
    assert anew["starts_at"] == f"{sunday:%Y-%m-%dT%H:%M}"
    corrected = anew | {"starts_at": f"{there.astimezone(zone):%Y-%m-%dT%H:%M}"}
    assert (await house.web.post(path, data=corrected)).status_code == 303
    assert await starts_at(anew) == there


async def test_the_next_occasion_is_another_question(house: House, pair: Pair) -> None:
    """A link that is used again answers what is asked then, not what was answered before."""
    stream, terms = pair
    state = await house.gateway.desk.look(stream)
    assert isinstance(state, PairState)
    wave, day = replace(state.waves[-1], answered=frozenset(), closed=False), timedelta(days=1)
    proposed = Goal(1, "Publish 3 posts.", "posts", 1200, 1450.5, "posts", terms.ends_on)
    ready = replace(state.preparation, accepted=None)
    paused = replace(state.care, paused=True, announced=True)
    due = await house.stack.clock.now()
    occasions = {
        "pulse": [replace(state, waves=(replace(wave, number=n),)) for n in (1, 2)],
        "endpoint": [replace(state, endpoint=replace(wave, number=n)) for n in (3, 4)],
        "milestone": [replace(state, milestone_due=due + n * day) for n in (1, 2)],
        "check_in": [replace(state, care=replace(paused, pauses=n)) for n in (1, 2)],
        "prepare to rate": [
            replace(state, preparation=replace(ready, proposed=replace(proposed, number=n))) for n in (1, 2)
        ],
    }
    for name, states in occasions.items():
        ids = []
        for one in states:
            visit = Visit(terms.mentee, stream, None, one, PARTNERS, due, None, str)
            view = await PAGES[name.partition(" ")[0]].show(house.gateway, visit)
            ids.append([form.id for form in view.forms])
            assert not any(form.repeatable for form in view.forms), name
        assert ids[0], name
        assert ids[0] != ids[1], name
