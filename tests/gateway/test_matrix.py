"""Role x page x command x whose stream it is: what is not for somebody is refused, and the refusal is that of
what does not exist (G21). By link, signed in, and by a machine's token.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import httpx2
import pytest
import pytest_asyncio

from events.tokens import SCOPES, Tokens
from tests.e2e.cohort import EXAMPLES, MENTEES, MENTORS, small_cohort
from tests.gateway.forms import forms_of
from tests.gateway.house import House
from tests.gateway.rights import MAY, READS, SEES, STAFF
from tests.gateway.signing import a_house_with_sign_in, browser, sign_in
from tests.rules.cohort.test_roles import TABLE
from tests.rules.pair.test_roles import SAMPLES
from turnabout.commands.base import Command
from turnabout.commands.cohort import COHORT_COMMANDS
from turnabout.commands.pair import PAIR_COMMANDS
from turnabout.load import load_spec
from turnabout.spec import CohortSpec
from workers.gateway.api import reads
from workers.gateway.api.accepted import IN_PERSON
from workers.gateway.by_session import ALL
from workers.gateway.pages import PAGES

STREAMS = ("cohort", "pair", "other pair", "other cohort")
COMMANDS = {
    kind: frozenset(union.json_schema()["discriminator"]["mapping"])
    for kind, union in (("cohort", COHORT_COMMANDS), ("pair", PAIR_COMMANDS))
}
"""The names of a stream's commands."""
LIGHT = frozenset({"concern", "close", "charter", "join"})
"""Pages that are made at once, to which many forms are sent."""
Told = tuple[int, str, dict[str, str]]


@dataclass
class Place:
    """The house; `people` and `streams` by what they are here; what everybody is in each stream; a browser
    for each of those who have an account, and the token of its pages."""

    house: House
    people: Mapping[str, str]
    streams: Mapping[str, str]
    webs: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    csrf: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def may(self, who: str, where: str, roles: frozenset[str]) -> bool:
        return bool(ROLES[where].get(who, frozenset()) & roles)

    def pages(self, who: str) -> Iterator[tuple[str, str, bool]]:
        """Each page with each stream of its kind, and whether it is for them; for the mentor each page with a
        stream of another kind, too."""
        for name, (kind, roles) in SEES.items():
            for where in STREAMS:
                if where.endswith(kind):
                    yield name, where, self.may(who, where, roles)
                elif who == "mentor" and where in {"cohort", "pair"}:
                    yield name, where, False

    async def versions(self) -> dict[str, int]:
        """How many events each stream has."""
        return {name: len(await self.house.events(name)) for name in self.streams.values()}

    async def ask(self, who: str, method: str, path: str, body: object = None, key: str = "x") -> Told:
        """A machine's request in somebody's name."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": key}
        return told(await self.house.web.request(method, f"/v1{path}", headers=headers, json=body))


ROLES: Mapping[str, Mapping[str, frozenset[str]]] = {
    where: {who: frozenset(roles.split()) for who, roles in held.items()}
    for where, held in {
        "cohort": {
            **{one: one for one in ("mentor", "mentee", "lead", "sponsor", "steward")},
            "other mentee": "mentee",
        },
        "pair": {one: one for one in ("mentor", "mentee", "lead", "steward")},
        "other pair": {
            **{one: one for one in ("lead", "steward")},
            "other mentee": "mentee",
        },
        "other cohort": {},
    }.items()
}
"""What everybody is in each stream; nothing where they are not named."""


def told(answer: httpx2.Response) -> Told:
    """All that an answer says, but for the time."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.text, headers


@pytest_asyncio.fixture(scope="module")
async def place() -> AsyncIterator[Place]:
    async with a_house_with_sign_in(gateway_rate=1_000_000) as (house, _):
        await house.until(lambda event: event.type == "pair.formed" and len(house.cast.pairs) >= 3)
        (mine, terms), *others = house.cast.pairs.items()
        both = {terms.mentor, terms.mentee}
        other, apart = next((one, at) for one, at in others if not both & {at.mentor, at.mentee})
        spec, foreign = house.spec, elsewhere()
        await house.stack.turnabout.start_cohort(foreign)
        people = {
            "mentor": terms.mentor,
            "mentee": terms.mentee,
            "other mentee": apart.mentee,
            "lead": spec.lead.id,
            "sponsor": spec.sponsor.id,
            "steward": spec.steward.id,
            "stranger": "s-support-2",
        }
        cohorts = f"cohort-{spec.id}", f"cohort-{foreign.id}"
        streams = dict(zip(STREAMS, (cohorts[0], mine, other, cohorts[1]), strict=True))
        made, tokens = Place(house, people, streams), Tokens(house.stack.pool)
        for who, person in people.items():
            made.webs[who] = browser(house)
            page = await sign_in(made.webs[who], person)
            assert page.status_code == 200, (who, page.text)
            made.csrf[who] = page.text.partition('name="csrf" value="')[2].partition('"')[0]
            _, made.tokens[who] = await tokens.create(person, "test", SCOPES, lasting=timedelta(days=999))
        yield made
        for web in made.webs.values():
            await web.aclose()


