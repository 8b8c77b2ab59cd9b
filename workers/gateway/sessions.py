"""Who is signed in: a signed cookie, and nothing on our side. Pure but for random numbers.

It holds an id of the directory and an end that no use of it moves. The first key signs, all of them read.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import TypeVar

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from turnabout.model import Instant, Model, PersonId

M = TypeVar("M", bound=Model)

FIELD = "csrf"
"""The hidden field that every form of somebody signed in carries."""
BEGUN_LASTS = timedelta(minutes=10)
"""How long signing in may take."""


class Session(Model):
    """Somebody who signed in. `id` is this sign-in's own."""

    id: str
    person: PersonId
    until: Instant


class Begun(Model):
    """A sign-in that is under way in a browser: what must come back, and where it leads then."""

    state: str
    nonce: str
    verifier: str
    to: str
    until: Instant


class Sessions:
    """Makes and reads the cookies. `secure`: people come by HTTPS alone."""

    def __init__(self, keys: Sequence[bytes], *, lasting: timedelta, secure: bool) -> None:
        # The library signs with its last key.
        self._keys = list(keys)[::-1]
        self._lasting = lasting
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self.cookie, self._begun = f"{prefix}session", f"{prefix}sign-in"

    def begin(self, response: Response, person: str, now: datetime) -> None:
        """Sign somebody in, under a new id."""
        session = Session(id=token_hex(16), person=person, until=now + self._lasting)
        self._put(response, self.cookie, session, self._lasting)

    def of(self, request: Request, now: datetime) -> Session | None:
        """Who sends this; None for nobody, for one whose time is over, and for what we did not sign."""
        session = self._read(request, self.cookie, Session)
        return session if session and now < session.until else None

    def end(self, response: Response) -> None:
        """Sign out, and let the browser forget what was typed."""
        self._drop(response, self.cookie)
        response.headers["Clear-Site-Data"] = '"storage"'

    def begun_cookie(self, state: str) -> str:
        """The cookie of one sign-in that is under way: several tabs may sign in at once."""
        return f"{self._begun}-{hashlib.sha256(state.encode()).hexdigest()[:16]}"

    def remember(self, response: Response, begun: Begun) -> None:
        """Keep a sign-in that is under way in the browser that began it."""
        self._put(response, self.begun_cookie(begun.state), begun, BEGUN_LASTS)

    def begun(self, request: Request, state: str, now: datetime) -> Begun | None:
        """The sign-in of that state, if this browser began it."""
        begun = self._read(request, self.begun_cookie(state), Begun)
        return begun if begun and now < begun.until else None

    def forget(self, response: Response, state: str) -> None:
        """A sign-in under way is over, whatever came of it."""
        self._drop(response, self.begun_cookie(state))

    def csrf(self, session: Session) -> str:
        """What a form of this session carries, and nobody else can make."""
        return self._keyed(self._keys[-1], "csrf", session.id)

    def is_csrf(self, session: Session, sent: str) -> bool:
        """Whether a form came from a page of this session."""
        made = (self._keyed(key, "csrf", session.id) for key in self._keys)
        return any(hmac.compare_digest(one.encode(), sent.encode()) for one in made)

    def command_id(self, *parts: str) -> str:
        """The id of a command that a form gives: the same parts are the same command. Keyed, for everybody
        who may read the log sees ids."""
        return f"form-{self._keyed(self._keys[-1], 'ids', *parts)[:40]}"

    def _keyed(self, key: bytes, *parts: str) -> str:
        return hmac.digest(key, chr(0).join(parts).encode(), hashlib.sha256).hex()

    def _signer(self, cookie: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._keys, salt=cookie, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def _put(self, response: Response, cookie: str, content: Model, lasting: timedelta) -> None:
        response.set_cookie(
            cookie,
            str(self._signer(cookie).dumps(content.model_dump(mode="json"))),
            max_age=int(lasting.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def _read(self, request: Request, cookie: str, kind: type[M]) -> M | None:
        try:
            return kind.model_validate(self._signer(cookie).loads(request.cookies[cookie]))
        except (KeyError, BadSignature, ValidationError):
            return None

    def _drop(self, response: Response, cookie: str) -> None:
        response.delete_cookie(cookie, path="/", secure=self._secure, httponly=True, samesite="lax")
