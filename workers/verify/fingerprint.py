"""One digest over the whole log, chained event by event in the order of positions, and those of earlier runs.

So a change that nobody was allowed to make shows, even one that is valid in itself.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import asyncpg

from events import sql
from turnabout.errors import InvalidInput
from workers.verify.report import Findings

_SQL = sql.load(__file__, "verify.sql")

PAGE = 5000
_EXPECTED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Fingerprint:
    """The chained digest of the `events` events up to `position`."""

    position: int
    events: int
    digest: bytes


START = Fingerprint(0, 0, bytes(32))


def expected(text: str) -> tuple[int, bytes]:
    """A fingerprint that was kept elsewhere, as `POSITION:HEX`. Raises InvalidInput."""
    match = _EXPECTED.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidInput(
            f"{text!r} is no fingerprint.", hint="Write POSITION:FINGERPRINT, as an earlier report has them."
        )
    return int(match[1]), bytes.fromhex(match[2])


async def fingerprint(
    pool: asyncpg.Pool, findings: Findings, wanted: tuple[int, bytes] | None
) -> Fingerprint:
    """That of the log as far as it is settled; those of earlier runs must be met on the way, and so must
    `wanted`. `pool` has the role WRITER and its times in UTC."""
    settled = await pool.fetchval(_SQL["watermark"])
    kept = {row["position"]: (row["events"], row["digest"]) for row in await pool.fetch(_SQL["fingerprints"])}
    met = START
    seen: set[int] = set()
    while rows := await pool.fetch(_SQL["prints"], met.position, settled, PAGE):
        for row in rows:
            digest = hashlib.sha256(met.digest + row["print"]).digest()
            met = Fingerprint(row["position"], met.events + 1, digest)
            if met.position in kept:
                seen.add(met.position)
                _compare(met, *kept[met.position], findings)
            if wanted and wanted[0] == met.position:
                seen.add(met.position)
                _compare(met, None, wanted[1], findings)
    for position in sorted({*kept, *([wanted[0]] if wanted else [])} - seen):
        findings.wrong("fingerprint", f"one was taken at position {position}, where no event is now")
    findings.looked("fingerprint", len(kept) + bool(wanted))
    return met


async def remember(pool: asyncpg.Pool, found: Fingerprint) -> None:
    """Keep a fingerprint for later runs."""
    if found.events:
        await pool.execute(_SQL["remember"], found.position, found.events, found.digest)


def _compare(met: Fingerprint, events: int | None, digest: bytes, findings: Findings) -> None:
    if events is not None and events != met.events:
        findings.wrong("fingerprint", f"{events} events reached position {met.position}, now {met.events} do")
    elif digest != met.digest:
        findings.wrong(
            "fingerprint", f"something up to position {met.position} has changed since one was taken"
        )
