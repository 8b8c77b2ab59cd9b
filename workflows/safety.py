"""The net below the engine: an error that nobody foresaw fails one update or one run, and wedges nothing.

Without it a plain exception in an update handler fails the workflow task, which Temporal repeats for ever
while every later command hangs.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

with workflow.unsafe.imports_passed_through():
    from turnabout.errors import InternalError, InvalidInput
    from turnabout.wire_errors import to_failure
    from workflows.alerts import alert, where


class SafetyNet(Interceptor):
    """Give it to every worker that runs our workflows."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 -- the SDK's signature
    ) -> type[WorkflowInboundInterceptor] | None:
        """The interceptor of each workflow."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:  # noqa: A002 -- the SDK's name
        if len(input.args) > 1:
            raise to_failure(
                InvalidInput(f"The workflow takes one input at most, and got {len(input.args)}.")
            )
        return await super().execute_workflow(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002 -- the SDK's name
        try:
            return await super().handle_update_handler(input)
        except FailureError:
            raise
        except Exception as error:  # noqa: BLE001 -- a net catches whatever falls
            alert("internal_error", f"The update handler failed: {where(error)}")
            raise _unforeseen(error) from None


def _unforeseen(error: Exception) -> ApplicationError:
    return to_failure(InternalError(f"The command failed on our side ({type(error).__name__})."))
