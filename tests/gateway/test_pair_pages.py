"""The pages of a pair at work beside those that letters ask for: work, calendar, goal, leaving."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest_asyncio

from events.contracts import StoredEvent
from tests.gateway.house import House, a_house
from turnabout.commands.pair_terms import Terms
from workflows.rules.pair_state import PairState


@dataclass(frozen=True)
class Couple:
    """A pair at work in its house, and what its people do on its pages."""

    house: House
    stream: str
    terms: Terms

    async def look(self, person: str, page: str, stream: str | None = None) -> httpx2.Response:
        return await self.house.web.get(await self.house.link(person, stream or self.stream, page))

    async def send(self, person: str, page: str, form: str, stream: str | None = None, **fields: str) -> str:
        """Send a form that must be taken; the page as it is then."""
        path = await self.house.link(person, stream or self.stream, page)
        answer = await self.house.web.post(path, data={"form": form, **_dotted(fields)})
        assert answer.status_code == 303, answer.text
        shown = await self.house.web.get(answer.headers["location"])
        assert "Saved. Thank you!" in shown.text
        return str(shown.text)

    async def stored(self, name: str) -> list[StoredEvent]:
        return [one for one in await self.house.events(self.stream) if one.type == name]

    async def state(self) -> PairState:
        state = await self.house.gateway.desk.look(self.stream)
        assert isinstance(state, PairState)
        return state


def _dotted(fields: dict[str, str]) -> dict[str, str]:
    return {name.replace("__", "."): value for name, value in fields.items()}


@pytest_asyncio.fixture(scope="module")
async def pair() -> AsyncIterator[Couple]:
    async with a_house() as house:
        await house.until_type("pair.pulse_opened")
        stream = next(one.stream for one in reversed(house.seen) if one.type == "pair.pulse_opened")
        yield Couple(house, stream, house.cast.pairs[stream])


async def test_g2_the_gate_says_while_a_goal_is_typed_which_letters_hold(pair: Couple) -> None:
    path, before = await pair.house.link(pair.terms.mentee, pair.stream, "goal"), await pair.stored("")
    form = re.search(r'name="form" value="(propose_goal[^"]*)"', (await pair.house.web.get(path)).text)
    assert form is not None
    typed = {"form": form[1], "statement": "Get exposure to TikTok", "baseline": "abc", "target": "9"}

    async def letters(**changes: str) -> str:
        told = await pair.house.web.post(path, data={**typed, **changes, "check": "while_typing"})
        assert told.status_code == 200
        return "".join(one["letter"] for one in told.json() if one["holds"])

    assert await letters() == "AR"
    assert await letters(statement="") == "AR"
    good = {"statement": "The mentee will publish 3 posts in 4 weeks.", "baseline": "2", "target": "4"}
    assert await letters(**good) == "SMART"
    assert await letters(**{**good, "target": "900"}) == "SMRT"
    assert await letters(**{**good, "target": "900", "confirm_stretch": "yes"}) == "SMART"
    plain = await pair.house.web.post(path, data={**typed, "check": "yes"})
    assert plain.status_code == 200
    assert "Specific, something that the mentee does: not yet" in plain.text
    assert "`" not in plain.text
    assert "Get exposure to TikTok" in plain.text
    assert await pair.stored("") == before
    foreign = await pair.house.web.post(
        path, data={**typed, "check": "while_typing"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403


async def test_r43_an_accepted_goal_is_replaced_for_a_reason(pair: Couple) -> None:
    path = await pair.house.link(pair.terms.mentee, pair.stream, "goal")
    goal = {
        "form": "propose_goal",
        "statement": "The mentee will publish 3 posts in 4 weeks.",
        "baseline": "2",
        "target": "4",
    }
    refused = await pair.house.web.post(path, data=goal)
    assert refused.status_code == 409
    assert "Specific, something that the mentee does: yes" in refused.text, "the letters stay"
    await pair.send(pair.terms.mentee, "goal", replaces_because="the channel is gone", **goal)
    assert "Proposed:" in (await pair.look(pair.terms.mentor, "goal")).text
    (*_, stored) = await pair.stored("pair.goal_proposed")
    assert stored.data["replaces_because"] == "the channel is gone"


async def test_r6_r63_a_draft_is_recorded_and_gets_feedback(pair: Couple) -> None:
    count = len(await pair.stored("pair.deliverable_recorded")) + sum(
        len(one.data["deliverables"]) for one in await pair.stored("pair.session_held")
    )
    shown = await pair.send(pair.terms.mentor, "work", "record_deliverable", what="<i>a post", kind="draft")
    assert "&lt;i&gt;a post" in shown
    assert "waits for feedback" in shown
    assert "I gave feedback" not in shown
    # What the mentee had begun to type before is taken as well.
    await pair.send(pair.terms.mentee, "work", "record_deliverable", what="a list", kind="other")
    await pair.send(pair.terms.mentee, "work", f"give_feedback-{count + 1}")
    assert "with feedback" in (await pair.look(pair.terms.mentor, "work")).text


async def test_r68_an_experiment_shows_its_interval_and_verdict(pair: Couple) -> None:
    counts = {
        "variants__0__name": "long",
        "variants__0__exposures": "200",
        "variants__0__successes": "20",
        "variants__1__name": "short",
        "variants__1__exposures": "200",
        "variants__1__successes": "60",
    }
    shown = await pair.send(
        pair.terms.mentor,
        "experiments",
        "record_experiment",
        metric="replies",
        direction="increase",
        **counts,
    )
    assert re.search(r"short: 20\.0 percentage points more than long \(95 % interval from \+\d", shown)
    assert "replies: better" in shown
    counts["variants__1__successes"] = "22"
    shown = await pair.send(
        pair.terms.mentor,
        "experiments",
        "record_experiment",
        metric="replies",
        direction="increase",
        press="another",
        **counts,
    )
    assert "replies: cannot tell yet" in shown
    path = await pair.house.link(pair.terms.mentor, pair.stream, "experiments")
    counts = {name.replace("__", "."): value for name, value in counts.items()}
    counts["variants.1.successes"] = "201"
    wrong = await pair.house.web.post(
        path, data={"form": "record_experiment", "metric": "replies", "direction": "increase", **counts}
    )
    assert wrong.status_code == 422
    assert "uccesses are at most as many as exposures" in wrong.text


async def test_r11_an_insight_is_followed_to_its_outcome(pair: Couple) -> None:
    await pair.send(pair.terms.mentee, "insights", "record_insight", what="short titles are read")
    await pair.send(pair.terms.mentor, "insights", "change_decision-1", what="titles of five words")
    await pair.send(pair.terms.mentee, "insights", "implement_decision-1")
    shown = await pair.send(
        pair.terms.mentee, "insights", "measure_decision-1", outcome="better", what="counts of two weeks"
    )
    assert "Measured: better than before, by counts of two weeks" in shown
    late = await pair.house.web.post(
        await pair.house.link(pair.terms.mentor, pair.stream, "insights"),
        data={"form": "change_decision-1", "what": "again"},
    )
    assert late.status_code == 409
    assert "not saved" in late.text
    path = await pair.house.link(pair.terms.mentee, pair.stream, "insights")
    pressed = {"form": "record_insight", "press": "once", "what": "nobody reads long posts"}
    for _ in range(2):
        twice = await pair.house.web.post(path, data=pressed)
        assert "Saved. Thank you!" in (await pair.house.web.get(twice.headers["location"])).text
    assert len(await pair.stored("pair.insight_recorded")) == 2


async def test_r67_sessions_move_off_days_away_and_to_another_rhythm(pair: Couple) -> None:
    state, now = await pair.state(), await pair.house.stack.clock.now()
    ahead = state.upcoming(now)[-1]
    day = str(ahead.starts_at.date())
    shown = await pair.send(pair.terms.mentee, "away", "note_absence", first_on=day, last_on=day)
    assert f"{day} to {day}" in shown
    assert day not in (await pair.look(pair.terms.mentor, "away")).text
    assert (await pair.state()).sessions[ahead.number].starts_at.date() != ahead.starts_at.date()
    await pair.send(pair.terms.mentor, "rhythm", "move_sessions", weekday="3", at="11:30", channel="room 5")
    cadence = (await pair.state()).preparation.cadence
    assert cadence is not None
    assert (cadence.weekday, f"{cadence.at:%H:%M}", cadence.channel) == (3, "11:30", "room 5")


async def test_r67_the_sessions_are_a_calendar_file(pair: Couple) -> None:
    file = await pair.look(pair.terms.mentee, "calendar")
    assert file.headers["content-type"].startswith("text/calendar")
    assert 'filename="sessions.ics"' in file.headers["content-disposition"]
    assert file.text.startswith("BEGIN:VCALENDAR")
    assert pair.terms.mentor not in file.text


async def test_r92_there_is_no_certificate_before_the_end(pair: Couple) -> None:
    page = await pair.look(pair.terms.mentee, "certificate")
    assert "for each partner of a pair that has graduated" in page.text
    assert "Your certificate</a>" not in (await pair.look(pair.terms.mentee, "home")).text


async def test_r4_where_the_mentor_would_like_to_get_stays_between_the_two(pair: Couple) -> None:
    await pair.send(pair.terms.mentor, "career", "state_career_outcome-0", outcome="lead a team abroad")
    await pair.send(pair.terms.mentor, "career", "state_career_outcome-1", outcome="lead a team")
    theirs = (await pair.look(pair.terms.mentee, "career")).text
    assert "lead a team”" in theirs
    assert "abroad" not in theirs
    assert "<form" not in theirs
    assert (await pair.stored("pair.career_outcome_stated"))[-1].data["outcome"] == "lead a team"


async def test_r103_a_session_logged_wrongly_is_put_right(pair: Couple) -> None:
    state = await pair.state()
    number = max(one.number for one in state.sessions.values() if one.status == "held")
    page = (await pair.look(pair.terms.mentee, "correct")).text
    names = re.findall(r'name="form" value="([^"]+)"', page)
    facts = {f"correct_session-{one}" for one in state.sessions}
    assert {one for one in names if one.startswith("correct_session")} <= facts, (
        "no version of the stream (G6)"
    )
    assert "logged as held" in page
    form = f"correct_session-{number}"
    shown = await pair.send(pair.terms.mentee, "correct", form, reason="we could not meet")
    assert f"Session {number} is logged as missed" in shown
    assert "we could not meet" not in (await pair.look(pair.terms.mentor, "correct")).text


async def test_r44_t13_numbers_and_circles_are_recorded_for_the_cohort(pair: Couple) -> None:
    cohort, today = f"cohort-{pair.terms.cohort}", (await pair.house.stack.clock.now()).date()
    values = {"on": str(today - timedelta(days=1)), "value": "7", "source": "counted"}
    form = f"record_metric-{pair.stream}"
    await pair.send(pair.terms.mentee, "metric", form, cohort, **values)
    page = (await pair.look(pair.terms.mentor, "circle", cohort)).text
    assert "The circle of week 3" in page
    assert "Your pair" in page
    assert "Tell the safety steward" in page
    path = await pair.house.link(pair.terms.mentor, cohort, "circle")
    came = sorted({terms.mentor for terms in pair.house.cast.pairs.values()})[:2]
    answer = await pair.house.web.post(path, data={"form": "record_circle", "press": "1", "attended": came})
    assert answer.status_code == 303
    events = [one for one in await pair.house.events(cohort) if one.type == "cohort.circle_held"]
    assert [one.data["attended"] for one in events] == [came]
    assert (await pair.look(pair.terms.mentee, "circle", cohort)).status_code == 404


async def test_r102_who_leaves_says_why_to_nobody(pair: Couple) -> None:
    cohort = f"cohort-{pair.terms.cohort}"
    home = (await pair.look(pair.terms.mentee, "home")).text
    assert "Leave the cohort" in home
    shown = await pair.send(pair.terms.mentee, "leave", "withdraw", cohort, reason="workload")
    assert "You are not taking part" in shown
    (left,) = [one for one in await pair.house.events(cohort) if one.type == "cohort.person_withdrew"]
    assert left.data["person"] == pair.terms.mentee
