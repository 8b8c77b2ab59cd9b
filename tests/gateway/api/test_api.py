"""The operators' API over a cohort that runs: who may ask for what, and what comes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio
import temporalio.client as temporal

from events.tokens import Tokens
from tests.cli.wire import Wire
from tests.e2e.cohort import small_cohort
from tests.gateway.api.asking import all_of, problem, token
from tests.gateway.api.fuzz import fuzz
from tests.gateway.house import House, a_house
from turnabout.client import Turnabout
from workers.gateway.api.accepted import IN_PERSON
from workers.gateway.api.app import CHECKED_IN
from workers.gateway.api.reads import READS
from workers.gateway.app import application
from workers.gateway.guard import LARGEST_TO_API
from workers.settings import EngineSettings

LEAD, SPONSOR, STEWARD = "s-lead", "s-sponsor", "s-steward"
COHORT, PAIR = "cohort-small", "pair-small-01"
IN_BRIEF = {"answer_pulse", "answer_survey", "raise_concern", "check_milestone", "rate_goal"}


@pytest_asyncio.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    settings = EngineSettings(shutdown_timeout=0.5, gateway_rate=1_000_000)
    async with a_house(settings=settings) as made:
        await made.until_type("pair.activated")
        yield made


async def send(
    house: House, who: dict[str, str], key: str, stream: str, kind: str, **fields: Any
) -> httpx2.Response:
    """Give a command."""
    wish = {"stream": stream, "command": {"type": kind, **fields}}
    return await house.web.post("/v1/commands", json=wish, headers={**who, "Idempotency-Key": key})


async def refresh(house: House, who: dict[str, str], key: str) -> httpx2.Response:
    """Give a command that a lead may give at any time."""
    return await send(house, who, key, COHORT, "refresh_holidays", holiday_place="DE-BE")


async def test_a_token_that_is_worth_nothing_is_refused_like_none(house: House) -> None:
    tokens = house.gateway.tokens
    good = await token(house, LEAD)
    assert (await house.web.get("/v1/cohorts", headers=good)).status_code == 200
    known, text = await tokens.create(LEAD, "gone", ["reads"], lasting=timedelta(days=1))
    await tokens.revoke(known.id)
    _, old = await tokens.create(LEAD, "old", ["reads"], lasting=timedelta(seconds=-1))
    _, stranger = await tokens.create("p-nobody", "stranger", ["reads"], lasting=timedelta(days=1))
    sound = good["Authorization"].removeprefix("Bearer ")
    bad = [
        text,
        old,
        stranger,
        sound[:-1] + ("a" if sound[-1] != "a" else "b"),
        f"turnabout_{known.id}_",
        "x",
    ]
    sent = [{}, {"Authorization": f"Basic {sound}"}, *({"Authorization": f"Bearer {one}"} for one in bad)]
    told = [await house.web.get("/v1/cohorts", headers=headers) for headers in sent]
    for answer in told:
        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert len({answer.text for answer in told}) == 1
    used = {one.id: one.used_at for one in await tokens.everyone()}
    assert used[sound.split("_")[1]] is not None
    assert used[known.id] is None


async def test_a_token_does_what_its_scopes_say(house: House) -> None:
    reads, sends = await token(house, LEAD, ["reads"]), await token(house, LEAD, ["commands:send"])
    told = problem(await house.web.get("/v1/cohorts", headers=sends), 403, "out-of-scope")
    assert "reads" in told["hint"]
    problem(await send(house, reads, "a", COHORT, "refresh_holidays"), 403, "out-of-scope")
    spec = small_cohort("other").model_dump(mode="json")
    problem(await house.web.post("/v1/cohorts", json=spec, headers=sends), 403, "out-of-scope")


async def test_a_cohort_is_started_led_and_read_by_http(house: House) -> None:
    who, sponsor = await token(house, LEAD), await token(house, SPONSOR)
    now = await house.stack.clock.now()
    monday = date.fromordinal(now.toordinal() + 14 - now.weekday())
    spec = small_cohort("by-http", monday)
    sent = spec.model_dump(mode="json")
    begun = await house.web.post("/v1/cohorts", json=sent, headers=who)
    assert begun.status_code == 201, begun.text
    assert begun.json()["found"] is False
    again = await house.web.post("/v1/cohorts", json=sent, headers=who)
    assert (again.status_code, again.json()) == (200, {**begun.json(), "found": True})

    after = {"after": begun.json()["stored"]["position"]}
    found = await house.web.get(begun.headers["location"], params=after, headers=who)
    assert (found.json()["cohort"], found.json()["roles"]) == ("by-http", ["lead"])
    other = await house.web.post("/v1/cohorts", json={**sent, "name": "Another"}, headers=who)
    assert problem(other, 409, "rejected")["rule"] == "E1"
    problem(await house.web.post("/v1/cohorts", json=sent, headers=sponsor), 403, "forbidden")
    wrong = {**sent, "people": [{**sent["people"][0], "role": "boss"}], "kickoff_on": "soon"}
    told = problem(await house.web.post("/v1/cohorts", json=wrong, headers=who), 422, "invalid-input")
    assert [one.partition(":")[0] for one in told["problems"]] == ["kickoff_on", "people[0].role"]

    stream = "cohort-by-http"
    early = problem(await send(house, who, "open", stream, "open_enrolment"), 409, "rejected")
    assert early["rule"]
    signed = await send(house, sponsor, "sign", stream, "sign_charter", text="Leaders learn, too.")
    assert signed.status_code == 200, signed.text
    for _ in range(2):
        repeated = await send(house, sponsor, "sign", stream, "sign_charter", text="Leaders learn, too.")
        assert repeated.json() == signed.json()
    changed = await send(house, sponsor, "sign", stream, "sign_charter", text="Something else.")
    assert problem(changed, 409, "rejected")["rule"] == "E1"
    assert {one.actor for one in await house.events(stream) if one.command_id == "sign"} == {SPONSOR}
    kept = await house.web.get(f"/v1/commands/{stream}/sign", headers=sponsor)
    assert kept.json() == signed.json()
    problem(await house.web.get(f"/v1/commands/{stream}/never", headers=sponsor), 404, "not-found")
    board = await house.web.get(
        "/v1/reads/board",
        params={"cohort": "by-http", "after": signed.json()["position"]},
        headers=who,
    )
    assert board.json()["items"][0]["charter_signed_at"] is not None


async def test_two_machines_that_send_one_command_are_one(house: House) -> None:
    """E1: the idempotency key is the command's id."""
    who = await token(house, LEAD)
    answers = await asyncio.gather(*(refresh(house, who, "holidays-1") for _ in range(4)))
    assert [one.status_code for one in answers] == [200] * 4, answers[0].text
    assert len({one.text for one in answers}) == 1


