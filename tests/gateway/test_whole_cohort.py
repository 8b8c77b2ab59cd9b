"""A whole cohort on pages alone: sponsor, mentors and mentees by links, lead and steward signed in; it ends
closed, with memos.
"""

from __future__ import annotations

from activities.asks import ASKS, is_to_partners
from tests.gateway.browsing import PAGE_OF, Browsing
from tests.gateway.signing import Staff, a_house_with_sign_in


async def test_a_cohort_is_run_from_its_letters_pages_to_its_close() -> None:
    async with a_house_with_sign_in() as (house, _):
        staff = Staff(house)
        browsing = Browsing(house, staff=staff)
        house.play.turnabout = browsing  # type: ignore[assignment]
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
        for letter in house.post.letters:
            leads = letter.template in ASKS or is_to_partners(letter.stream, letter.template)
            assert ("/link/" in letter.letter.body) == leads, letter.template
            if is_to_partners(letter.stream, letter.template):
                terms = house.cast.pairs[letter.stream]
                assert letter.recipient in {terms.mentor, terms.mentee}, letter.template
