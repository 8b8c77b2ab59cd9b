"""One endpoint shows our metrics and Temporal's, in a form that Prometheus reads, with bounded labels."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

import activities
import events
import projections
import workers
from activities import metrics as counted
from events import database
from events.metrics import showing
from projections import metrics as observed
from tests.processes.web import ask
from turnabout.errors import InvalidInput
from workers import agenda, metrics, metrics_page
from workers.embedded.temporal import TimeSkippingServer
from workers.readiness import Status

FREE_FORM = {
    "id",
    "name",
    "person",
    "recipient",
    "email",
    "stream",
    "cohort",
    "pair",
    "event_id",
    "command_id",
}


async def scrape(url: str) -> dict[str, float]:
    """The samples of an endpoint by name and labels; a name that comes twice is an error."""
    answer = await ask(f"{url}/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = list(text_string_to_metric_families(answer.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names))
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in families
        for sample in family.samples
    }


async def test_one_endpoint_shows_ours_and_temporals() -> None:
    async with (
        TimeSkippingServer() as server,
        metrics.temporal_metrics() as runtime,
        metrics.endpoint("127.0.0.1", 0, Status()) as url,
    ):
        client = await Client.connect(server.address, runtime=runtime)
        await client.service_client.check_health()
        counted.stored("pair-q3-07", 3, 0.002)
        before = await scrape(url)
        counted.stored("pair-q3-07", 3, 0.002)
        after = await scrape(url)
    stored = "turnabout_events_appended_total[('stream_kind', 'pair')]"
    assert after[stored] == before[stored] + 3
    assert after["turnabout_temporal_metrics_up[]"] == 1
    assert any(name.startswith("temporal_request_total[") for name in after)
    assert any(name.startswith("temporal_request_latency_seconds_bucket[") for name in after)
    assert any(name.startswith("turnabout_build_info[") and "'version', '0." in name for name in after)


async def test_without_temporal_ours_are_still_there() -> None:
    collector = metrics.CoreMetrics(1)
    REGISTRY.register(collector)
    try:
        async with metrics.endpoint("127.0.0.1", 0, Status()) as url:
            seen = await scrape(url)
    finally:
        REGISTRY.unregister(collector)
    assert seen["turnabout_temporal_metrics_up[]"] == 0
    assert "turnabout_append_seconds_count[]" in seen


async def test_probes_tell_whether_the_process_takes_work() -> None:
    status = Status()
    async with metrics.endpoint("127.0.0.1", 0, status) as url:
        assert (await ask(f"{url}/livez")).status == 200
        assert (await ask(f"{url}/readyz")).status == 503
        status.phase = "runs"
        assert (await ask(f"{url}/readyz")).status == 200
        status.seen("postgresql", "It is full.")
        first = await ask(f"{url}/readyz")
        assert first.status == 503
        assert json.loads(first.text)["needs"]["postgresql"]["reason"] == "It is full."
        assert (await ask(f"{url}/nothing")).status == 404


async def test_a_taken_port_is_told_with_the_way_out() -> None:
    async with metrics.endpoint("127.0.0.1", 0, Status()) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(InvalidInput, match="TURNABOUT_METRICS_PORT"):
            async with metrics.endpoint("127.0.0.1", port, Status()):
                pass


async def test_connections_are_counted_by_pool(dsn: str) -> None:
    def shown(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"turnabout_pool_connections{name}", {"pool": "counted", **labels})

    async with database.pool(dsn, name="counted", size=7) as pool:
        async with pool.acquire(), pool.acquire():
            used = shown("", state="used")
            assert used == 2
        assert (shown("", state="used"), shown("", state="idle")) == (0, 2)
        assert shown("_max") == 7
    assert shown("_max") is None


def test_labels_are_bounded_and_names_are_ours() -> None:
    for row in metrics_page.ours():
        assert re.fullmatch(r"turnabout_[a-z_]+", row.name)
        assert row.help.endswith("."), row.name
        assert not FREE_FORM & set(row.labels), row.name
        assert row.kind != "counter" or row.name.endswith("_total")


def test_the_page_of_metrics_is_current_and_misses_none() -> None:
    page = metrics_page.PAGE.read_text(encoding="utf-8")
    assert metrics_page.with_tables(page) == page, "Run: python -m workers.metrics_page"
    for package in (activities, events, projections, workers):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    told = {row.name for row in metrics_page.ours()}
    with showing(*agenda.SHOWN, *observed.SHOWN):
        shown = {family.name for family in REGISTRY.collect() if family.name.startswith("turnabout_")}
    missing = {name for name in shown if not {name, f"{name}_total", f"{name}_info"} & told}
    assert not missing


def test_what_is_unknown_has_one_label() -> None:
    counted.message("no such template", "log", "sent")
    counted.stored("Zeppelin-1", 1, 0.001)
    assert REGISTRY.get_sample_value(
        "turnabout_reminders_total", {"kind": "other", "channel": "log", "outcome": "sent"}
    )
    assert REGISTRY.get_sample_value("turnabout_events_appended_total", {"stream_kind": "other"})
