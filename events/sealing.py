"""Confidential fields, encrypted with the key of the person they belong to; without the key they are gone.

Each person has one random key (AES-256-GCM), kept in `log.person_keys` encrypted by a master key that the
caller brings. A key is read for one call and never kept in memory longer. Destroying it is the erasure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events import sql
from events.database import reachable
from events.encoding import encode
from turnabout.errors import CorruptLog, InternalError, InvalidInput, NotFound
from turnabout.model import SYSTEM

SEALED = "sealed"
"""What everyone but the engine and the steward reads in place of a confidential value."""

_SQL = sql.load(__file__, "sealing.sql")
_NONCE = 12


class MasterKeys:
    """The keys that protect the persons' keys: 32 random bytes each, by id. `newest` protects new ones, the
    others still open what they protected, until `Vault.rewrap` has moved it."""

    def __init__(self, keys: Mapping[str, bytes], newest: str) -> None:
        if newest not in keys:
            raise InvalidInput(f"The newest master key {newest!r} is not among the keys given.")
        for name, key in keys.items():
            if len(key) != 32:
                raise InvalidInput(f"The master key {name!r} has {len(key)} bytes; it needs 32 random ones.")
        self.newest = newest
        self._secrets = dict(keys)
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of all of them, the newest first."""
        return tuple(sorted(self._secrets, key=lambda name: name != self.newest))

    def derived(self, purpose: str) -> bytes:
        """A key for something else that only the engine may know; another one once the newest key is."""
        return self.all_derived(purpose)[self.newest]

    def all_derived(self, purpose: str) -> dict[str, bytes]:
        """Such a key of each master key, by its id, the newest first."""
        return {
            name: hmac.digest(self._secrets[name], purpose.encode(), hashlib.sha256) for name in self.names
        }

    def wrap(self, person: str, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[self.newest].encrypt(nonce, key, person.encode())

    def unwrap(self, person: str, wrapped_by: str, wrapped: bytes) -> bytes:
        if wrapped_by not in self._ciphers:
            raise CorruptLog(
                f"The key of {person} is protected by the master key {wrapped_by!r}, which is missing.",
                hint="Add that master key to the settings; only rewrapping makes it dispensable.",
            )
        try:
            return self._ciphers[wrapped_by].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], person.encode())
        except InvalidTag as error:
            raise CorruptLog(
                f"The master key {wrapped_by!r} does not open the key of {person}.",
                hint="Is it the same master key as when it was written?",
            ) from error


@dataclass(frozen=True)
class Place:
    """Where a sealed value lies; bound to the ciphertext, so that it opens nowhere else."""

    stream: str
    event_id: str
    field: str

    def binding(self, person: str) -> bytes:
        return json.dumps([self.stream, self.event_id, self.field, person]).encode()


Keys = Mapping[str, bytes | None]
"""The keys of some people; None where the key was destroyed."""


def seal(value: Any, person: str, place: Place, keys: Keys) -> dict[str, str]:
    """The stored form of a confidential JSON value; of an erased person it keeps nothing but the owner."""
    key = keys[person]
    text = encode(value, f"The sealed field {place.field!r}").encode()
    if key is None:
        return {"person": person}
    nonce = os.urandom(_NONCE)
    ciphertext = AESGCM(key).encrypt(nonce, text, place.binding(person))
    return {"person": person, "nonce": _text(nonce), "text": _text(ciphertext)}


def unseal(stored: Mapping[str, str], place: Place, keys: Keys) -> Any:
    """The value of a stored form; None where the person was erased. Raises CorruptLog for a broken seal."""
    person = stored["person"]
    if person not in keys:
        raise CorruptLog(f"No key of {person} exists, though {place.stream} holds a value sealed with it.")
    key = keys[person]
    if key is None or "text" not in stored:
        return None
    try:
        text = AESGCM(key).decrypt(_bytes(stored["nonce"]), _bytes(stored["text"]), place.binding(person))
    except InvalidTag as error:
        raise CorruptLog(f"The seal of {place.field} in event {place.event_id} is broken.") from error
    return json.loads(text)


