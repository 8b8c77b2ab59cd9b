"""What a projector tells Prometheus is what the database holds, seen with a projector's rights; one that does
not answer keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from prometheus_client import REGISTRY

from events.metrics import showing
from events.store import EventStore
from projections import metrics
from tests.projections.conftest import Projector
from tests.projections.story import appends, story, write
from tests.waiting import until
from turnabout.reads import Reads

RESERVED = """INSERT INTO log.outbox (event_id, recipient, channel, stream, template, due_at, reserved_at)
VALUES (gen_random_uuid(), 'p-1', 'log', 'pair-c2-0-01', 'session_reminder', $1, $1)"""
DONE = "UPDATE log.outbox SET outcome = $1, outcome_at = reserved_at"


def metric(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"turnabout_{name}", labels)


@pytest.fixture(autouse=True)
def _shown() -> Iterator[None]:
    with showing(*metrics.SHOWN):
        yield


async def test_read_models_are_told_as_they_are(
    store: EventStore, reads: Reads, pool: asyncpg.Pool, projector_pool: asyncpg.Pool, projector: Projector
) -> None:
    end = await write(store, story(2, cohorts=2))
    async with projector():
        await reads.wait_for(end)
    await metrics.observe(projector_pool)
    states = [board.state for board in await reads.boards()]
    assert sum(metric("cohorts", state=state) or 0 for state in set(states)) == 2
    cards = [*await reads.pairs("c2-0"), *await reads.pairs("c2-1")]
    for state in {card.state for card in cards}:
        assert metric("pairs", state=state) == [card.state for card in cards].count(state)
    assert metric("projection_lag_events", projection="timeline") == 0
    assert metric("projection_events_total", projection="timeline")
    behind = await write(store, story(3, cohorts=1)[:2])
    await metrics.observe(projector_pool)
    assert metric("projection_lag_events", projection="timeline") == behind - end
    assert metric("projection_lag_seconds", projection="timeline")

    place = f"proj_cohort_board_{(await reads.projections())[0].build}"
    closed = datetime.now(UTC) - timedelta(days=15)
    await pool.execute(
        f"UPDATE {place}.cohorts SET state = 'closed', next_cohort = NULL, closed_at = $1, program = cohort",  # noqa: S608
        closed,
    )
    await metrics.observe(projector_pool)
    assert metric("cohorts_without_next") == 2
    assert {state: metric("cohorts", state=state) for state in {*states, "closed"}} == dict.fromkeys(
        states, 0
    ) | {"closed": 2}
    await pool.execute(f"UPDATE {place}.cohorts SET program = 'one'")  # noqa: S608
    await pool.execute(f"UPDATE {place}.cohorts SET starts_on = starts_on + 90 WHERE cohort = 'c2-0'")  # noqa: S608
    await metrics.observe(projector_pool)
    assert metric("cohorts_without_next") == 1, "one follows the other, though nobody recorded it"


async def test_messages_on_their_way_and_backups_are_told(
    pool: asyncpg.Pool, projector_pool: asyncpg.Pool
) -> None:
    await metrics.observe(projector_pool)
    assert metric("backup_timestamp_seconds") == 0
    assert metric("outbox_messages", state="retrying") == 0
    now = datetime.now(UTC)
    for late in (600, 60):
        await pool.execute(RESERVED, now - timedelta(seconds=late))
    await pool.execute("INSERT INTO log.backups (taken_at, place) VALUES ($1, 'here')", now)
    await metrics.observe(projector_pool)
    assert metric("backup_timestamp_seconds") == pytest.approx(now.timestamp())
    assert metric("outbox_messages", state="reserved") == 2
    assert metric("outbox_oldest_seconds", state="reserved") == pytest.approx(600, abs=60)
    await pool.execute(DONE, "failed")
    await metrics.observe(projector_pool)
    assert metric("outbox_messages", state="reserved") == 0
    assert metric("outbox_oldest_seconds", state="reserved") == 0
    assert metric("outbox_messages", state="retrying") == 2
    await pool.execute(DONE, "dead")
    await metrics.observe(projector_pool)
    assert metric("outbox_messages", state="retrying") == 0
    assert metric("outbox_messages", state="undelivered") == 2
    await pool.execute("UPDATE log.outbox SET outcome_at = $1", now - timedelta(days=2))
    await metrics.observe(projector_pool)
    assert metric("outbox_messages", state="undelivered") == 0


async def test_a_transaction_that_holds_readers_back_is_told(
    store: EventStore, pool: asyncpg.Pool, projector_pool: asyncpg.Pool
) -> None:
    first, other = (next(appends(story(seed, cohorts=1))) for seed in (3, 4))
    await store.append(first)
    async with pool.acquire() as slow:
        open_one = slow.transaction()
        await open_one.start()
        await slow.execute("SELECT log.publish_floor(), nextval('log.position')")
        await store.append(other)
        await metrics.observe(projector_pool)
        await metrics.observe(projector_pool)
        held = metric("log_held_back_seconds")
        await open_one.rollback()
    assert held
    await metrics.observe(projector_pool)
    assert metric("log_held_back_seconds") == 0


async def test_a_database_that_does_not_answer_in_time_is_told(
    dsn: str, projector_pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE", 0.2)
    stop = asyncio.Event()

    async def says(value: float) -> bool:
        return metric("database_up") == value

    blocking = await asyncpg.connect(dsn)
    observing = asyncio.create_task(metrics.keep_observing(projector_pool, stop, every=0.05))
    await until(lambda: says(1))
    async with blocking.transaction():
        await blocking.execute("LOCK projections.checkpoints IN ACCESS EXCLUSIVE MODE")
        await until(lambda: says(0))
    await until(lambda: says(1))
    stop.set()
    await observing
    await blocking.close()
