"""Performs a stream's effects in the background, in order, one portion at a time, and never gives up.

A message that cannot go out yet is delivered beside the others, however long that takes: what comes after it
does not wait, and least of all a command.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from events.contracts import PERFORM, PendingEffect, Perform, Performed
    from turnabout.messages import cohort_of
    from workflows.alerts import alert, where
    from workflows.stream import Stream

S = TypeVar("S")

_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2))
_PATIENT_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10))
_TIMEOUT = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=15)
_KEY = 64
"""Characters that Temporal takes of a fairness key."""
_PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


class Performer(Generic[S]):
    """Takes what the stream's events ask of the outside world and has it done."""

    def __init__(self, stream: Stream[S]) -> None:
        self._stream = stream
        self._busy = False
        self._deliveries: list[asyncio.Task[None]] = []

    @property
    def idle(self) -> bool:
        """Whether everything asked for is done and remembered."""
        return not self._busy and not self._deliveries and self._stream.settled

    async def run(self) -> None:
        """Work until the workflow ends."""
        while True:
            await workflow.wait_condition(self._may_go_on)
            for delivery in self._deliveries:
                if delivery.done():  # one that is done and still here has failed
                    delivery.result()
            portion = self._stream.take_effects()
            if portion is not None:
                self._busy = True
                await self._take(portion)
                self._busy = False

    def _may_go_on(self) -> bool:
        failed = any(delivery.done() for delivery in self._deliveries)
        return self._stream.pending or failed or not (self._deliveries or self._stream.settled)

    async def _take(self, portion: Perform) -> None:
        if self._deliveries:  # until they are done, the stream is not done up to here
            portion = portion.model_copy(update={"through": 0})
        done = await self._perform(portion, _RETRY)
        if done.undelivered:
            left = tuple(portion.effects[number] for number in done.undelivered)
            self._deliveries.append(asyncio.create_task(self._deliver(left)))
        elif portion.through:
            self._stream.performed = portion.through

    async def _deliver(self, messages: tuple[PendingEffect, ...]) -> None:
        patient = Perform(stream=self._stream.name, through=0, effects=messages, patient=True)
        await self._perform(patient, _PATIENT_RETRY)
        this = asyncio.current_task()
        self._deliveries = [delivery for delivery in self._deliveries if delivery is not this]

    async def _perform(self, portion: Perform, retry: RetryPolicy) -> Performed:
        kinds = Counter(pending.effect.effect for pending in portion.effects)
        summary = ", ".join(f"{kind} x{count}" for kind, count in kinds.items()) or "remember the end"
        failures = 0
        while True:
            try:
                done: Performed = await workflow.execute_activity(
                    PERFORM,
                    portion,
                    result_type=Performed,
                    start_to_close_timeout=_TIMEOUT,
                    heartbeat_timeout=_HEARTBEAT,
                    retry_policy=retry,
                    summary=summary,
                    priority=Priority(fairness_key=cohort_of(self._stream.name)[:_KEY] or None),
                )
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise asyncio.CancelledError from error
                # Attempts are unlimited, so this is a failure that `perform` itself calls final.
                alert("effects_refused", f"{len(portion.effects)} effects failed: {where(error)}")
                await workflow.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
            else:
                return done
