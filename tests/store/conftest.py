"""The store over the vocabulary of these tests."""

from __future__ import annotations

import asyncpg
import pytest

from events.reader import LogReader
from events.sealing import Vault
from events.store import EventStore
from tests.store.events import vocabulary


@pytest.fixture
def store(writer_pool: asyncpg.Pool, vault: Vault) -> EventStore:
    return EventStore(writer_pool, vocabulary(), vault)


@pytest.fixture
def reader(projector_pool: asyncpg.Pool) -> LogReader:
    """The log as a projector sees it."""
    return LogReader(projector_pool, vocabulary())
