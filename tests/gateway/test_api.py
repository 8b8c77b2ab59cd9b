"""The operators' HTTP API: machines that speak in a person's name, within a token's scopes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from events.tokens import SCOPES, Scope, Tokens
from tests.e2e.cohort import small_cohort
from tests.gateway.house import House, a_house
from turnabout.commands import SignCharter
from turnabout.spec import CohortSpec
from workers.gateway.api.accepted import ACCEPTED, IN_PERSON
from workers.gateway.api.app import CHECKED_IN, description
from workers.gateway.api.reads import READS

PROBLEM = "application/problem+json"


@dataclass
class Machines:
    """The house, and tokens by whom they speak for."""

    house: House
    tokens: dict[str, str]

    async def token(self, person: str, *scopes: Scope, days: float = 1) -> str:
        made = Tokens(self.house.stack.pool)
        return (await made.create(person, "test", scopes or SCOPES, lasting=timedelta(days=days)))[1]

    async def ask(self, method: str, path: str, who: str | None, **options: Any) -> httpx2.Response:
        """Ask in the name of a person, or with no token."""
        headers = dict(options.pop("headers", {}))
        if who is not None:
            if who not in self.tokens:
                self.tokens[who] = await self.token(who)
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return await self.house.web.request(method, f"/v1{path}", headers=headers, **options)

    async def send(self, who: str, stream: str, key: str, **command: Any) -> httpx2.Response:
        body = {"stream": stream, "command": command}
        return await self.ask("POST", "/commands", who, json=body, headers={"Idempotency-Key": key})


@pytest_asyncio.fixture(scope="module")
async def machines() -> AsyncIterator[Machines]:
    """The small cohort is planned, its charter signed; another one has strangers as its staff."""
    async with a_house() as house:
        cohort = house.stack.turnabout.cohort(house.spec.id)
        sponsor = house.spec.sponsor.id
        receipt = await cohort.execute(SignCharter(text="Leaders learn, too."), actor=sponsor)
        await house.stack.reads.wait_for(receipt.position)
        yield Machines(house, {})


def other_spec(house: House, name: str = "by-http") -> CohortSpec:
    """A cohort with the same people under another id."""
    shift = house.spec.starts_on - small_cohort(name).starts_on
    return small_cohort(name).model_copy(update={"starts_on": small_cohort(name).starts_on + shift})


async def test_a_cohort_is_started_once_and_found_after_that(machines: Machines) -> None:
    spec = other_spec(machines.house)
    body = spec.model_dump(mode="json")
    started = await machines.ask("POST", "/cohorts", spec.lead.id, json=body)
    assert started.status_code == 201, started.text
    assert started.headers["location"] == "/v1/cohorts/by-http"
    assert started.json()["found"] is False
    found = await machines.ask("POST", "/cohorts", spec.lead.id, json=body)
    assert (found.status_code, found.json()["found"]) == (200, True)
    assert found.json()["stored"] == started.json()["stored"]
    other = await machines.ask("POST", "/cohorts", spec.lead.id, json={**body, "name": "Another"})
    assert (other.status_code, other.json()["rule"]) == (409, "E1")
    stranger = await machines.ask("POST", "/cohorts", spec.sponsor.id, json={**body, "id": "not-mine"})
    assert (stranger.status_code, stranger.json()["rule"]) == (403, "G21")
    assert await machines.house.stack.reads.stream("cohort-not-mine") is None


async def test_a_command_is_given_once_in_the_name_of_the_tokens_person(machines: Machines) -> None:
    house = machines.house
    stream, sponsor, lead = f"cohort-{house.spec.id}", house.spec.sponsor.id, house.spec.lead.id
    wish = {"type": "commit_sponsorship"}
    early = await machines.send(lead, stream, "open-1", type="open_enrolment")
    assert early.status_code == 409, early.text
    assert early.headers["content-type"] == PROBLEM
    assert early.json()["type"] == "/problems/rejected"
    assert early.json()["rule"]
    assert early.json()["hint"]

    first = await machines.send(sponsor, stream, "commit-1", **wish)
    assert first.status_code == 200, first.text
    again = await machines.send(sponsor, stream, "commit-1", **wish)
    assert again.json() == first.json()
    assert (await machines.ask("GET", f"/commands/{stream}/commit-1", lead)).json() == first.json()
    events = [one for one in await house.events(stream) if one.command_id == "commit-1"]
    assert {one.actor for one in events} == {sponsor}
    other = await machines.send(lead, stream, "commit-1", type="open_enrolment")
    assert (other.status_code, other.json()["rule"]) == (409, "E1")

    seen = {"cohort": house.spec.id, "after": first.json()["position"]}
    duties = await machines.ask("GET", "/reads/duties", lead, params=seen)
    assert {one["duty"] for one in duties.json()["items"]} >= {"kickoff"}
    board = await machines.ask("GET", "/reads/board", lead, params=seen)
    assert board.json()["items"][0]["sponsorship_committed_at"] is not None


async def test_what_people_answer_no_machine_gives(machines: Machines) -> None:
    """G6: nobody but the respondent handles an answer, not even with a token in the respondent's name."""
    house = machines.house
    assert {"answer_pulse", "raise_concern", "answer_survey", "opt_in", "log_session"} <= IN_PERSON
    mentor = next(one.id for one in house.spec.people)
    stream = f"cohort-{house.spec.id}"
    for who in (house.spec.lead.id, mentor):
        sent = await machines.send(who, "pair-small-01", "x-1", type="answer_pulse", progress=5, safety=1)
        assert sent.status_code == 422
        assert "answers on their own page" in sent.json()["problems"][0]
        assert "safety" not in sent.text
    own = await machines.send(mentor, stream, "x-2", type="record_metric", value=1)
    assert own.status_code in {404, 422}
    assert {kind.model_fields["type"].default for kind in ACCEPTED}.isdisjoint(IN_PERSON)


