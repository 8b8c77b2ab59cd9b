"""Links: one person's, for one purpose, for a time; and what the gateway says of those that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from activities.links import Links, Ticket
from events.contracts import StoredEvent
from events.reader import LogReader
from events.registry import standard
from tests.gateway.forms import forms_of
from tests.gateway.house import House, a_house
from turnabout.codec import PayloadKey
from turnabout.errors import LinkRefused
from workers.gateway import render
from workers.gateway.desk import Desk, roles_of
from workers.gateway.pages import PAGES
from workers.gateway.serving import MEANWHILE
from workers.gateway.visit import Account, Visit

OLD, NEW = PayloadKey.generate("old"), PayloadKey.generate("new")
MONTH = timedelta(days=30)
AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
BASE = "https://mentoring.example.org"


@given(
    person=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True),
    item=st.none() | st.text(max_size=30),
)
def test_a_link_says_nothing_and_leads_to_what_it_was_made_for(person: str, item: str | None) -> None:
    links = Links([NEW], BASE, lasting=MONTH)
    made = Ticket(person=person, stream="pair-q1-07", page="pulse", item=item, expires_at=AT)
    token = links.seal(made)
    assert links.open(token) == made
    assert links.seal(made) == token
    assert re.fullmatch(r"new\.[A-Za-z0-9_-]{100,}", token)
    assert "pulse" not in token


def test_nobody_without_the_key_can_tell_an_answer_from_its_commands_id() -> None:
    made = Ticket(person="p-1", stream="pair-q1-07", page="prepare", expires_at=AT)
    links, others = (Links([key], BASE, lasting=MONTH) for key in (NEW, PayloadKey("new", OLD.secret)))
    token = links.seal(made)
    ids = [links.command_id(token, "rate_goal", content) for content in "12345"]
    assert len(set(ids)) == 5
    assert links.command_id(token, "rate_goal", "3") == ids[2]
    assert Links([OLD, NEW], BASE, lasting=MONTH).command_id(token, "rate_goal", "3") == ids[2]
    assert others.command_id(token, "rate_goal", "3") not in ids


def test_keys_rotate() -> None:
    before = Links([OLD], BASE, lasting=MONTH)
    token = before.seal(Ticket(person="p-1", stream="cohort-q1", page="join", expires_at=AT))
    between = Links([NEW, OLD], BASE, lasting=MONTH)
    assert between.open(token).person == "p-1"
    assert between.seal(between.open(token)) != token
    with pytest.raises(LinkRefused):
        Links([NEW], BASE, lasting=MONTH).open(token)


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "AA", lambda t: t[:-4], lambda _: "x", lambda t: f"other.{t}"]
)
def test_a_changed_link_is_none_of_ours(change: object) -> None:
    links = Links([NEW], BASE, lasting=MONTH)
    token = links.seal(Ticket(person="p-1", stream="cohort-q1", page="join", expires_at=AT))
    with pytest.raises(LinkRefused):
        links.open(change(token))  # type: ignore[operator]


class Counting(LogReader):
    """A reader that remembers from which version on it was asked."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.begins: list[int] = []

    def read_stream(self, name: str, after: int = 0) -> AsyncIterator[StoredEvent]:
        self.begins.append(after)
        return super().read_stream(name, after)


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    async with a_house() as made:
        await made.until_type("cohort.enrolment_opened")
        yield made


async def test_what_is_not_yours_looks_like_what_does_not_exist(house: House) -> None:
    cohort, mentor = f"cohort-{house.spec.id}", house.spec.people[0].id
    paths = [
        "/link/nonsense",
        await house.link("p-999", cohort, "join"),
        await house.link(mentor, "cohort-nowhere", "join"),
        await house.link(mentor, "pair-nowhere-01", "pulse"),
        await house.link(mentor, cohort, "charter"),
        await house.link(mentor, cohort, "no-such-page"),
    ]
    answers = [await house.web.get(path) for path in paths]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
    posted = [await house.web.post(path, data={"form": "opt_in"}) for path in paths]
    assert {one.text for one in posted} == {answers[0].text}


async def test_from_a_letter_that_was_passed_on_nobody_comes_to_what_its_person_answered(
    house: House,
) -> None:
    cohort, person = f"cohort-{house.spec.id}", house.spec.people[1].id
    page = await house.web.get(await house.link(person, cohort, "join"))
    (leads,) = re.findall(r'href="([^"]+)">What is stored about me<', page.text)
    refused = await house.web.get(leads)
    assert refused.status_code == 410
    assert "may have been passed on. So we send you a link" in refused.text
    assert "on its way" in (await house.web.post(leads, data={"renew": "yes"})).text
    (letter,) = house.post.to(person, "new_link")
    (line,) = [line.strip() for line in letter.letter.body.splitlines() if "/link/" in line]
    shown = await house.web.get(line.removeprefix(house.gateway.links.base))
    assert "Here you read all that is stored about you" in shown.text
    (file,) = re.findall(r'href="([^"]+)"[^>]*>[^<]*file', shown.text)
    assert (await house.web.get(file)).status_code == 200