def elsewhere() -> CohortSpec:
    """A later cohort with nobody in it whom the other one has."""
    spec = small_cohort("elsewhere", date(2035, 6, 4))
    known = load_spec(EXAMPLES / "cohort.yaml").spec.people
    apart = [one for one in known if one.id not in {*MENTORS, *MENTEES}]
    some = [one for role in ("mentor", "mentee") for one in [p for p in apart if p.role == role][:4]]
    staff = {
        "lead": {**spec.lead.model_dump(), "id": "x-lead"},
        "sponsor": {**spec.sponsor.model_dump(), "id": "x-sponsor"},
        "steward": {**spec.steward.model_dump(), "id": "x-steward"},
    }
    people = [one.model_copy(update={"reports_to": ()}).model_dump() for one in some]
    return CohortSpec.model_validate({**spec.model_dump(), **staff, "people": people})


# --- the tables -------------------------------------------------------------------------------------------


def commands() -> Iterator[type[Command]]:
    """Every command there is."""
    known = frozenset[str]().union(*COMMANDS.values())
    yield from (kind for kind in _below(Command) if _name(kind) in known)


def _below(kind: type[Command]) -> Iterator[type[Command]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _name(kind: type[Command]) -> str:
    return str(kind.model_fields["type"].default)


def test_every_page_command_and_read_has_its_row_and_says_the_same() -> None:
    """G21: a new one is added to `rights.py`, or this fails."""
    assert {one.name: (one.of, frozenset(map(str, one.roles))) for one in ALL.values()} == SEES
    assert {
        str(one.model_fields["type"].default): frozenset(map(str, one.roles)) for one in commands()
    } == MAY
    assert {one.name: frozenset(map(str, one.roles)) for one in reads.READS} == READS
    sampled = {command.type for command, _ in TABLE} | {command.type for command in SAMPLES.values()}
    assert sampled == set(MAY)


# --- by link ----------------------------------------------------------------------------------------------


async def test_a_link_opens_what_is_for_its_person_and_else_it_is_none_of_ours(place: Place) -> None:
    """G21: every page for everybody about every stream, looked at; and sent to where it is others'."""
    web, before = place.house.web, await place.versions()
    nothing = told(await web.get("/link/nonsense"))
    assert nothing[0] == 404
    unknown = await place.house.link("p-999", place.streams["cohort"], "join")
    assert told(await web.get(unknown)) == nothing
    for who, person in place.people.items():
        for name, where, allowed in place.pages(who):
            if name not in PAGES:  # those of roles have no links
                continue
            path, cell = await place.house.link(person, place.streams[where], name), (name, who, where)
            sends = not allowed and where.startswith("other")
            answer = told(await (web.post(path, data={"form": "x"}) if sends else web.get(path)))
            assert answer[0] == 200 if allowed else answer == nothing, (cell, answer)
    assert await place.versions() == before


# --- signed in --------------------------------------------------------------------------------------------


async def test_who_is_signed_in_sees_what_is_theirs_and_else_nothing_is_there(place: Place) -> None:
    """G21: the same by session, with the pages of roles."""
    before = await place.versions()
    for who, web in place.webs.items():
        nothing = told(await web.get("/my/cohort-nowhere/join"))
        assert nothing[0] == 404
        for name, where, allowed in place.pages(who):
            path, cell = f"/my/{place.streams[where]}/{name}", (name, who, where)
            sends, form = not allowed and where.startswith("other"), {"form": "x", "csrf": place.csrf[who]}
            answer = told(await (web.post(path, data=form) if sends else web.get(path)))
            assert answer[0] == 200 if allowed else answer == nothing, (cell, answer)
    assert await place.versions() == before


async def test_a_page_takes_no_command_that_it_does_not_show(place: Place) -> None:
    """G21: whatever somebody sends from a page of theirs, what is not for them goes nowhere."""
    before = await place.versions()
    for who in ROLES["cohort"].keys() - {"other mentee"}:
        for where in ("cohort", "pair"):
            seen = [name for name, at, allowed in place.pages(who) if at == where and allowed]
            page = next((one for one in seen if one in LIGHT), next(iter(seen), None))
            for command in sorted(COMMANDS[where]) if page else ():
                if place.may(who, where, MAY[command]):
                    continue
                sent = {"form": command, "csrf": place.csrf[who], "text": "x", "reason": "time"}
                answer = await place.webs[who].post(f"/my/{place.streams[where]}/{page}", data=sent)
                assert answer.status_code == 409, (who, command, answer.text)
                assert "was not saved" in answer.text, (who, command)
    assert await place.versions() == before


async def test_without_a_session_or_its_token_nothing_tells_what_there_is(place: Place) -> None:
    """The same answer for one's own page, a foreign one and none; and nothing is stored."""
    before = await place.versions()
    paths = [
        f"/my/{place.streams['pair']}/prepare",
        f"/my/{place.streams['other pair']}/prepare",
        f"/my/{place.streams['cohort']}/charter",
        "/my/pair-nowhere-01/prepare",
    ]
    web = place.webs["mentee"]
    form = forms_of((await web.get(paths[0])).text)["sign_ground_rules"]
    wrong = [{"csrf": one} for one in ("", "0" * 64, place.csrf["mentor"])]
    for path in paths:
        assert (await place.house.web.get(path)).headers["location"].startswith("/sign-in?next=")
    answers = [told(await web.post(path, data=form | one)) for path in paths for one in wrong]
    answers += [
        told(await web.post(path, data={k: v for k, v in form.items() if k != "csrf"})) for path in paths
    ]
    answers += [told(await place.house.web.post(path, data=form)) for path in paths]
    assert answers[0][0] == 403
    assert all(one == answers[0] for one in answers)
    foreign = {"Origin": "https://evil.example"}
    other = [told(await web.post(path, data=form, headers=foreign)) for path in paths]
    long = [told(await web.post(path, data=form | {"text": "x" * 70_000})) for path in paths]
    for alike, status in ((other, 403), (long, 413)):
        assert alike[0][0] == status
        assert all(one == alike[0] for one in alike)
    assert await place.versions() == before


# --- by token ---------------------------------------------------------------------------------------------


async def test_a_machine_gives_no_command_that_is_not_its_persons(place: Place) -> None:
    """G21, G6: what participants answer no machine gives; what is another role's is refused; and of a stream
    in which its person is no staff it hears nothing."""
    before = await place.versions()
    samples = [*((command, "cohort") for command, _ in TABLE), *((one, "pair") for one in SAMPLES.values())]
    for who in place.people.keys() - {"other mentee"}:
        wish = {"stream": "cohort-nowhere", "command": {"type": "open_enrolment"}}
        nothing = await place.ask(who, "POST", "/commands", wish)
        assert nothing[0] == 404
        for command, kind in samples:
            own = command.type in IN_PERSON or command.type == "plan_cohort"
            for where in (kind, "other cohort") if who == "lead" and not own else (kind,):
                if not own and place.may(who, where, MAY[command.type] & STAFF):
                    continue
                body = {"stream": place.streams[where], "command": command.wire()}
                answer, cell = await place.ask(who, "POST", "/commands", body), (command.type, who, where)
                if own:
                    assert answer[0] == 422, (cell, answer)
                elif place.may(who, where, STAFF):
                    assert answer[0] == 403, (cell, answer)
                    assert '"rule":"G21"' in answer[1], (cell, answer)
                else:
                    assert answer == nothing, (cell, answer)
    assert await place.versions() == before


async def test_a_machine_reads_what_is_for_its_person_and_else_nothing_is_there(place: Place) -> None:
    """G21: every read, cohort and pair, for everybody."""
    cohorts = {one: place.streams[one].partition("-")[2] for one in ("cohort", "other cohort")}
    pairs = {one: place.streams[one].partition("-")[2] for one in ("pair", "other pair")}
    lead = frozenset({"lead"})
    for who in place.people:
        nothing = await place.ask(who, "GET", "/reads/board?cohort=nowhere")
        assert nothing[0] == 404
        cells = [
            *(
                (f"/reads/{read}?cohort={cohort}", where, roles)
                for read, roles in READS.items()
                for where, cohort in cohorts.items()
            ),
            *((f"/cohorts/{cohort}", where, STAFF) for where, cohort in cohorts.items()),
            *((f"/pairs?cohort={cohort}", where, lead) for where, cohort in cohorts.items()),
            *((f"/pairs/{pair}", where, lead) for where, pair in pairs.items()),
        ]
        for path, where, roles in cells:
            answer = await place.ask(who, "GET", path)
            if place.may(who, where, roles):
                assert answer[0] == 200, (path, who, answer)
            else:
                assert answer == nothing, (path, who, answer)
        listed = await place.ask(who, "GET", "/cohorts")
        assert cohorts["other cohort"] not in listed[1]
        assert (cohorts["cohort"] in listed[1]) == place.may(who, "cohort", STAFF), who


@pytest.mark.parametrize("path", ["/reads/board?cohort=small", "/commands/cohort-small/x", "/cohorts"])
async def test_without_a_token_a_machine_hears_the_same_of_everything(place: Place, path: str) -> None:
    answers = [
        told(await place.house.web.get(f"/v1{path}", headers=headers))
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {place.csrf['lead']}"})
    ]
    assert answers[0][0] == 401
    assert all(one == answers[0] for one in answers)
