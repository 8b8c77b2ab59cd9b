"""The acceptance scenarios of the specification (domain.md section 8), by number, on one whole cohort.

Number 5 is in `test_real_time.py`: only a real server lets time pass without a worker. 3 and 12 need a pair
of their own and are in `test_acceptance_pair.py`, 8 a crowd, in `test_acceptance_crowd.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from tests.e2e.audit import read_stream
from tests.e2e.cohort import STUCK, UNSAFE, begins, small_cohort
from tests.e2e.conftest import Story
from turnabout.commands.cohort_governance import CommitSponsorship, SignCharter
from workers.demo.script import CHARTER

COHORT = "cohort-small"
PAUSED = f"pair-small-{UNSAFE:02}"
STAGNANT = f"pair-small-{STUCK:02}"
TELLING = re.compile(r"safe|concern|steward|rating|pulse|answer|complain|because", re.IGNORECASE)


async def test_2_kickoff_before_charter_is_blocked_and_passes_after(story: Story) -> None:
    first = story.refusals[0]
    assert (first.stream, first.command, first.rule) == (COHORT, "hold_kickoff", "R30")
    assert "the charter is not signed" in first.reason
    order = [event.type for event in story.found.streams[COHORT].events]
    assert order.index("cohort.charter_signed") < order.index("cohort.kickoff_held")
    assert not [one for one in story.refusals[1:] if one.command == "hold_kickoff"]


async def test_2_day_61_is_overdue(story: Story) -> None:
    spec = small_cohort("late", date(2035, 4, 9))
    stack, stream = story.house.stack, f"cohort-{spec.id}"
    await stack.clock.sleep(begins(spec) - await stack.clock.now())
    cohort = await story.house.turnabout.start_cohort(spec)
    for command in (SignCharter(text=CHARTER), CommitSponsorship()):
        await cohort.execute(command, actor=spec.sponsor.id)

    async def overdue() -> list[datetime]:
        told = await read_stream(stack.store, stream)
        return [event.occurred_at for event in told.events if event.type == "cohort.launch_overdue"]

    midnight = datetime(2035, 6, 8, 22, tzinfo=UTC)  # between day 60 and day 61 in Berlin
    await stack.clock.sleep(midnight - timedelta(minutes=1) - await stack.clock.now())
    assert await overdue() == []
    await stack.clock.sleep(timedelta(minutes=2))
    (at,) = await overdue()
    assert midnight <= at < midnight + timedelta(minutes=1)


async def test_4_safety_2_pauses_the_pair_at_once(story: Story) -> None:
    events = story.found.streams[PAUSED].events
    (low,) = [event for event in events if event.data.get("safety") == 2]
    same = [event.type for event in events if event.command_id == low.command_id]
    assert same[:3] == ["pair.pulse_answered", "pair.safety_assessed", "pair.paused"]
    (blocked,) = [one for one in story.refusals if one.stream == PAUSED and one.command == "log_session"]
    assert blocked.rule == "T9", "until it is announced, the answer of a pair that is well (G6)"
    assert not TELLING.search(blocked.reason)


async def test_4_both_partners_see_the_neutral_text(story: Story) -> None:
    rows = await story.house.stack.pool.fetch(
        "SELECT recipient, subject, body FROM log.outbox WHERE stream = $1 AND template ~ 'check_in'"
        " AND outcome = 'sent' ORDER BY reserved_at, recipient",
        PAUSED,
    )
    (terms,) = story.events(PAUSED, "pair.formed")
    partners = {terms["terms"]["mentor"], terms["terms"]["mentee"]}
    letters = [(row["subject"], row["body"].replace(row["recipient"], "you")) for row in rows]
    assert [row["subject"] for row in rows] == [
        *["Routine check-in"] * 2,
        *["Routine check-in completed"] * 2,
    ]
    assert {row["recipient"] for row in rows[:2]} == {row["recipient"] for row in rows[2:]} == partners
    assert letters[0] == letters[1]
    assert letters[2] == letters[3]
    assert not [letter for letter in letters if TELLING.search(" ".join(letter))]


async def test_4_the_sponsor_finds_no_trace(story: Story) -> None:
    pool, sponsor = story.house.stack.pool, story.house.spec.sponsor.id
    mails = await pool.fetch("SELECT subject || body FROM log.outbox WHERE recipient = $1", sponsor)
    views = await pool.fetch(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'v'"
        " AND obj_description(c.oid) ~* 'sponsors too'"
        " AND c.relname <> 'kpi_sponsor_v1'"  # aggregates, K8 among them by name: tests/e2e/test_kpis.py
    )
    seen = [row[0] for row in mails]
    for view in views:
        seen += [row[0] for row in await pool.fetch(f"SELECT t::text FROM read.{view[0]} t")]  # noqa: S608
    assert len(mails) > 3
    assert len(views) >= 2
    assert len(seen) > len(mails)
    people = {one.id for one in story.house.spec.people}
    for text in seen:
        assert not re.search(r"pause|check-in|safe|concern|steward|pair-small-\d", text, re.IGNORECASE), text
        assert not [person for person in people if person in text], text


async def test_4_resuming_needs_three_consents(story: Story) -> None:
    (formed,) = story.events(PAUSED, "pair.formed")
    terms = formed["terms"]
    consents = [
        event for event in story.found.streams[PAUSED].events if event.type == "pair.resumption_consented"
    ]
    (resumed,) = [event for event in story.found.streams[PAUSED].events if event.type == "pair.resumed"]
    assert {event.data["by"] for event in consents} == {terms["steward"], terms["mentor"], terms["mentee"]}
    assert len(consents) == 3
    assert resumed.command_id == consents[-1].command_id
    held = [
        event.version for event in story.found.streams[PAUSED].events if event.type == "pair.session_held"
    ]
    assert max(held) > resumed.version


async def test_6_stagnant_at_mid_is_proposed_for_a_reshuffle_and_goes_on_by_default(story: Story) -> None:
    (verdict,) = story.events(STAGNANT, "pair.stagnation_assessed")
    assert verdict["verdict"] == "reshuffle_proposed"
    assert len(verdict["signs"]) >= 2
    (opened,) = story.events(STAGNANT, "pair.midpoint_opened")
    assert opened["proposed"] == "reshuffle"
    (decided,) = story.events(STAGNANT, "pair.midpoint_decided")
    assert (decided["decision"], decided["by_default"]) == ("continue", True)
    lead = story.house.spec.lead.id
    alerts = await story.house.stack.pool.fetch(
        "SELECT recipient, outcome FROM log.outbox WHERE stream = $1 AND template = 'midpoint_defaulted'",
        STAGNANT,
    )
    assert [tuple(row) for row in alerts] == [(lead, "sent")]
    (ended,) = story.events(STAGNANT, "pair.ended")
    assert ended["state"] == "graduated"


async def test_7_a_cohort_without_memos_cannot_close(story: Story) -> None:
    refused = [one for one in story.refusals if one.command == "close_cohort"]
    assert {one.rule for one in refused} == {"G9"}
    assert all(f"pair-small-{number:02}" in refused[0].reason for number in (1, 2, 3, 4))
    types = [event.type for event in story.found.streams[COHORT].events]
    closed = types.index("cohort.closed")
    assert types[:closed].count("cohort.pair_memo_noted") == 4
    assert types[:closed].count("cohort.memo_filed") == 1
    assert max(one.at for one in refused) < story.found.streams[COHORT].events[closed].occurred_at
