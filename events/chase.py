"""What somebody owes and when they are nudged: recorded in events, so that planned instants never change
when time-zone rules do. Pure.
"""

from __future__ import annotations

from typing import Literal

from events.base import Event
from turnabout.model import Instant, Model, PersonId


class Step(Model):
    """One thing that happens by itself: a reminder, telling a person, or the end of waiting."""

    at: Instant
    action: Literal["remind", "escalate", "expire"]
    to: tuple[PersonId, ...] = ()
    template: str = ""
    useful_until: Instant | None = None


class Chase(Model):
    """One open item, such as `session-07:log`, with its steps in order of time.

    `kind` groups items for reports and names what `expire` means; `revision` changes when the item is
    rescheduled, so that each step's command id is new. A chase with `through_pause` goes on while the pair
    is paused (G20: all others stop). `occasion` says which of its times an item is for: a session with a new
    time is a new thing to be nudged for.
    """

    item: str
    kind: str
    revision: int = 1
    occasion: int = 1
    steps: tuple[Step, ...]
    through_pause: bool = False


class Chasing(Event):
    """An event that opens, replaces (same item) or settles chases."""

    opens: tuple[Chase, ...] = ()
    settles: tuple[str, ...] = ()


class Reminded(Event):
    """The base of a reminder issued for one step of an open item."""

    item: str
    revision: int
    step: int
    kind: str
    template: str
    to: tuple[PersonId, ...]
    due_at: Instant
    useful_until: Instant | None = None


class Suppressed(Event):
    """The base of a step that was due too late to be of use, or whose recipients were gone."""

    item: str
    revision: int
    step: int
    kind: str
    reason: str


class Postponed(Chasing):
    """The base of a step that came due outside the working hours of `to` (after an outage, a pause or a move
    of their zone): it waits for them. `opens` holds the item with the steps that are left (R108)."""

    item: str
    revision: int
    step: int
    kind: str
    to: tuple[PersonId, ...]


class Escalated(Event):
    """The base of telling a person (the lead, the steward) that an item is still open."""

    item: str
    revision: int
    step: int
    kind: str
    template: str
    to: tuple[PersonId, ...]
    due_at: Instant


class Expired(Event):
    """The base of an item's end of waiting; what follows from it is in the events beside it."""

    item: str
    revision: int
    step: int
    kind: str
