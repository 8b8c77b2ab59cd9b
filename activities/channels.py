"""The ways to reach people: what a channel is given and may raise, and the channel `log`. No outbox here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import structlog

from activities.letters import Letter
from events.sealing import SEALED
from events.templates import STEWARD_ONLY, shown
from turnabout.contact import Contact

Outcome = Literal["sent", "suppressed", "unaddressed", "bounced", "failed", "dead"]

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Message:
    """One message on its way to one person. `key` identifies it for ever."""

    key: str
    template: str
    stream: str
    recipient: str
    to: Contact
    letter: Letter
    at: datetime


class NotDelivered(Exception):
    """A channel did not deliver: for good (`bounced`, `unaddressed`) or for now (`failed`).

    `down` says that the channel as a whole does not work, so that others need not be tried now. The reason
    goes to the outbox and must not name the person.
    """

    def __init__(
        self, outcome: Literal["bounced", "unaddressed", "failed"], reason: str, *, down: bool = False
    ) -> None:
        super().__init__(reason)
        self.outcome: Outcome = outcome
        self.reason = reason
        self.down = down


class Channel(Protocol):
    """A way to reach people. `name` is part of the outbox key."""

    @property
    def name(self) -> str: ...

    def message_id(self, key: str) -> str:
        """The identifier that the outside world sees, a function of the key alone."""

    async def send(self, message: Message) -> None:
        """Deliver, or raise NotDelivered. Any other exception leaves the reservation without outcome."""


class LogChannel:
    """Writes that a message went out to the log, without name, address or text; the outbox holds the text."""

    name = "log"

    def message_id(self, key: str) -> str:
        return key

    async def send(self, message: Message) -> None:
        _log.info(
            "message",
            recipient=message.recipient,
            **about(message.stream, message.template),
        )


def about(stream: str, template: str) -> dict[str, str]:
    """What a log line may say of a message: never of which pair the steward hears something."""
    return {"stream": SEALED if template in STEWARD_ONLY else stream, "template": shown(template)}
