"""Real Temporal servers from the wheels: one dev server for the folder, a time-skipping server for each test
that asks for one (its clock is global, so a used one is no clean start)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.converter import DataConverter

from events import database
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.workflow.counter_rules import vocabulary
from tests.workflow.lab import Lab
from turnabout.codec import PayloadKey, data_converter
from workers.embedded.postgres import EmbeddedPostgres
from workers.embedded.temporal import DevServer, TimeSkippingServer


@pytest_asyncio.fixture(scope="session")
async def temporal_dev() -> AsyncIterator[DevServer]:
    server = await DevServer().start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def temporal_converter() -> DataConverter:
    return data_converter([PayloadKey.generate("test")], lenient=True)


@pytest_asyncio.fixture(scope="session")
async def counter_store(
    cluster: EmbeddedPostgres, template: str, master_keys: MasterKeys
) -> AsyncIterator[EventStore]:
    """One database for all tests that can share it: each works on streams of its own."""
    admin = await asyncpg.connect(cluster.dsn())
    try:
        await admin.execute(f"CREATE DATABASE counters TEMPLATE {template}")
    finally:
        await admin.close()
    async with database.pool(cluster.dsn("counters"), name="test", role=database.WRITER, size=20) as pool:
        yield EventStore(pool, vocabulary(), Vault(pool, master_keys))


@pytest.fixture
def own_store(writer_pool: asyncpg.Pool, vault: Vault) -> EventStore:
    """A store over a database of this test's own."""
    return EventStore(writer_pool, vocabulary(), vault)


@pytest_asyncio.fixture
async def lab(temporal_dev: DevServer, temporal_converter: DataConverter, counter_store: EventStore) -> Lab:
    """On the dev server: real time."""
    client = await Client.connect(temporal_dev.address, data_converter=temporal_converter)
    return Lab(client, counter_store)


@pytest_asyncio.fixture
async def temporal_skipping() -> AsyncIterator[TimeSkippingServer]:
    server = await TimeSkippingServer().start()
    yield server
    server.kill()


@pytest_asyncio.fixture
async def skipping(
    temporal_skipping: TimeSkippingServer, temporal_converter: DataConverter, counter_store: EventStore
) -> Lab:
    """On the time-skipping server: `temporal_skipping.sleep` moves its clock."""
    client = await Client.connect(temporal_skipping.address, data_converter=temporal_converter)
    return Lab(client, counter_store)
