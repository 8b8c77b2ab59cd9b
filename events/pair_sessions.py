"""What happens in and around the sessions of a pair. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from events.base import Event, Sealed
from events.chase import Chasing
from turnabout.evidence import DeliverableKind
from turnabout.model import Instant, Line, PersonId, Text


class SessionRescheduled(Chasing):
    """A session has a new time; `revision` counts its moves."""

    type: Literal["pair.session_rescheduled"] = "pair.session_rescheduled"
    number: int
    revision: int
    starts_at: Instant
    ends_at: Instant


class SessionHeld(Chasing):
    """A session took place."""

    type: Literal["pair.session_held"] = "pair.session_held"
    number: int
    by: PersonId
    deliverables: tuple[Line, ...] = ()
    note: Annotated[Text | None, Sealed("by")] = None


class SessionMissed(Chasing):
    """A session did not take place, or nobody said so within the policy's days (`unlogged`)."""

    type: Literal["pair.session_missed"] = "pair.session_missed"
    number: int
    in_a_row: int
    unlogged: bool = False
    by: PersonId | None = None


class SessionsCancelled(Chasing):
    """The sessions that were still ahead are off, for the pair has ended."""

    type: Literal["pair.sessions_cancelled"] = "pair.sessions_cancelled"
    numbers: tuple[int, ...]


class InactivityFlagged(Event):
    """Nothing was completed for two intervals and three days (T9)."""

    type: Literal["pair.inactivity_flagged"] = "pair.inactivity_flagged"
    since: Instant


class DeliverableRecorded(Chasing):
    """The pair produced something. `number` counts all that it produced, also what a session's log names; 0
    where an earlier release did not count. Feedback on a draft is due at `feedback_due`."""

    schema_version: ClassVar[int] = 2
    type: Literal["pair.deliverable_recorded"] = "pair.deliverable_recorded"
    by: PersonId
    what: Line
    kind: DeliverableKind = "other"
    number: int = 0
    feedback_due: Instant | None = None


class ActionCompleted(Event):
    """An action of the milestone check is done."""

    type: Literal["pair.action_completed"] = "pair.action_completed"
    number: int
    by: PersonId


PairSessionsEvent = (
    SessionRescheduled
    | SessionHeld
    | SessionMissed
    | SessionsCancelled
    | InactivityFlagged
    | DeliverableRecorded
    | ActionCompleted
)