async def test_the_command_is_the_tokens_persons_and_takes_their_role(house: House) -> None:
    """G21: nobody declares himself, and each command takes its role."""
    sponsor, steward = await token(house, SPONSOR), await token(house, STEWARD)
    assert (
        problem(await send(house, sponsor, "g1", COHORT, "open_enrolment"), 403, "forbidden")["rule"] == "G21"
    )
    assert problem(await send(house, steward, "g2", PAIR, "confirm_goal"), 403, "forbidden")["rule"] == "G21"
    named = {"stream": COHORT, "command": {"type": "open_enrolment"}, "actor": LEAD}
    headers = {**sponsor, "Idempotency-Key": "g3"}
    problem(await house.web.post("/v1/commands", json=named, headers=headers), 422, "invalid-input")


async def test_what_is_not_ones_own_is_not_there(house: House) -> None:
    """G21: the answer about somebody else's stream is that about none, whatever is asked of it."""
    terms = house.cast.pairs[PAIR]
    strangers = [await token(house, one) for one in (terms.mentor, terms.mentee)]
    lead = await token(house, LEAD)
    for who in strangers:
        assert (await house.web.get("/v1/cohorts", headers=who)).json() == {"items": [], "next": None}
    asked = {
        "/v1/cohorts/{}": "small",
        "/v1/pairs/{}": "small-01",
        "/v1/pairs?cohort={}": "small",
        "/v1/commands/cohort-{}/start": "small",
        **{f"/v1/reads/{read.name}?cohort={{}}": "small" for read in READS},
    }
    for path, real in asked.items():
        assert (await house.web.get(path.format(real), headers=lead)).status_code == 200, path
        none = await house.web.get(path.format("no-such"), headers=lead)
        problem(none, 404, "not-found")
        for who in strangers:
            assert (await house.web.get(path.format(real), headers=who)).content == none.content, path
    for stream in (COHORT, PAIR, "cohort-no-such", "pair-no-such"):
        answer = await send(house, strangers[0], "foreign", stream, "refresh_holidays")
        assert answer.content == none.content


