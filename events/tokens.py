"""Machine tokens for the HTTP API: each acts for one person, within its scopes, for a time.

A token is shown once, when it is made; the database keeps a digest of its secret, from which it cannot be
made again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, get_args

import asyncpg

from events import sql
from events.database import reachable
from turnabout.errors import NotFound
from turnabout.model import Model, PersonId

_SQL = sql.load(__file__, "tokens.sql")

Scope = Literal["cohorts:start", "commands:send", "reads"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a token may be for: to start cohorts, to give commands, to read."""

PREFIX = "turnabout"
"""Begins every token, so that scanners of repositories and logs find one that was lost."""

_NOBODY = hashlib.sha256(b"").digest()


class Token(Model):
    """A token as it is kept; `person` is in whose name it speaks. `used_at` is true to the minute."""

    id: str
    person: PersonId
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


class Tokens:
    """The tokens in the database. Needs the role WRITER."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def create(
        self, person: str, name: str, scopes: Collection[Scope], *, lasting: timedelta
    ) -> tuple[Token, str]:
        """A new token and, this once, the text that its holder sends."""
        number, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        digest = hashlib.sha256(secret.encode()).digest()
        async with reachable("make a token"):
            row = await self._pool.fetchrow(
                _SQL["add"], number, digest, person, name, sorted(set(scopes)), lasting
            )
        return _token(row), f"{PREFIX}_{number}_{secret}"

    async def everyone(self) -> list[Token]:
        """All tokens, the oldest first; revoked and expired ones, too."""
        async with reachable("list tokens"):
            return [_token(row) for row in await self._pool.fetch(_SQL["all"])]

    async def revoke(self, number: str) -> Token:
        """Make a token worthless from now on. Raises NotFound."""
        async with reachable("revoke a token"):
            row = await self._pool.fetchrow(_SQL["revoke"], number)
        if row is None:
            raise NotFound(f"There is no token {number!r}.", hint="See `turnabout token list`.")
        return _token(row)

    async def holder(self, text: str) -> Token | None:
        """The token that somebody sent; None for one that is unknown, expired, revoked or no token at all."""
        kind, _, rest = text.partition("_")
        number, _, secret = rest.partition("_")
        async with reachable("look up a token"):
            row = await self._pool.fetchrow(_SQL["find"], number) if kind == PREFIX else None
            given = hashlib.sha256(secret.encode()).digest()
            if not hmac.compare_digest(row["digest"] if row else _NOBODY, given) or row is None:
                return None
            await self._pool.execute(_SQL["used"], number)
        return _token(row)


def _token(row: asyncpg.Record | None) -> Token:
    assert row is not None  # noqa: S101 -- for the type checker: INSERT ... RETURNING answers a row
    return Token.model_validate({name: value for name, value in row.items() if name != "digest"})