class Vault:
    """The persons' keys in the database."""

    def __init__(self, pool: asyncpg.Pool, master: MasterKeys) -> None:
        self._pool = pool
        self._master = master

    async def keys(self, people: Collection[str], *, create: bool = False) -> dict[str, bytes | None]:
        """The keys of these people, None where destroyed; absent ones are made if `create`, else left out."""
        wanted = sorted(set(people))
        if not wanted:
            return {}
        async with reachable("read keys"):
            found = await self._pool.fetch(_SQL["find"], wanted)
            missing = sorted(set(wanted) - {row["person"] for row in found})
            if create and missing:
                wrapped = [self._master.wrap(person, AESGCM.generate_key(256)) for person in missing]
                newest = [self._master.newest] * len(missing)
                await self._pool.execute(_SQL["create"], missing, newest, wrapped)
                # Read back: of two who made a key at once, one lost.
                found += await self._pool.fetch(_SQL["find"], missing)
        return {row["person"]: self._open(row) for row in found}

    async def erase(self, person: str, *, unknown_too: bool = False) -> bool:
        """Destroy the person's key, as `erase` does."""
        return await erase(self._pool, person, unknown_too=unknown_too)

    async def erasures(self) -> list[tuple[str, datetime]]:
        """Who is erased, and since when, oldest first: what an older backup does not know. Raises
        Unreachable."""
        async with reachable("list erasures"):
            rows = await self._pool.fetch(_SQL["erasures"])
        return [(row["person"], row["erased_at"]) for row in rows]

    async def rewrap(self, batch: int = 500) -> int:
        """Protect every key by the newest master key and return how many were moved; then the older master
        keys may go. May be stopped and repeated."""
        moved = 0
        while True:
            async with reachable("rewrap keys"), self._pool.acquire() as db, db.transaction():
                rows = await db.fetch(_SQL["outdated"], self._master.newest, batch)
                people = [row["person"] for row in rows]
                wrapped = [self._master.wrap(row["person"], self._key(row)) for row in rows]
                await db.execute(_SQL["rewrap"], self._master.newest, people, wrapped)
            moved += len(rows)
            if len(rows) < batch:
                return moved

    async def protected(self) -> dict[str, int]:
        """By the id of a master key, how many persons' keys it protects."""
        async with reachable("count keys"):
            return {row["wrapped_by"]: row["keys"] for row in await self._pool.fetch(_SQL["protected"])}

    async def probe(self) -> bool:
        """Open one of the stored keys; False where there is none. Raises as `keys` does where the master keys
        are not those that protect them."""
        async with reachable("look at keys"):
            row = await self._pool.fetchrow(_SQL["any"])
        return row is not None and bool(self._key(row))

    def _open(self, row: asyncpg.Record) -> bytes | None:
        return None if row["wrapped"] is None else self._key(row)

    def _key(self, row: asyncpg.Record) -> bytes:
        return self._master.unwrap(row["person"], row["wrapped_by"], row["wrapped"])


async def erase(pool: asyncpg.Pool, person: str, *, unknown_too: bool = False) -> bool:
    """Destroy the person's key, forever, and forget their name, address and the messages they got; no master
    key is needed.

    What is sealed with the key reads None from now on, also in later events. True the first time. Raises
    NotFound for an id that stands neither in the directory nor beside a key, unless `unknown_too`: then no
    key is ever made for it; InvalidInput for the engine, whose key keeps what was published.
    """
    if person == SYSTEM.id:
        raise InvalidInput(
            "`system` is the engine and nobody to erase: its key keeps what earlier KPIs told.",
            hint="Ids of people are in `turnabout people list`.",
        )
    async with reachable("erase"), pool.acquire() as db, db.transaction():
        await db.execute(_SQL["lock_people"])  # or an import under way would bring the name back
        if not unknown_too and not await db.fetchval(_SQL["known"], person):
            raise NotFound(
                f"Neither the directory nor the keys know the id {person!r}, so nothing was erased.",
                hint="Ids are written as in the roster's `id`, in lower case; `turnabout people list`.",
            )
        destroyed = await db.fetchval(_SQL["destroy"], person)
        await db.execute(_SQL["forget_person"], person)
        await db.execute(_SQL["forget_messages"], person)
    return destroyed is not None


def owner_of(data: Mapping[str, Any], field: str, owner_field: str) -> str:
    """The id of the person whom a sealed field belongs to."""
    owner = data.get(owner_field)
    if not isinstance(owner, str):
        raise InternalError(f"The sealed field {field!r} has no owner: {owner_field!r} names no person.")
    return owner


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value)