async def test_each_role_reads_its_own(house: House) -> None:
    """The sponsor reads duties, the checklist and published KPIs; what tells of people is the lead's."""
    sponsor, steward = await token(house, SPONSOR), await token(house, STEWARD)
    for who in (sponsor, steward):
        seen = {
            read.name
            for read in READS
            if (await house.web.get(f"/v1/reads/{read.name}?cohort=small", headers=who)).status_code == 200
        }
        assert seen == {"duties", "checklist", "kpis"}
        problem(await house.web.get("/v1/pairs/small-01", headers=who), 404, "not-found")


async def test_no_machine_answers_in_a_participants_place(house: House) -> None:
    """Answers are the respondent's: the API takes none of them, from no token."""
    terms = house.cast.pairs[PAIR]
    assert IN_BRIEF <= IN_PERSON
    before = await house.events(PAIR)
    for person, some in ((terms.mentor, IN_PERSON), (LEAD, IN_BRIEF), (STEWARD, IN_BRIEF)):
        who = await token(house, person)
        for kind in sorted(some):
            answer = await send(house, who, f"in-person-{kind}", PAIR, kind, safety=1, text="Maud shouts")
            told = problem(answer, 422, "invalid-input")
            assert "by the link of their letter" in str(told["problems"])
            assert "Maud" not in answer.text
    assert await house.events(PAIR) == before


