"""What `kubectl apply -k` would send to a cluster: each overlay as kubectl itself renders it."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from tests.deploy import DEPLOY
from tests.deploy.wheels import checked

OVERLAYS = ("dev", "prod")
FOLDER = DEPLOY / "kubernetes"


@cache
def rendered(overlay: str) -> tuple[dict[str, Any], ...]:
    """All objects of the overlay."""
    return tuple(yaml.load_all(checked("kubectl", "kustomize", FOLDER / overlay), yaml.CSafeLoader))


def manifests(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    """Its objects of a kind, by name."""
    return {one["metadata"]["name"]: one for one in rendered(overlay) if one["kind"] == kind}


def pods(overlay: str) -> dict[str, dict[str, Any]]:
    """The pod template of each of our processes, by the process."""
    owners = [*manifests(overlay, "Deployment").values(), *manifests(overlay, "Job").values()]
    templates = [owner["spec"]["template"] for owner in owners]
    return {one["metadata"]["labels"]["app.kubernetes.io/component"]: one for one in templates}


def variables(overlay: str, process: str) -> dict[str, str]:
    """The variables that a process gets from its manifest and the maps that it names; no secrets."""
    (container,) = pods(overlay)[process]["spec"]["containers"]
    maps = manifests(overlay, "ConfigMap")
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        if "configMapRef" in source:
            found |= maps[source["configMapRef"]["name"]]["data"]
    return found | {one["name"]: one["value"] for one in container.get("env", ())}
