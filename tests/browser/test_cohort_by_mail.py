"""A cohort of eight pairs is run through mails and a real browser alone, from the charter to its close."""

from __future__ import annotations

from collections import Counter

import pytest

from activities.asks import ASKS
from tests.browser.chromium import chromium
from tests.browser.hands import Hands, links_in
from tests.browser.street import PAIRS, a_town
from tests.e2e.cohort import LIMIT
from workers.demo.play import Play
from workers.streams import whole

ANSWERS = {
    "cohort.charter_signed": "by",
    "cohort.person_joined": "person",
    "cohort.survey_answered": "respondent",
    "pair.pulse_answered": "respondent",
    "pair.endpoint_answered": "respondent",
    "pair.concern_raised": "respondent",
    "pair.ground_rules_signed": "by",
}
"""What is somebody's own word, and where the event says whose."""


@pytest.mark.timeout(900)
async def test_a_cohort_is_run_through_mails_and_a_browser_to_its_close() -> None:
    async with a_town() as town, chromium() as browser:
        phone = await browser.somebody()
        hands = Hands(town.gateway, town.office, browser, phone, town.base)
        play = Play(town.cast, hands, town.stack.log, town.stack.clock)
        play.watch = lambda _, events: town.seen.extend(events)
        await play.run(lambda event: event.type == "cohort.closed", limit=LIMIT)

        assert browser.faults == []
        formed = [one.stream for one in town.seen if one.type == "pair.formed"]
        assert len(formed) == PAIRS
        for pair in formed:
            types = [one.type for one in await whole(town.stack.store, pair)]
            assert {"pair.memo_filed", "pair.memo_waived"} & set(types)
        assert town.cast.worried is not None, [one for one in town.seen if one.type == "pair.session_held"]
        own = [one for one in town.seen if one.type in ANSWERS]
        assert {one.type for one in own} == set(ANSWERS)
        assert all(one.actor == one.data.get(ANSWERS[one.type], one.actor) for one in own)
        concerns = [one.stream for one in town.seen if one.type == "pair.concern_raised"]
        assert concerns == [town.cast.worried], play.refusals
        assert [one.type for one in town.seen].count("pair.paused") == 1

        # Every answer is one press: nothing is stored twice, and no mail went out twice.
        assert len({(one.stream, one.command_id, one.type, str(one.data)) for one in town.seen}) == len(
            town.seen
        )
        ids = Counter(mail["Message-ID"] for mail in town.office.mails)
        assert set(ids.values()) == {1}
        asked = [mail for mail in town.office.mails if links_in(mail)]
        assert len(asked) > 100
        assert ASKS
        assert hands.renewed > 0
