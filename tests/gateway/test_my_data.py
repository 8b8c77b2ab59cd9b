"""My data: what is stored about somebody, as a page and a file, and its erasure (R109)."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest_asyncio

from events.own import OwnLog
from events.registry import standard
from tests.gateway.house import House, a_house
from tests.waiting import until
from turnabout.commands.base import Command
from turnabout.commands.cohort_offices import ReplaceSponsor, ReplaceSteward
from turnabout.commands.pair_care import RaiseConcern
from turnabout.contact import Contact
from workers.gateway import serving
from workers.gateway.desk import roles_of
from workers.gateway.pages import PAGES
from workers.gateway.visit import Visit
from workers.own_words import WORDS
from workflows.rules.pair_state import PairState

HIDDEN = re.compile(r"paused|assessed|\bred\b|amber|decoy|drawn", re.IGNORECASE)

UNTOLD = {
    "cohort.kpis_published": "What KPIs told, sealed for the engine: the next ones are held against it.",
    "pair.lot_drawn": "Nobody reads it, its owner neither (G6).",
    "pair.reshuffle_proposed": "An offer of the lead or the steward; that it came may tell of a concern.",
}
"""What is not told though it names who gave it, and why."""


@dataclass(frozen=True)
class Unsafe:
    """The pair in which the mentor answered low, before its check-in is announced."""

    house: House
    stream: str
    mentor: str
    mentee: str

    @property
    def cohort(self) -> str:
        return f"cohort-{self.house.spec.id}"

    async def look(self, person: str, page: str = "my_data") -> str:
        shown = await self.house.web.get(await self.house.link(person, self.cohort, page))
        assert shown.status_code == 200
        return str(shown.text)


@pytest_asyncio.fixture(scope="module")
async def pair() -> AsyncIterator[Unsafe]:
    async with a_house() as house:
        await house.until_type("pair.paused")
        (paused,) = [one for one in house.seen if one.type == "pair.paused"]
        terms = house.cast.pairs[paused.stream]
        yield Unsafe(house, paused.stream, terms.mentor, terms.mentee)


def test_whatever_is_sealed_or_names_its_giver_has_words() -> None:
    known = standard()
    for name in known.names() - set(UNTOLD):
        fields = set(known.schema(name)["properties"])
        if known.sealed_fields(name) or fields & {"by", "respondent", "person"}:
            assert name in WORDS, name
    for name, words in WORDS.items():
        fields = set(known.schema(name)["properties"])
        assert words.whose == "actor" or set(words.whose.split("|")) <= fields, name
        assert set(words.hidden) <= fields, name


async def test_people_read_what_they_answered_and_nobody_elses(pair: Unsafe) -> None:
    answers = [one for one in await pair.house.events(pair.stream) if one.type == "pair.pulse_answered"]
    mine = next(one for one in answers if one.data["respondent"] == pair.mentor)
    page = await pair.look(pair.mentor)
    assert "You answered a pulse" in page
    assert "Macro" not in page
    assert f"safety: {mine.data['safety']}" in page
    assert "Seen by nobody but you" in page
    assert not HIDDEN.search(re.sub(r'href="[^"]*"', "", page))
    theirs = await pair.look(pair.mentee)
    assert f"safety: {mine.data['safety']}" not in theirs
    agreed = [one for one in await pair.house.events(pair.stream) if one.type == "pair.exchange_agreed"]
    for person, text in ((pair.mentor, page), (pair.mentee, theirs)):
        for one in agreed:
            assert (one.data["teaches"] in text) == (one.actor == person)
    names = await pair.house.gateway.names([pair.mentor])
    assert names[pair.mentor] in theirs
    others = {one for terms in pair.house.cast.pairs.values() for one in (terms.mentor, terms.mentee)}
    # Whom somebody ranked they had met by name; nobody else's name is told.
    ranked = await pair.house.gateway.own.history(pair.mentee, pair.cohort, ["cohort.shortlist_ranked"])
    met = {one for event in ranked if event.data["mentee"] == pair.mentee for one in event.data["mentors"]}
    assert met - {pair.mentor}
    known = await pair.house.gateway.names(met)
    assert all(name in theirs for name in known.values())
    assert not met & set(re.findall(r"[\w-]+", re.sub(r'href="[^"]*"', "", theirs)))
    shown = await pair.house.gateway.names(others - met - {pair.mentor, pair.mentee})
    assert not [name for name in shown.values() if name in theirs]


async def test_the_file_holds_the_same(pair: Unsafe) -> None:
    file = await pair.house.web.get(await pair.house.link(pair.mentor, pair.cohort, "my_data_file"))
    assert 'filename="my-data.json"' in file.headers["content-disposition"]
    data = json.loads(file.content)
    assert data["person"] == pair.mentor
    assert data["directory"]["email"]
    places = {f"cohort {pair.house.spec.id}", pair.stream.replace("-", " ", 1)}
    assert {one["where"] for one in data["places"]} == places
    pulses = [one for one in data["said"] if one["what"] == "You answered a pulse"]
    assert len(pulses) == 1
    assert not HIDDEN.search(json.dumps(data["said"]))
    assert data["letters"]


async def test_without_keys_answers_read_sealed(pair: Unsafe) -> None:
    gateway = pair.house.gateway
    closed = OwnLog(pair.house.stack.pool, standard(), None)
    (event,) = [
        one
        for one in await closed.history(pair.mentor, pair.stream, ["pair.pulse_answered"])
        if one.data["respondent"] == pair.mentor
    ]
    assert event.data["safety"] == "sealed"
    state = await gateway.desk.look(pair.cohort)
    assert state is not None
    at, roles = await gateway.clock(), roles_of(state, pair.mentor)
    visit = Visit(pair.mentor, pair.cohort, None, state, roles, at, None, lambda page, *_: page)
    shown = await serving.show(replace(gateway, own=closed), PAGES["my_data"], visit, "")
    page = bytes(shown.body).decode()
    assert "this server cannot open them" in page
    assert "safety: sealed" in page
    other = await gateway.own.history(pair.mentee, pair.stream, ["pair.pulse_answered"])
    assert [one.data["safety"] for one in other if one.data["respondent"] == pair.mentor] == ["sealed"]


async def test_r109_an_erasure_is_confirmed_and_first_ends_every_place(pair: Unsafe) -> None:
    house, person = pair.house, pair.mentor
    concern = RaiseConcern(text="it is not well between us", about_safety=False)
    await house.stack.turnabout.stream(pair.stream).execute(concern, actor=person)
    assert "it is not well between us" in await pair.look(person)
    page = await pair.look(person, "erase")
    assert "You leave your cohort first" in page
    path = await house.link(person, pair.cohort, "erase")
    for typed in ("", "yes"):
        refused = await house.web.post(path, data={"word": typed})
        assert refused.status_code == 422
        assert "Nothing was erased" in refused.text
    assert (await house.gateway.people.find([person]))[person].name

    done = await house.web.post(path, data={"word": " Erase"})
    assert done.status_code == 200
    assert "You are erased" in done.text
    assert await house.gateway.people.find([person]) == {}
    assert (await house.web.get(path)).status_code == 404
    left = [one for one in await house.events(pair.cohort) if one.type == "cohort.person_withdrew"]
    assert [(one.data["person"], one.data["reason"]) for one in left] == [(person, None)]

    async def ended() -> bool:
        state = await house.gateway.desk.look(pair.stream)
        return isinstance(state, PairState) and state.end_state == "withdrawn"

    await until(ended)
    told = [one for one in await house.events(pair.stream) if one.type == "pair.concern_raised"]
    assert [one.data["text"] for one in told if one.data["respondent"] == person] == [None]


async def test_who_holds_an_office_hands_it_over_first(pair: Unsafe) -> None:
    sponsor = pair.house.spec.sponsor.id
    path = await pair.house.link(sponsor, pair.cohort, "erase")
    assert "Hand it over first" in (await pair.house.web.get(path)).text
    refused = await pair.house.web.post(path, data={"word": "erase"})
    assert refused.status_code == 422
    assert sponsor in await pair.house.gateway.people.find([sponsor])


async def test_who_came_into_an_office_later_reads_of_it_and_cannot_leave_it_behind(pair: Unsafe) -> None:
    house = pair.house
    people = house.gateway.people
    offices: dict[str, type[Command]] = {"new-steward": ReplaceSteward, "new-sponsor": ReplaceSponsor}
    for new, given in offices.items():
        known = {"id": new, "name": new.title(), "email": f"{new}@example.org", "timezone": "Europe/Berlin"}
        await people.import_people([Contact.model_validate(known)])
        to = {"id": new, "timezone": "Europe/Berlin", **({"title": "cpo"} if given is ReplaceSponsor else {})}
        stream = house.stack.turnabout.stream(pair.cohort)
        await stream.execute(given.model_validate({"to": to}), actor=house.spec.lead.id)
        assert await house.gateway.own.streams(new) == [pair.cohort]
        assert f"as {new.partition('-')[2]}" in await pair.look(new)
        path = await house.link(new, pair.cohort, "erase")
        assert "Hand it over first" in (await house.web.get(path)).text