async def test_not_yours_is_answered_like_what_does_not_exist(machines: Machines) -> None:
    house = machines.house
    lead = house.spec.lead.id
    stranger = house.spec.people[0].id
    ours, none = house.spec.id, "there-is-none"
    for path in (
        "/cohorts/{0}",
        "/pairs?cohort={0}",
        "/pairs/{0}-01",
        "/commands/cohort-{0}/start",
        *(f"/reads/{read.name}?cohort={{0}}" for read in READS),
    ):
        hidden = await machines.ask("GET", path.format(ours), stranger)
        absent = await machines.ask("GET", path.format(none), lead)
        assert hidden.status_code == 404, path
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
    wish = {"type": "open_enrolment"}
    hidden = await machines.send(stranger, f"cohort-{ours}", "x-3", **wish)
    absent = await machines.send(lead, f"cohort-{none}", "x-3", **wish)
    assert hidden.status_code == 404
    assert hidden.content == absent.content
    listed = await machines.ask("GET", "/cohorts", stranger)
    assert listed.json() == {"items": [], "next": None}


async def test_a_sponsor_reads_duties_and_no_pair(machines: Machines) -> None:
    """R110."""
    sponsor, params = machines.house.spec.sponsor.id, {"cohort": machines.house.spec.id}
    seen = {
        read.name
        for read in READS
        if (await machines.ask("GET", f"/reads/{read.name}", sponsor, params=params)).status_code == 200
    }
    assert seen == {"duties", "checklist"}
    assert (await machines.ask("GET", "/pairs", sponsor, params=params)).status_code == 404


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer x", "Bearer turnabout_00_00", "Basic eDp4"])
async def test_without_a_token_there_is_no_answer(machines: Machines, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent}
    for method, path in (("GET", "/cohorts"), ("POST", "/commands"), ("POST", "/cohorts")):
        answer = await machines.ask(method, path, None, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "/problems/unauthenticated"


async def test_expired_and_revoked_tokens_are_as_good_as_none(machines: Machines) -> None:
    lead, tokens = machines.house.spec.lead.id, Tokens(machines.house.stack.pool)
    revoked = await machines.token(lead)
    expired = await machines.token(lead, days=-1)
    whole = await machines.token(lead)
    await tokens.revoke(revoked.split("_")[1])
    changed = whole[:-1] + ("A" if whole[-1] != "A" else "B")
    answers = [
        await machines.ask("GET", "/cohorts", None, headers={"Authorization": f"Bearer {one}"})
        for one in (revoked, expired, changed)
    ]
    assert {one.status_code for one in answers} == {401}
    assert len({one.content for one in answers}) == 1
    assert (
        await machines.house.stack.pool.fetchval(
            "SELECT used_at FROM log.tokens WHERE id = $1", whole.split("_")[1]
        )
        is None
    )


async def test_a_token_is_for_its_scopes_alone(machines: Machines) -> None:
    lead = machines.house.spec.lead.id
    machines.tokens["reader"] = await machines.token(lead, "reads")
    assert (await machines.ask("GET", "/cohorts", "reader")).status_code == 200
    for path, body in (
        ("/commands", {"stream": "cohort-x", "command": {"type": "open_enrolment"}}),
        ("/cohorts", {}),
    ):
        refused = await machines.ask("POST", path, "reader", json=body, headers={"Idempotency-Key": "k"})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/out-of-scope")


async def test_pages_go_on_where_the_last_one_ended(machines: Machines) -> None:
    lead, params = machines.house.spec.lead.id, {"cohort": machines.house.spec.id}
    whole = (await machines.ask("GET", "/reads/checklist", lead, params=params)).json()
    assert whole["next"] is None
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (
            await machines.ask("GET", "/reads/checklist", lead, params={**params, **cursor, "limit": 3})
        ).json()
        assert len(page["items"]) <= 3
        found += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == whole["items"]
    for strange in ("x", "eyJ9", json.dumps([1])):
        answer = await machines.ask("GET", "/reads/checklist", lead, params={**params, "cursor": strange})
        assert answer.status_code == 422
        assert "cursor" in answer.json()["problems"][0]
    foreign = (await machines.ask("GET", "/cohorts", lead, params={"limit": 1})).json()["next"]
    if foreign:
        assert (
            await machines.ask("GET", "/reads/checklist", lead, params={**params, "cursor": foreign})
        ).status_code == 422


async def test_faults_of_what_is_sent_are_named_and_not_repeated(machines: Machines) -> None:
    lead = machines.house.spec.lead.id
    bad = {"stream": "nothing", "command": {"type": "sign_charter", "text": "", "secret": "hunter2"}}
    answer = await machines.ask("POST", "/commands", lead, json=bad, headers={"Idempotency-Key": "a:b"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    told = " ".join(answer.json()["problems"])
    assert "body.stream" in told
    assert "Idempotency-Key" in told
    assert "body.command.sign_charter.secret: there is no such field" in told
    assert "hunter2" not in answer.text
    broken = await machines.ask(
        "POST",
        "/commands",
        lead,
        content=b"{",
        headers={"Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    assert (broken.status_code, broken.json()["problems"]) == (422, ["not JSON"])
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/cohorts", 405)):
        answer = await machines.ask(method, path, lead)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    large = await machines.ask("POST", "/cohorts", lead, content=b" " * (1024 * 1024 + 1))
    assert (large.status_code, large.headers["content-type"]) == (413, PROBLEM)


async def test_the_description_is_served_and_is_the_one_in_the_docs(machines: Machines) -> None:
    """Stale? `python -m workers.gateway.api.app` writes it anew."""
    assert CHECKED_IN.read_text(encoding="utf-8") == description()
    served = await machines.house.web.get("/v1/openapi.json")
    assert served.json() == json.loads(description())


async def test_ten_machines_that_press_at_once_give_one_command(machines: Machines) -> None:
    house = machines.house
    stream, lead = f"cohort-{house.spec.id}", house.spec.lead.id
    to = {"id": "s-other", "timezone": "Europe/Berlin"}
    sent = await asyncio.gather(
        *(machines.send(lead, stream, "steward-1", type="replace_steward", to=to) for _ in range(10))
    )
    assert {one.status_code for one in sent} == {200}, sent[0].text
    assert len({one.content for one in sent}) == 1