async def test_an_expired_link_brings_one_new_one_by_mail(house: House) -> None:
    cohort, person = f"cohort-{house.spec.id}", house.spec.people[0].id
    path = await house.link(person, cohort, "join", ago=MONTH + timedelta(days=1))
    expired = await house.web.get(path)
    assert expired.status_code == 410
    assert "has expired" in expired.text
    refused = await house.web.post(path, data={"form": "opt_in"})
    assert refused.status_code == 410
    for _ in range(3):
        assert "on its way" in (await house.web.post(path, data={"renew": "yes"})).text
    (letter,) = house.post.to(person, "new_link")
    (line,) = [line.strip() for line in letter.letter.body.splitlines() if "/link/" in line]
    shown = await house.web.get(line.removeprefix(house.gateway.links.base))
    assert shown.status_code == 200
    assert "Yes, I take part" in shown.text


async def test_the_outbox_and_the_database_hold_no_link(house: House) -> None:
    assert any("/link/" in letter.letter.body for letter in house.post.letters)
    bodies = await house.stack.pool.fetch("SELECT body FROM log.outbox")
    assert bodies
    assert not any("/link/" in (row["body"] or "") for row in bodies)


async def test_what_is_typed_comes_back_with_what_is_wrong(house: House) -> None:
    person = house.spec.people[0].id
    path = await house.link(person, f"cohort-{house.spec.id}", "join")
    answer = await house.web.post(path, data={"form": "decline", "reason": "bored"})
    assert answer.status_code == 422
    assert "This is not saved yet" in answer.text
    gone = await house.web.post(path, data={"form": "sign_charter", "text": "<script>"})
    assert gone.status_code == 409
    assert "<script>" not in gone.text


async def test_r102_who_said_no_may_change_their_mind_until_enrolment_closes(house: House) -> None:
    person, cohort = house.spec.people[0].id, f"cohort-{house.spec.id}"
    path = await house.link(person, cohort, "join")
    for form, said in (
        ({"form": "decline", "reason": "time"}, "change your mind"),
        ({"form": "opt_in"}, "take part"),
    ):
        answer = await house.web.post(path, data=form)
        assert answer.status_code == 303, answer.text
        assert said in (await house.web.get(answer.headers["location"])).text


async def test_a_request_from_another_site_or_too_long_is_refused(house: House) -> None:
    path = await house.link(house.spec.people[0].id, f"cohort-{house.spec.id}", "join")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        foreign = await house.web.post(path, data={"form": "opt_in"}, headers=headers)
        assert foreign.status_code == 403
    long = await house.web.post(path, data={"form": "decline", "reason": "x" * 70_000})
    assert long.status_code == 413
    shown = await house.web.get(path)
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["referrer-policy"] == "same-origin"
    assert shown.headers["cache-control"] == "no-store"
    assert (await house.web.get("/static/style.css")).status_code == 200
    assert (await house.web.get("/readyz")).text == "ready\n"


async def test_a_shortlist_says_why_without_reading_the_cohort_again(house: House) -> None:
    await house.until_type("cohort.shortlists_prepared")
    (event,) = [one for one in house.seen if one.type == "cohort.shortlists_prepared"]
    entry, number = event.data["shortlists"][0], event.data["round"]
    shown = await house.web.get(await house.link(entry["mentee"], event.stream, "choose"))
    for candidate in entry["candidates"]:
        assert all(escape(reason) in shown.text for reason in candidate["reasons"])
    reader = Counting(house.stack.pool, standard())
    desk = Desk(reader, standard(), 256)
    for _ in range(2):
        reasons = await desk.shortlist(event.stream, number, entry["mentee"])
        assert reasons == {one["mentor"]: tuple(one["reasons"]) for one in entry["candidates"]}
        assert any(reasons.values())
    first, then = reader.begins
    assert first == 0 < then <= len(await house.events(event.stream))  # the cohort may have gone on meanwhile


