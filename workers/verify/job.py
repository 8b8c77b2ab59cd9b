"""The operators' job `verify`, on connections of its own made by the settings.

It changes nothing but what it is asked to remember, and the copies of read models that it drops again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from events import database, registry
from events.database import reachable
from events.reader import LogReader
from events.registry import Registry
from events.sealing import MasterKeys, Vault
from projections.catalog import PROJECTIONS
from projections.compare import compare
from projections.rebuild import collect_seldom
from turnabout.errors import RebuildBusy
from workers.settings import EngineSettings
from workers.verify import fingerprint, references, streams
from workers.verify.report import Findings, Report


async def verify(*, read_models: bool, remember: bool, expect: str | None) -> Report:
    """Look at everything; `remember` keeps the fingerprint, if nothing is wrong. Raises InvalidInput for an
    `expect` that is no fingerprint, Unreachable."""
    wanted = fingerprint.expected(expect) if expect else None
    collect_seldom()
    settings = EngineSettings()
    async with (
        _patient(settings.dsn(), database.WRITER) as pool,
        _patient(settings.dsn(), database.PROJECTOR) as projector,
    ):
        known = registry.standard()
        return await examine(
            pool,
            projector if read_models else None,
            known,
            settings.own_master(),
            wanted=wanted,
            remember=remember,
        )


async def examine(
    pool: asyncpg.Pool,
    projector: asyncpg.Pool | None,
    known: Registry,
    master: MasterKeys | None,
    *,
    wanted: tuple[int, bytes] | None = None,
    remember: bool = False,
) -> Report:
    """What `verify` does, on these pools (WRITER and PROJECTOR); without the second one read models are left
    out, without master keys seals are not opened."""
    findings = Findings()
    vault = Vault(pool, master) if master else None
    async with reachable("verify"):
        found = await fingerprint.fingerprint(pool, findings, wanted)
        await references.check_streams(pool, findings)
        await streams.read_streams(pool, known, vault, findings)
        await references.check_keys(pool, vault, findings)
        await references.check_outbox(pool, findings)
        if projector is None:
            findings.note("read models", "left out")
        else:
            await _read_models(projector, known, findings)
        report = findings.report(found.position, found.events, found.digest.hex())
        if remember and not report.total:
            await fingerprint.remember(pool, found)
    return report


async def _read_models(projector: asyncpg.Pool, known: Registry, findings: Findings) -> None:
    reader = LogReader(projector, known)
    for projection in PROJECTIONS:
        try:
            done = await compare(projection, projector, reader)
        except RebuildBusy as error:
            findings.note("read models", error.message.rstrip("."))
            continue
        if done.skipped:
            findings.note("read models", f"{done.projection}: {done.skipped}")
            continue
        findings.looked("read models")
        for fault in done.faults:
            findings.wrong("read models", f"{done.projection}, position {done.position}: {fault}")


@asynccontextmanager
async def _patient(dsn: str, role: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool whose statements may take long: some read a whole table."""
    async with database.pool(dsn, name="verify", role=role, size=4, statement_timeout="30min") as made:
        yield made
