"""A check-in shows on no page before it is announced, and then says nothing but that it is one (G6)."""

from __future__ import annotations

import re

from tests.gateway.house import a_house
from workflows.rules.pair_state import PairState

REVEALING = re.compile(r"\b(safety concern|unsafe|red|rating|low answer)\b", re.IGNORECASE)


async def test_the_partner_sees_nothing_before_the_check_in_is_announced() -> None:
    async with a_house() as house:
        await house.until_type("pair.paused")
        (paused,) = [one for one in house.seen if one.type == "pair.paused"]
        terms, stream = house.cast.pairs[paused.stream], paused.stream
        state = await house.gateway.desk.look(stream)
        assert isinstance(state, PairState)
        assert state.paused
        assert not state.resting
        home = await house.web.get(await house.link(terms.mentee, stream, "home"))
        assert "Next sessions" in home.text
        check_in = await house.web.get(await house.link(terms.mentee, stream, "check_in"))
        assert "There is no check-in under way." in check_in.text
        session = await house.web.get(await house.link(terms.mentee, stream, "session"))
        assert "Move the session" in session.text

        await house.until_type("pair.pause_announced")
        check_in = await house.web.get(await house.link(terms.mentee, stream, "check_in"))
        assert "I agree that we go on" in check_in.text
        assert not REVEALING.search(check_in.text)
