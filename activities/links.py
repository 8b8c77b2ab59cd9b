"""Links in letters: each is one person's, for one purpose, for a time. Pure.

A link is its content, encrypted and authenticated (AES-SIV, RFC 5297): nothing in it tells who or what,
nobody can make one up, and the same content is the same link.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from turnabout.codec import PayloadKey
from turnabout.errors import LinkRefused
from turnabout.model import Instant, Model, PersonId

PATH = "/link/"
_BLOCK = 64
"""Content is padded to whole blocks of bytes, so that a link's length tells little, too."""
_LABEL, _IDS, _SESSIONS = b"turnabout link 1", b"turnabout link ids 1", b"turnabout sessions 1"
_MARKS = b"turnabout marks 1"


class _Box:
    """Seals texts so that they may stand in an address: the first key seals, all of them open. The same text
    about the same is the same token."""

    def __init__(self, keys: Sequence[PayloadKey], label: bytes) -> None:
        self._label = label
        self._newest = keys[0].id
        # Two halves, as the cipher wants: one to authenticate, one to encrypt.
        self._ciphers = {key.id: AESSIV(hashlib.sha512(label + key.secret).digest()) for key in keys}

    def seal(self, text: str, *about: str) -> str:
        content = text.encode()
        padded = content.ljust(-(-len(content) // _BLOCK) * _BLOCK)
        sealed = self._ciphers[self._newest].encrypt(padded, self._bound(about))
        return f"{self._newest}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, token: str, *about: str) -> str:
        """Raises LinkRefused for a token that none of the keys made about the same."""
        key, _, text = token.rpartition(".")
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return self._ciphers[key].decrypt(sealed, self._bound(about)).decode().rstrip()
        except (KeyError, ValueError, binascii.Error, InvalidTag):
            raise LinkRefused from None

    def _bound(self, about: tuple[str, ...]) -> list[bytes]:
        return [self._label, *(one.encode() for one in about)]


class Ticket(Model):
    """What a link lets its holder do: act as `person` on the page `page` about `item` of `stream`, until
    `expires_at`."""

    person: PersonId
    stream: str
    page: str
    item: str | None = None
    expires_at: Instant


class Links:
    """Makes links to the gateway at `base` and reads them. The first key makes them, all of them read. `desk`
    is where people find what waits for them once they have signed in; None where nobody can."""

    def __init__(
        self, keys: Sequence[PayloadKey], base: str, *, lasting: timedelta, desk: str | None = None
    ) -> None:
        self._tickets, self._marks = _Box(keys, _LABEL), _Box(keys, _MARKS)
        self._secrets = {key.id: hashlib.sha512(_IDS + key.secret).digest() for key in keys}
        self.session_keys = tuple(hashlib.sha512(_SESSIONS + key.secret).digest() for key in keys)
        """What signs the cookies of those who signed in, newest first."""
        self.base = base.rstrip("/")
        self.lasting = lasting
        self.desk = desk

    def url(self, ticket: Ticket) -> str:
        """The address that a letter shows."""
        return f"{self.base}{PATH}{self.seal(ticket)}"

    def issue(self, person: str, stream: str, page: str, item: str | None, at: datetime) -> str:
        """The address of a page, for `lasting` from `at` on."""
        ends = (at.astimezone(UTC) + self.lasting).replace(microsecond=0)
        return self.url(Ticket(person=person, stream=stream, page=page, item=item, expires_at=ends))

    def seal(self, ticket: Ticket) -> str:
        """The ticket as text that may stand in an address."""
        expires = int(ticket.expires_at.timestamp())
        told = [ticket.person, ticket.stream, ticket.page, ticket.item, expires]
        return self._tickets.seal(json.dumps(told, separators=(",", ":")))

    def open(self, token: str) -> Ticket:
        """The ticket of a token, expired or not. Raises LinkRefused for one that none of our keys made."""
        person, stream, page, item, expires = json.loads(self._tickets.open(token))
        return Ticket(
            person=person,
            stream=stream,
            page=page,
            item=item,
            expires_at=datetime.fromtimestamp(expires, UTC),
        )

    def mark(self, purpose: str, text: str) -> str:
        """A place in the log or in a list, to hand back: it tells nobody how far the log has come, which
        would tell of what is confidential (G6)."""
        return self._marks.seal(text, purpose)

    def marked(self, purpose: str, mark: str) -> str:
        """What that mark holds. Raises LinkRefused for one that was not made for this purpose."""
        return self._marks.open(mark, purpose)

    def command_id(self, token: str, form: str, content: str = "") -> str:
        """The id of the command that a form of this link gives: a second submission is the same one. A form
        that may be sent again with other content names the content.

        Everybody who may read the log sees ids, so it is keyed, or five guesses would tell a rating; with the
        key that made the link, so it stays the same when keys rotate. `token` is one that `open` took."""
        asked = chr(0).join((token, form, content)).encode()
        key = self._secrets[token.rpartition(".")[0]]
        return f"link-{hmac.digest(key, asked, hashlib.sha256).hex()[:40]}"
