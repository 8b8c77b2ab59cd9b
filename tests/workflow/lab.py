"""What the engine's tests work with: real Temporal, the real store, and a recording stand-in for people."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from events.contracts import Load, Notify, StoredEvent
from events.store import EventStore
from tests.workflow.counter import WORKFLOWS
from tests.workflow.counter_rules import COUNTER, Open, State
from turnabout.commands.base import Command
from turnabout.errors import Unreachable
from turnabout.messages import UPDATE, CommandEnvelope, Receipt
from turnabout.model import Actor
from turnabout.opening import open_stream
from turnabout.wire_errors import from_failure
from workers.worker import create_worker
from workflows.stream import Stream

LEAD = Actor(id="p-lead")


@dataclass
class Outbox:
    """A notifier that keeps what it was given, by key; `broken` makes it fail as a dead mail server does."""

    sent: dict[str, Notify] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    streams: set[str] = field(default_factory=set)
    attempts: int = 0
    broken: bool = False

    async def notify(self, stream: str, event_id: str, message: Notify, now: datetime) -> None:
        self.attempts += 1
        self.streams.add(stream)
        if self.broken:
            raise ConnectionRefusedError("the mail server is down")
        self.sent.setdefault(event_id, message)
        self.times.append(now)


def double(payload: dict[str, Any]) -> dict[str, Any]:
    return {"type": "answer", "value": 2 * payload["total"]}


@dataclass
class Lab:
    """One test's corner of a Temporal server, with a database of its own."""

    client: Client
    store: EventStore
    queue: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:8]}")
    outbox: Outbox = field(default_factory=Outbox)
    solvers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(
        default_factory=lambda: {"double": double}
    )

    def name(self, kind: str = "counter") -> str:
        """A stream that no other test knows."""
        return f"{kind}-{uuid.uuid4().hex[:10]}"

    async def worker(self, **options: Any) -> Worker:
        options.setdefault("grace", timedelta(seconds=1))
        return await create_worker(
            self.client,
            self.store,
            workflows=WORKFLOWS,
            notifier=self.outbox,
            solvers=self.solvers,
            task_queue=self.queue,
            **options,
        )

    @asynccontextmanager
    async def running(self, **options: Any) -> AsyncIterator[Worker]:
        """A worker runs inside the block."""
        worker = await self.worker(**options)
        async with worker:
            yield worker

    async def start(
        self, stream: str, workflow: str = "CounterWorkflow", **options: Any
    ) -> WorkflowHandle[Any, Any]:
        """Start a run by the stream's name alone."""
        return await self.client.start_workflow(workflow, id=stream, task_queue=self.queue, **options)

    async def restart(self, stream: str, workflow: str = "CounterWorkflow") -> None:
        """Terminate the run and start another by the name alone."""
        await self.client.get_workflow_handle(stream).terminate("the test wants a new run")
        await self.start(stream, workflow)

    async def open(self, stream: str, workflow: str = "CounterWorkflow") -> Receipt:
        """Start the stream with its first command."""
        return await self.open_with(stream, Open(label="x"), workflow)

    async def open_with(self, stream: str, command: Command, workflow: str = "CounterWorkflow") -> Receipt:
        """Start the stream with this command."""
        envelope = CommandEnvelope(command=command.wire(), actor=LEAD)
        return await open_stream(self.client, workflow, stream, envelope, task_queue=self.queue)

    async def deliver(
        self,
        stream: str,
        command: Command | dict[str, Any],
        *,
        id: str | None = None,  # noqa: A002 -- as the SDK calls it
        start: str | None = None,
        actor: Actor = LEAD,
    ) -> Receipt:
        """Give a command as a client does, and raise what the client raises."""
        body = command.wire() if isinstance(command, Command) else command
        envelope = CommandEnvelope(command=body, actor=actor)
        command_id = id or str(uuid.uuid4())
        receipt: Receipt
        try:
            if start is None:
                handle = self.client.get_workflow_handle(stream)
                receipt = await handle.execute_update(UPDATE, envelope, id=command_id, result_type=Receipt)
            else:
                operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                    start,
                    id=stream,
                    task_queue=self.queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                )
                receipt = await self.client.execute_update_with_start_workflow(
                    UPDATE,
                    envelope,
                    id=command_id,
                    result_type=Receipt,
                    start_workflow_operation=operation,
                )
        except WorkflowUpdateFailedError as error:
            raise from_failure(error.cause) from error
        return receipt

    async def insist(self, stream: str, command: Command, command_id: str) -> Receipt:
        """Give a command as a patient client does: with the same id, until somebody answers."""
        async with asyncio.timeout(30):
            while True:
                try:
                    return await self.deliver(stream, command, id=command_id)
                except (RPCError, Unreachable):
                    await asyncio.sleep(0.02)

    async def seed(self, stream: str, commands: Sequence[Command]) -> None:
        """Write a stream without a workflow, as a manual repair would. Ids are seed-0, seed-1, ..."""
        folded = Stream(COUNTER, stream)
        folded.fold(await self.events(stream))
        for number, command in enumerate(commands):
            envelope = CommandEnvelope(command=command.wire(), actor=LEAD)
            append = folded.decide(f"seed-{number}", envelope, datetime.now(UTC))
            folded.fold((await self.store.append(append)).events)

    async def events(self, stream: str) -> list[StoredEvent]:
        """The whole stream."""
        found: list[StoredEvent] = []
        while True:
            page = await self.store.load(Load(stream=stream, after=len(found)))
            found += page.events
            if not page.more:
                break
        assert [event.version for event in found] == list(range(1, len(found) + 1))
        assert len({event.event_id for event in found}) == len(found)
        return found

    async def performed(self, stream: str) -> int:
        return (await self.store.load(Load(stream=stream))).performed

    async def forget_performed(self, stream: str) -> None:
        """As if the worker had been lost just before it remembered what it performed."""
        await self.store._pool.execute("UPDATE log.performed SET version = 1 WHERE stream = $1", stream)

    async def fold(self, stream: str) -> State:
        """What the store says, folded by the rules alone."""
        state = COUNTER.initial
        for event in await self.events(stream):
            state = COUNTER.evolve(
                state, COUNTER.events.validate_python({"type": event.type, **event.data}), event.occurred_at
            )
        return state

    async def history(self, stream: str, run_id: str | None = None) -> list[str]:
        """The event types of a run, such as TIMER_STARTED; none where nothing ever ran."""
        handle = self.client.get_workflow_handle(stream, run_id=run_id)
        try:
            events = [event.event_type async for event in handle.fetch_history_events()]
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return []
        return [EventType.Name(event).removeprefix("EVENT_TYPE_") for event in events]
