"""What docs/deployment.md says is what deploy/ and the code do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from temporalio.service import TLSConfig

from projections.catalog import PROJECTIONS
from tests.deploy import ROOT
from tests.deploy.settings_of import OURS, TEMPORAL, environment
from tests.deploy.test_kubernetes import SECRETS
from turnabout import search_attributes
from turnabout.codec import PayloadKey
from workers.projector import SPARE_CONNECTIONS
from workers.settings import EngineSettings

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
PROGRAMS = {"createdb", "docker", "kubectl", "psql", "python", "sh", "temporal", "turnabout"}
PROCESSES = 3, 2, 3
"""Workers, projectors and gateways of its example, which are those of the overlay `prod`."""


def typed() -> list[list[str]]:
    """The lines of its shell blocks, as words."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_files_that_its_commands_name_are_there() -> None:
    lines = typed()
    assert {words[0] for words in lines} == PROGRAMS
    named = [word for words in lines for word in words if word.startswith("deploy/")]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_its_secrets_can_be_made(tmp_path: Path) -> None:
    lines = [words for words in typed() if {"kubectl", "secret"} <= {*words}]
    assert len(lines) == len(SECRETS)
    for words in lines:
        files = [word.partition("=")[2] for word in words if word.startswith("--from-file")]
        for name in files:
            (tmp_path / name).write_text(f"of {name}", encoding="utf-8")
        done = subprocess.run(  # noqa: S603 -- the page's own line, without a cluster
            [Path(sys.executable).with_name("kubectl"), *words[1:], "--dry-run=client", "--output=yaml"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert yaml.safe_load(done.stdout)["data"].keys() == {*files}


def test_its_one_line_makes_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [words for words in typed() if words[0] == "python"]
    exec(line[2], {})  # noqa: S102 -- the page's own line
    assert len(PayloadKey.parse(capsys.readouterr().out.strip()).secret) == 32


def test_its_secrets_are_those_that_the_processes_get() -> None:
    head, *rows = [row.strip("|").split("|") for row in table("| process | database login")]
    columns = [cell.strip(" `").removeprefix("turnabout_") for cell in head[2:]]
    told = {row[0].strip(): dict(zip(columns, map(str.strip, row[2:]), strict=True)) for row in rows}
    given = {
        process: {name for name, cell in cells.items() if cell == "yes"} for process, cells in told.items()
    }
    assert given == {process: {*names} for process, names in SECRETS.items()}
    for process, names in given.items():
        (line,) = [words for words in typed() if {"secret", f"turnabout-{process}"} <= {*words}]
        files = {word.partition("=")[2] for word in line if word.startswith("--from-file")}
        assert files == {f"turnabout_{name}" for name in names}


def table(start: str) -> list[str]:
    """The rows of the table that begins so, its head first."""
    lines = PAGE[PAGE.index(start) :].partition("\n\n")[0].splitlines()
    return [lines[0], *lines[2:]]


def test_its_connections_add_up() -> None:
    pool = EngineSettings.model_fields["pool_size"].default
    workers, projectors, gateways = PROCESSES
    projector = max(pool, len(PROJECTIONS) + SPARE_CONNECTIONS) + 2
    assert f"a projector {projector} (or" in PAGE
    total = workers * (pool + 3) + projectors * projector + gateways * pool
    assert f"come to {total} connections" in PAGE


def test_it_registers_every_search_attribute() -> None:
    made = {
        words[words.index("--name") + 1]: words[words.index("--type") + 1]
        for words in typed()
        if words[:3] == ["temporal", "operator", "search-attribute"]
    }
    assert made == search_attributes.TYPES


def test_its_variables_exist() -> None:
    named = set(re.findall(r"\b(?:TURNABOUT|TEMPORAL)_[A-Z_]+\b", PAGE))
    assert named <= OURS | TEMPORAL
    assert named & TEMPORAL


def test_variables_of_mutual_tls_are_read(tmp_path: Path) -> None:
    files = {}
    for name in ("SERVER_CA_CERT", "CLIENT_CERT", "CLIENT_KEY"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        files[f"TEMPORAL_TLS_{name}_PATH"] = str(tmp_path / name)
    given = {
        "TURNABOUT_DATABASE_URL": "postgresql://x@y/z",
        "TEMPORAL_ADDRESS": "temporal.example.org:7233",
        "TEMPORAL_TLS_SERVER_NAME": "temporal",
        **files,
    }
    with environment(given):
        tls = EngineSettings().temporal()["tls"]
    assert isinstance(tls, TLSConfig)
    assert (tls.server_root_ca_cert, tls.client_cert, tls.client_private_key, tls.domain) == (
        b"SERVER_CA_CERT",
        b"CLIENT_CERT",
        b"CLIENT_KEY",
        "temporal",
    )


def test_an_api_key_brings_tls_along() -> None:
    given = {
        "TURNABOUT_DATABASE_URL": "postgresql://x@y/z",
        "TEMPORAL_ADDRESS": "eu-west-1.aws.api.example.org:7233",
        "TEMPORAL_NAMESPACE": "name.account",
        "TEMPORAL_API_KEY": "secret",
    }
    with environment(given):
        config = EngineSettings().temporal()
    assert config["api_key"] == "secret"
    assert config.get("tls", True), "TLS is not switched off"


def test_the_plan_on_paper_adds_up() -> None:
    """Each row of docs/scaling.md: so much a pair, in eight weeks for 100,000, and 34 times the average."""
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    rows = page.partition("## 100,000 pairs on paper")[2].partition("\n- ")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| ")][1:]
    counted = 0
    for what, each, _, average, peak in cells:
        number, found = float(each.split()[0]), re.match(r"([\d.]+) (/s|cores)", average)
        if found:
            second = number * 100_000 / 4.84e6
            assert float(found[1]) == pytest.approx(second, rel=0.15), what
            assert float(peak.split()[0]) == pytest.approx(34 * second, rel=0.1), what
            counted += 1
    assert counted == 7
    replayed = 95 * 280 * 0.65e-3
    assert replayed == pytest.approx(17, rel=0.03)
    assert f"12 x 13 + 2 x 18 + 6 x 10 = {12 * 13 + 2 * 18 + 6 * 10} connections" in page
