"""A whole cohort on pages alone: sponsor, mentors and mentees by links, lead and steward signed in; it ends
closed, with memos.
"""

from __future__ import annotations

from activities.asks import ASKS, concern_page, is_to_partners
from tests.gateway.browsing import PAGE_OF, Browsing
from tests.gateway.signing import Staff, a_house_with_sign_in


async def test_a_cohort_is_run_from_its_letters_pages_to_its_close() -> None:
    async with a_house_with_sign_in() as (house, _):
        staff = Staff(house)
        browsing = Browsing(house, staff=staff)
        house.play.turnabout = browsing
        await house.until_type("cohort.closed")
        never = {"raise_concern", "answer_reshuffle", "decline", "reschedule_session"}
        await staff.close()
        assert not browsing.by_client
        assert set(browsing.sent) >= set(PAGE_OF) - never
        pairs = [one.stream for one in house.seen if one.type == "pair.formed"]
        for pair in pairs:
            assert any(
                one.type in {"pair.memo_filed", "pair.memo_waived"} for one in await house.events(pair)
            )
        ends = {
            one.stream: one.data["state"]
            for pair in pairs
            for one in await house.events(pair)
            if one.type == "pair.ended"
        }
        assert "graduated" in ends.values()
        for pair, state in ends.items():  # R92
            paper = await house.web.get(await house.link(house.cast.pairs[pair].mentor, pair, "certificate"))
            assert paper.content.startswith(b"%PDF-") == (state in {"graduated", "graduated_early"})
        for letter in house.post.letters:
            concern = concern_page(letter.stream, letter.template)
            leads = letter.template in ASKS or concern is not None
            assert ("/link/" in letter.letter.body) == leads, letter.template
            if is_to_partners(letter.stream, letter.template):
                terms = house.cast.pairs[letter.stream]
                assert letter.recipient in {terms.mentor, terms.mentee}, letter.template
            elif concern:
                assert letter.recipient in {one.id for one in house.spec.people}, letter.template
