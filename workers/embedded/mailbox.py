"""A mail server for one machine: it delivers nothing, and keeps the last mails it took in memory.

What it keeps is bounded by number and bytes; the oldest go first.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from workers.loopback import HOST

KEPT = 500
"""Mails."""
KEPT_BYTES = 32 * 1024 * 1024
LARGEST = 10 * 1024 * 1024
"""Bytes of one mail; a larger one is refused."""


@dataclass(frozen=True)
class Mail:
    """One mail, as it came. `number` counts from 1."""

    number: int
    at: datetime
    to: tuple[str, ...]
    content: bytes

    def opened(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.content, policy=email.policy.default)


@dataclass
class Mailbox:
    """The mails of everybody. `at_most` and `at_most_bytes` bound what is kept."""

    at_most: int = KEPT
    at_most_bytes: int = KEPT_BYTES
    _mails: deque[Mail] = field(default_factory=deque)
    _bytes: int = 0
    _taken: int = 0

    def take(self, to: Sequence[str], content: bytes) -> Mail:
        """Keep a mail; the oldest make room."""
        self._taken += 1
        mail = Mail(self._taken, datetime.now(UTC), tuple(to), content)
        self._mails.append(mail)
        self._bytes += len(content)
        while len(self._mails) > 1 and (len(self._mails) > self.at_most or self._bytes > self.at_most_bytes):
            self._bytes -= len(self._mails.popleft().content)
        return mail

    def mails(self, to: str | None = None) -> list[Mail]:
        """What is kept, newest first; only what went to an address, if one is named."""
        return [one for one in reversed(self._mails) if to is None or to in one.to]

    def mail(self, number: int) -> Mail | None:
        """The mail of that number; None where there is none (any more)."""
        return next((one for one in self._mails if one.number == number), None)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What the mail server calls with a whole mail."""
        assert isinstance(envelope.content, bytes)  # noqa: S101 -- as the server is made, it hands over bytes
        self.take(tuple(envelope.rcpt_tos), envelope.content)
        return "250 OK"


@asynccontextmanager
async def mail_server(mailbox: Mailbox) -> AsyncIterator[int]:
    """Take mail on a free port of this machine inside the block; yields the port."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it tells who writes to whom
    loop = asyncio.get_running_loop()
    open_lines: set[SMTP] = set()

    def session() -> SMTP:
        made = SMTP(mailbox, hostname="localhost", loop=loop, data_size_limit=LARGEST)
        open_lines.add(made)
        return made

    server = await loop.create_server(session, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for line in open_lines:
            if line.transport is not None:
                line.transport.close()
        await server.wait_closed()
