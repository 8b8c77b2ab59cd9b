"""Both overlays are what a cluster takes, and fit the settings: probes, ports, grace, secrets, networks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy import ROOT, operator_rules
from tests.deploy.image import final_stage
from tests.deploy.manifests import OVERLAYS, manifests, pods, rendered, variables
from tests.deploy.prometheus import alerts, rules
from tests.deploy.settings_of import has_all_it_needs, unknown
from tests.deploy.wheels import checked
from turnabout.codec import PayloadKey
from workers.settings import EngineSettings

DEFAULTS = EngineSettings.model_fields
PROCESSES = ("worker", "projector", "gateway")
ALL = (*PROCESSES, "migrate", "operator")
SCHEMAS = Path(__file__).with_name("schemas")
OF_THE_OPERATOR = "monitoring.coreos.com/v1"
SECRETS = {
    "worker": ("database_url", "codec_keys", "master_keys", "link_keys"),
    "gateway": ("database_url", "codec_keys", "link_keys"),
    "projector": ("database_url",),
    "migrate": ("database_url",),
    "operator": ("database_url", "codec_keys", "master_keys", "link_keys"),
}
"""What docs/deployment.md has created for each."""
BOTH = pytest.mark.parametrize("overlay", OVERLAYS)
EACH = pytest.mark.parametrize("process", PROCESSES)


@BOTH
def test_every_object_fits_its_schema(overlay: str, tmp_path: Path) -> None:
    objects = rendered(overlay)
    native = tmp_path / "native.yaml"
    native.write_text(
        yaml.safe_dump_all([one for one in objects if one["apiVersion"] != OF_THE_OPERATOR]), encoding="utf-8"
    )
    said = checked("kubernetes-validate", "--strict", native)
    assert "WARN" not in said
    for one in objects:
        if one["apiVersion"] == OF_THE_OPERATOR:
            custom = tmp_path / f"{one['kind']}.yaml"
            custom.write_text(yaml.safe_dump(one), encoding="utf-8")
            checked("check-jsonschema", "--schemafile", SCHEMAS / f"{one['kind']}.json", custom)
    assert {one["metadata"].get("namespace") for one in objects if one["kind"] != "Namespace"} == {
        one["metadata"]["name"] for one in objects if one["kind"] == "Namespace"
    }


@BOTH
@pytest.mark.parametrize("process", ALL)
def test_pods_run_as_nobody_and_write_nothing(overlay: str, process: str) -> None:
    spec = pods(overlay)[process]["spec"]
    (container,) = spec["containers"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    inside = dict(final_stage())["USER"]
    assert inside == f"{spec['securityContext']['runAsUser']}:{spec['securityContext']['runAsGroup']}"
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert "memory" in container["resources"]["limits"]
    if process == "operator":  # waits until somebody types something
        assert container["command"] == ["sleep", "infinity"]
    else:
        assert container["args"] == (["db", "migrate"] if process == "migrate" else [process])


@BOTH
def test_a_service_of_ours_would_be_a_setting_without_that(overlay: str) -> None:
    names = {f"{name.upper().replace('-', '_')}_PORT" for name in manifests(overlay, "Service")}
    assert names & {f"TURNABOUT_{name.upper()}" for name in DEFAULTS}


@BOTH
@EACH
def test_probes_ask_what_the_process_itself_can_say(overlay: str, process: str) -> None:
    (container,) = pods(overlay)[process]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports["metrics"] == DEFAULTS["metrics_port"].default
    assert ports.get("pages", DEFAULTS["gateway_port"].default) == DEFAULTS["gateway_port"].default
    asked = {
        name: (container[name]["httpGet"]["path"], container[name]["httpGet"]["port"])
        for name in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert asked == {
        "startupProbe": ("/livez", "metrics"),
        "livenessProbe": ("/livez", "metrics"),
        # Pages say by themselves what is not kept while a server is away, so people must reach them.
        "readinessProbe": ("/livez", "pages") if process == "gateway" else ("/readyz", "metrics"),
    }
    startup = container["startupProbe"]
    # The process gives up by itself, with a clear error, before the probe has it killed.
    assert startup["periodSeconds"] * startup["failureThreshold"] > DEFAULTS["start_timeout"].default


@BOTH
@EACH
def test_a_pod_has_longer_to_end_than_its_process_needs(overlay: str, process: str) -> None:
    spec = pods(overlay)[process]["spec"]
    (container,) = spec["containers"]
    before = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    set_here = variables(overlay, process).get("TURNABOUT_SHUTDOWN_TIMEOUT")
    drains = float(set_here or DEFAULTS["shutdown_timeout"].default)
    assert spec["terminationGracePeriodSeconds"] >= before + drains + 15


@BOTH
@pytest.mark.parametrize("process", ALL)
def test_a_process_gets_what_it_needs_and_nothing_unknown(overlay: str, process: str, tmp_path: Path) -> None:
    spec = pods(overlay)[process]["spec"]
    given = variables(overlay, process)
    assert unknown(given) == []
    folder = given.pop("TURNABOUT_SECRETS_DIR")
    (mount,) = [one for one in spec["containers"][0]["volumeMounts"] if one["mountPath"] == folder]
    (volume,) = [one for one in spec["volumes"] if one["name"] == mount["name"]]
    assert volume["secret"]["secretName"] == f"turnabout-{process}"
    for name in SECRETS[process]:
        value = "postgresql://x@y/z" if name == "database_url" else PayloadKey("1", bytes(32)).format()
        (tmp_path / f"turnabout_{name}").write_text(value, encoding="utf-8")
    channels = {"TURNABOUT_NOTIFY_CHANNELS": "smtp"} if process not in {"projector", "migrate"} else {}
    has_all_it_needs(process, {**given, **channels, "TURNABOUT_SECRETS_DIR": str(tmp_path)})


@BOTH
@EACH
def test_everything_that_selects_finds_its_pods(overlay: str, process: str) -> None:
    labels = pods(overlay)[process]["metadata"]["labels"].items()
    name = f"turnabout-{process}"
    deployment = manifests(overlay, "Deployment")[name]["spec"]
    budget = manifests(overlay, "PodDisruptionBudget")[name]["spec"]
    spread = deployment["template"]["spec"]["topologySpreadConstraints"]
    assert {one["topologyKey"] for one in spread} == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
    for selector in (deployment["selector"], budget["selector"], *(one["labelSelector"] for one in spread)):
        assert selector["matchLabels"].items() <= labels
        assert selector["matchLabels"]["app.kubernetes.io/component"] == process
    assert budget["maxUnavailable"] == 1


def reached(overlay: str, process: str, way: str) -> set[int]:
    """The ports to which (`egress`) or on which (`ingress`) the policies let a process speak."""
    labels = pods(overlay)[process]["metadata"]["labels"]
    found = set()
    for policy in manifests(overlay, "NetworkPolicy").values():
        if selects(policy["spec"]["podSelector"], labels):
            for rule in policy["spec"].get(way, ()):
                assert rule["ports"]
                found |= {port["port"] for port in rule["ports"]}
    return found


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector fits."""
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ())
    )


