"""The dashboards: promtool takes every expression, every metric is there, and each panel says what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy import DEPLOY, run
from tests.deploy.prometheus import known, named

FILES = sorted((DEPLOY / "grafana").glob("*.json"))
UIDS = {"programs": "turnabout-programs", "service": "turnabout-service"}
"""Links and bookmarks hold them."""
UNITS = {"short", "s", "percentunit", "cps", "bytes"}
WINDOW = "$__rate_interval"


def board(file: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return made


def panels(file: Path) -> Iterator[dict[str, Any]]:
    """The panels that show something."""
    return (panel for panel in board(file)["panels"] if panel["type"] != "row")


def expressions(file: Path) -> list[str]:
    return [target["expr"] for panel in panels(file) for target in panel["targets"]]


def test_prometheus_takes_every_expression(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace(WINDOW, "5m")}
        for number, expression in enumerate(one for file in FILES for one in expressions(file))
    ]
    made = tmp_path / "panels.yml"
    made.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    assert f"{len(rules)} rules found" in run("promtool", "check", "rules", made)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dashboard_shows_metrics_that_there_are(file: Path) -> None:
    there = known()
    for expression in expressions(file):
        assert named(expression), expression
        assert named(expression) <= there, expression


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dashboard_fits_any_grafana_and_explains_itself(file: Path) -> None:
    made = board(file)
    assert made["uid"] == UIDS[file.stem]
    assert [one["type"] for one in made["templating"]["list"]] == ["datasource"]
    assert len({panel["id"] for panel in made["panels"]}) == len(made["panels"])
    source = {"type": "prometheus", "uid": "${datasource}"}
    for panel in panels(file):
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["datasource"] == source
        assert all(target["datasource"] == source for target in panel["targets"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_panel_lies_on_another(file: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board(file)["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


def test_both_dashboards_are_there() -> None:
    assert {file.stem for file in FILES} == UIDS.keys()


def test_no_dashboard_of_programs_tells_of_safety() -> None:
    """G6, R110: leads and sponsors may be shown it."""
    shown = set().union(*(named(one) for one in expressions(DEPLOY / "grafana" / "programs.json")))
    assert shown
    assert not [name for name in shown if "safety" in name or "steward" in name]
