"""Tools for deploy/ that come as wheels: they are always here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.deploy import ROOT


def checked(name: str, *arguments: str | Path) -> str:
    """What the tool prints; it must be content."""
    done = subprocess.run(  # noqa: S603 -- a tool of our own environment on files of ours
        [Path(sys.executable).with_name(name), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{name} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}"
    return done.stdout
