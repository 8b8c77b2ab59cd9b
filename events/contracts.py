"""The contracts between the engine and its activities: what is appended, loaded and performed. Pure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from turnabout.messages import CommandEnvelope
from turnabout.model import Instant, Model, PersonId

APPEND = "append"
LOAD = "load"
PERFORM = "perform"
"""The names of the activities, by which workflows call them."""


class NewEvent(Model):
    """An event that the engine decided and the store has not yet acknowledged."""

    event_id: str
    type: str
    schema_version: int
    data: dict[str, Any]


class StoredEvent(Model):
    """An event as the store acknowledged it (design.md section 4), upcast to the current schema version.

    `data` is unsealed where it was read for the engine; elsewhere a sealed field reads `"sealed"`, and in
    both a shredded one reads None.
    """

    event_id: str
    stream: str
    version: int
    position: int
    type: str
    schema_version: int
    occurred_at: Instant
    recorded_at: Instant
    actor: str
    command_id: str
    command_digest: str
    correlation_id: str
    causation_id: str | None = None
    policy_version: str
    data: dict[str, Any]


class Append(Model):
    """One command's events, to be stored after `expected_version` or not at all.

    `closes` says that the stream is terminal after them, so the reconciler leaves it alone.
    """

    stream: str
    expected_version: int
    command_id: str
    command_digest: str
    actor: str
    correlation_id: str
    causation_id: str | None = None
    policy_version: str
    occurred_at: Instant
    closes: bool = False
    events: tuple[NewEvent, ...]


class Appended(Model):
    """The store's answer. `outcome` is `stored` when the batch was written now (or had been, by the same
    command with the same content); `conflict` when others came first. `events` is then the tail after the
    expected version: what the engine must believe."""

    outcome: Literal["stored", "conflict"]
    events: tuple[StoredEvent, ...]


class Load(Model):
    """Ask for a stream's events after a version, a page at a time."""

    stream: str
    after: int = 0


class Loaded(Model):
    """One page of a stream; `more` says that another follows. `performed` is the version up to which effects
    were performed, `search_attributes` whether this Temporal server has ours."""

    events: tuple[StoredEvent, ...]
    more: bool = False
    performed: int = 0
    search_attributes: bool = False


class Notify(Model):
    """Send one message to each recipient. `due_at` is when it was due; past `useful_until` it is recorded as
    suppressed. `values` fills the template and never holds a confidential value; its `partner_of` maps a
    recipient to the person whose name that letter shows."""

    effect: Literal["notify"] = "notify"
    template: str
    to: tuple[PersonId, ...]
    due_at: Instant
    useful_until: Instant | None = None
    values: dict[str, Any] = Field(default_factory=dict)


class Tell(Model):
    """Give a command to another stream. `start` starts its workflow if it is not running. `command_id` is the
    command's, so telling twice is telling once. A closed or unknown stream is left alone when `lenient`."""

    effect: Literal["tell"] = "tell"
    stream: str
    workflow: Literal["CohortWorkflow", "PairWorkflow"]
    command_id: str
    envelope: CommandEnvelope
    start: bool = False
    lenient: bool = False


class Compute(Model):
    """Compute something that workflows must not (the solver), and give the result as a command to the same
    stream. `task` names the computation, `payload` is its input, `command_id` the id of the answer."""

    effect: Literal["compute"] = "compute"
    task: str
    command_id: str
    payload: dict[str, Any]


Effect = Annotated[Notify | Tell | Compute, Field(discriminator="effect")]


class PendingEffect(Model):
    """An effect with the event that caused it, so that performing it twice is performing it once."""

    event_id: str
    version: int
    correlation_id: str
    effect: Effect


class Perform(Model):
    """Perform effects in order. When all of them are done, remember that those of the stream up to version
    `through` are (0: remember nothing, for earlier ones are still on their way). One that is `patient` is
    tried again until every message is out."""

    stream: str
    through: int
    effects: tuple[PendingEffect, ...]
    patient: bool = False


class Performed(Model):
    """What came of it: the places, in `effects`, of the messages that could not go out yet."""

    undelivered: tuple[int, ...] = ()
