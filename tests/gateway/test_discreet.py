"""A check-in shows on no page before it is announced, and then says nothing but that it is one (G6)."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import unified_diff
from zoneinfo import ZoneInfo

from tests.gateway.forms import forms_of
from tests.gateway.house import House, a_house
from turnabout.commands.base import PARTNERS
from workers.gateway.pages.home import waiting
from workers.gateway.visit import Visit
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
    """A page without what tells any two pairs apart: links, names, what they have agreed, days, and whether
    one's own pulse is given."""
    terms, state = house.cast.pairs[stream], await state_of(house, stream)
    names = await house.gateway.names([terms.mentor, terms.mentee])
    goal, ready = state.preparation.accepted, state.preparation
    agreed = [ready.teaches, ready.gives]
    told = [
        *names.values(),
        *agreed,
        *([goal.statement, goal.metric] if goal else []),
        terms.mentor,
        terms.mentee,
    ]
    for one in told:
        text = text.replace(one, "…")
    text = re.sub(r'(href|action|name="press" value)="[^"]*"', "", text)
    text = re.sub(r"data-live='[^']*'", "", text)  # made from the page as it is shown, names and all
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
    zone = ZoneInfo((await house.gateway.people.find([terms.mentor]))[terms.mentor].timezone)
    sunday = ahead.starts_at.astimezone(zone) + timedelta(days=6 - ahead.starts_at.weekday())
    times = {"sunday": sunday, "move": ahead.starts_at.astimezone(zone) + timedelta(minutes=5)}
    for name, at in times.items():
        asked = {"starts_at": f"{at:%Y-%m-%dT%H:%M}"}
        found |= await sent(house, stream, name, "reschedule_session", ahead.number, asked)
    path = await house.link(terms.mentor, stream, "check_in")
    for form in ("consent-1", f"log_session-{ahead.number}-2"):
        answer = await house.web.post(path, data={"form": form, "held": "yes"})
        found[form.partition("-")[0]] = answer.status_code, await plain(house, stream, answer.text)
    return found


async def sent(
    house: House, stream: str, name: str, form: str, number: int, typed: dict[str, str]
) -> dict[str, tuple[int, str]]:
    """What the mentor gets who fills in a form that the page of a session shows, and for its `Saved`."""
    terms = house.cast.pairs[stream]
    path = await house.link(terms.mentor, stream, "session", f"session-{number:02d}")
    shown = forms_of((await house.web.get(path)).text)
    (one,) = [shown[told] for told in shown if told.startswith(form)]
    answer = await house.web.post(path, data=one | typed)
    found = {name: (answer.status_code, await plain(house, stream, answer.text))}
    if answer.status_code == 303:
        then = await house.web.get(answer.headers["location"])
        found[f"{name}, then"] = then.status_code, await plain(house, stream, then.text)
        assert "Saved" in then.text
    return found


def alike(hidden: dict[str, tuple[int, str]], well: dict[str, tuple[int, str]]) -> None:
    """Refuse any difference between two pairs' answers."""
    assert hidden.keys() == well.keys()
    for name, (status, text) in hidden.items():
        assert status == well[name][0], name
        differ = list(unified_diff(text.splitlines(), well[name][1].splitlines(), name, n=0))
        assert not differ, "\n".join(differ)


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
        streams = stream, well[0].stream
        alike(*[await answers(house, one) for one in streams])

        # Their next sessions pass before the wave closes: both may be logged.
        now = await house.stack.clock.now()
        ahead = {one: (await state_of(house, one)).expected(now)[0] for one in streams}
        await house.stack.clock.sleep(max(one.ends_at for one in ahead.values()) - now)
        assert not (await state_of(house, stream)).resting
        held = {"held": "yes", "deliverables": "A draft"}
        alike(*[await sent(house, one, "log", "log_session", ahead[one].number, held) for one in streams])

        await house.until_type("pair.pause_announced")
        check_in = await house.web.get(await house.link(terms.mentee, stream, "check_in"))
        assert "I agree that we go on" in check_in.text
        assert not REVEALING.search(check_in.text)
        # Whoever holds a letter must not learn who has agreed or answered; signed in it stands there.
        told = (await house.web.get(await house.link(terms.mentee, stream, "home"))).text
        assert "Agree that your pair goes on" not in told
        assert "Answer the pulse" not in told
        visit = Visit(terms.mentee, stream, None, await state_of(house, stream), PARTNERS, now, None, str)
        assert "check_in" in dict(waiting(visit))
