"""The event store: one command's events are stored whole and once, or the caller learns what came before.

async with database.pool(dsn, name="worker", role=database.WRITER) as pool:
    store = EventStore(pool, registry.standard(), Vault(pool, MasterKeys({"1": key}, newest="1")))
    appended = await store.append(Append(...))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import asyncpg

from events import metrics, sql
from events.contracts import Append, Appended, Load, Loaded, NewEvent, StoredEvent
from events.database import reachable
from events.encoding import decode, encode, plain
from events.reader import LogReader, stored_event, unchecked
from events.registry import Registry
from events.sealing import SEALED, Place, Vault, owner_of, seal, unseal
from turnabout.errors import CorruptLog, InternalError, InvalidInput, Rejected

PAGE_BYTES = 240_000
"""The most JSON in one answer: Temporal warns at 256 KiB, and a local activity's result lies in history."""

_PAGE_EVENTS = 300
_VERSION_CONFLICT = "TA001"
_DIGEST = "@command_digest"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SQL = sql.load(__file__, "store.sql")


@dataclass(frozen=True)
class _Body:
    """An event's body as stored: open JSON, sealed JSON, and the confidential values as they will read."""

    data: str
    sealed: str | None
    confidential: dict[str, Any]


class EventStore(LogReader):
    """The log for the engine: appends, and reads unsealed. Needs the role WRITER and the master keys."""

    def __init__(self, pool: asyncpg.Pool, registry: Registry, vault: Vault) -> None:
        super().__init__(pool, registry)
        self._vault = vault

    async def append(self, append: Append) -> Appended:
        """Store the events after `expected_version`, or adopt what is there.

        `stored`: they were written now, or had been by the same command with the same digest at that very
        place; then the events of that time are returned, whatever is asked now. `conflict`: others came
        first; `events` is what they wrote, in a long stream its first page. So a retry, a second run and a
        race of the two all end in the same state.

        Raises Rejected (E1) for a command id that came back with another content, InvalidInput for a value
        that JSON in PostgreSQL cannot hold, InternalError for a misuse (an event id taken), CorruptLog for a
        stream that is shorter than expected, Unreachable while the database is down: then nobody knows yet,
        ask again.
        """
        append = append.model_copy(update={"events": tuple(map(self._current, append.events))})
        async with reachable("append"):
            bodies, digest = await self._sealed(append)
            arguments = _arguments(append, bodies, digest)
            statement = _SQL["append_one" if len(append.events) == 1 else "append_many"]
            try:
                rows = await self._pool.fetch(statement, *arguments)
            except asyncpg.UniqueViolationError as error:
                raise await self._id_taken(append) from error
            except (asyncpg.DataError, asyncpg.CheckViolationError) as error:
                raise InvalidInput(f"The events of {append.stream} cannot be stored: {error}.") from error
            except asyncpg.PostgresError as error:
                if error.sqlstate != _VERSION_CONFLICT:
                    raise
                return await self._adopt(append)
        stored = zip(append.events, bodies, rows, strict=True)
        return Appended(outcome="stored", events=tuple(_acknowledged(append, *parts) for parts in stored))

    async def load(self, load: Load) -> Loaded:
        """A page of a stream's events after a version, unsealed and of current schema versions, of less than
        256 KiB. An unknown stream has no events. Raises CorruptLog, Unreachable."""
        async with reachable("load"):
            events, more = await self._page_after(load.stream, load.after)
            performed = await self._pool.fetchval(_SQL["performed"], load.stream)
        return Loaded(events=events, more=more, performed=performed or 0)

    async def unfinished_streams(self) -> list[str]:
        """The names of all streams that need a workflow: those that are open, and those that are closed with
        effects still to be performed."""
        async with reachable("list unfinished streams"):
            return [row["stream"] for row in await self._pool.fetch(_SQL["unfinished_streams"])]

    async def mark_performed(self, stream: str, version: int) -> None:
        """Remember that the effects of a stream's events up to `version` are done; never goes backwards."""
        async with reachable("mark performed"):
            await self._pool.execute(_SQL["mark_performed"], stream, version)

    async def _sealed(self, append: Append) -> tuple[list[_Body], str]:
        """The events' bodies and the command's digest as they are to be stored."""
        if not append.events:
            raise InternalError(f"The command {append.command_id} on {append.stream} has no events to store.")
        confidential = [self._confidential(event) for event in append.events]
        owners = list(dict.fromkeys(owner for fields in confidential for owner in fields.values()))
        keys = await self._vault.keys(owners, create=True)
        bodies = []
        for event, fields in zip(append.events, confidential, strict=True):
            place = (append.stream, event.event_id)
            kept = {
                field: seal(event.data[field], owner, Place(*place, field), keys)
                for field, owner in fields.items()
            }
            data = encode({**event.data, **dict.fromkeys(kept, SEALED)}, f"The event {event.type}")
            known = {
                field: None if keys[owner] is None else event.data[field] for field, owner in fields.items()
            }
            # The digest of a command with few possible values gives them away, so it is sealed with them.
            if owners:
                kept[_DIGEST] = seal(append.command_digest, owners[0], Place(*place, _DIGEST), keys)
            bodies.append(_Body(data, encode(kept, "A seal") if kept else None, known))
        return bodies, SEALED if owners else append.command_digest

    def _current(self, event: NewEvent) -> NewEvent:
        """The event in its current schema version: a workflow of the release before may have asked."""
        current = self._registry.schema_version(event.type)
        if event.schema_version > current:
            raise InternalError(
                f"{event.type} came with schema version {event.schema_version}; {current} is current."
            )
        if not _UUID.fullmatch(event.event_id):
            raise InternalError(f"{event.event_id!r} is no UUID in canonical form.")
        version, data = self._registry.current(event.type, event.schema_version, event.data)
        return event.model_copy(update={"schema_version": version, "data": data})

    def _confidential(self, event: NewEvent) -> dict[str, str]:
        """The event's sealed fields that hold something, and for each the id of the person it belongs to."""
        fields = self._registry.sealed_fields(event.type)
        return {
            field: owner_of(event.data, field, owner)
            for field, owner in fields.items()
            if event.data.get(field) is not None
        }

    async def _adopt(self, append: Append) -> Appended:
        events, _ = await self._page_after(append.stream, append.expected_version)
        if not events:
            # The caller believes what the log does not say, and must read it anew before it goes on.
            version = await self._pool.fetchval(_SQL["stream_version"], append.stream) or 0
            raise CorruptLog(
                f"{append.stream} ends at version {version}, but {append.expected_version} was expected.",
                hint="Was the database restored from an older backup?",
            )
        if events[0].command_id == append.command_id:
            rows = await self._pool.fetch(
                _SQL["batch"], append.stream, append.expected_version, append.command_id
            )
            again = Appended(outcome="stored", events=await self._unsealed(rows, append))
            metrics.adopted(append.stream)
            return again
        return Appended(outcome="conflict", events=events)

    async def _id_taken(self, append: Append) -> Exception:
        ids = [event.event_id for event in append.events]
        row = await self._pool.fetchrow(_SQL["owners_of_ids"], ids)
        if row is None:
            return InternalError(f"The command {append.command_id} uses an event id twice.")
        if (row["stream"], row["command_id"]) != (append.stream, append.command_id):
            return InternalError(
                f"The event id {row['event_id']} of {append.stream} belongs to {row['stream']} "
                f"version {row['version']} already."
            )
        before = await self._pool.fetch(_SQL["batch"], append.stream, 0, append.command_id)
        await self._unsealed(before, append)
        return InternalError(
            f"The command {append.command_id} stands at version {row['version']} of {append.stream} already, "
            f"not after the expected version {append.expected_version}."
        )

    async def _unsealed(self, rows: list[asyncpg.Record], append: Append) -> tuple[StoredEvent, ...]:
        """The events of the command that is asked for again; it must be the same command."""
        events = await self._open(rows)
        for event in events:
            if event.command_digest not in {append.command_digest, ""}:
                raise Rejected(
                    "E1",
                    f"The command id {append.command_id!r} was used on {append.stream} for other content.",
                    hint="Choose a new id.",
                )
        return tuple(events)

    async def _page_after(self, stream: str, after: int) -> tuple[tuple[StoredEvent, ...], bool]:
        rows = await self._pool.fetch(_SQL["tail"], stream, after, _PAGE_EVENTS)
        page: list[StoredEvent] = []
        size = 0
        for event in await self._open(rows):
            size += len(event.model_dump_json().encode()) + 1
            if page and size > PAGE_BYTES:
                return tuple(page), True
            page.append(event)
        return tuple(page), len(rows) == _PAGE_EVENTS

    async def _open(self, rows: list[asyncpg.Record]) -> list[StoredEvent]:
        seals = [decode(row["sealed"]) if row["sealed"] else {} for row in rows]
        keys = await self._vault.keys({one["person"] for fields in seals for one in fields.values()})
        opened = []
        for row, fields in zip(rows, seals, strict=True):
            place = (row["stream"], str(row["event_id"]))
            values = {name: unseal(one, Place(*place, name), keys) for name, one in fields.items()}
            # Of an erased person nobody can tell any more whether a repeated command is the same.
            digest = values.pop(_DIGEST) or "" if _DIGEST in values else row["command_digest"]
            version, data = self._registry.current(
                row["type"], row["schema_version"], {**decode(row["data"]), **values}
            )
            opened.append(stored_event(row, digest, version, data))
        return opened


