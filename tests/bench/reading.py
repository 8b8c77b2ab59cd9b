"""The whole log read page by page: through the watermark and the public view, against a bare keyset read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg

from events import database, registry, sql
from events.contracts import StoredEvent
from events.encoding import decode
from events.reader import LogReader, stored_event
from tests.bench import sample
from tests.bench.figures import Report, compare
from tests.bench.rounds import Contender, interleaved
from turnabout.sql import load
from workers.embedded.postgres import EmbeddedPostgres

PAGE = 1000
_BENCH = load(__file__, "reading.sql")
_READER = sql.load(str(sql.__file__), "reader.sql")

Next = Callable[[int], Awaitable[tuple[int, int]]]
"""Reads on from a position; returns how many events came and the position to go on from."""


async def measure(report: Report, server: EmbeddedPostgres, events: int, rounds: int) -> None:
    """Read a log of so many events without a gap, then a shorter one with a gap in every page."""
    async with (
        database.connection(server.dsn(), name="bench") as db,
        database.pool(server.dsn(), name="bench", role=database.PROJECTOR, size=2, stateless=True) as pool,
    ):
        reader = LogReader(pool, registry.standard())
        begin = await reader.head()
        await _fill(db, events, pieces=1)
        contenders = {
            "bare": _through(_bare(db), begin),
            "watermark": _through(_watermarked(db), begin),
            "bare decoded": _through(_bare(db, decode=True), begin),
            "read_all": _through(_read_all(reader), begin),
        }
        found = await interleaved(contenders, rounds, server.pid)
        begin = await reader.head()
        await _fill(db, events // 4, pieces=events // 4 // PAGE * 2)
        contenders = {
            "bare decoded": _through(_bare(db, decode=True), begin),
            "read_all": _through(_read_all(reader), begin),
        }
        gapped = await interleaved(contenders, rounds, server.pid)
    report.figures += [
        compare(
            "read all, rows: view and watermark for each page / bare keyset",
            ("ours", found["watermark"]),
            ("bare", found["bare"]),
            0.90,
        ),
        compare(
            "read all, events: LogReader.read_all / bare keyset, decoded alike",
            ("ours", found["read_all"]),
            ("bare", found["bare decoded"]),
            0.90,
        ),
        compare(
            "the same where every page has a gap (aborted appends)",
            ("ours", gapped["read_all"]),
            ("bare", gapped["bare decoded"]),
        ),
    ]


async def _fill(db: asyncpg.Connection, events: int, pieces: int) -> None:
    for piece in range(pieces):
        name = f"read-{pieces}-{piece}"
        await db.execute(_BENCH["fill"], events // pieces, sample.TYPE, sample.DATA, name)
        if pieces > 1:
            await db.execute(_BENCH["leave_gap"])
    await db.execute(_BENCH["settle"])


def _through(page: Next, begin: int) -> Contender:
    """Reads from a position to the end of the log."""

    async def contend() -> int:
        total, position = 0, begin
        while True:
            count, after = await page(position)
            if after == position:
                return total
            total, position = total + count, after

    return contend


def _bare(db: asyncpg.Connection, *, decode: bool = False) -> Next:
    """The table itself, and no care for what commits late."""

    async def page(after: int) -> tuple[int, int]:
        rows = await db.fetch(_BENCH["bare"], after, PAGE)
        events = tuple(_decoded(row) for row in rows) if decode else rows
        return len(events), rows[-1]["position"] if rows else after

    return page


def _decoded(row: asyncpg.Record) -> StoredEvent:
    return stored_event(row, row["command_digest"], row["schema_version"], decode(row["data"]))


def _watermarked(db: asyncpg.Connection) -> Next:
    """The statements of the reader at their dearest: as if every page had a gap, but read only once."""

    async def page(after: int) -> tuple[int, int]:
        settled = await db.fetchval(_READER["watermark"])
        rows = await db.fetch(_READER["page_below"], after, PAGE, settled)
        return len(rows), rows[-1]["position"] if rows else max(settled, after)

    return page


def _read_all(reader: LogReader) -> Next:
    async def page(after: int) -> tuple[int, int]:
        found = await reader.read_all(after, PAGE)
        return len(found.events), found.position

    return page
