"""Performs a stream's effects in the background, in order, one portion at a time, and never gives up.

A mail server that is down delays the effects behind it; it never delays a command.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from events.contracts import PERFORM, Perform
    from workflows.alerts import alert, where
    from workflows.stream import Stream

S = TypeVar("S")

_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2))
_TIMEOUT = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=15)
_PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


class Performer(Generic[S]):
    """Takes what the stream's events ask of the outside world and has it done."""

    def __init__(self, stream: Stream[S]) -> None:
        self._stream = stream
        self._busy = False

    @property
    def idle(self) -> bool:
        """Whether everything asked for is done and remembered."""
        return not self._busy and self._stream.settled

    async def run(self) -> None:
        """Work until the workflow ends."""
        while True:
            await workflow.wait_condition(lambda: not self._stream.settled)
            portion = self._stream.take_effects()
            if portion is not None:
                self._busy = True
                await self._perform(portion)
                self._stream.performed = portion.through
                self._busy = False

    async def _perform(self, portion: Perform) -> None:
        kinds = Counter(pending.effect.effect for pending in portion.effects)
        summary = ", ".join(f"{kind} x{count}" for kind, count in kinds.items()) or "remember the end"
        failures = 0
        while True:
            try:
                await workflow.execute_activity(
                    PERFORM,
                    portion,
                    start_to_close_timeout=_TIMEOUT,
                    heartbeat_timeout=_HEARTBEAT,
                    retry_policy=_RETRY,
                    summary=summary,
                )
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise asyncio.CancelledError from error
                # Attempts are unlimited, so this is a failure that `perform` itself calls final.
                alert("effects_refused", f"Effects up to version {portion.through} failed: {where(error)}")
                await workflow.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
            else:
                return
