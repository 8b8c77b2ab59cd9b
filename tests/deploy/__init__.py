"""What stands in deploy/ is checked with the tools of those who run it; `tool` finds them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EVERY = "TURNABOUT_EVERY_CHECK"
"""With `1` a tool that is missing fails its checks; without, they are told as skipped."""


def tool(name: str) -> str:
    """The path of a program that deploy/tools.sh installs; without it the test that asks is not run."""
    found = shutil.which(name)
    if found is None:
        why = f"not checked: {name} is missing; run deploy/tools.sh"
        if os.environ.get(EVERY) == "1":
            pytest.fail(why)
        pytest.skip(why)
    return found


def run(name: str, *arguments: str | Path, given: str = "") -> str:
    """What the tool says, with `given` on its standard input; it must be content."""
    done = subprocess.run(  # noqa: S603 -- one of our tools on files of ours
        [tool(name), *map(str, arguments)], cwd=ROOT, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{name} {arguments}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr
