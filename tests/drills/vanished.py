"""A projector's host vanishes from the network without a goodbye: its line stays open on the server's side,
and another projector has all read models within ten seconds. To the one that is gone the database vanished;
it notices, too, and does not wait for a quarter of an hour.

Run by `make drills`, as root with `ip netns`: `pytest tests/drills/vanished.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from events.migrate import migrate
from projections.catalog import PROJECTIONS
from tests.e2e.service import Service
from tests.processes.child import MAIN, ROOT, free_ports
from tests.waiting import until
from workers.embedded.postgres import EmbeddedPostgres

SPACE, HERE, THERE = "turnabout-drill", "10.98.7.1", "10.98.7.2"
TAKEOVER = 10.0

HOLDERS = """
SELECT a.client_addr::text, count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = 'turnabout projector' GROUP BY 1
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S603, S607 -- fixed words


@pytest.fixture
def line() -> Iterator[None]:
    """Another host, as far as the network is concerned: a name space with one line to here."""
    if os.geteuid() or shutil.which("ip") is None:
        pytest.skip("not checked: needs root and `ip netns`")
    ip("netns", "add", SPACE)
    try:
        ip("-n", SPACE, "link", "set", "lo", "up")
        ip("link", "add", "drill0", "type", "veth", "peer", "name", "drill1", "netns", SPACE)
        ip("addr", "add", f"{HERE}/24", "dev", "drill0")
        ip("link", "set", "drill0", "up")
        ip("-n", SPACE, "addr", "add", f"{THERE}/24", "dev", "drill1")
        ip("-n", SPACE, "link", "set", "drill1", "up")
        yield
    finally:
        ip("link", "del", "drill0")  # the other end's sockets would keep it a while
        ip("netns", "del", SPACE)


@pytest_asyncio.fixture
async def postgres(line: None) -> AsyncIterator[EmbeddedPostgres]:
    """A server that also listens on the line."""
    with EmbeddedPostgres(settings={"listen_addresses": HERE}) as server:
        with (server.directory / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host all all {THERE}/32 trust\n")
        await migrate(server.dsn())
        admin = await asyncpg.connect(server.dsn())
        await admin.execute("SELECT pg_reload_conf()")
        await admin.close()
        yield server


async def test_another_projector_has_everything_within_ten_seconds_and_both_ends_know(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    admin = await asyncpg.connect(postgres.dsn())
    far = {
        **os.environ,
        "TURNABOUT_DATABASE_URL": f"postgresql://postgres@{HERE}:5432/postgres",
        "TURNABOUT_METRICS_PORT": str(free_ports(1)[0]),
    }
    words = ["ip", "netns", "exec", SPACE, sys.executable, *MAIN, "projector"]
    near = Service("projector", {"TURNABOUT_DATABASE_URL": postgres.dsn()})

    async def held_by(address: str | None) -> bool:
        held = {row["client_addr"]: row["count"] for row in await admin.fetch(HOLDERS)}
        return held == {address: len(PROJECTIONS)}

    with (tmp_path / "far.log").open("w") as log:
        vanishing = subprocess.Popen(words, cwd=ROOT, env=far, stdout=log, stderr=log)  # noqa: S603, ASYNC220
        try:
            await until(lambda: held_by(f"{THERE}/32"), 60)
            await near.start()
            ip("link", "set", "drill0", "down")
            began = time.monotonic()
            await until(lambda: held_by(None), 4 * TAKEOVER)
            seconds = time.monotonic() - began

            async def noticed() -> bool:
                return "Connect call failed" in (tmp_path / "far.log").read_text(encoding="utf-8")

            await until(noticed, 4 * TAKEOVER)
            noticing = time.monotonic() - began
        finally:
            vanishing.kill()
            vanishing.wait()
            await near.close()
            await admin.close()
    sys.stdout.write(f"taken over after {seconds:.1f} s; the other end knows after {noticing:.1f} s\n")
    assert seconds < TAKEOVER
    assert noticing < 2 * TAKEOVER
