"""What the log's tables say of one another: streams, effects, messages, persons' keys. A page at a time."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from activities.asks import NEW_LINK
from events import sql
from events.sealing import Vault
from turnabout.errors import CorruptLog
from workers.verify.report import KEPT, Findings

_SQL = sql.load(__file__, "verify.sql")

PAGE = 1000


async def check_streams(pool: asyncpg.Pool, findings: Findings) -> None:
    """Each stream is at the version of its last event and no event is without one; effects were performed for
    no event that is not there; a pair's cohort exists; new positions will come after all that are taken."""
    after = ""
    rows: list[asyncpg.Record] | None = None
    while rows is None or len(rows) == PAGE:
        rows = await pool.fetch(_SQL["streams"], after, PAGE)
        for row in rows:
            after = row["stream"]
            findings.looked("streams")
            findings.looked("effects")
            _check_stream(row, findings)
    for row in await pool.fetch(_SQL["homeless_events"], KEPT):
        findings.wrong("streams", "it has events, and no row of its own", row["stream"], row["version"])
    for row in await pool.fetch(_SQL["homeless_performed"], KEPT):
        findings.wrong("effects", "of a stream that does not exist", row["stream"], row["version"])
    last = await pool.fetchval(_SQL["last_position"])
    head = await pool.fetchval(_SQL["head"])
    if last > head:
        findings.wrong("streams", f"the next position is {head + 1}, though {last} is taken")


def _check_stream(row: asyncpg.Record, findings: Findings) -> None:
    name, version, stored = row["stream"], row["version"], row["stored"]
    if version != stored:
        findings.wrong("streams", f"it is at version {version}, its last event at {stored}", name, version)
    if row["performed"] > stored:
        findings.wrong(
            "effects", f"done up to version {row['performed']}, and the stream ends at {stored}", name, stored
        )
    if row["missing_cohort"]:
        findings.wrong("streams", f"there is no {row['missing_cohort']}", name)


async def check_outbox(pool: asyncpg.Pool, findings: Findings) -> None:
    """Each message belongs to an event of the stream that it names; only a link that somebody asked for anew
    has none."""
    after: tuple[UUID, str, str] = (UUID(int=0), "", "")
    rows: list[asyncpg.Record] | None = None
    while rows is None or len(rows) == PAGE:
        rows = await pool.fetch(_SQL["messages"], *after, PAGE)
        findings.looked("outbox", len(rows))
        for row in rows:
            after = (row["event_id"], row["recipient"], row["channel"])
            what = f"the message {row['template']} of the event {row['event_id']}"
            if row["caused_in"] is None and row["template"] != NEW_LINK:
                findings.wrong("outbox", f"{what}: there is no such event", row["stream"])
            elif row["caused_in"] not in {None, row["stream"]}:
                findings.wrong("outbox", f"{what}: that is one of {row['caused_in']}", row["stream"])


async def _open_keys(vault: Vault, people: list[str], findings: Findings) -> None:
    """All at once; one by one only where some do not open."""
    try:
        await vault.keys(people)
    except CorruptLog as error:
        if len(people) == 1:
            findings.wrong("person keys", error.message)
            return
        for person in people:
            await _open_keys(vault, [person], findings)


async def check_keys(pool: asyncpg.Pool, vault: Vault | None, findings: Findings) -> None:
    """Each person's key opens with the master keys, or was destroyed."""
    if vault is None:
        findings.note("person keys", "not opened: no master keys")
    after, destroyed = "", 0
    rows: list[asyncpg.Record] | None = None
    while rows is None or len(rows) == PAGE:
        rows = await pool.fetch(_SQL["keys"], after, PAGE)
        findings.looked("person keys", len(rows))
        destroyed += sum(row["destroyed"] for row in rows)
        people = [row["person"] for row in rows]
        after = people[-1] if people else after
        if vault is not None:
            await _open_keys(vault, people, findings)
    if destroyed:
        findings.note("person keys", f"{destroyed} destroyed")
