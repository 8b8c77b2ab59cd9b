"""Builds the image's file system step by step, without Docker: fresh environments from its locks, the wheel,
the files that COPY takes. Then its commands run from there, in a folder that they cannot write.

Run by `make drills`, for it takes half a minute: `pytest tests/drills/image.py`.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.deploy import DEPLOY, ROOT
from tests.deploy.image import final_stage, lay, locked, run

COMMANDS = ("worker", "projector", "gateway", "db migrate", "db status", "recover", "doctor")
MODULES = ("workers.processes", "workers.gateway.process", "workers.operations", "workers.doctor")
HOLDS = """
import importlib.metadata as m, importlib
for module in MODULES: importlib.import_module(module)
print(*sorted(d.name.lower().replace("_", "-") for d in m.distributions()))
from turnabout.process import leave
leave(0)
"""


def _installed(lock: str, at: Path) -> Path:
    """A fresh environment from a lock in deploy/; its interpreter."""
    venv.create(at, with_pip=False)
    python = at / "bin" / "python"
    _pip(python, "--only-binary", ":all:", "--require-hashes", "--requirement", str(DEPLOY / lock))
    return python


def _pip(python: Path, *words: str) -> None:
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        *words,
        environment={**os.environ},
    )


@pytest.mark.timeout(600)
def test_the_steps_of_the_dockerfile_make_what_runs(tmp_path: Path) -> None:
    source, app = lay(tmp_path / "source"), tmp_path / "app"
    for name in ("README.md", "pyproject.toml"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    builder = _installed("build.lock", tmp_path / "build")
    python = _installed("runtime.lock", tmp_path / "turnabout")
    run(builder, "-m", "hatchling", "build", "--target", "wheel", "--directory", "dist", folder=source)
    _pip(python, "--no-deps", "--no-index", *map(str, (source / "dist").glob("*.whl")))
    app.mkdir()
    for folder in source.iterdir():
        if folder.is_dir() and folder.name not in {"turnabout", "dist"}:
            folder.rename(app / folder.name)

    environment = {"PATH": f"{python.parent}:{sysconfig.get_path('scripts')}"}
    for word in dict(final_stage())["ENV"].split():
        name, _, value = word.partition("=")
        environment |= {} if name == "PATH" else {name: value.replace("/app", str(app))}
    for command in COMMANDS:
        assert "Usage: turnabout" in run(
            python.with_name("turnabout"), *command.split(), "--help", environment=environment
        )
    program = HOLDS.replace("MODULES", repr(MODULES))
    held = run(python, "-c", program, environment=environment).split()
    assert set(held) == {*locked("runtime.lock"), "turnabout"}
    assert not list(app.rglob("__pycache__"))
    told = run(
        python,
        "-c",
        "import workers.worker as w, turnabout as t; print(w.__file__, t.__file__)",
        environment=environment,
    )
    assert told.split()[0].startswith(str(app))
    assert str(python.parents[1] / "lib") in told.split()[1]
