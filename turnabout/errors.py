"""Every error Turnabout raises on purpose: one tree, each with the exit code of the command line.

A message names the rule or the field and the next step; nothing here carries a confidential value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar


class TurnaboutError(Exception):
    """Something went wrong that the caller can understand. Exit code 1."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InvalidInput(TurnaboutError):
    """A file, an argument or a value is malformed. Exit code 2.

    `problems` lists every fault found, each naming the place, the rule and the fix, so that one run shows
    all of them.
    """

    exit_code = 2

    def __init__(self, message: str, problems: tuple[str, ...] = (), *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {problem}" for problem in self.problems)])


class LinkRefused(TurnaboutError):
    """A link to a page was not made by this installation, or not for this; all such links look alike. Exit
    code 2."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "This link is not one of ours, or not whole.", hint="Open it from the mail once more."
        )


class SignInRefused(TurnaboutError):
    """What came back from a sign-in is no proof of who somebody is. `why` names the check that failed. Exit
    code 2."""

    exit_code = 2

    def __init__(self, why: str) -> None:
        super().__init__("This sign-in cannot be trusted.", hint="Please try once more.")
        self.why = why


class EngineNotInstalled(TurnaboutError):
    """This verb needs the engine, and only the client is installed. Exit code 2."""

    exit_code = 2


class NotFound(TurnaboutError):
    """No stream of that name exists in the log. Exit code 3."""

    exit_code = 3


class Rejected(TurnaboutError):
    """A rule refused a command; nothing was stored. Exit code 4.

    `rule` is an id of domain.md (`G2`, `R30`, `T5`) or of the engine (`E1` ...); `hint` names the next step.
    """

    exit_code = 4

    def __init__(self, rule: str, reason: str, *, hint: str | None = None) -> None:
        super().__init__(f"[{rule}] {reason}", hint=hint)
        self.rule = rule
        self.reason = reason


class Unreachable(TurnaboutError):
    """PostgreSQL or Temporal does not answer. Exit code 5."""

    exit_code = 5


class Undelivered(TurnaboutError):
    """Messages could not go out for now; what was sent is recorded, the rest is tried again. Exit code 5.

    `retry_after` is set when trying sooner is of no use: others hold a reservation until then.
    """

    exit_code = 5

    def __init__(
        self, message: str, *, retry_after: timedelta | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class MigrationDrift(TurnaboutError):
    """The database's schema and the migrations of this release do not fit together. Exit code 1."""


class CorruptLog(TurnaboutError):
    """A stored event cannot be read (unknown type, missing upcaster, broken seal), or the log holds less than
    a run has seen of it. Exit code 1."""


class VerificationFailed(TurnaboutError):
    """`turnabout verify` found something wrong with the log or a read model. Exit code 1."""


class ProjectionStopped(TurnaboutError):
    """A projection met an event that it cannot apply and stands still until someone looks. Exit code 1."""


class RebuildBusy(TurnaboutError):
    """Another process rebuilds this projection right now. Exit code 1."""


class RebuildInterrupted(TurnaboutError):
    """A rebuild was told to stop; the next one goes on from there. Exit code 1."""


class ReadsLagging(TurnaboutError):
    """A read model did not reach a position in time. Exit code 1.

    `projections` names each that is behind and the position it has reached.
    """

    def __init__(
        self, message: str, projections: Mapping[str, int] | None = None, *, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.projections = dict(projections or {})


class InternalError(TurnaboutError):
    """A command failed on our side: nothing was stored, operators were alerted. Exit code 1."""
