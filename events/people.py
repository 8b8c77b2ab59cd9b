"""The people directory: the only place of names and addresses, read at the moment of sending.

An erased person stays out: the directory refuses to learn a name again that an erasure made it forget.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import ValidationError

from events import sql
from events.database import reachable
from events.encoding import plain
from turnabout.contact import Contact
from turnabout.errors import InvalidInput, NotFound
from turnabout.faults import told

_SQL = sql.load(__file__, "people.sql")


@dataclass(frozen=True)
class Imported:
    """What an import did, by id. `erased` were left out because they asked to be forgotten."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()


class People:
    """The directory in the database. Needs the role WRITER."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def import_people(self, people: Iterable[Contact]) -> Imported:
        """Add those who are new, change those who differ, all or nothing; nobody is removed, and an address
        that is not given again stays.

        Raises InvalidInput when an id comes twice.
        """
        given = {}
        for person in people:
            if person.id in given:
                raise InvalidInput(f"{person.id} comes twice.", hint="Give each person one row.")
            given[person.id] = person
        async with reachable("import people"), self._pool.acquire() as db, db.transaction():
            await db.execute(_SQL["lock"])
            return await _put(db, given)

    async def taking_part(self, ids: Iterable[str]) -> int:
        """How many of these are on the roster of a cohort that is neither closed nor cancelled. Raises
        Unreachable."""
        async with reachable("look who takes part"):
            return int(await self._pool.fetchval(_SQL["taking_part"], sorted(ids)))

    async def change(self, person_id: str, **changes: Any) -> Contact:
        """Change some fields of one person and return them as they are then.

        Raises NotFound for an unknown id, InvalidInput for a field or a value that does not fit.
        """
        async with reachable("change a person"), self._pool.acquire() as db, db.transaction():
            await db.execute(_SQL["lock"])
            row = await db.fetchrow(_SQL["known"], [person_id])
            if row is None:
                raise NotFound(
                    f"The directory knows no person {person_id!r}.",
                    hint="Import them: turnabout people import.",
                )
            try:
                person = Contact.model_validate({**dict(row), **changes, "id": person_id})
            except ValidationError as error:
                raise InvalidInput(f"{person_id} cannot be changed so.", told(error)) from None
            await _put(db, {person_id: person})
        return person

    async def find(self, ids: Collection[str]) -> dict[str, Contact]:
        """Those of these people whom the directory knows, by id."""
        async with reachable("look up people"):
            rows = await self._pool.fetch(_SQL["find"], list(ids))
        return {row["id"]: Contact.model_construct(**dict(row)) for row in rows}

    async def at(self, email: str) -> Contact | None:
        """Whose address that is; None where it is nobody's, or not one person's alone."""
        async with reachable("look up an address"):
            rows = await self._pool.fetch(_SQL["by_email"], email.strip().lower())
        return Contact.model_construct(**dict(rows[0])) if len(rows) == 1 else None

    async def everybody(self) -> list[Contact]:
        """The whole directory, by id."""
        async with reachable("list people"):
            rows = await self._pool.fetch(_SQL["everybody"])
        return [Contact.model_construct(**dict(row)) for row in rows]


async def _put(db: PoolConnectionProxy[asyncpg.Record], given: dict[str, Contact]) -> Imported:
    ids = sorted(given)
    erased = {row["person"] for row in await db.fetch(_SQL["erased"], ids)}
    known = {row["id"]: Contact.model_construct(**dict(row)) for row in await db.fetch(_SQL["known"], ids)}
    added: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    for person_id in ids:
        if person_id not in erased:
            now, before = given[person_id], known.get(person_id)
            if before is not None and now.email is None:
                # A file without addresses must not make people unreachable; `change` can take one away.
                now = given[person_id] = now.model_copy(update={"email": before.email})
            (added if before is None else unchanged if before == now else changed).append(person_id)
    rows = [given[person_id] for person_id in (*added, *changed)]
    columns = ("id", "name", "email", "language", "timezone")
    await db.execute(
        _SQL["put"],
        *(
            [
                None if (value := getattr(row, column)) is None else plain(value, f"The {column} of {row.id}")
                for row in rows
            ]
            for column in columns
        ),
    )
    return Imported(tuple(added), tuple(changed), tuple(unchanged), tuple(sorted(erased)))
