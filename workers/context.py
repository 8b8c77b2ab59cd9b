"""Binds the ids of what an activity works on to every line that it logs."""

from __future__ import annotations

from typing import Any

import structlog
from temporalio import activity
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from events.contracts import Append, Load, Perform


class LogContext(ClientInterceptor, Interceptor):
    """Give it to the client that a worker is made with."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 -- the SDK's name
        """The interceptor of each activity."""
        return _Bound(next)


class _Bound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 -- the SDK's name
        with structlog.contextvars.bound_contextvars(**_ids(input.args[0] if input.args else None)):
            return await super().execute_activity(input)


def _ids(task: object) -> dict[str, Any]:
    info = activity.info()
    ids: dict[str, Any] = {"activity_type": info.activity_type, "attempt": info.attempt}
    match task:
        case Append():
            ids |= {
                "stream": task.stream,
                "command_id": task.command_id,
                "correlation_id": task.correlation_id,
            }
        case Load() | Perform():
            ids["stream"] = task.stream
        case _:
            ids["stream"] = info.workflow_id
    return ids
