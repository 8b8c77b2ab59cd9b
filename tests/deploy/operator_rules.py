"""Writes the rules of deploy/prometheus as the Prometheus operator takes them:
`python -m tests.deploy.operator_rules`.
"""

from __future__ import annotations

import sys

import yaml

from tests.deploy import DEPLOY
from tests.deploy.prometheus import FILES

TARGET = DEPLOY / "kubernetes" / "monitoring" / "rules.yaml"


def written() -> str:
    """What the file must hold."""
    groups = [group for file in FILES for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]]
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "turnabout"},
        "spec": {"groups": groups},
    }
    head = "# Made from deploy/prometheus by `python -m tests.deploy.operator_rules`; change it there.\n"
    return head + yaml.safe_dump(rule, sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.relative_to(DEPLOY.parent)} is written.\n")
