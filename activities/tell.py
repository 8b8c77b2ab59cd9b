"""Gives commands to other streams. The command's id is the update's id, so telling twice is telling once.

What a rule of the other stream refuses is done all the same: it is alerted and never repeated. What its run
did not come to answer, or could not for a fault on our side, is told again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from temporalio import activity
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from events.contracts import Tell
from events.store import EventStore
from turnabout.errors import CorruptLog, InternalError, NotFound, Rejected, Unreachable
from turnabout.messages import TRY, UPDATE, CommandEnvelope, Receipt
from turnabout.wire_errors import from_failure

PATIENCE = timedelta(seconds=20)
"""How long one attempt waits for the other stream; `perform` is tried again then."""


class Teller:
    """Speaks to streams through Temporal, and asks the log about those that do not run."""

    def __init__(self, client: Client, store: EventStore, *, task_queue: str) -> None:
        self._client = client
        self._store = store
        self._task_queue = task_queue

    async def tell(self, tell: Tell) -> None:
        """Give the command. Returns when it is stored or never will be, raises when it may yet be."""
        start = tell.workflow if tell.start else None
        try:
            await self._deliver(tell.stream, tell.command_id, tell.envelope, start=start)
        except RPCError as error:
            if tell.start or error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await self._tell_absent(tell)
        except (CorruptLog, NotFound, Unreachable):
            if await self._brought_back(tell):
                raise
            await self._tell_absent(tell)

    async def answer(self, stream: str, command_id: str, envelope: CommandEnvelope) -> None:
        """Give a running stream the command that it waits for."""
        await self._deliver(stream, command_id, envelope, start=None)

    async def _tell_absent(self, tell: Tell) -> None:
        known = await self._store.stream(tell.stream)
        if known is not None and not known.closed:
            # Its workflow was lost; the id alone brings it back.
            await self._deliver(tell.stream, tell.command_id, tell.envelope, start=tell.workflow)
        elif not tell.lenient:
            state = "does not exist" if known is None else "is closed"
            _alert("absent", tell.command_id, f"{tell.stream} {state}")

    async def _brought_back(self, tell: Tell) -> bool:
        """Whether another run will answer. Temporal remembers what it said of a run that is over, and says it
        again until there is a new one."""
        known = await self._store.stream(tell.stream)
        if known.closed if known else not tell.start:
            return False
        await self._client.start_workflow(
            tell.workflow,
            id=tell.stream,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=tell.stream,
        )
        return True

    async def _deliver(
        self, stream: str, command_id: str, envelope: CommandEnvelope, *, start: str | None
    ) -> None:
        # What a run once answered is part of its history: the same update would meet the same fault again.
        attempt = activity.info().attempt
        update_id = command_id if attempt == 1 else f"{command_id}{TRY}{attempt}"
        try:
            if start is None:
                await self._client.get_workflow_handle(stream).execute_update(
                    UPDATE, envelope, id=update_id, result_type=Receipt, rpc_timeout=PATIENCE
                )
            else:
                await self._client.execute_update_with_start_workflow(
                    UPDATE,
                    envelope,
                    id=update_id,
                    result_type=Receipt,
                    rpc_timeout=PATIENCE,
                    start_workflow_operation=WithStartWorkflowOperation(
                        start,
                        id=stream,
                        task_queue=self._task_queue,
                        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                        static_summary=stream,
                    ),
                )
        except WorkflowUpdateFailedError as error:
            told = from_failure(error.cause)
            if isinstance(told, CorruptLog | NotFound | Unreachable):
                raise told from error  # that run is over without an answer
            if isinstance(told, InternalError):
                raise told from error  # a later release may mend it
            reason = told.rule if isinstance(told, Rejected) else type(told).__name__
            _alert("rejected", command_id, f"{stream} refused it ({reason})")


def _alert(reason: Literal["absent", "rejected"], command_id: str, message: str) -> None:
    activity.logger.error("The command %s is given up: %s", command_id, message, extra={"alert": "tell"})
    activity.metric_meter().create_counter(
        "turnabout_tells_given_up", "Commands to other streams that will never be stored, by reason"
    ).add(1, {"reason": reason})
