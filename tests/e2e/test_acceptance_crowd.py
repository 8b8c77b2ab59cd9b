"""Acceptance scenario 8 of the specification (domain.md section 8): a crowd on a running engine.

The people join in the log before the engine is there: that five hundred commands find their way is not the
question here, and a stream is all that a workflow needs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.cohort_rounds import MatchProposed, ShortlistsPrepared
from events.store import EventStore
from tests.matching.people import crowd
from tests.matching.test_acceptance import in_turn
from tests.rules.cohort.world import LEAD, SPONSOR, TEXT, make_spec
from tests.waiting import until
from turnabout.commands.base import Command
from turnabout.commands.cohort_enrolment import CloseEnrolment, OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, PlanCohort, SignCharter
from turnabout.commands.cohort_rounds import RankShortlist
from turnabout.messages import TASK_QUEUE, CommandEnvelope
from turnabout.model import Actor
from turnabout.spec import CohortSpec
from workers.embedded.stack import Stack
from workflows.rules.cohort import COHORT
from workflows.stream import Stream

SIZE = 200
STREAM = "cohort-crowd"
BEGINS = datetime(2035, 1, 8, 8, tzinfo=UTC)


def crowded() -> CohortSpec:
    """A cohort of so many mentors and as many mentees, all of whom may be paired at once."""
    mentors, mentees = crowd(SIZE)
    able = {"high_potential": True, "digitally_skilled": True}
    people = [*(one.model_copy(update=able) for one in mentors), *mentees]
    fields: dict[str, Any] = {"starts_on": date(2035, 1, 8), "kickoff_on": date(2035, 2, 12)}
    spec = make_spec(id="crowd", people=[one.model_dump() for one in people], **fields).model_dump()
    spec["policy"]["matching"]["max_pairs"] = SIZE
    return CohortSpec.model_validate(spec)


async def everybody_joins(store: EventStore, spec: CohortSpec, now: datetime) -> None:
    """The stream of a cohort in which everybody has opted in."""
    stream = Stream(COHORT, STREAM)
    told: list[tuple[Command, str]] = [
        (PlanCohort(spec=spec), LEAD),
        (SignCharter(text=TEXT), SPONSOR),
        (CommitSponsorship(), SPONSOR),
        (OpenEnrolment(), LEAD),
        *((OptIn(), person.id) for person in spec.people),
    ]
    for number, (command, by) in enumerate(told):
        envelope = CommandEnvelope(command=command.wire(), actor=Actor(id=by))
        append = stream.decide(f"{command.type}-{number}", envelope, now, command)
        stream.fold((await store.append(append)).events)


@pytest.mark.timeout(300)
async def test_8_a_crowd_is_matched_in_seconds_where_choosing_in_turn_leaves_people_out() -> None:
    spec = crowded()
    async with Stack.simulated(projector=False) as stack:
        await stack.clock.sleep(BEGINS - await stack.clock.now())
        await everybody_joins(stack.store, spec, BEGINS + timedelta(minutes=1))
        await stack.client.start_workflow("CohortWorkflow", id=STREAM, task_queue=TASK_QUEUE)
        cohort = stack.turnabout.stream(STREAM)

        begun = time.monotonic()
        await cohort.execute(CloseEnrolment(), actor=LEAD)
        prepared = await until(lambda: _last(stack, "cohort.shortlists_prepared"), 60)
        shortlists = ShortlistsPrepared.model_validate_json(prepared).shortlists
        seconds = time.monotonic() - begun
        rankings = {one.mentee: [each.mentor for each in one.candidates] for one in shortlists}
        assert len(rankings) == SIZE

        *others, last = rankings
        await asyncio.gather(*(_rank(stack, who, rankings[who]) for who in others))
        begun = time.monotonic()
        await _rank(stack, last, rankings[last])
        edges = MatchProposed.model_validate_json(
            await until(lambda: _last(stack, "cohort.match_proposed"), 60)
        ).edges
        seconds += time.monotonic() - begun

        assert len({edge.mentee for edge in edges}) == len({edge.mentor for edge in edges}) == SIZE
        assert all(rankings[edge.mentee][edge.rank - 1] == edge.mentor for edge in edges)
        assert in_turn(rankings)[0] < SIZE
        assert seconds < 30


async def _rank(stack: Stack, mentee: str, mentors: Sequence[str]) -> None:
    await stack.turnabout.stream(STREAM).execute(RankShortlist(mentors=tuple(mentors)), actor=mentee)


async def _last(stack: Stack, type_: str) -> str:
    """The body of the last event of a type; nothing yet where there is none."""
    found = await stack.pool.fetchval(
        "SELECT data::text FROM log.events WHERE stream = $1 AND type = $2 ORDER BY version DESC",
        STREAM,
        type_,
    )
    return str(found or "")
