"""What a projector tells Prometheus: how far read models are behind, what they cost, what they show.

Gauges come from the database, looked up beside the work and never by a scrape, so every projector process
tells the same. Nothing here tells how safe pairs are: in a small program even a total tells of whom (G6).
"""

from __future__ import annotations

import asyncio
from time import monotonic, time

import asyncpg
from prometheus_client import Counter, Gauge, Histogram

from events.database import reachable
from events.metrics import showing
from projections.feed import pause
from turnabout import sql
from turnabout.errors import Unreachable

_SQL = sql.load(__file__, "metrics.sql")

LAG_EVENTS = Gauge(
    "turnabout_projection_lag_events", "Log positions that a read model is behind.", ["projection"]
)
LAG_SECONDS = Gauge(
    "turnabout_projection_lag_seconds", "Age of the oldest event not yet in a read model.", ["projection"]
)
STOPPED = Gauge(
    "turnabout_projection_stopped",
    "1 while a read model stands still at an event it cannot apply.",
    ["projection"],
)
BATCH_SECONDS = Histogram(
    "turnabout_projection_batch_seconds",
    "Time to apply one batch, its commit included.",
    ["projection"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
EVENTS = Counter("turnabout_projection_events_total", "Events applied to a read model.", ["projection"])
ERRORS = Counter(
    "turnabout_projection_errors_total",
    "Batches that failed: retried (the database was busy or away) or stopped (an event that does not fit).",
    ["projection", "outcome"],
)
COHORTS = Gauge("turnabout_cohorts", "Cohorts by state.", ["state"])
PAIRS = Gauge("turnabout_pairs", "Pairs by state.", ["state"])

DATABASE_UP = Gauge(
    "turnabout_database_up",
    "1 if PostgreSQL answered the projector's last look; 0 if it did not answer in time.",
    registry=None,
)
HELD_BACK = Gauge(
    "turnabout_log_held_back_seconds",
    "Time for which the oldest running transaction has kept stored events from all readers.",
    registry=None,
)
OUTBOX = Gauge(
    "turnabout_outbox_messages",
    "Messages reserved (being sent), retrying (the channel said later), undelivered (given up within a day).",
    ["state"],
    registry=None,
)
OUTBOX_OLDEST = Gauge(
    "turnabout_outbox_oldest_seconds",
    "Time since the longest waiting message was due, by state; 0 where none waits.",
    ["state"],
    registry=None,
)
UNPLANNED = Gauge(
    "turnabout_cohorts_without_next",
    "Cohorts closed for more than 14 days after which none of their program is planned (T19).",
    registry=None,
)
BACKUP = Gauge(
    "turnabout_backup_timestamp_seconds",
    "As of when the newest recorded backup holds everything; 0 where none was recorded.",
    registry=None,
)
SHOWN = (DATABASE_UP, HELD_BACK, OUTBOX, OUTBOX_OLDEST, UNPLANNED, BACKUP)
"""Shown where a projector runs and nowhere else: elsewhere they would read 0."""

PATIENCE = 5.0
"""Seconds that one look at the database may take."""


class _Held:
    """Since when readers stand at the same place though the log goes on."""

    def __init__(self) -> None:
        self._at, self._since = -1, 0.0

    def seconds(self, head: int, watermark: int) -> float:
        if watermark >= head:
            self._at = -1
            return 0.0
        if watermark != self._at:
            self._at, self._since = watermark, monotonic()
        return monotonic() - self._since


_held = _Held()
_states: dict[Gauge, set[str]] = {COHORTS: set(), PAIRS: set()}


async def observe(pool: asyncpg.Pool) -> None:
    """Set the gauges from the database. Raises Unreachable."""
    async with reachable("observe the read models"):
        for row in await pool.fetch(_SQL["lag"]):
            LAG_EVENTS.labels(row["projection"]).set(row["lag_events"])
            LAG_SECONDS.labels(row["projection"]).set(row["lag_seconds"])
            STOPPED.labels(row["projection"]).set(row["stopped"])
        for row in await pool.fetch(_SQL["held_back"]):
            HELD_BACK.set(_held.seconds(row["head"], row["watermark"]))
        now = time()
        for row in await pool.fetch(_SQL["outbox"]):
            OUTBOX.labels(row["state"]).set(row["messages"])
            if row["state"] == "undelivered":
                continue
            since = row["oldest"].timestamp() if row["oldest"] else now
            OUTBOX_OLDEST.labels(row["state"]).set(max(0.0, now - since))
        taken_at = await pool.fetchval(_SQL["backup"])
        BACKUP.set(taken_at.timestamp() if taken_at else 0)
        try:
            cohorts, pairs = await pool.fetch(_SQL["cohorts"]), await pool.fetch(_SQL["pairs"])
            UNPLANNED.set(await pool.fetchval(_SQL["unplanned"]))
        except asyncpg.UndefinedTableError:
            return  # the board's first build is not there yet
    for gauge, rows in ((COHORTS, cohorts), (PAIRS, pairs)):
        now_in = {row["state"]: row["count"] for row in rows}
        _states[gauge] |= now_in.keys()
        for state in _states[gauge]:  # a scrape may come between any two of these
            gauge.labels(state).set(now_in.get(state, 0))


async def keep_observing(pool: asyncpg.Pool, stop: asyncio.Event, every: float = 2.0) -> None:
    """Observe until `stop`; while the database is away, the last values stand and `database_up` is 0."""
    with showing(*SHOWN):
        while not stop.is_set():
            try:
                async with asyncio.timeout(PATIENCE):
                    await observe(pool)
                DATABASE_UP.set(1)
            except (Unreachable, TimeoutError, asyncpg.PostgresError):
                DATABASE_UP.set(0)
            await pause(every, stop)
