"""Pages of roles: each shows its role what it needs, and nobody else anything (R76, R77, R110, G6, G21)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from structlog.testing import capture_logs

from tests.gateway.forms import forms_of
from tests.gateway.house import House
from tests.gateway.signing import Staff, a_house_with_sign_in
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.kpi import Publication
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM, Role
from workers.gateway.addresses import address
from workers.gateway.by_session import ALL
from workers.gateway.desk import roles_of
from workers.gateway.roles import ROLE_PAGES
from workflows.rules.cohort_state import CohortState

LEAD, SPONSOR, STEWARD = "s-lead", "s-sponsor", "s-steward"
CHECK_IN = re.compile(r"check-in|paused", re.IGNORECASE)
REVEALING = re.compile(r"\b(unsafe|red|rating|score|lot|drawn)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Scene:
    """A cohort in which one pair has a check-in that is not announced yet."""

    house: House
    staff: Staff
    pair: str

    @property
    def cohort(self) -> str:
        return f"cohort-{self.house.spec.id}"

    async def page(self, person: str, stream: str, name: str) -> str:
        """A page as somebody sees it, without what surrounds it."""
        shown = await (await self.staff.browser(person)).get(address(stream, name))
        assert shown.status_code == 200, shown.text
        return shown.text.partition("<main")[2]


@pytest_asyncio.fixture(scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with a_house_with_sign_in() as (house, _):
        await house.until_type("pair.paused")
        (paused,) = [one for one in house.seen if one.type == "pair.paused"]
        staff = Staff(house)
        yield Scene(house, staff, paused.stream)
        await staff.close()


async def test_the_lead_sees_whose_turn_it_is_and_the_pairs_but_no_check_in_yet(scene: Scene) -> None:
    page = await scene.page(LEAD, scene.cohort, "lead")
    assert "Done: The sponsor has signed the charter" in page
    assert "at work" in page
    assert "no mentee chose them this time" in page
    assert "answer the pulse" in page
    assert not CHECK_IN.search(page)
    pair = await scene.page(LEAD, scene.pair, "pair")
    assert "Sessions held" in pair
    assert not CHECK_IN.search(pair)


async def test_r103_the_lead_puts_right_what_hr_told_and_reads_what_contradicts_it(scene: Scene) -> None:
    house, web = scene.house, await scene.staff.browser(LEAD)
    about, path = await house.gateway.desk.look(scene.cohort), address(scene.cohort, "measures")
    assert isinstance(about, CohortState)
    person, today = min(about.roster), (await house.gateway.clock()).date().isoformat()

    async def forms() -> dict[str, dict[str, str]]:
        return forms_of((await web.get(path)).text)

    row = {"rows.0.person": person, "rows.0.on": today, "rows.0.source": "HR"}
    assert "correct_employment" not in await forms()
    told = {**(await forms())["record_employment"], **row, "rows.0.what": "voluntary_exit"}
    assert (await web.post(path, data=told)).status_code == 303
    against = await web.post(
        path, data={**(await forms())["record_employment"], **row, "rows.0.what": "transfer"}
    )
    assert "It contradicts what is recorded" in against.text
    shown = (await web.get(path)).text
    (number,) = re.findall(r"left of their own will \(number (\d+)\)", shown)
    right = {**(await forms())["correct_employment"], "replaces": number, "reason": "HR mixed them up"}
    assert (await web.post(path, data=right)).status_code == 303
    assert "left of their own will (number" not in (await web.get(path)).text


async def test_the_steward_sees_who_waits_and_never_why(scene: Scene) -> None:
    page = await scene.page(STEWARD, scene.cohort, "steward")
    assert "check-in" in page
    pair = await scene.page(STEWARD, scene.pair, "care")
    assert "I have spoken with them" in pair
    assert "turnabout pair concerns" in pair
    for text in (page, pair):
        assert not REVEALING.search(text)
    others = [one for one in scene.house.cast.pairs if one != scene.pair]
    assert "does not wait for you" in await scene.page(STEWARD, others[0], "care")


async def test_the_steward_reads_at_once_that_somebody_waits_and_the_lead_does_not(scene: Scene) -> None:
    steward, lead = [(await (await scene.staff.browser(who)).get("/my")).text for who in (STEWARD, LEAD)]
    assert f'<a href="/my/{scene.cohort}/steward">Somebody waits for you</a>' in steward
    assert "Somebody waits" not in lead
    assert not CHECK_IN.search(lead)


async def test_r73_who_has_no_pair_turns_to_the_steward_and_nobody_else_hears_of_it(scene: Scene) -> None:
    house, about = scene.house, (await scene.house.gateway.desk.look(scene.cohort))
    assert isinstance(about, CohortState)
    alone = min(about.roster.keys() - about.engaged)
    name = (await house.gateway.names([alone]))[alone]
    before = await scene.page(LEAD, scene.cohort, "lead")
    path = await house.link(alone, scene.cohort, "tell_steward")
    (form,) = forms_of((await house.web.get(path)).text).values()
    saved = await house.web.post(
        path, data={**form, "text": "I am put under pressure."}, follow_redirects=True
    )
    assert "Saved. Thank you!" in saved.text
    assert house.post.to(STEWARD, "concern_received")[-1].stream == scene.cohort

    page = await scene.page(STEWARD, scene.cohort, "steward")
    assert f"{name} would like to talk to you" in page
    assert "under pressure" not in page
    assert await scene.page(LEAD, scene.cohort, "lead") == before
    told = [
        *await house.gateway.reads.timeline(house.spec.id),
        *await house.gateway.reads.reminders(house.spec.id),
    ]
    assert not re.search("concern|follow-up", repr(told))

    path = address(scene.cohort, "steward")
    web = await scene.staff.browser(STEWARD)
    spoken = forms_of((await web.get(path)).text)["spoken-1"]
    assert (await web.post(path, data=spoken)).status_code == 303
    assert name not in await scene.page(STEWARD, scene.cohort, "steward")


async def test_the_sponsor_sees_duties_and_numbers_and_nothing_of_a_pair(scene: Scene) -> None:
    page = await scene.page(SPONSOR, scene.cohort, "sponsor")
    order = [
        page.index(f"{one}<") for one in ("Be at the kickoff", "mid-pilot checkpoint", "closing checkpoint")
    ]
    assert order == sorted(order)
    assert "People who take part" in page
    assert "too few to show" in page
    names = await scene.house.gateway.names([one.id for one in scene.house.spec.people])
    assert not [name for name in names.values() if name in page]
    assert not CHECK_IN.search(page)
    assert "KPIs of the charter" not in page


def publication() -> Publication:
    """A line that is told, one that is not, one for the lead and one that the charter does not name."""
    told: dict[str, Any] = {
        "kpi": "K6",
        "what": "goals attained",
        "window": "end + 14 days",
        "method": "Wilson",
        "n": 9,
    }
    told |= {"value": 0.75, "low": 0.41, "high": 0.93, "named": True}
    hidden: dict[str, Any] = {
        "kpi": "K3",
        "what": "mean gain",
        "window": "-",
        "method": "-",
        "n": None,
        "value": None,
    }
    hidden |= {"verdict": "suppressed", "named": True}
    for_lead = {**told, "kpi": "K10", "what": "sessions held", "audience": "lead"}
    other = {**told, "kpi": "K5", "what": "insights", "named": False}
    common = {"previous": 0, "as_of": "2026-04-01", "position": 1, "asked_by": LEAD}
    return Publication.model_validate({**common, "figures": [told, hidden, for_lead, other]})


async def test_the_sponsor_sees_the_published_kpis_of_the_charter(scene: Scene) -> None:
    """G19: with interval and verdict; what is for the lead is not there."""
    stack = scene.house.stack
    envelope = CommandEnvelope(command=PublishKpis(publication=publication()).wire(), actor=SYSTEM)
    receipt = await stack.turnabout.deliver(scene.cohort, "publish-kpis-1", envelope)
    await stack.reads.wait_for(receipt.position)
    page = await scene.page(SPONSOR, scene.cohort, "sponsor")
    table = page.partition("KPIs of the charter")[2].partition("</table>")[0]
    lines = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("<tr>")[2:]]
    assert lines == [
        "K6, goals attained end + 14 days 0.75 0.41 to 0.93 9 descriptive only",
        "K3, mean gain - suppressed suppressed",
    ]
    for person, name in ((SPONSOR, "sponsor"), (LEAD, "lead")):
        tiles = (
            (await scene.page(person, scene.cohort, name)).partition("At a glance")[2].partition("<h2>")[0]
        )
        assert "Goals attained (K6, end + 14 days), 95 % interval 41 to 93 %." in tiles
        assert "As published for 1 April 2026 (publication 1)" in tiles
        assert "sessions held" not in tiles


async def test_every_page_of_a_role_is_for_nobody_else(scene: Scene) -> None:
    """G21: the same answer for what is not theirs and what does not exist."""
    terms = scene.house.cast.pairs[scene.pair]
    refused = set()
    for person in (LEAD, SPONSOR, STEWARD, terms.mentor, terms.mentee):
        web = await scene.staff.browser(person)
        refused.add((await web.get("/my/cohort-nowhere/lead")).text)
        for name, page in ALL.items():
            stream = scene.pair if page.of == "pair" else scene.cohort
            state = await scene.house.gateway.desk.look(stream)
            assert state is not None
            shown = await web.get(address(stream, name))
            if roles_of(state, person) & page.roles:
                assert shown.status_code == 200, (person, name)
                assert "Who sees this:" in shown.text or "content-disposition" in shown.headers
            else:
                assert shown.status_code == 404, (person, name)
                refused.add(shown.text)
    assert len(refused) == 1


async def test_no_page_of_a_role_opens_by_a_link(scene: Scene) -> None:
    for name, page in ROLE_PAGES.items():
        stream = scene.pair if page.of == "pair" else scene.cohort
        path = await scene.house.link(LEAD, stream, name)
        assert (await scene.house.web.get(path)).status_code == 404


async def test_a_page_of_a_role_leads_back_to_its_cohort(scene: Scene) -> None:
    for person, stream, name, back in (
        (LEAD, scene.cohort, "enrolment", "lead"),
        (LEAD, scene.pair, "pair", "lead"),
        (STEWARD, scene.pair, "care", "steward"),
    ):
        web = await scene.staff.browser(person)
        shown = (await web.get(address(stream, name))).text
        assert f'href="{address(scene.cohort, back)}"' in shown
        assert address(scene.pair, "home") not in shown


async def test_a_page_is_sent_again_only_when_there_is_something_new(scene: Scene) -> None:
    """The lead reads of a check-in when it is announced, and not before (G6)."""
    web, path = await scene.staff.browser(LEAD), address(scene.cohort, "lead")
    first = await web.get(path)
    version = first.headers["etag"]
    assert f"data-live='{version}'" in first.text
    known = {"If-None-Match": version}
    assert (await web.get(path, headers=known)).status_code == 304
    steward = await scene.staff.browser(STEWARD)
    care = await steward.get(address(scene.pair, "care"))  # its forms carry tokens, which are no news
    assert (
        await steward.get(address(scene.pair, "care"), headers={"If-None-Match": care.headers["etag"]})
    ).status_code == 304
    await scene.house.until_type("pair.pause_announced")
    await scene.house.stack.reads.wait_for(scene.house.seen[-1].position)
    web = await scene.staff.browser(LEAD)
    again = await web.get(path, headers=known)
    assert again.status_code == 200
    page = again.text.partition("<main")[2]
    assert "in a routine check-in" in page
    assert not REVEALING.search(page)


async def test_that_the_steward_looked_is_logged_once_however_long_the_page_stays_open(scene: Scene) -> None:
    web, path = await scene.staff.browser(STEWARD), address(scene.cohort, "steward")
    with capture_logs() as logged:
        version = (await web.get(path)).headers["etag"]
        for _ in range(3):
            assert (await web.get(path, headers={"If-None-Match": version})).status_code == 304
    assert [one["actor"] for one in logged if one["event"] == "queue_read"] == [STEWARD]


async def test_who_hands_over_an_office_reads_that_it_is_saved_and_each_has_drafts_of_their_own(
    scene: Scene,
) -> None:
    web, path = await scene.staff.browser(LEAD), address(scene.cohort, "offices")
    shown = (await web.get(path)).text
    form = forms_of(shown)["hand_over_lead"]
    proposed = shown.partition('<datalist id="hand_over_lead-to.timezone-known">')[2].partition(
        "</datalist>"
    )[0]
    assert 'value="Europe/Berlin"' in proposed, "a zone that somebody of the directory lives in"
    taken = await web.post(path, data={**form, "to.id": "s-newlead", "to.timezone": "Europe/Berlin"})
    assert taken.status_code == 303, taken.text
    assert taken.headers["location"].startswith("/my?in=")
    assert "Saved. Thank you!" in (await web.get(taken.headers["location"])).text
    assert (await web.get(path)).status_code == 404
    steward = await (await scene.staff.browser(STEWARD)).get(address(scene.cohort, "steward"))
    marks = {mark for page in (shown, steward.text) for mark in re.findall(r'data-draft="([^"]+)"', page)}
    assert len(marks) == 2


def test_staff_have_pages_for_what_only_they_may_do() -> None:
    roles = {role for page in ROLE_PAGES.values() for role in page.roles}
    assert roles == {Role.LEAD, Role.STEWARD, Role.SPONSOR, Role.BUSINESS_SPONSOR}
