"""One PostgreSQL server for the whole run, and a fresh, migrated database for each test that asks for one.

Fixtures: `cluster` (the server), `dsn` (a fresh database, as owner), `pool` (asyncpg pool as owner),
`writer_pool` (as turnabout_writer, what a worker uses), `projector_pool` (as turnabout_projector),
`master_keys`, `vault` (the persons' keys), `store` (an EventStore as a worker has it, all event types known).
For event types of its own a test builds `EventStore(writer_pool, registry, vault)`.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from events import database, registry
from events.migrate import migrate
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.order import Order
from turnabout.process import leave
from workers.embedded.postgres import EmbeddedPostgres

# Nothing here must survive a power cut; crash tests start a server of their own.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "max_wal_size": "96MB",
}
MEMORY = Path("/dev/shm")  # noqa: S108 -- a directory per server is made in it
TEMPLATE = "turnabout_template"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in the background of a shell; what tests start would inherit it, and some of them test Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, not whether the rule holds.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

RESULT = pytest.StashKey[int]()

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Divide a run on several workers by our order."""
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "loadfile":
        config.pluginmanager.register(Order())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep the result for `pytest_unconfigure`."""
    session.config.stash[RESULT] = int(session.exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run with its own exit code: Temporal's runtime may crash an interpreter that shuts down."""
    result = config.stash.get(RESULT, pytest.ExitCode.USAGE_ERROR)
    if result != pytest.ExitCode.USAGE_ERROR:  # of that pytest speaks only now
        leave(result)


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedPostgres]:
    # Copying a database means 300 new files, which takes ten times longer on a disk.
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**31
    with EmbeddedPostgres(settings=FAST, scratch=MEMORY if roomy else None) as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def template(cluster: EmbeddedPostgres) -> str:
    """The name of a migrated database to copy."""
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
    finally:
        await admin.close()
    await migrate(cluster.dsn(TEMPLATE))
    return TEMPLATE


@pytest_asyncio.fixture
async def dsn(cluster: EmbeddedPostgres, template: str) -> AsyncIterator[str]:
    """A fresh, migrated database of this test; dropped afterwards, whoever is still connected."""
    name = f"test_{next(_numbers)}"
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield cluster.dsn(name)
        await asyncio.shield(admin.execute(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        await admin.close()


@pytest_asyncio.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections with every right, for arranging and looking behind the scenes."""
    async with database.pool(dsn, name="test", size=20) as made:
        yield made


@pytest_asyncio.fixture
async def writer_pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of a worker."""
    async with database.pool(dsn, name="test worker", role=database.WRITER, size=20) as made:
        yield made


@pytest_asyncio.fixture
async def projector_pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the rights of a projector."""
    async with database.pool(dsn, name="test projector", role=database.PROJECTOR, size=20) as made:
        yield made


@pytest.fixture(scope="session")
def master_keys() -> MasterKeys:
    """One master key, the same for the whole run."""
    return MasterKeys({"test": secrets.token_bytes(32)}, newest="test")


@pytest.fixture
def vault(writer_pool: asyncpg.Pool, master_keys: MasterKeys) -> Vault:
    """The persons' keys of this test's database."""
    return Vault(writer_pool, master_keys)


@pytest.fixture
def store(writer_pool: asyncpg.Pool, vault: Vault) -> EventStore:
    """The event store as a worker has it."""
    return EventStore(writer_pool, registry.standard(), vault)
