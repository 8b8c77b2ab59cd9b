"""A real cohort on real Temporal, PostgreSQL and the real solver: from the plan to pairs that run."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import temporalio.client
from temporalio.client import Client
from temporalio.converter import DataConverter

from activities.match import SOLVERS
from events.contracts import Load
from events.store import EventStore
from tests.rules.cohort import world
from tests.waiting import until
from tests.workflow.lab import Outbox
from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CancelCohort
from turnabout.commands.cohort_enrolment import CloseEnrolment, OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, PlanCohort, SignCharter
from turnabout.commands.cohort_rounds import AcceptMatch, RankShortlist
from turnabout.errors import Rejected
from turnabout.messages import UPDATE, CommandEnvelope, Receipt
from turnabout.model import Actor
from turnabout.opening import open_stream
from turnabout.spec import CohortSpec
from turnabout.wire_errors import from_failure
from workers.embedded.temporal import DevServer
from workers.worker import create_worker
from workflows.cohort import CohortWorkflow
from workflows.pair import PairWorkflow
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState


class Desk:
    """Gives commands to one cohort and reads its stream back from the store."""

    def __init__(self, client: Client, store: EventStore, spec: CohortSpec, queue: str) -> None:
        self.client, self.store, self.spec, self.queue = client, store, spec, queue
        self.stream = f"cohort-{spec.id}"

    async def start(self) -> Receipt:
        command = PlanCohort(spec=self.spec).wire()
        envelope = CommandEnvelope(command=command, actor=Actor(id=world.LEAD))
        return await open_stream(self.client, "CohortWorkflow", self.stream, envelope, task_queue=self.queue)

    async def give(self, command: Command, by: str) -> Receipt:
        envelope = CommandEnvelope(command=command.wire(), actor=Actor(id=by))
        handle = self.client.get_workflow_handle(self.stream)
        try:
            receipt: Receipt = await handle.execute_update(
                UPDATE, envelope, id=uuid.uuid4().hex, result_type=Receipt
            )
        except temporalio.client.WorkflowUpdateFailedError as error:
            raise from_failure(error.cause) from error
        return receipt

    async def types(self, stream: str) -> list[str]:
        return [event.type for event in (await self.store.load(Load(stream=stream))).events]

    async def state(self) -> CohortState:
        """What the store says, folded by the rules alone."""
        state, version = COHORT.initial, 0
        while True:
            page = await self.store.load(Load(stream=self.stream, after=version))
            for event in page.events:
                body: dict[str, Any] = {"type": event.type, **event.data}
                state = COHORT.evolve(state, COHORT.events.validate_python(body), event.occurred_at)
                version = event.version
            if not page.more:
                return state

    async def reaches(self, stage: str) -> CohortState:
        """Wait until round 1 is in that stage."""

        async def look() -> CohortState | None:
            state = await self.state()
            return state if 1 in state.rounds and state.rounds[1].stage == stage else None

        found = await until(look)
        assert found is not None
        return found


async def queued_as(client: Client, stream: str) -> set[str]:
    """By what Temporal, where its queue is fair, keeps apart the work that a stream asks for: by cohort."""
    found = set()
    async for event in client.get_workflow_handle(stream).fetch_history_events():
        if event.HasField("activity_task_scheduled_event_attributes"):
            found.add(event.activity_task_scheduled_event_attributes.priority.fairness_key)
    return found


async def test_a_cohort_matches_its_people_and_starts_their_pairs(
    temporal_dev: DevServer, temporal_converter: DataConverter, store: EventStore
) -> None:
    client = await Client.connect(temporal_dev.address, data_converter=temporal_converter)
    today = datetime.now(UTC).date()
    kickoff = calendar.add_business_days(today + timedelta(days=42), 0)
    name = f"c{uuid.uuid4().hex[:8]}"
    spec = world.make_spec(id=name, starts_on=today.isoformat(), kickoff_on=kickoff.isoformat())
    queue = f"test-{name}"
    desk = Desk(client, store, spec, queue)
    worker = await create_worker(
        client,
        store,
        workflows=[CohortWorkflow, PairWorkflow],
        notifier=Outbox(),
        solvers=SOLVERS,
        task_queue=queue,
        grace=timedelta(seconds=1),
    )
    async with worker:
        await desk.start()
        await desk.give(SignCharter(text=world.TEXT), world.SPONSOR)
        with pytest.raises(Rejected, match="G8"):
            await desk.give(OpenEnrolment(), world.LEAD)
        await desk.give(CommitSponsorship(), world.SPONSOR)
        await desk.give(OpenEnrolment(), world.LEAD)
        for person in spec.people:
            await desk.give(OptIn(), person.id)
        await desk.give(CloseEnrolment(), world.LEAD)
        choosing = await desk.reaches("choosing")
        for who, scores in choosing.rounds[1].scores.items():
            await desk.give(RankShortlist(mentors=tuple(scores)), who)
        proposed = await desk.reaches("consenting")
        assert len(proposed.rounds[1].pending) == 5
        for mentor, mentee in sorted(proposed.rounds[1].pending):
            await desk.give(AcceptMatch(mentee=mentee), mentor)
        state = await desk.state()
        assert state.phase == "ready"
        for pair in state.pairs:
            formed = await until(partial(desk.types, pair))
            assert formed[0] == "pair.formed"
            assert await until(partial(queued_as, client, pair)) == {name}
        assert await queued_as(client, desk.stream) == {name}
        await desk.give(CancelCohort(reason="the test is over"), world.LEAD)

        async def wound_up() -> bool:
            return all(not pair.living and pair.memo for pair in (await desk.state()).pairs.values())

        assert await until(wound_up), "the pairs ended and told the cohort so"
