"""The durable decider: one shell that runs any decider as a Temporal workflow (design.md section 3).

A workflow class is thin: `__init__` makes the engine, `run` calls `engine.run`, the update `execute` calls
`engine.execute` and its validator `engine.validate`. The workflow's id is the stream's name.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, NoReturn, TypeVar

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from turnabout.commands.base import Command
    from turnabout.errors import (
        CorruptLog,
        InternalError,
        InvalidInput,
        NotFound,
        Rejected,
        TurnaboutError,
    )
    from turnabout.faults import told
    from turnabout.messages import ENCODING, TRY, CommandEnvelope, Receipt, Start
    from turnabout.model import SYSTEM
    from turnabout.wire_errors import to_failure
    from workflows.alerts import alert, where
    from workflows.log import Log
    from workflows.performer import Performer
    from workflows.rules.decider import Decider
    from workflows.stream import Stream
    from workflows.visibility import Visibility

S = TypeVar("S")

NO_INPUT: Final = RawValue(Payload())
"""What `run` gets when the workflow was started by its id alone."""

SETTLED_BY_OTHERS: Final = "settled-by-others"
"""Before this patch a due item that others had settled first was decided all the same."""

START = "start"
"""The id of the command that the workflow's input holds."""

IMMINENT = timedelta(seconds=10)
"""A timer that fires within this time is not cancelled any more."""

OPENING_PATIENCE = timedelta(minutes=1)
"""How long a run waits for the first command of a stream that does not exist yet."""


@dataclass
class _Waiting:
    """A command in the queue, and where its answer goes."""

    id: str
    envelope: CommandEnvelope
    answer: asyncio.Future[Receipt]


class _DueItem:
    """A place in the queue for whatever is due when its turn comes."""


_DUE: Final = _DueItem()


class _Settled(Exception):
    """Others settled the due item before it was stored."""


class Clock:
    """The time a stream lives in: its workflow's. Tests put one in its place that runs faster."""

    def now(self) -> datetime:
        """A pure function of the workflow's time, so that a replay sees the same."""
        return workflow.now()

    async def sleep(self, duration: timedelta, summary: str) -> None:
        """Wait so long by this clock, in one timer."""
        await workflow.sleep(duration, summary=summary)


