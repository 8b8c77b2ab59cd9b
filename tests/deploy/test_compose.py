"""The compose file fits the compose specification, our settings and our ports."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy import DEPLOY
from tests.deploy.image import final_stage
from tests.deploy.prometheus import FILES
from tests.deploy.settings_of import has_all_it_needs, unknown
from tests.deploy.wheels import checked
from turnabout import search_attributes
from workers.settings import EngineSettings

FILE = DEPLOY / "compose.yaml"
PROCESSES = ("worker", "projector", "gateway")
OURS = ("migrate", *PROCESSES, "operator")
DEFAULTS = EngineSettings.model_fields


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, its anchors and merges resolved."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script makes; a second run keeps it."""
    folder = tmp_path_factory.mktemp("secrets")
    script = ["sh", str(DEPLOY / "compose" / "secrets.sh"), str(folder)]
    contents = []
    for _ in range(2):
        subprocess.run(script, check=True, capture_output=True)  # noqa: S603 -- our own script
        contents.append({file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()})
    assert contents[0] == contents[1]
    assert len(set(contents[0].values())) == len(contents[0])
    return folder


def image_variables() -> dict[str, str]:
    """The variables of ours that the image sets."""
    words = (word.partition("=") for word in dict(final_stage())["ENV"].split())
    return {name: value for name, _, value in words if name.startswith("TURNABOUT_")}


def test_it_fits_the_compose_specification() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)


@pytest.mark.parametrize("process", OURS)
def test_a_process_gets_what_it_needs_and_nothing_unknown(
    compose: dict[str, Any], secrets: Path, process: str, tmp_path: Path
) -> None:
    service = compose["services"][process]
    variables = image_variables() | service["environment"]
    assert all(isinstance(value, str) for value in variables.values())
    assert unknown(variables) == []
    assert variables.pop("TURNABOUT_SECRETS_DIR") == "/run/secrets"
    for secret in service["secrets"]:
        held = Path(compose["secrets"][secret["source"]]["file"])
        assert held.parent == Path("compose/secrets")
        assert f"{secret['target']}".upper() in {f"TURNABOUT_{name.upper()}" for name in DEFAULTS}
        (tmp_path / secret["target"]).write_text((secrets / held.name).read_text())
    settings = has_all_it_needs(process, {**variables, "TURNABOUT_SECRETS_DIR": str(tmp_path)})
    assert settings.metrics_host == settings.gateway_host == "0.0.0.0"  # noqa: S104 -- of a container
    assert service["command"] == {"migrate": ["db", "migrate"], "operator": ["doctor"]}.get(
        process, [process]
    )
    assert re.match(rf"postgresql://turnabout_\w+:\w+@postgres:5432/{database(compose)}$", settings.dsn())


def database(compose: dict[str, Any]) -> str:
    """The name of the database that the server makes."""
    return str(compose["services"]["postgres"]["environment"]["POSTGRES_DB"])


def test_every_secret_is_made_and_every_password_set(compose: dict[str, Any], secrets: Path) -> None:
    named = {Path(secret["file"]).name for secret in compose["secrets"].values()}
    assert named <= {file.name for file in secrets.iterdir()}
    script = (DEPLOY / "postgres" / "passwords.sh").read_text(encoding="utf-8")
    logins = set(re.findall(r"turnabout_[a-z]+", script.partition("for login in ")[2].partition(";")[0]))
    held = {name for name in compose["services"]["postgres"]["secrets"] if name.startswith("turnabout_")}
    assert {f"{login}_password" for login in logins} == held
    roles = (DEPLOY / "postgres" / "roles.sql").read_text(encoding="utf-8")
    assert all(f"'{login}'" in roles for login in logins)


def test_ports_are_those_of_the_settings(compose: dict[str, Any]) -> None:
    services = compose["services"]
    metrics, gateway = DEFAULTS["metrics_port"].default, DEFAULTS["gateway_port"].default
    assert services["gateway"]["ports"] == [f"127.0.0.1:{gateway}:{gateway}"]
    for process in PROCESSES:
        assert f"127.0.0.1:{metrics}/readyz" in services[process]["healthcheck"]["test"][-1]
    scraped = yaml.safe_load((DEPLOY / "compose" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = [t for job in scraped["scrape_configs"] for s in job["static_configs"] for t in s["targets"]]
    assert {f"{process}:{metrics}" for process in PROCESSES} < set(targets)
    (ours,) = [job for job in scraped["scrape_configs"] if job["job_name"] == "turnabout"]
    for target in ours["static_configs"]:
        # The alerts look for them by job and process.
        assert target["targets"] == [f"{target['labels']['process']}:{metrics}"]
    (pattern,) = scraped["rule_files"]
    assert sorted((DEPLOY / "prometheus").glob(Path(pattern).name)) == [*FILES]
    # Nobody but this machine reaches any of them.
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_whoever_is_waited_for_says_when_it_is_healthy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], f"{name} waits for {needed}"
    assert all("healthcheck" in one for name, one in services.items() if name not in {"migrate", "operator"})
    for process in PROCESSES:
        assert services[process]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_our_processes_have_no_more_rights_than_they_need(compose: dict[str, Any]) -> None:
    for process in OURS:
        service = compose["services"][process]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        seconds = int(service["stop_grace_period"].removesuffix("s"))
        assert seconds > DEFAULTS["shutdown_timeout"].default


def test_images_have_exact_tags_and_what_is_mounted_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert re.search(r":v?\d+\.\d+(\.\d+)?$", service["image"]), service["image"]
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            if source.startswith("./"):
                assert (DEPLOY / source).exists(), source


def test_temporal_knows_our_search_attributes(compose: dict[str, Any]) -> None:
    words = compose["services"]["temporal"]["command"]
    given = {word.partition("=")[2] for word in words if word.startswith("--search-attribute=")}
    assert given == {f"{name}={kind}" for name, kind in search_attributes.TYPES.items()}
