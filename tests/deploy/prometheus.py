"""The rules and dashboards of deploy/ as data, and which metrics an expression names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy import DEPLOY
from workers import metrics_page

FILES = tuple(sorted((DEPLOY / "prometheus").glob("*.rules.yml")))
OTHERS = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}
"""Of Prometheus itself, and of its client for every process."""
NAME = re.compile(r"(?<![\w:])(?:turnabout|temporal|python|process)[:_][a-z0-9_:]+|\bup\b")


def rules() -> Iterator[dict[str, Any]]:
    """Every rule of all files, in order."""
    for file in FILES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def alerts() -> dict[str, dict[str, Any]]:
    """The alerts by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> set[str]:
    """The names that recording rules make."""
    return {rule["record"] for rule in rules() if "record" in rule}


def known() -> set[str]:
    """Every series that there is: ours, those of Temporal's that the docs list, and what rules record."""
    names = OTHERS | recorded()
    kinds = {row.name: row.kind for row in metrics_page.ours()}
    kinds |= {name: kind for name, (kind, _) in metrics_page.TEMPORAL.items()}
    for name, kind in kinds.items():
        names |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return names


def named(expression: str) -> set[str]:
    """The metrics in an expression, without what stands in its label matchers."""
    return set(NAME.findall(re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", expression)))
