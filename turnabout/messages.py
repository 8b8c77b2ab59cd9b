"""What a caller sends to a stream and gets back: the envelope of a command and its receipt. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from turnabout.model import Actor, Model, digest

TRY = "~"
"""In an update's id, behind the command's: which attempt at telling another stream it is."""

UPDATE = "execute"
"""The one Temporal update by which commands reach a stream; the update's id is the command's id."""

MAX_BYTES = 512 * 1024
"""Of one command's events, and of its effects. Temporal refuses payloads from 2 MiB on; larger things live in
a table, with their digest in the event."""

TASK_QUEUE = "turnabout"

ENCODING = b"binary/encrypted"
"""What an encrypted payload says of itself."""


def cohort_of(stream: str) -> str:
    """The id of the cohort to which a stream belongs; empty for one of another kind."""
    kind, _, name = stream.partition("-")
    if kind == "pair":
        return name.rpartition("-")[0]
    return name if kind == "cohort" else ""


class CommandEnvelope(Model):
    """A command on its way: the command as JSON (`type` names it), who gives it and what it follows from."""

    command: dict[str, Any]
    actor: Actor
    correlation_id: str | None = None
    causation_id: str | None = None

    @property
    def digest(self) -> str:
        """Of what is asked and by whom: an id that comes back with another digest is a misuse."""
        return digest({"command": self.command, "actor": self.actor.id})


class Receipt(Model):
    """Proof that a command was stored: the stream's version after it and the last event's global position.

    `digest` is that of the accepted envelope, so a caller who reuses an id for other content can tell.
    """

    stream: str
    version: int = Field(ge=1)
    position: int = Field(ge=1)
    digest: str


class Start(Model):
    """The optional input of a workflow: the command that opens the stream. An id alone rehydrates."""

    command: dict[str, Any]
    actor: Actor
