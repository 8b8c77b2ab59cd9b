"""The `eventsourcing` library's own PostgreSQL recorder, made by its own factory with its own pool."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed
from urllib.parse import parse_qs, unquote, urlsplit

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment

from tests.bench import sample

NAME = f"eventsourcing {installed('eventsourcing')}"


@contextmanager
def factory(dsn: str, writers: int, *, name: str = "peer") -> Iterator[PostgresFactory]:
    """Its factory as the documentation sets it up, with a pooled connection for each writer.

    Left at the default: `POSTGRES_ENABLE_DB_FUNCTIONS`, which drops the table lock and with it the promise
    that no reader passes an event by.
    """
    parts = urlsplit(dsn)
    query = parse_qs(parts.query)
    environment = Environment(
        name=name,
        env={
            "POSTGRES_DBNAME": unquote(parts.path.lstrip("/")),
            "POSTGRES_HOST": query["host"][0],
            "POSTGRES_PORT": query["port"][0],
            "POSTGRES_USER": parts.username or "",
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": str(writers),
            "POSTGRES_MAX_OVERFLOW": "0",
        },
    )
    made = PostgresFactory(environment)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def recorder(dsn: str, writers: int, *, name: str = "peer") -> Iterator[ApplicationRecorder]:
    """Its application recorder."""
    with factory(dsn, writers, name=name) as made:
        yield made.application_recorder()


def writer(recorder: ApplicationRecorder, count: int) -> Callable[[], int]:
    """One call stores `count` events, whose state holds what our rows hold, already serialised."""
    aggregate, version = uuid.uuid4(), 0
    _, *about = sample.envelope(7)
    state = json.dumps({**json.loads(sample.DATA), "about": about}, separators=(",", ":")).encode()

    def step() -> int:
        nonlocal aggregate, version
        if version >= sample.STREAM_LENGTH:
            aggregate, version = uuid.uuid4(), 0
        recorder.insert_events(
            [
                StoredEvent(aggregate, version + ordinal, "events.pair:SessionHeld", state)
                for ordinal in range(1, count + 1)
            ]
        )
        version += count
        return count

    return step
