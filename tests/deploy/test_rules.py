"""Each alert fires when it should and not otherwise, names metrics that there are, and leads to a runbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy import DEPLOY, run
from tests.deploy.alert_cases import CASES, Case
from tests.deploy.prometheus import FILES, alerts, known, named, rules

RUNBOOKS = DEPLOY / "runbooks"


def test_prometheus_and_alertmanager_take_the_files() -> None:
    for file in FILES:
        assert "SUCCESS" in run("promtool", "check", "rules", "--lint=all", "--lint-fatal", file)
    run("promtool", "check", "config", "--syntax-only", DEPLOY / "compose" / "prometheus.yml")
    run("amtool", "check-config", DEPLOY / "prometheus" / "alertmanager.yml")


def filled(text: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)


def file_of(name: str) -> Path:
    """Where an alert is defined; promtool plays all rules of the files that it is given."""
    return next(file for file in FILES if f"alert: {name}\n" in file.read_text(encoding="utf-8"))


def as_test(name: str, case: Case) -> dict[str, Any]:
    """A case as promtool takes it."""
    rule = alerts()[name]
    return {
        "interval": f"{case.step}m",
        "input_series": [{"series": series, "values": values} for series, values in case.series.items()],
        "alert_rule_test": [
            {
                "eval_time": f"{case.at}m",
                "alertname": name,
                "exp_alerts": [
                    {
                        "exp_labels": {**rule["labels"], **labels},
                        "exp_annotations": {
                            key: filled(text, labels) for key, text in rule["annotations"].items()
                        },
                    }
                    for labels in case.fires
                ],
            }
        ],
    }


def test_each_alert_fires_when_it_should_and_not_otherwise(tmp_path: Path) -> None:
    assert CASES.keys() == alerts().keys()
    for cases in CASES.values():
        assert {bool(case.fires) for case in cases} == {True, False}
    made: dict[tuple[Path, int], list[dict[str, Any]]] = {}
    for name, cases in CASES.items():
        for case in cases:
            made.setdefault((file_of(name), case.step), []).append(as_test(name, case))
    for number, ((file, step), tests) in enumerate(made.items()):
        told = {"rule_files": [str(file)], "evaluation_interval": f"{step}m", "tests": tests}
        (tmp_path / f"{number}.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
    run("promtool", "test", "rules", *tmp_path.glob("*.yml"))


def test_rules_name_metrics_that_there_are() -> None:
    there = known()
    for rule in rules():
        assert named(rule["expr"]) <= there, rule
        assert named(rule["expr"]), rule


def test_each_alert_says_how_urgent_it_is_what_it_means_and_where_to_read_on() -> None:
    for name, rule in alerts().items():
        assert rule["labels"].keys() == {"severity", "team"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["labels"]["team"] in {"service", "program", "safety"}
        assert all(rule["annotations"][key].endswith(".") for key in ("summary", "description"))
        assert rule["annotations"]["runbook_url"] == f"https://turnabout.example/deploy/runbooks/{name}.md"


def test_no_alert_about_people_wakes_anybody_and_what_stewards_owe_is_told_to_them_alone() -> None:
    """G6: even that somebody waits for a steward is nothing for leads and sponsors."""
    for name, rule in alerts().items():
        assert ("steward" in rule["expr"]) == (rule["labels"]["team"] == "safety"), name
        assert rule["labels"]["team"] == "service" or rule["labels"]["severity"] == "ticket"


def test_what_inhibits_and_is_inhibited_is_an_alert() -> None:
    """A name that is no alert's would inhibit nothing, and nobody would see it."""
    told = (DEPLOY / "prometheus" / "alertmanager.yml").read_text(encoding="utf-8")
    for pattern in re.findall(r'alertname =~? "([^"]+)"', told):
        for one in pattern.split("|"):
            assert any(re.fullmatch(one, name) for name in alerts()), one


@pytest.mark.parametrize(
    ("severity", "team", "receiver"),
    [
        ("page", "service", "on-call"),
        ("ticket", "service", "service-team"),
        ("ticket", "program", "talent-operations"),
        ("ticket", "safety", "safety-stewards"),
    ],
)
def test_each_alert_reaches_those_whom_it_concerns(severity: str, team: str, receiver: str) -> None:
    file = DEPLOY / "prometheus" / "alertmanager.yml"
    words = ("config", "routes", "test", f"--config.file={file}", f"severity={severity}", f"team={team}")
    assert run("amtool", *words).split("\n")[0] == receiver  # it goes on to say which file it read