async def test_pages_of_a_list_are_the_list(house: House) -> None:
    who = await token(house, LEAD)
    for path in ("/v1/reads/timeline", "/v1/reads/reminders", "/v1/reads/messages", "/v1/pairs"):
        whole = await all_of(house, path, who, 500)
        assert len(whole) >= 4
        assert not [one for one in whole if "position" in one], "it would tell how far the log has come"
        assert await all_of(house, path, who, max(1, len(whole) // 3)) == whole
    path, params = "/v1/reads/timeline", {"cohort": "small", "limit": "5"}
    first = (await house.web.get(path, params=params, headers=who)).json()
    await refresh(house, who, "holidays-2")
    second = await house.web.get(path, params={**params, "cursor": first["next"]}, headers=who)
    assert second.json()["items"][0] == whole_after(await all_of(house, path, who, 500), first)
    wrong = await house.web.get(path, params={**params, "cursor": first["next"][:-2]}, headers=who)
    assert problem(wrong, 422, "invalid-input")["problems"][0].startswith("cursor")
    for limit in ("0", "501", "many"):
        answer = await house.web.get(path, params={**params, "limit": limit}, headers=who)
        assert problem(answer, 422, "invalid-input")["problems"][0].startswith("limit")


def whole_after(whole: list[Any], page: dict[str, Any]) -> Any:
    """What stands after a page in the whole list."""
    return whole[whole.index(page["items"][-1]) + 1]


async def test_whatever_is_wrong_is_told_as_a_problem(house: House) -> None:
    who = {**await token(house, LEAD), "Idempotency-Key": "p"}
    web = house.web
    for path in ("/v1/", "/v1/nowhere", "/v1/cohorts/"):
        problem(await web.get(path, headers=who), 404, "not-found")
    wrong = await web.put("/v1/cohorts", headers=who)
    problem(wrong, 405, "method-not-allowed")
    assert "GET" in wrong.headers["allow"] or "POST" in wrong.headers["allow"]
    form = await web.post("/v1/commands", data={"stream": COHORT}, headers=who)
    problem(form, 415, "unsupported-media-type")
    typed = {**who, "Content-Type": "application/json"}
    told = problem(await web.post("/v1/commands", content=b"{", headers=typed), 422, "invalid-input")
    assert told["problems"] == ["not JSON: the fault is at line 1, column 2"]
    assert told["hint"].startswith("Mend the body there")
    for name, hint in (
        ("plan_next", "Did you mean plan_next_cohort?"),
        ("lunch", "There are assign_pair, "),
    ):
        unknown = {"stream": COHORT, "command": {"type": name}}
        told = problem(await web.post("/v1/commands", json=unknown, headers=who), 422, "invalid-input")
        assert told["problems"] == [f"command: there is no command of the type {name!r}"]
        assert told["hint"].startswith(hint)
        assert "'" not in told["hint"]
    problem(
        await web.post("/v1/commands", content=b" " * (LARGEST_TO_API + 1), headers=typed), 413, "too-long"
    )
    secret = {"stream": COHORT, "command": {"type": "proceed_small", "reason": {"Maud": "shouts"}}}
    answer = await web.post("/v1/commands", json=secret, headers=who)
    assert problem(answer, 422, "invalid-input")["problems"]
    assert "shouts" not in answer.text
    for strange in ("1", str(2**62), house.gateway.links.mark("cursor", "[1]")):
        late = await web.get("/v1/cohorts", params={"after": strange}, headers=who)
        assert "after" in problem(late, 422, "invalid-input")["problems"][0]


async def test_too_many_requests_are_told_when_to_come_again(house: House) -> None:
    settings = EngineSettings(gateway_rate=2)
    app = application(replace(house.gateway, settings=settings))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as web:
        answers = [await web.get("/v1/openapi.json") for _ in range(3)]
    assert [one.status_code for one in answers[:2]] == [200, 200]
    problem(answers[2], 429, "too-many")
    assert answers[2].headers["retry-after"] == "60"


async def test_servers_that_are_away_are_told_as_such(house: House) -> None:
    who = {**await token(house, LEAD), "Idempotency-Key": "away"}
    host, _, port = house.stack.temporal.address.rpartition(":")
    wire = await Wire.to(partial(asyncio.open_connection, host, int(port)))
    lost = await temporal.Client.connect(
        f"127.0.0.1:{wire.port}", data_converter=house.stack.client.data_converter
    )
    wire.cut()
    client = Turnabout(lost, house.gateway.reads, patience=timedelta(seconds=1))
    async with asyncpg.create_pool("postgresql://turnabout@127.0.0.1:1/turnabout", min_size=0) as empty:
        without_temporal = replace(house.gateway, turnabout=client)
        without_postgres = replace(house.gateway, tokens=Tokens(empty))
        for gateway in (without_temporal, without_postgres):
            transport = httpx2.ASGITransport(application(gateway))
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as web:
                wish = {"stream": COHORT, "command": {"type": "close_cohort"}}
                answer = await web.post("/v1/commands", json=wish, headers=who)
            told = problem(answer, 503, "unreachable")
            assert answer.headers["retry-after"]
            assert "Idempotency-Key" in told["hint"]
            assert "127.0.0.1" not in answer.text


@pytest.mark.timeout(90)
async def test_whatever_the_description_allows_is_answered_as_it_says(house: House) -> None:
    """Schemathesis asks the API what its description allows, and what it does not."""
    who = await token(house, LEAD)
    served = (await house.web.get("/v1/openapi.json")).json()
    assert served == json.loads(CHECKED_IN.read_text(encoding="utf-8"))
    asked = await asyncio.to_thread(fuzz, served, str(house.web.base_url), who)
    assert asked == sum(len(item) for item in served["paths"].values())
