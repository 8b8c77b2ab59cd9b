"""What the log and its connections tell Prometheus. Labels come from closed sets; an id is never one."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from prometheus_client import REGISTRY, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

STREAM_KINDS: Final = frozenset({"program", "cohort", "pair"})
OTHER: Final = "other"

ADOPTIONS = Counter(
    "turnabout_append_adoptions_total",
    "Appends asked for again whose events were stored already: the first answer was lost on its way.",
    ["stream_kind"],
)
for _kind in STREAM_KINDS:  # what was never counted is 0, or its first increase goes unseen
    ADOPTIONS.labels(_kind)


def kind_of(stream: str) -> str:
    """The label of a stream: its kind."""
    kind = stream.partition("-")[0]
    return kind if kind in STREAM_KINDS else OTHER


def adopted(stream: str) -> None:
    """An append found its own events in the log."""
    ADOPTIONS.labels(kind_of(stream)).inc()


class Pools(Collector):
    """The connections of this process to PostgreSQL, by what they are for; pools of one name count as one."""

    def __init__(self) -> None:
        self._open: list[tuple[str, asyncpg.Pool]] = []

    @contextmanager
    def showing(self, name: str, pool: asyncpg.Pool) -> Iterator[None]:
        """Count a pool's connections inside the block."""
        self._open.append((name, pool))
        try:
            yield
        finally:
            self._open.remove((name, pool))

    def describe(self) -> Iterable[Metric]:
        return self._families()

    def collect(self) -> Iterator[Metric]:
        used, idle, most = Tally[str](), Tally[str](), Tally[str]()
        for name, pool in tuple(self._open):
            idle[name] += pool.get_idle_size()
            used[name] += pool.get_size() - pool.get_idle_size()
            most[name] += pool.get_max_size()
        connections, limit = self._families()
        for name in sorted(most):
            connections.add_metric([name, "used"], used[name])
            connections.add_metric([name, "idle"], idle[name])
            limit.add_metric([name], most[name])
        yield connections
        yield limit

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "turnabout_pool_connections",
                "Open connections to PostgreSQL, by pool and state (used, idle).",
                labels=["pool", "state"],
            ),
            GaugeMetricFamily(
                "turnabout_pool_connections_max",
                "Connections that a pool may open; when all are used, work waits.",
                labels=["pool"],
            ),
        )


POOLS = Pools()
REGISTRY.register(POOLS)


_shown = Tally[Gauge]()


@contextmanager
def showing(*gauges: Gauge) -> Iterator[None]:
    """Show gauges that only one kind of process has while one of it runs here; elsewhere they would read 0.
    Tests may run several in one process."""
    for gauge in gauges:
        if not _shown[gauge]:
            REGISTRY.register(gauge)
        _shown[gauge] += 1
    try:
        yield
    finally:
        for gauge in gauges:
            _shown[gauge] -= 1
            if not _shown[gauge]:
                REGISTRY.unregister(gauge)
