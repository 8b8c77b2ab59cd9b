"""Acceptance scenarios 3 and 12 of the specification (domain.md section 8), on a pair of a running engine.

The autumn of 2037 has the weekdays of 2026, for which the corpus of goals was written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from events.people import People
from tests.e2e.audit import read_stream
from tests.rules.pair.stage import CADENCE, EXCHANGE, GOAL, LEAD, MENTEE, MENTOR, terms
from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.commands.pair_preparation import (
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    ProposeGoal,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_sessions import LogSession
from turnabout.contact import Contact
from turnabout.errors import Rejected
from turnabout.messages import UPDATE, CommandEnvelope
from turnabout.model import SYSTEM
from turnabout.opening import open_stream
from turnabout.spec import Metric
from workers.embedded.stack import Stack

CORPUS = Path(__file__).parents[1] / "rules" / "goals" / "corpus.csv"
STREAM, BERLIN = "pair-q1-07", "Europe/Berlin"
KICKOFF = datetime(2037, 9, 14, 8, tzinfo=UTC)
CLOCKS_CHANGE = date(2037, 10, 25)
TERMS = terms(
    kickoff=KICKOFF,
    first_week_on=date(2037, 9, 14),
    ends_on=date(2037, 12, 7),
    metric=Metric(name="Relevant followers", unit="followers", source="channel statistics"),
)
MEASURE = {"metric": "Relevant followers", "baseline": 1200.0, "target": 1450.0, "unit": "followers"}


@dataclass(frozen=True)
class Couple:
    """The pair on its servers."""

    stack: Stack

    async def say(self, command: Command, *people: str) -> None:
        for person in people:
            await self.stack.turnabout.stream(STREAM).execute(command, actor=person)

    async def until(self, at: datetime) -> None:
        await self.stack.clock.sleep(max(at - await self.stack.clock.now(), timedelta()))

    async def told(self, type_: str) -> list[tuple[datetime, dict[str, Any]]]:
        events = (await read_stream(self.stack.store, STREAM)).events
        return [(event.occurred_at, event.data) for event in events if event.type == type_]


@pytest_asyncio.fixture(scope="module")
async def couple() -> AsyncIterator[Couple]:
    """A pair on the day of its kickoff, which both attend."""
    async with Stack.simulated(projector=False) as stack:
        both = [Contact(id=who, name=who.title(), timezone=BERLIN) for who in (MENTOR, MENTEE)]
        await People(stack.pool).import_people(both)
        pair = Couple(stack)
        await pair.until(KICKOFF)
        form = CommandEnvelope(command=FormPair(terms=TERMS).wire(), actor=SYSTEM)
        await open_stream(stack.client, "PairWorkflow", STREAM, form)
        attended = CommandEnvelope(command=NoteKickoffAttended(people=(MENTOR, MENTEE)).wire(), actor=SYSTEM)
        handle = stack.client.get_workflow_handle(STREAM)
        await handle.execute_update(UPDATE, attended, id="cohort:kickoff-attended")
        yield pair


def corpus() -> Iterator[tuple[str, str]]:
    """Each text with the letters that it fails, eleven years later."""
    with CORPUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = row["statement"].replace("2027", "2038").replace("2026", "2037")
            yield text, row["fails"]


async def letters_that_fail(couple: Couple, text: str) -> str:
    """By what the engine refuses a goal; nothing where it takes it."""
    try:
        await couple.say(ProposeGoal.model_validate({"statement": text, **MEASURE}), MENTEE)
    except Rejected as refusal:
        found = re.fullmatch(r"the goal fails ([SMART](?:, [SMART])*)\.", refusal.reason)
        return found[1].replace(", ", "") if found and refusal.rule == "G2" else str(refusal)
    return ""


async def test_3_the_engine_takes_and_refuses_the_goals_of_the_corpus(couple: Couple) -> None:
    await couple.until(KICKOFF + timedelta(days=2))
    wrong: list[tuple[str, str, str]] = []
    told = list(corpus())
    for text, letters in told:
        failed = await letters_that_fail(couple, text)
        wrong += [(text, letters, failed)] if failed != letters else []
    assert wrong == []
    taken = [data["statement"] for _, data in await couple.told("pair.goal_proposed")]
    assert taken == [text for text, letters in told if not letters]
    assert len(told) >= 60
    assert len(taken) >= 10


async def test_12_in_the_week_of_the_clock_change_the_local_hour_stays(couple: Couple) -> None:
    await couple.say(EXCHANGE, MENTOR)
    await couple.say(CADENCE, MENTEE)
    await couple.say(GOAL.model_copy(update=MEASURE), MENTEE)
    await couple.say(RateGoal(attainability=4), MENTOR, MENTEE)
    await couple.say(ConfirmGoal(), LEAD)
    await couple.say(SignGroundRules(), MENTOR, MENTEE)
    ((_, activated),) = await couple.told("pair.activated")
    starts = {one["number"]: datetime.fromisoformat(one["starts_at"]) for one in activated["sessions"]}
    assert {calendar.local(at, BERLIN).time() for at in starts.values()} == {CADENCE.at}
    before = {at.astimezone(UTC).hour for at in starts.values() if at.date() < CLOCKS_CHANGE}
    after = {at.astimezone(UTC).hour for at in starts.values() if at.date() > CLOCKS_CHANGE}
    assert (before, after) == ({12}, {13})

    last = max(number for number, at in starts.items() if at.date() < CLOCKS_CHANGE)
    for number in (last, last + 1):
        await couple.until(starts[number] + timedelta(hours=2))
        await couple.say(LogSession(number=number), MENTOR)
    reminded = {
        data["item"]: calendar.local(at, BERLIN)
        for at, data in await couple.told("pair.reminded")
        if data["template"] == "session_reminder"
    }
    for number in (last, last + 1):
        day_before = calendar.local(starts[number], BERLIN) - timedelta(days=1)
        assert reminded[f"session-{number:02}"].replace(second=0, microsecond=0) == day_before
    letters = await couple.stack.pool.fetch(
        "SELECT body FROM log.outbox WHERE template = 'session_reminder' AND recipient = $1", MENTEE
    )
    assert len(letters) >= 2
    assert all("14:00 (Europe/Berlin)" in " ".join(letter["body"].split()) for letter in letters)