class Engine(Generic[S]):
    """Runs one stream. Commands and due items stand in one queue and are taken one at a time.

    `max_history` (events) makes a run continue as new early, `clock` makes its time another; for tests.
    """

    def __init__(
        self, decider: Decider[S], *, max_history: int | None = None, clock: Clock | None = None
    ) -> None:
        self._kind = decider.kind
        self._clock = clock or Clock()
        self._stream = Stream(decider, workflow.info().workflow_id)
        self._log = Log(self._stream)
        self._performer = Performer(self._stream)
        self._visibility = Visibility()
        self._max_history = max_history
        self._queue: deque[_Waiting | _DueItem] = deque()
        self._ready = False
        self._loaded_version = 0
        self._refusal: TurnaboutError | None = None
        self._failed: set[str] = set()
        self._timer: asyncio.Task[None] | None = None
        self._timer_at: datetime | None = None
        self._expiring: list[asyncio.Task[None]] = []

    async def run(self, start: RawValue = NO_INPUT) -> None:
        """The workflow's life: load, take commands and due items, end with the stream. Fails with a typed
        ApplicationError if there is nothing to run."""
        try:
            await self._open(self._read_start(start))
            await self._work(asyncio.create_task(self._performer.run()))
        except TurnaboutError as error:
            await self._give_up(error)

    async def execute(self, envelope: CommandEnvelope) -> Receipt:
        """Queue a command and return its receipt when it is stored. Its id is the update's id."""
        waiting = _Waiting(_command_id(envelope), envelope, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        return await waiting.answer

    def validate(self, envelope: CommandEnvelope) -> None:
        """Refuse what the present state forbids, without a trace in history. Where the state is not certain
        (loading, or others stand before), the command passes and is decided in its turn."""
        if not self._ready or self._queue:
            return
        command_id = _command_id(envelope)
        try:
            if self._stream.receipt(command_id, envelope.digest) is None:
                self._stream.decide(command_id, envelope, self._clock.now())
        except Exception as error:  # noqa: BLE001 -- whatever happens, it is this command's answer
            raise to_failure(self._verdict(command_id, error)) from None

    def _read_start(self, start: RawValue) -> Start | None:
        if not re.fullmatch(rf"{self._kind}-[a-z0-9][a-z0-9-]*", self._stream.name):
            raise InvalidInput(
                f"The workflow id {self._stream.name!r} is no stream of kind {self._kind!r}.",
                hint=f"Use {self._kind}-<id> with lower-case letters, digits and dashes.",
            )
        if start.payload == NO_INPUT.payload:
            return None
        try:
            value: Any = workflow.payload_converter().from_payload(start.payload)
            return None if value is None else Start.model_validate(value)
        except ValidationError as error:
            problems = told(error)
        except Exception as error:  # noqa: BLE001 -- a foreign client may send any bytes at all
            sealed = start.payload.metadata.get("encoding") == ENCODING
            problems = (
                "It is encrypted with a key that the worker does not have." if sealed else where(error),
            )
        raise InvalidInput(
            "The workflow's input cannot be read.",
            problems,
            hint='It is optional; if given: {"command": {"type": ...}, "actor": {"id": ...}}.',
        )

    async def _open(self, start: Start | None) -> None:
        await self._log.load()
        self._loaded_version = self._stream.version
        if self._stream.version:
            return
        if start is not None:
            envelope = CommandEnvelope(command=start.command, actor=start.actor)
            answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
            answer.add_done_callback(lambda done: done.exception())  # its answer is this run's outcome
            self._queue.appendleft(_Waiting(START, envelope, answer))
        elif not self._queue:
            try:
                await workflow.wait_condition(lambda: bool(self._queue), timeout=OPENING_PATIENCE)
            except TimeoutError:
                raise NotFound(
                    f"There is no stream {self._stream.name}, and nobody opened it.",
                    hint="Start the workflow with the command that opens the stream.",
                ) from None

    async def _work(self, performing: asyncio.Task[None]) -> None:
        while True:
            if performing.done():  # it never ends but by a fault, which fails this task and is seen
                performing.result()
            self._visibility.show(self._stream.summary, attributes=self._log.search_attributes)
            self._notice_due()
            if self._may_leave():
                if self._stream.terminal:
                    return
                if self._refusal and not self._stream.version:
                    raise self._refusal
                self._continue_as_new()
            if self._queue:
                await self._take(self._queue.popleft())
            else:
                self._set_timer()
                self._ready = True
                await workflow.wait_condition(
                    lambda: bool(self._queue) or self._may_leave() or performing.done()
                )
                self._ready = False

    async def _take(self, item: _Waiting | _DueItem) -> None:
        if isinstance(item, _DueItem):
            await self._take_due()
            return
        try:
            receipt = await self._store(item.id, item.envelope)
        except CorruptLog as error:
            item.answer.set_exception(to_failure(error))
            raise
        except Exception as error:  # noqa: BLE001 -- one command's fault is that command's answer
            verdict = self._verdict(item.id, error)
            self._refusal = self._refusal or verdict
            item.answer.set_exception(to_failure(verdict))
        else:
            item.answer.set_result(receipt)

    async def _take_due(self) -> None:
        due = self._stream.due(self._failed)
        if due is None or due.at > self._clock.now():
            return
        envelope = CommandEnvelope(command=due.command.wire(), actor=SYSTEM)
        try:
            await self._store(due.command_id, envelope, due.command)
            fault = "is still on the agenda" if self._stream.owes(due.command_id) else None
        except _Settled:
            return
        except CorruptLog:
            raise
        except Exception as error:  # noqa: BLE001 -- the item is set aside; the stream goes on
            fault = (
                f"was rejected by {error.rule}" if isinstance(error, Rejected) else f"failed: {where(error)}"
            )
        if fault:
            self._failed.add(due.command_id)
            alert("due_failed", f"The due item {due.command_id} {fault}; it is left out until the next run.")

    async def _store(
        self, command_id: str, envelope: CommandEnvelope, command: Command | None = None
    ) -> Receipt:
        """Decide and append until the command's events are in the stream, and fold what the store returns:
        others may have come first, and then the command is decided again. Raises _Settled if they settled a
        due item (it comes with its `command`), so that nothing is left to decide."""
        overtaken = False
        while True:
            receipt = self._stream.receipt(command_id, envelope.digest)
            if receipt is not None:
                return receipt
            settled = overtaken and command is not None and not self._stream.owes(command_id)
            if settled and workflow.patched(SETTLED_BY_OTHERS):
                raise _Settled
            patch = self._stream.stricter(envelope)
            lenient = patch is not None and not workflow.patched(patch)
            append = self._stream.decide(command_id, envelope, self._clock.now(), command, lenient=lenient)
            appended = await self._log.append(append)
            self._stream.fold(appended.events)
            overtaken = True
            if self._stream.version == append.expected_version:
                raise InternalError(f"The store neither took the events of {command_id!r} nor told why.")

    def _notice_due(self) -> None:
        due = self._stream.due(self._failed)
        if due is not None and due.at <= self._clock.now() and _DUE not in self._queue:
            self._queue.append(_DUE)

    def _set_timer(self) -> None:
        due = self._stream.due(self._failed)
        at = due.at if due else None
        if at == self._timer_at:
            return
        if self._timer is not None and self._timer_at is not None:
            # One that is about to fire is left alone. It wakes the run for nothing, but cancelling it while
            # it fires strands a run on the time-skipping server (temporalio/sdk-java#3088).
            if self._timer_at - self._clock.now() > IMMINENT:
                self._timer.cancel()
            else:
                self._expiring.append(self._timer)
        self._timer_at = at
        self._timer = asyncio.create_task(self._sleep(due.at, due.command_id)) if due else None

    async def _sleep(self, until: datetime, summary: str) -> None:
        await self._clock.sleep(max(until - self._clock.now(), timedelta(milliseconds=1)), summary)
        this = asyncio.current_task()
        if this is self._timer:
            self._timer = self._timer_at = None
        else:
            self._expiring = [timer for timer in self._expiring if timer is not this]
        if _DUE not in self._queue:
            self._queue.append(_DUE)

    def _may_leave(self) -> bool:
        """Whether there is a reason to end this run, and nobody waits for anything. Whoever stands in the
        queue has an unfinished handler."""
        wanted = self._stream.terminal or (self._refusal and not self._stream.version) or self._outgrown()
        return bool(wanted and self._performer.idle and workflow.all_handlers_finished())

    def _outgrown(self) -> bool:
        # A run that only loaded must not start over: the next would do the same, for ever.
        if self._stream.version == self._loaded_version:
            return False
        info = workflow.info()
        return (
            info.is_continue_as_new_suggested()
            or info.is_target_worker_deployment_version_changed()
            or (self._max_history is not None and info.get_current_history_length() >= self._max_history)
        )

    def _continue_as_new(self) -> NoReturn:
        """Go on in a fresh run, which loads the stream; the id is all it needs."""
        upgrade = workflow.info().is_target_worker_deployment_version_changed()
        workflow.continue_as_new(
            initial_versioning_behavior=(
                workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE if upgrade else None
            )
        )

    def _verdict(self, command_id: str, error: Exception) -> TurnaboutError:
        """What the caller is told: a rule's refusal as it is, everything else as our fault, with an alert."""
        if isinstance(error, Rejected | InvalidInput):
            return error
        alert("internal_error", f"The command {command_id} failed: {where(error)}")
        return InternalError(
            f"The command {command_id!r} failed on our side ({type(error).__name__}) and changed nothing.",
            hint="Operators were alerted; the stream goes on.",
        )

    async def _give_up(self, error: TurnaboutError) -> NoReturn:
        """End the run with the error, after everybody who waits was told."""
        self._ready = False
        if isinstance(error, CorruptLog):
            alert(
                "corrupt_log", f"{self._stream.name} stands still at version {self._stream.version}: {error}"
            )
        failure = to_failure(error)
        while not workflow.all_handlers_finished():
            while self._queue:
                item = self._queue.popleft()
                if isinstance(item, _Waiting):
                    item.answer.set_exception(failure)
            await workflow.wait_condition(lambda: bool(self._queue) or workflow.all_handlers_finished())
        raise failure


def _command_id(envelope: CommandEnvelope) -> str:
    """The update's id; where another stream tells it again, without the number of the attempt."""
    info = workflow.current_update_info()
    if info is None:
        raise InternalError("A command was handed over outside an update.")
    return info.id.partition(TRY)[0] if envelope.actor.is_system else info.id
