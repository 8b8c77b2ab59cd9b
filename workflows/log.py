"""How a workflow reads and writes its stream: locally while the database answers, patiently when it does not.

A local activity costs one history event; when it gives up, the same call goes on as a regular activity, whose
attempts cost none. Nothing else may suspend the workflow.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Generic, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from events.contracts import APPEND, LOAD, Append, Appended, Load, Loaded
    from turnabout.errors import CorruptLog, TurnaboutError
    from turnabout.wire_errors import from_failure
    from workflows.stream import Stream

S = TypeVar("S")
T = TypeVar("T")

LOCAL_PATIENCE = timedelta(seconds=5)
LOCAL_PAGES = 4
"""Pages read within one workflow task; the rest come by regular activities, so that a task stays small."""

# The time-out ends an attempt that hangs, but not a row of attempts that fail at once: those are counted.
_LOCAL_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=50), maximum_interval=timedelta(seconds=1), maximum_attempts=8
)
_PATIENT_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=20)
)


class Log(Generic[S]):
    """The store as the workflow of one stream sees it."""

    def __init__(self, stream: Stream[S]) -> None:
        self._stream = stream
        self.search_attributes = False

    async def load(self) -> None:
        """Fold the stream from its present version to its end. Raises CorruptLog."""
        pages, more = 0, True
        while more:
            load = Load(stream=self._stream.name, after=self._stream.version)
            try:
                page = await _call(LOAD, load, Loaded, local=pages < LOCAL_PAGES)
            except FailureError as error:
                raise CorruptLog(f"{self._stream.name} cannot be loaded: {_told(error)}") from error
            self._stream.performed = max(self._stream.performed, page.performed)
            self.search_attributes = page.search_attributes
            self._stream.fold(page.events)
            pages, more = pages + 1, page.more and bool(page.events)

    async def append(self, append: Append) -> Appended:
        """Store one command's events; the answer says what to believe. Raises what the store raises for
        events that it will never take: Rejected, InvalidInput, InternalError."""
        try:
            return await _call(APPEND, append, Appended, local=True)
        except FailureError as error:
            raise _told(error) from error


async def _call(name: str, argument: Any, answer: type[T], *, local: bool) -> T:
    """The activity's answer. Raises FailureError only for a failure that trying again would not mend."""
    if local:
        try:
            done: T = await workflow.execute_local_activity(
                name,
                argument,
                result_type=answer,
                schedule_to_close_timeout=LOCAL_PATIENCE,
                retry_policy=_LOCAL_RETRY,
            )
        except FailureError as error:
            if _is_final(error):
                raise
        else:
            return done
    try:
        done = await workflow.execute_activity(
            name,
            argument,
            result_type=answer,
            start_to_close_timeout=timedelta(seconds=15),
            retry_policy=_PATIENT_RETRY,
            summary="The database did not answer in time" if local else None,
        )
    except FailureError as error:
        _is_final(error)
        raise
    return done


def _is_final(error: FailureError) -> bool:
    if is_cancelled_exception(error):
        raise asyncio.CancelledError from error
    cause = _cause(error)
    return isinstance(cause, ApplicationError) and cause.non_retryable


def _told(error: FailureError) -> TurnaboutError:
    return from_failure(_cause(error))


def _cause(error: FailureError) -> BaseException | None:
    """What the activity raised: a local one's failure comes as it is, a regular one's is wrapped."""
    return error.cause if isinstance(error, ActivityError) else error
