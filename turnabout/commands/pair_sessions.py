"""The commands about sessions and what comes out of them. Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from turnabout.commands.base import PARTNERS, Command
from turnabout.evidence import DeliverableKind
from turnabout.model import Instant, Line, Text


class LogSession(Command):
    """Log a planned session as held or missed. `note` stays with its author."""

    type: Literal["log_session"] = "log_session"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)
    held: bool = True
    deliverables: tuple[Line, ...] = ()
    note: Text | None = None


class RescheduleSession(Command):
    """Move a session that has not been logged, to a business day within the policy's hours (R45)."""

    type: Literal["reschedule_session"] = "reschedule_session"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)
    starts_at: Instant


class RecordDeliverable(Command):
    """Record something the pair produced (R6). Your partner is asked for feedback on a draft (R63)."""

    type: Literal["record_deliverable"] = "record_deliverable"
    roles: ClassVar = PARTNERS
    what: Line
    kind: DeliverableKind = "other"


class CompleteAction(Command):
    """Mark an action of the milestone check as done; `number` counts from 1."""

    type: Literal["complete_action"] = "complete_action"
    roles: ClassVar = PARTNERS
    number: int = Field(ge=1)


PairSessionsCommand = LogSession | RescheduleSession | RecordDeliverable | CompleteAction
