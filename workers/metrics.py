"""One HTTP endpoint a process: `/metrics` with ours and Temporal's own, `/livez` and `/readyz`.

Temporal's core serves its metrics on a loopback port; they are fetched and passed on, because the core knows
no other way and one process should be one target.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import platform
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Info,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from turnabout.errors import InvalidInput
from turnabout.runtime import forwarded_logs
from workers.loopback import free_port
from workers.readiness import Status

LOOPBACK = "127.0.0.1"
disable_created_metrics()  # type: ignore[no-untyped-call]  # Prometheus sees by itself when a counter began
BUILD = Info("turnabout_build", "What runs here.")
BUILD.info(
    {
        "version": version("turnabout"),
        "temporalio": version("temporalio"),
        "python": platform.python_version(),
    }
)


def core_runtime(port: int) -> Runtime:
    """A Temporal runtime that serves its metrics on this port: seconds, with units in the names."""
    return Runtime(
        telemetry=TelemetryConfig(
            metrics=PrometheusConfig(
                bind_address=f"{LOOPBACK}:{port}",
                durations_as_seconds=True,
                unit_suffix=True,
                counters_total_suffix=True,
            ),
            logging=forwarded_logs(),
        )
    )


def core_up(*, up: bool) -> GaugeMetricFamily:
    """Whether Temporal's own metrics are there."""
    family = GaugeMetricFamily("turnabout_temporal_metrics_up", "1 if Temporal's core gave its metrics.")
    family.add_metric([], float(up))
    return family


class CoreMetrics(Collector):
    """Temporal's metrics, fetched whenever ours are."""

    def __init__(self, port: int) -> None:
        self._port = port

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        try:
            families = list(text_string_to_metric_families(self._fetch()))
        except (OSError, http.client.HTTPException, ValueError):
            families = []
        yield core_up(up=bool(families))
        yield from families

    def _fetch(self) -> str:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=2)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()
        finally:
            connection.close()


@asynccontextmanager
async def temporal_metrics() -> AsyncIterator[Runtime]:
    """A runtime for this process's Temporal client, whose metrics `/metrics` shows."""
    port = free_port()
    runtime = core_runtime(port)
    collector = CoreMetrics(port)
    REGISTRY.register(collector)
    try:
        yield runtime
    finally:
        REGISTRY.unregister(collector)


@asynccontextmanager
async def endpoint(
    host: str, port: int, status: Status, registry: CollectorRegistry = REGISTRY
) -> AsyncIterator[str]:
    """Serve the three pages in a thread of their own; yields the URL. Port 0 takes a free one.

    Raises InvalidInput when the port is taken.
    """

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, generate_latest(registry), CONTENT_TYPE_LATEST)
            elif self.path == "/livez":
                self._answer(200, b"alive\n")
            elif self.path == "/readyz":
                told = json.dumps(status.told(), indent=2).encode() + b"\n"
                self._answer(200 if status.ready else 503, told, "application/json")
            else:
                self._answer(404, b"There are /metrics, /livez and /readyz.\n")

        def _answer(self, code: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as the library names it
            """Scrapes are not worth a line."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    try:
        server = Server((host, port), Pages)
    except OSError as error:
        raise InvalidInput(
            f"The metrics port {port} on {host} cannot be used: {error.strerror}.",
            hint="Set TURNABOUT_METRICS_PORT to a free one; each process needs its own.",
        ) from error
    serving = asyncio.create_task(asyncio.to_thread(server.serve_forever, 0.1))
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        await asyncio.to_thread(server.shutdown)
        await serving
        server.server_close()