async def test_an_order_is_whole_and_may_be_changed_until_the_matching(house: House) -> None:
    (event,) = [one for one in house.seen if one.type == "cohort.shortlists_prepared"]
    entry = event.data["shortlists"][0]
    path = await house.link(entry["mentee"], event.stream, "choose")
    first, second = (one["mentor"] for one in entry["candidates"][:2])
    form = {"form": f"rank-{event.data['round']}"}

    tied = await house.web.post(path, data={**form, f"mentors.{first}": "1", f"mentors.{second}": "1"})
    assert tied.status_code == 422
    assert "Two have the same place." in tied.text
    assert tied.text.count('<option value="1" selected>') == 2

    answer = await house.web.post(path, data={**form, f"mentors.{first}": "1", f"mentors.{second}": "2"})
    shown = await house.web.get(answer.headers["location"])
    again = forms_of(shown.text)[f"rank-again-{event.data['round']}"]
    assert "selected>1<" not in shown.text, "the letter may have been passed on"
    state = await house.gateway.desk.look(event.stream)
    assert state is not None
    at, roles = await house.gateway.clock(), roles_of(state, entry["mentee"])
    signed_in = Visit(entry["mentee"], event.stream, None, state, roles, at, None, str, Account("Maud", "-"))
    view = await PAGES["choose"].show(house.gateway, signed_in)
    assert list(view.given.values()) == [{"mentors": [first, second]}]
    turned = {f"mentors.{first}": "2", f"mentors.{second}": "1"}
    assert (await house.web.post(path, data={**again, **turned})).status_code == 303
    stored = [one.data["mentors"] for one in await house.events(event.stream) if _ranks(one, entry["mentee"])]
    assert stored == [[first, second], [second, first]]


async def test_a_mentor_reads_what_somebody_would_like_to_learn_before_saying_yes(house: House) -> None:
    await house.until_type("cohort.match_proposed")
    event = _last(house, "cohort.match_proposed")
    mentor, mentee = (event.data["edges"][0][one] for one in ("mentor", "mentee"))
    shown = await house.web.get(await house.link(mentor, event.stream, "answer_match"))
    people = {one.id: one for one in house.spec.people}
    for gap in people[mentee].gaps:
        assert f"<li>Would like to learn {escape(gap.skill)}" in shown.text
    assert "working hours a day in common" in shown.text
    assert not any(f"({gap.current} to" in shown.text for gap in people[mentee].gaps)


async def test_what_one_partner_writes_for_both_the_other_reads_and_may_change(house: House) -> None:
    await house.until_type("pair.exchange_agreed")
    agreed = _last(house, "pair.exchange_agreed")
    terms = house.cast.pairs[agreed.stream]
    for person, partner in ((terms.mentor, terms.mentee), (terms.mentee, terms.mentor)):
        page = (await house.web.get(await house.link(person, agreed.stream, "prepare"))).text
        assert escape(agreed.data["teaches"]) in page
        assert escape(agreed.data["gives"]) in page
        assert (await house.gateway.names([partner]))[partner] in page
    home = (await house.web.get(await house.link(terms.mentor, agreed.stream, "home"))).text
    (leave,) = re.findall(r'href="([^"]+)">Leave the cohort<', home)
    assert (await house.web.get(leave)).status_code == 410, "a way out in a letter that was passed on"
    (goal,) = re.findall(r'href="([^"]+)">Goal workshop<', home)
    asked = await house.web.get(goal)
    assert asked.status_code == 410, "what its own letter asks for"
    (steward,) = re.findall(r'href="([^"]+)">Tell the safety steward<', home)
    assert '">Your pair<' in (await house.web.get(steward)).text, "nobody is left there with no way on"
    joined = (await house.web.get(await house.link(terms.mentor, f"cohort-{house.spec.id}", "join"))).text
    (pair,) = re.findall(r'href="([^"]+)">Your pair<', joined)
    assert (await house.web.get(pair)).status_code == 410, "an invitation is no key to the later pair"
    (concern,) = re.findall(r'href="([^"]+)">Tell the safety steward<', joined)
    assert (await house.web.get(concern)).status_code == 200, "but to the steward, at any time"
    path = await house.link(terms.mentor, agreed.stream, "prepare")
    form = forms_of((await house.web.get(path)).text)["exchange-again"]
    assert form["gives"] == agreed.data["gives"]
    taken = await house.web.post(path, data={**form, "gives": "How budgets are made"})
    assert "How budgets are made" in (await house.web.get(taken.headers["location"])).text
    # Who had the page open before anything was agreed loses nothing of what they typed.
    first = {"form": "agree_exchange", "teaches": "Short films", "gives": "A seat at the table"}
    crossed = await house.web.post(path, data=first)
    assert (crossed.status_code, MEANWHILE in crossed.text) == (409, True)
    again = forms_of(crossed.text)["exchange-again"]
    assert (again["teaches"], again["gives"]) == ("Short films", "A seat at the table")
    taken = await house.web.post(path, data=again)
    assert "A seat at the table" in (await house.web.get(taken.headers["location"])).text

    await house.until_type("pair.goal_proposed")
    goal = _last(house, "pair.goal_proposed")
    mentee = house.cast.pairs[goal.stream].mentee
    shown = await house.web.get(await house.link(mentee, goal.stream, "prepare"))
    numbers = [render.number(goal.data[name]) for name in ("baseline", "target")]
    assert f"from {numbers[0]} to {numbers[1]} {goal.data['unit']}, by " in shown.text


def _last(house: House, kind: str) -> StoredEvent:
    return next(one for one in reversed(house.seen) if one.type == kind)


def _ranks(event: StoredEvent, mentee: str) -> bool:
    return event.type == "cohort.shortlist_ranked" and event.data["mentee"] == mentee
