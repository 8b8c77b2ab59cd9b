"""Those who append: a plain INSERT as the floor, our SQL functions, the whole store, and stores with a lock.

Each is a `Step`: one call stores one batch in one transaction that PostgreSQL has flushed.
"""

from __future__ import annotations

import uuid

import asyncpg

from events import sql
from events.store import EventStore
from tests.bench import sample
from tests.bench.rounds import Step
from turnabout.sql import load

_BENCH = load(__file__, "writers.sql")
_STORE = sql.load(str(sql.__file__), "store.sql")


async def arrange(db: asyncpg.Connection) -> None:
    """Make what the other contenders need, beside our log: a twin of its table with all its indexes."""
    for name in ("plain_table", "advisory_lock", "table_lock"):
        await db.execute(_BENCH[name])


def plain(db: asyncpg.Connection, count: int) -> Step:
    """INSERT of the same rows into the twin table: no expected version, no guard, no answer."""
    course = sample.Course()

    async def one() -> int:
        stream, version = course.next(1)
        about = sample.envelope(version)
        await db.execute(
            _BENCH["plain_one"], stream, version + 1, uuid.uuid4(), sample.TYPE, 1, *about, sample.DATA, None
        )
        return 1

    async def many() -> int:
        stream, version = course.next(count)
        about = sample.envelope(version)
        versions = list(range(version + 1, version + count + 1))
        ids = [uuid.uuid4() for _ in versions]
        types, schemas, bodies, seals = _columns(count)
        await db.execute(_BENCH["plain_many"], stream, versions, ids, types, schemas, *about, bodies, seals)
        return count

    return one if count == 1 else many


def function(db: asyncpg.Connection, count: int, statement: str | None = None) -> Step:
    """Our SQL function as the store calls it, with ready-made arguments; or another in its place."""
    course = sample.Course()
    text = _BENCH[statement] if statement else _STORE["append_one" if count == 1 else "append_many"]

    async def one() -> int:
        stream, version = course.next(1)
        about = sample.envelope(version)
        await db.fetch(
            text, stream, version, False, *about, str(uuid.uuid4()), sample.TYPE, 1, sample.DATA, None
        )
        return 1

    async def many() -> int:
        stream, version = course.next(count)
        about = sample.envelope(version)
        ids = [str(uuid.uuid4()) for _ in range(count)]
        await db.fetch(text, stream, version, False, *about, ids, *_columns(count))
        return count

    return one if count == 1 else many


def store(events: EventStore, count: int) -> Step:
    """What a worker does for one command: typed events, envelope, validation, encoding, append, answer."""
    course = sample.Course()

    async def step() -> int:
        stream, version = course.next(count)
        appended = await events.append(sample.append(stream, version, count))
        assert appended.outcome == "stored"
        return count

    return step


def _columns(count: int) -> tuple[list[str], list[int], list[str], list[None]]:
    return [sample.TYPE] * count, [1] * count, [sample.DATA] * count, [None] * count
