"""How a stream is opened from outside: by its workflow's input, and then asked for the receipt.

Not by update-with-start: Temporal remembers a refused update of a run that is over, so whoever corrects the
command and opens again under the same id would meet the old refusal.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from turnabout.errors import Rejected
from turnabout.messages import TASK_QUEUE, UPDATE, CommandEnvelope, Receipt, Start
from turnabout.wire_errors import from_failure

START = "start"
"""The id of the command that opens a stream through its workflow's input."""


async def open_stream(
    client: Client,
    workflow: str,
    stream: str,
    envelope: CommandEnvelope,
    *,
    task_queue: str = TASK_QUEUE,
    patience: timedelta | None = None,
) -> Receipt:
    """Open the stream, or find it opened by the same command, and return that command's receipt.

    Raises Rejected by the rule that refuses the opening, or (E1) if the stream was opened by another command,
    (E5) if it is closed; InvalidInput; RPCError and WorkflowUpdateRPCTimeoutOrCancelledError as the client
    does, and then may be called again.
    """
    handle = await client.start_workflow(
        workflow,
        Start(command=envelope.command, actor=envelope.actor),
        id=stream,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=stream,
    )
    try:
        receipt: Receipt = await client.get_workflow_handle(stream).execute_update(
            UPDATE, envelope, id=START, result_type=Receipt, rpc_timeout=patience
        )
    except WorkflowUpdateFailedError as error:
        raise from_failure(error.cause) from error
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise await _ended(handle, stream) from error
    if receipt.digest not in {envelope.digest, ""}:  # empty: of an erased person nobody can tell any more
        raise Rejected(
            "E1",
            f"{stream} exists already and was opened with other content.",
            hint="Undo the change, or choose another id.",
        )
    return receipt


async def _ended(handle: WorkflowHandle[object, object], stream: str) -> Exception:
    """Why the run that was just started is over."""
    try:
        await handle.result()
    except WorkflowFailureError as error:
        return from_failure(error.cause)
    return Rejected("E5", f"{stream} is closed.", hint="Choose another id, or read its record.")