@BOTH
def test_a_worker_has_memory_for_the_workflows_that_it_keeps(overlay: str) -> None:
    (container,) = pods(overlay)["worker"]["spec"]["containers"]
    kept = variables(overlay, "worker").get("TURNABOUT_WORKFLOW_CACHE")
    needed = 250 + 1.1 * int(kept or DEFAULTS["workflow_cache"].default)
    limit = container["resources"]["limits"]["memory"]
    assert int(limit.removesuffix("Gi")) * 1024 > 1.2 * needed
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    assert "in a\nworker's memory takes 1.1 MiB" in page


@BOTH
def test_networks_let_through_what_a_process_needs_alone(overlay: str) -> None:
    postgres, temporal, names, https = 5432, 7233, 53, 443
    mail, metrics = DEFAULTS["smtp_port"].default, DEFAULTS["metrics_port"].default
    assert reached(overlay, "projector", "egress") == {postgres, names}
    assert reached(overlay, "migrate", "egress") == {postgres, names}
    assert reached(overlay, "worker", "egress") == {postgres, names, temporal, mail}
    assert reached(overlay, "operator", "egress") == {postgres, names, temporal, mail}
    assert reached(overlay, "gateway", "egress") == {postgres, names, temporal, mail, https}
    assert reached(overlay, "worker", "ingress") == reached(overlay, "projector", "ingress") == {metrics}
    assert reached(overlay, "gateway", "ingress") == {metrics, DEFAULTS["gateway_port"].default}


def test_production_has_several_of_each_and_is_watched() -> None:
    for name, deployment in manifests("prod", "Deployment").items():
        many = deployment["spec"]["replicas"]
        assert many == 0 if name == "turnabout-operator" else many >= 2
    (monitor,) = manifests("prod", "PodMonitor").values()
    watched = {
        name for name in ALL if selects(monitor["spec"]["selector"], pods("prod")[name]["metadata"]["labels"])
    }
    assert watched == {*PROCESSES}
    assert not manifests("dev", "PodMonitor")
    (image,) = {pod["spec"]["containers"][0]["image"] for pod in pods("prod").values()}
    assert re.search(r"/turnabout:\d+\.\d+\.\d+$", image)


def test_the_operator_gets_the_rules_that_are_tested() -> None:
    assert operator_rules.TARGET.read_text(encoding="utf-8") == operator_rules.written()
    (rule,) = manifests("prod", "PrometheusRule").values()
    named = {one["alert"] for group in rule["spec"]["groups"] for one in group["rules"] if "alert" in one}
    assert named == alerts().keys()


def test_targets_have_the_labels_that_alerts_look_for() -> None:
    asked = " ".join(str(one["expr"]) for one in rules())
    assert set(re.findall(r'job="(\w+)"', asked)) == {"turnabout"}
    assert set(re.findall(r'process="(\w+)"', asked)) <= {*PROCESSES}
    (monitor,) = manifests("prod", "PodMonitor").values()
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    (relabelled,) = endpoint["relabelings"]
    assert relabelled["targetLabel"] == "process"
    assert relabelled["sourceLabels"] == ["__meta_kubernetes_pod_label_app_kubernetes_io_component"]
    for process in PROCESSES:
        labels = pods("prod")[process]["metadata"]["labels"]
        assert labels[monitor["spec"]["jobLabel"]] == "turnabout"
        assert labels["app.kubernetes.io/component"] == process
