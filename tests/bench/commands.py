"""Two hundred operators give commands over HTTP while a hundred cohorts run: in the same moment, then each
now and then for a minute. How long each waits, and that nothing fails but what a rule refuses.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2

from events.tokens import Tokens
from tests.bench import copies
from tests.bench.figures import Figure, Report
from tests.bench.load import Place, everything, latency

LEAD = "s-lead"
REFUSED_EVERY = 10
"""Of so many commands one is of a kind that no rule lets through by now."""


@dataclass(frozen=True)
class Effort:
    """How many cohorts run, how many operators give a command to one of them at the same time, and how many
    each gives in how many `seconds` afterwards."""

    cohorts: int = 100
    operators: int = 200
    each: int = 6
    seconds: float = 60.0


@dataclass(frozen=True)
class Given:
    """One command: how long until its answer, in seconds, and the status of that."""

    seconds: float
    status: int


async def measure(effort: Effort) -> Report:
    """The burst, then the minute."""
    original = await copies.played()
    async with everything(original, effort.cohorts) as place:
        tokens = await _tokens(place, effort.operators)
        give = partial(_give, place, tokens)
        await asyncio.gather(
            *(give(number, 0, 0) for number in range(8))
        )  # the gateway's lines to its servers
        burst = await asyncio.gather(*(give(number, 1, 0) for number in range(effort.operators)))
        chance = random.Random(effort.seconds)  # noqa: S311 -- the same times in each run
        minute = await asyncio.gather(
            *(
                give(number, 2 + turn, chance.uniform(0, effort.seconds))
                for number in range(effort.operators)
                for turn in range(effort.each)
            )
        )
        stored = await _stored(place)
    report = Report("commands")
    answers = Counter(one.status for one in (*burst, *minute))
    accepted = answers[200] + answers[201] + 8
    wrong = sum(count for status, count in answers.items() if status not in {200, 201, 409})
    report.figures += [
        *latency(
            f"{len(minute)} commands in {effort.seconds:.0f} s", _waits(minute), "commands", target=500.0
        ),
        *latency(f"{len(burst)} commands in one moment", _waits(burst), "commands", target=500.0),
        Figure("refused by a rule", (float(answers[409]),), "answers"),
        Figure("failed otherwise", (float(wrong),), "answers", target=0.0, at_least=False),
        Figure(
            "accepted and not stored once", (float(abs(accepted - stored)),), "answers", 0.0, at_least=False
        ),
    ]
    return report


def _waits(given: list[Given]) -> list[float]:
    return [one.seconds for one in given]


async def _tokens(place: Place, count: int) -> list[str]:
    """One for each operator; all may speak for the lead, who leads every cohort here."""
    tokens = Tokens(place.stack.pool)
    made = [
        await tokens.create(LEAD, f"operator {number}", ["commands:send"], lasting=timedelta(days=1))
        for number in range(count)
    ]
    return [text for _, text in made]


async def _give(place: Place, tokens: list[str], number: int, turn: int, wait: float) -> Given:
    """The command that this operator gives in this turn, to a cohort of their own choice."""
    await asyncio.sleep(wait)
    cohort = place.made[(number + turn) % len(place.made)].text(f"cohort-{copies.NAME}")
    asked = {
        "stream": cohort,
        "command": _REFUSED if (number + turn) % REFUSED_EVERY == 0 and turn else _metric(number, turn),
    }
    headers = {"Authorization": f"Bearer {tokens[number]}", "Idempotency-Key": f"bench-{number}-{turn}"}
    begin = time.perf_counter()
    try:
        answer = await place.web.post("/v1/commands", json=asked, headers=headers)
    except httpx2.HTTPError:
        return Given(time.perf_counter() - begin, 0)
    return Given(time.perf_counter() - begin, answer.status_code)


_REFUSED = {"type": "open_enrolment"}


def _metric(number: int, turn: int) -> dict[str, Any]:
    today = datetime.now(UTC).date() - timedelta(days=1)
    return {
        "type": "record_metric",
        "on": f"{today}",
        "value": 1000 + number,
        "source": f"bench {number} {turn}",
    }


async def _stored(place: Place) -> int:
    """How many of these commands the log holds, each once."""
    found = [
        event.data["source"]
        for copy in place.made
        async for event in place.stack.log.read_stream(copy.text(f"cohort-{copies.NAME}"))
        if event.type == "cohort.metric_observed" and event.data["source"].startswith("bench ")
    ]
    assert len(found) == len(set(found))
    return len(found)
