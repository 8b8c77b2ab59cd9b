"""A check-in shows on no page before it is announced, and then says nothing but that it is one (G6)."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import unified_diff

from tests.gateway.house import House, a_house
from workflows.rules.pair_state import PairState

REVEALING = re.compile(r"\b(safety concern|unsafe|red|rating|low answer)\b", re.IGNORECASE)
PAGES = (
    *("home", "session", "check_in", "milestone", "prepare", "memo", "endpoint", "concern"),
    *("goal", "away", "rhythm", "experiments", "insights", "career"),
)


async def state_of(house: House, stream: str) -> PairState:
    state = await house.gateway.desk.look(stream)
    assert isinstance(state, PairState)
    return state


async def plain(house: House, stream: str, text: str) -> str:
    """A page without what tells any two pairs apart: links, names, the words of the goal, days, and whether
    one's own pulse is given."""
    terms, state = house.cast.pairs[stream], await state_of(house, stream)
    names = await house.gateway.names([terms.mentor, terms.mentee])
    goal = state.preparation.accepted
    told = [*names.values(), *([goal.statement, goal.metric] if goal else []), terms.mentor, terms.mentee]
    for one in told:
        text = text.replace(one, "…")
    text = re.sub(r'(href|action|name="press" value)="[^"]*"', "", text)
    text = text.replace(" checked", "")
    text = text.replace("<li><a >Answer the pulse</a></li>\n", "")
    text = text.replace("Europe/Berlin", "…").replace("Europe/London", "…")
    return re.sub(r"\b(Mon|Tues|Wednes|Thurs|Fri)day\b[^<]*|\d+", "#", text)


async def answers(house: House, stream: str) -> dict[str, tuple[int, str]]:
    """What the mentor of a pair gets from every page, and for every form about the next session."""
    terms, state = house.cast.pairs[stream], await state_of(house, stream)
    now = await house.stack.clock.now()
    found: dict[str, tuple[int, str]] = {}
    for page in PAGES:
        shown = await house.web.get(await house.link(terms.mentor, stream, page))
        found[page] = shown.status_code, await plain(house, stream, shown.text)
    ahead = state.expected(now)[0]
    path = await house.link(terms.mentor, stream, "session", f"session-{ahead.number:02d}")
    sent = {
        "log": {"form": f"log_session-{ahead.number}", "held": "yes"},
        "consent": {"form": "consent_to_resume"},
        "move": {
            "form": f"reschedule_session-{ahead.number}",
            "starts_at": (ahead.starts_at + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }
    for name, form in sent.items():
        answer = await house.web.post(path, data=form)
        found[name] = answer.status_code, await plain(house, stream, answer.text)
    return found


async def test_the_partner_sees_nothing_before_the_check_in_is_announced() -> None:
    async with a_house() as house:
        await house.until_type("pair.paused")
        (paused,) = [one for one in house.seen if one.type == "pair.paused"]
        terms, stream = house.cast.pairs[paused.stream], paused.stream
        state = await state_of(house, stream)
        assert state.paused
        assert not state.resting
        # A pair of which as much is known: the same answers to the open pulse but for what they say.
        others = [await state_of(house, one) for one in house.cast.pairs if one != stream]
        well = [one for one in others if one.life == "active" and not one.paused and one.pulse is not None]
        hidden, like = [await answers(house, one) for one in (stream, well[0].stream)]
        for name, (status, text) in hidden.items():
            assert status == like[name][0], name
            differ = list(unified_diff(text.splitlines(), like[name][1].splitlines(), name, n=0))
            assert not differ, "\n".join(differ)

        await house.until_type("pair.pause_announced")
        check_in = await house.web.get(await house.link(terms.mentee, stream, "check_in"))
        assert "I agree that we go on" in check_in.text
        assert not REVEALING.search(check_in.text)
        assert (
            "Agree that your pair goes on"
            in (await house.web.get(await house.link(terms.mentee, stream, "home"))).text
        )
