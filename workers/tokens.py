"""The operators' jobs about machine tokens, on connections of their own made by the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from events import database
from events.people import People
from events.tokens import Scope, Token, Tokens
from turnabout.errors import NotFound
from turnabout.model import Model
from workers.settings import EngineSettings


class MadeToken(Model):
    """A token that was just made, with the text that its holder sends. Nobody can show that text again."""

    token: str
    id: str
    person: str
    scopes: tuple[Scope, ...]
    expires_on: str


async def create_token(person: str, name: str, scopes: Collection[Scope], days: int) -> MadeToken:
    """Make a token that speaks for a person of the directory. Raises NotFound for one that is not in it."""
    async with database.pool(EngineSettings().dsn(), name="tokens", role=database.WRITER, size=2) as pool:
        if person not in await People(pool).find([person]):
            raise NotFound(
                f"The directory knows no person {person!r}.", hint="Import them: turnabout people import."
            )
        made, text = await Tokens(pool).create(person, name, scopes, lasting=timedelta(days=days))
    return MadeToken(
        token=text,
        id=made.id,
        person=person,
        scopes=made.scopes,
        expires_on=made.expires_at.date().isoformat(),
    )


async def list_tokens() -> Sequence[Token]:
    """All tokens, without their secrets."""
    async with _tokens() as tokens:
        return await tokens.everyone()


async def revoke_token(number: str) -> Token:
    """Make a token worthless. Raises NotFound."""
    async with _tokens() as tokens:
        return await tokens.revoke(number)


@asynccontextmanager
async def _tokens() -> AsyncIterator[Tokens]:
    async with database.pool(EngineSettings().dsn(), name="tokens", role=database.WRITER, size=2) as pool:
        yield Tokens(pool)
