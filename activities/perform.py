"""Has the outside world do what a stream's events ask for, and remembers how far that is done.

Every effect of a portion is tried; what fails is raised at the end, so that the portion is tried again. Each
effect is idempotent by its key, and what an earlier attempt reported as done is not even tried. A message
that cannot go out yet is handed back instead, so that nothing waits behind somebody's full mailbox.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.tell import Teller
from events.contracts import PERFORM, Compute, Notify, PendingEffect, Perform, Performed, Tell
from events.store import EventStore
from turnabout.errors import InternalError, TurnaboutError, Undelivered
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM

Solver = Callable[[dict[str, Any]], dict[str, Any]]
"""From a Compute effect's payload to the answering command, both JSON. It runs in a thread."""

_BEAT_SECONDS = 4
_ALERT_EVERY = 10
"""Attempts at one portion after which a person is called, and again after as many more."""


class Notifier(Protocol):
    """Sends messages."""

    async def notify(self, stream: str, event_id: str, message: Notify, now: datetime) -> None:
        """Send to each recipient once, by the key (event, recipient, channel). `now` is Temporal's time.

        Raises when something is left to do, and is then asked again.
        """


class PerformActivity:
    """Give `perform` to a worker.

    `client` speaks to the other streams; without it the worker's own is used. `solvers` compute what
    workflows must not, by the name of the task.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        notifier: Notifier,
        solvers: Mapping[str, Solver],
        client: Client | None = None,
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._solvers = solvers
        self._client = client

    @activity.defn(name=PERFORM)
    async def perform(self, perform: Perform) -> Performed:
        """Perform the effects in order and remember the version up to which they are done."""
        details = activity.info().heartbeat_details
        done: set[int] = set(details[0]) if details else set()
        beating = asyncio.create_task(_beat(done))
        try:
            failures = await self._try_all(perform, done)
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating
        undelivered = tuple(
            number for number in failures if isinstance(perform.effects[number].effect, Notify)
        )
        if len(failures) > len(undelivered) or (failures and perform.patient):
            _call_for_help(activity.info().attempt, len(failures))
            raise _again(list(failures.values()), len(perform.effects))
        if perform.through and not undelivered:
            await self._store.mark_performed(perform.stream, perform.through)
        return Performed(undelivered=undelivered)

    async def _try_all(self, perform: Perform, done: set[int]) -> dict[int, Exception]:
        failures: dict[int, Exception] = {}
        blocked: set[str] = set()
        for number, pending in enumerate(perform.effects):
            target = pending.effect.stream if isinstance(pending.effect, Tell) else None
            # What one stream is told must arrive in order.
            if number in done or target in blocked:
                continue
            try:
                await self._perform_one(perform.stream, pending)
            except Exception as error:  # gathered, and raised when all were tried
                if _told_to_stop():
                    raise asyncio.CancelledError from error
                failures[number] = error
                if target:
                    blocked.add(target)
                told = {"effect": pending.effect.effect, "error": type(error).__name__}
                activity.logger.warning("An effect failed", extra=told)
            else:
                done.add(number)
                activity.heartbeat(sorted(done))
        return failures

    async def _perform_one(self, stream: str, pending: PendingEffect) -> None:
        match pending.effect:
            case Notify() as notify:
                now = activity.info().started_time.astimezone(UTC)
                await self._notifier.notify(stream, pending.event_id, notify, now)
            case Tell() as tell:
                ids = {"correlation_id": pending.correlation_id, "causation_id": pending.event_id}
                envelope = tell.envelope.model_copy(update=ids)
                await self._teller().tell(tell.model_copy(update={"envelope": envelope}))
            case Compute() as compute:
                await self._compute(stream, pending, compute)

    async def _compute(self, stream: str, pending: PendingEffect, compute: Compute) -> None:
        solver = self._solvers.get(compute.task)
        if solver is None:
            raise InternalError(f"This worker cannot compute {compute.task!r}.", hint="Deploy its solver.")
        command = await asyncio.to_thread(solver, compute.payload)
        envelope = CommandEnvelope(
            command=command,
            actor=SYSTEM,
            correlation_id=pending.correlation_id,
            causation_id=pending.event_id,
        )
        await self._teller().answer(stream, compute.command_id, envelope)

    def _teller(self) -> Teller:
        return Teller(self._client or activity.client(), self._store, task_queue=activity.info().task_queue)


def _told_to_stop() -> bool:
    """Whether this activity is being cancelled: Temporal's client turns that into an error of its own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _call_for_help(attempt: int, failures: int) -> None:
    """Alert where trying again does not help: a solver with a bug, a stream that refuses wrongly."""
    if attempt % _ALERT_EVERY:
        return
    activity.logger.error(
        "%s effects still fail at attempt %s", failures, attempt, extra={"alert": "effects_failing"}
    )
    activity.metric_meter().create_counter(
        "turnabout_effects_failing", "Times that effects still failed after many attempts"
    ).add(1)


def _again(failures: list[Exception], of: int) -> ApplicationError:
    """What makes Temporal try again: at its own pace, or when a reservation ends where sooner is no use."""
    waits = [error.retry_after for error in failures if isinstance(error, Undelivered) and error.retry_after]
    told = [str(error) if isinstance(error, TurnaboutError) else type(error).__name__ for error in failures]
    return ApplicationError(
        f"{len(failures)} of {of} effects failed: {'; '.join(dict.fromkeys(told))}",
        type="EffectsFailed",
        next_retry_delay=min(waits) if len(waits) == len(failures) else None,
    )


async def _beat(done: set[int]) -> None:
    """Heartbeat while effects are being performed, so that a lost worker is noticed soon."""
    while True:
        activity.heartbeat(sorted(done))
        await asyncio.sleep(_BEAT_SECONDS)
