"""How our errors travel through Temporal and come back as themselves: both directions, and nothing else."""

from __future__ import annotations

from typing import Any

from temporalio.exceptions import ApplicationError

from turnabout.errors import (
    CorruptLog,
    InternalError,
    InvalidInput,
    NotFound,
    Rejected,
    TurnaboutError,
    Unreachable,
)

_PLAIN: dict[str, type[TurnaboutError]] = {
    error.__name__: error for error in (CorruptLog, InternalError, NotFound, Unreachable, TurnaboutError)
}

_ENDED = "AcceptedUpdateCompletedWorkflow"
"""What the server says of a command whose run was terminated before it was answered."""


def to_failure(error: TurnaboutError) -> ApplicationError:
    """The error as a Temporal failure that nobody retries. `details` hold what rebuilds it."""
    details: tuple[Any, ...]
    match error:
        case Rejected():
            details = (error.rule, error.reason, error.hint)
        case InvalidInput():
            details = (error.message, error.hint, list(error.problems))
        case _:
            details = (error.message, error.hint)
    return ApplicationError(str(error), *details, type=type(error).__name__, non_retryable=True)


def from_failure(failure: BaseException | None) -> TurnaboutError:
    """The error that `to_failure` sent; anything else becomes an InternalError that quotes its type only."""
    if not isinstance(failure, ApplicationError):
        return InternalError(f"Temporal reported {type(failure).__name__}.")
    details = list(failure.details)
    if failure.type == Rejected.__name__ and len(details) == 3:
        return Rejected(details[0], details[1], hint=details[2])
    if failure.type == InvalidInput.__name__ and len(details) == 3:
        return InvalidInput(details[0], tuple(details[2]), hint=details[1])
    if failure.type in _PLAIN and len(details) == 2:
        return _PLAIN[failure.type](details[0], hint=details[1])
    if failure.type == _ENDED:
        return Unreachable(
            "The run ended while the command was on its way.", hint="Give it again with the same id."
        )
    return InternalError(f"The workflow failed with {failure.type or 'an unnamed error'}.")
