"""What a projector tells Prometheus: how far read models are behind, what they cost, what they show.

Gauges come from the database, so every projector process tells the same, whichever of them does the work.
"""

from __future__ import annotations

import asyncio
import contextlib

import asyncpg
from prometheus_client import Counter, Gauge, Histogram

from events.database import reachable
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


async def observe(pool: asyncpg.Pool) -> None:
    """Set the gauges from the database. Raises Unreachable."""
    async with reachable("observe the read models"):
        for row in await pool.fetch(_SQL["lag"]):
            LAG_EVENTS.labels(row["projection"]).set(row["lag_events"])
            LAG_SECONDS.labels(row["projection"]).set(row["lag_seconds"])
            STOPPED.labels(row["projection"]).set(row["stopped"])
        try:
            cohorts, pairs = await pool.fetch(_SQL["cohorts"]), await pool.fetch(_SQL["pairs"])
        except asyncpg.UndefinedTableError:
            return  # the board's first build is not there yet
    for gauge, rows in ((COHORTS, cohorts), (PAIRS, pairs)):
        gauge.clear()
        for row in rows:
            gauge.labels(row["state"]).set(row["count"])


async def keep_observing(pool: asyncpg.Pool, stop: asyncio.Event, every: float = 2.0) -> None:
    """Observe until `stop`; while the database is away, the last values stand."""
    while not stop.is_set():
        with contextlib.suppress(Unreachable, asyncpg.PostgresError):
            await observe(pool)
        await pause(every, stop)
