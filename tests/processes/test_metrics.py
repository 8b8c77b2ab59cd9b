"""One endpoint shows our metrics and Temporal's, in a form that Prometheus reads, with bounded labels."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

import activities
import projections
from activities import metrics as counted
from tests.processes.web import ask
from turnabout.errors import InvalidInput
from workers import metrics
from workers.embedded.temporal import TimeSkippingServer

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
        metrics.endpoint("127.0.0.1", 0, metrics.Status()) as url,
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
        async with metrics.endpoint("127.0.0.1", 0, metrics.Status()) as url:
            seen = await scrape(url)
    finally:
        REGISTRY.unregister(collector)
    assert seen["turnabout_temporal_metrics_up[]"] == 0
    assert "turnabout_append_seconds_count[]" in seen


async def test_probes_tell_whether_the_process_takes_work() -> None:
    status = metrics.Status()
    async with metrics.endpoint("127.0.0.1", 0, status) as url:
        assert (await ask(f"{url}/livez")).status == 200
        assert (await ask(f"{url}/readyz")).status == 503
        status.ready = True
        assert (await ask(f"{url}/readyz")).status == 200
        assert (await ask(f"{url}/nothing")).status == 404


async def test_a_taken_port_is_told_with_the_way_out() -> None:
    async with metrics.endpoint("127.0.0.1", 0, metrics.Status()) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(InvalidInput, match="TURNABOUT_METRICS_PORT"):
            async with metrics.endpoint("127.0.0.1", port, metrics.Status()):
                pass


def test_labels_are_bounded_and_names_are_ours() -> None:
    for package in (activities, projections):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    ours = [family for family in REGISTRY.collect() if family.name.startswith("turnabout_")]
    assert len(ours) >= 10
    for family in ours:
        assert family.documentation.endswith("."), family.name
        labels = {label for sample in family.samples for label in sample.labels}
        assert not labels & FREE_FORM, family.name


def test_what_is_unknown_has_one_label() -> None:
    counted.message("no such template", "log", "sent")
    counted.stored("Zeppelin-1", 1, 0.001)
    assert REGISTRY.get_sample_value(
        "turnabout_reminders_total", {"kind": "other", "channel": "log", "outcome": "sent"}
    )
    assert REGISTRY.get_sample_value("turnabout_events_appended_total", {"stream_kind": "other"})
