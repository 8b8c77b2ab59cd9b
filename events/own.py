"""What the log and the outbox hold of one person, opened with that person's own key and with no other.

What others answered stays sealed here, whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events import sql
from events.contracts import StoredEvent
from events.database import reachable
from events.encoding import decode
from events.reader import stored_event
from events.registry import Registry
from events.sealing import SEALED, Keys, Place, Vault, erase, unseal

_SQL = sql.load(__file__, "own.sql")


@dataclass(frozen=True)
class Sent:
    """A message that somebody got. `subject` is None where an erasure took it."""

    at: datetime
    stream: str
    template: str
    subject: str | None


class OwnLog:
    """The log as one person may read it. Needs the role WRITER; without a `vault` nothing is opened, and a
    sealed value reads `sealed`."""

    def __init__(self, pool: asyncpg.Pool, registry: Registry, vault: Vault | None) -> None:
        self._pool = pool
        self._registry = registry
        self._vault = vault

    @property
    def opens(self) -> bool:
        """Whether own answers can be read here."""
        return self._vault is not None

    async def streams(self, person: str) -> list[str]:
        """The cohorts and pairs in which this person is or was something, oldest first. Raises
        Unreachable."""
        async with reachable("look for a person's streams"):
            return [row["stream"] for row in await self._pool.fetch(_SQL["streams"], person)]

    async def history(self, person: str, stream: str, types: Collection[str]) -> list[StoredEvent]:
        """The events of these types in a stream. A sealed value of this person is as it was given, or None
        after an erasure; one of anybody else reads `sealed`. Raises CorruptLog, Unreachable."""
        async with reachable("read a person's history"):
            rows = await self._pool.fetch(_SQL["history"], stream, sorted(types))
        keys = await self._vault.keys([person]) if self._vault is not None else {}
        return [self._event(row, person, keys) for row in rows]

    async def messages(self, person: str) -> list[Sent]:
        """What this person was sent, oldest first. Raises Unreachable."""
        async with reachable("read a person's messages"):
            rows = await self._pool.fetch(_SQL["messages"], person)
        return [Sent(**dict(row)) for row in rows]

    async def erase(self, person: str) -> None:
        """Destroy this person's key and forget who they are, as `events.sealing.erase` does."""
        await erase(self._pool, person)

    def _event(self, row: asyncpg.Record, person: str, keys: Keys) -> StoredEvent:
        place = (row["stream"], str(row["event_id"]))
        values = {
            name: unseal(one, Place(*place, name), keys)
            for name, one in decode(row["sealed"] or "{}").items()
            if one["person"] == person
            and person in keys
            and name in self._registry.sealed_fields(row["type"])
        }
        version, data = self._registry.current(
            row["type"], row["schema_version"], {**decode(row["data"]), **values}
        )
        return stored_event(row, SEALED, version, data)