def _arguments(append: Append, bodies: list[_Body], digest: str) -> list[Any]:
    common = [
        plain(append.stream, "The stream's name"),
        append.expected_version,
        append.closes,
        append.occurred_at,
        plain(append.actor, "The actor"),
        plain(append.command_id, "The command's id"),
        digest,
        plain(append.correlation_id, "The correlation id"),
        None if append.causation_id is None else plain(append.causation_id, "The causation id"),
        append.policy_version,
    ]
    columns: list[list[Any]] = [
        [event.event_id for event in append.events],
        [event.type for event in append.events],
        [event.schema_version for event in append.events],
        [body.data for body in bodies],
        [body.sealed for body in bodies],
    ]
    return [*common, *(column[0] if len(bodies) == 1 else column for column in columns)]


def _acknowledged(append: Append, new: NewEvent, body: _Body, row: asyncpg.Record) -> StoredEvent:
    """The event as the database wrote it: PostgreSQL normalises JSON, an erased person's answer is gone, and
    the engine must fold now what a later load will fold."""
    return unchecked(
        event_id=new.event_id,
        stream=append.stream,
        version=row["version"],
        position=row["position"],
        type=new.type,
        schema_version=new.schema_version,
        occurred_at=append.occurred_at,
        recorded_at=row["recorded_at"],
        actor=append.actor,
        command_id=append.command_id,
        command_digest=append.command_digest,
        correlation_id=append.correlation_id,
        causation_id=append.causation_id,
        policy_version=append.policy_version,
        data={**decode(row["data"]), **body.confidential},
    )
