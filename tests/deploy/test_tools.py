"""deploy/tools.sh installs what is missing where it may, and says what is not checked where it may not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.deploy import DEPLOY, EVERY, tool

SHELL = ("sh", "command", "cut", "sort", "echo", "cat")
"""What the script itself needs, of which the rest of the machine is hidden."""


def machine(folder: Path, **programs: str) -> dict[str, str]:
    """An environment in which nothing is installed but these programs, each a shell script."""
    for name in SHELL:
        place = next((Path(at) / name for at in os.defpath.split(":") if (Path(at) / name).exists()), None)
        if place:
            (folder / name).symlink_to(place)
    for name, text in programs.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        program.chmod(0o755)
    return {"PATH": str(folder)}


def ended(environment: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 -- our own script
        ["/bin/sh", DEPLOY / "tools.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert not done.stdout
    return done.returncode, done.stderr


def test_what_cannot_be_installed_is_told(tmp_path: Path) -> None:
    nobody = machine(tmp_path, id="echo 1000", sudo="exit 1", apt_get="exit 1")
    code, told = ended(nobody)
    assert code == 0
    assert "NOT CHECKED: the rules, alerts and dashboards (promtool is missing" in told
    assert "amtool" in told
    assert ended({**nobody, EVERY: "1"})[0] == 1


def test_root_installs_what_is_missing(tmp_path: Path) -> None:
    log = tmp_path / "asked"
    makes = f'for name in promtool prometheus amtool; do echo > "{tmp_path}/$name"; done'
    makes += f' && /bin/chmod +x "{tmp_path}"/*'
    root = machine(tmp_path, id="echo 0", apt_get=f'echo "$@" >> "{log}"; {makes}')
    assert ended({**root, EVERY: "1"})[0] == 0
    asked = log.read_text(encoding="utf-8").splitlines()
    assert len(asked) == 2
    assert asked[1].endswith("--no-install-recommends prometheus prometheus-alertmanager")
    assert ended(root) == (0, "")


def test_a_check_without_its_tool_is_never_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(EVERY, raising=False)
    with pytest.raises(pytest.skip.Exception, match="not checked"):
        tool("promtool")
    monkeypatch.setenv(EVERY, "1")
    with pytest.raises(pytest.fail.Exception, match="promtool is missing"):
        tool("promtool")
